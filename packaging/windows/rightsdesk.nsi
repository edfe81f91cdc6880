; Setup for Windows, made by `start.py build windows`, which names SOURCE (the built folder),
; OUTPUT, VERSION and NUMBERS (four numbers). It installs for this user: no administrator is asked.
Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\RightsDesk"

Name "RightsDesk"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\RightsDesk"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "RightsDesk"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "RightsDesk setup"
VIAddVersionKey "LegalCopyright" "GPL-3.0-or-later"

!ifdef SIGN
  ; SIGN is a command line in which %1 is the file, such as signtool with a certificate.
  !finalize '${SIGN}'
  !uninstfinalize '${SIGN}'
!endif

!define MUI_ICON "${SOURCE}\rightsdesk.ico"
!define MUI_UNICON "${SOURCE}\rightsdesk.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\RightsDeskWindow.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "Spanish"

LangString PROTECT ${LANG_ENGLISH} "Protect with RightsDesk"
LangString PROTECT ${LANG_GERMAN} "Mit RightsDesk schützen"
LangString PROTECT ${LANG_FRENCH} "Protéger avec RightsDesk"
LangString PROTECT ${LANG_SPANISH} "Proteger con RightsDesk"

; What a double click on these files opens stays as it is: this only adds an entry to their menu.
!macro ForEachKind DO
  !insertmacro ${DO} "Directory"
  !insertmacro ${DO} "SystemFileAssociations\.mp3"
  !insertmacro ${DO} "SystemFileAssociations\.flac"
  !insertmacro ${DO} "SystemFileAssociations\.ogg"
  !insertmacro ${DO} "SystemFileAssociations\.oga"
  !insertmacro ${DO} "SystemFileAssociations\.opus"
  !insertmacro ${DO} "SystemFileAssociations\.spx"
  !insertmacro ${DO} "SystemFileAssociations\.m4a"
  !insertmacro ${DO} "SystemFileAssociations\.m4b"
  !insertmacro ${DO} "SystemFileAssociations\.mp4"
  !insertmacro ${DO} "SystemFileAssociations\.alac"
  !insertmacro ${DO} "SystemFileAssociations\.wav"
  !insertmacro ${DO} "SystemFileAssociations\.wave"
  !insertmacro ${DO} "SystemFileAssociations\.aif"
  !insertmacro ${DO} "SystemFileAssociations\.aiff"
  !insertmacro ${DO} "SystemFileAssociations\.aifc"
!macroend

!macro AddEntry CLASS
  WriteRegStr HKCU "Software\Classes\${CLASS}\shell\RightsDesk" "" "$(PROTECT)"
  WriteRegStr HKCU "Software\Classes\${CLASS}\shell\RightsDesk" "Icon" "$INSTDIR\rightsdesk.ico"
  WriteRegStr HKCU "Software\Classes\${CLASS}\shell\RightsDesk" "MultiSelectModel" "Player"
  WriteRegStr HKCU "Software\Classes\${CLASS}\shell\RightsDesk\command" "" '"$INSTDIR\RightsDeskWindow.exe" open "%1"'
!macroend

!macro RemoveEntry CLASS
  DeleteRegKey HKCU "Software\Classes\${CLASS}\shell\RightsDesk"
!macroend

Section "Install"
  SetOutPath "$INSTDIR"
  ; An older version may have had files that this one has not.
  RMDir /r "$INSTDIR\_internal"
  File /r "${SOURCE}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\RightsDesk.lnk" "$INSTDIR\RightsDeskWindow.exe" "" "$INSTDIR\rightsdesk.ico"
  ; `rightsdesk` in Run and in programs that look up App Paths.
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\rightsdesk.exe" "" "$INSTDIR\rightsdesk.exe"
  !insertmacro ForEachKind AddEntry
  WriteRegStr HKCU "${KEY}" "DisplayName" "RightsDesk"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\rightsdesk.ico"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  ; Only what was installed: the person may have put files of their own beside it.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\rightsdesk.exe"
  Delete "$INSTDIR\RightsDeskWindow.exe"
  Delete "$INSTDIR\rightsdesk.ico"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\RightsDesk.lnk"
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\rightsdesk.exe"
  !insertmacro ForEachKind RemoveEntry
  DeleteRegKey HKCU "${KEY}"
  ; The start at login that the person may have chosen in the settings.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "RightsDesk"
SectionEnd
