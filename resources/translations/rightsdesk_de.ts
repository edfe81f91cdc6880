<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en_GB">
<context>
    <name>RightsDesk</name>
    <message numerus="yes">
        <source>%n</source>
        <translation>
            <numerusform>%n</numerusform>
            <numerusform>%n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Audius tracks</source>
        <translation>
            <numerusform>%n Audius-Track</numerusform>
            <numerusform>%n Audius-Tracks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Bluesky accounts</source>
        <translation>
            <numerusform>%n Bluesky-Konto</numerusform>
            <numerusform>%n Bluesky-Konten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Cloudflare zones</source>
        <translation>
            <numerusform>%n Cloudflare-Zone</numerusform>
            <numerusform>%n Cloudflare-Zonen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Funkwhale tracks</source>
        <translation>
            <numerusform>%n Funkwhale-Track</numerusform>
            <numerusform>%n Funkwhale-Tracks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Internet Archive items</source>
        <translation>
            <numerusform>%n Internet-Archive-Eintrag</numerusform>
            <numerusform>%n Internet-Archive-Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n PeerTube videos</source>
        <translation>
            <numerusform>%n PeerTube-Video</numerusform>
            <numerusform>%n PeerTube-Videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n SoundCloud tracks</source>
        <translation>
            <numerusform>%n SoundCloud-Track</numerusform>
            <numerusform>%n SoundCloud-Tracks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress audio files</source>
        <translation>
            <numerusform>%n WordPress-Audiodatei</numerusform>
            <numerusform>%n WordPress-Audiodateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress.com sites</source>
        <translation>
            <numerusform>%n WordPress.com-Website</numerusform>
            <numerusform>%n WordPress.com-Websites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n YouTube videos</source>
        <translation>
            <numerusform>%n YouTube-Video</numerusform>
            <numerusform>%n YouTube-Videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts</source>
        <translation>
            <numerusform>%n Konto</numerusform>
            <numerusform>%n Konten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts could not be read. The list leaves them out.</source>
        <translation>
            <numerusform>%n Konto konnte nicht gelesen werden. In der Liste fehlt es.</numerusform>
            <numerusform>%n Konten konnten nicht gelesen werden. In der Liste fehlen sie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are left out.</source>
        <translation>
            <numerusform>%n wird weggelassen.</numerusform>
            <numerusform>%n werden weggelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are no longer there</source>
        <translation>
            <numerusform>%n ist nicht mehr da</numerusform>
            <numerusform>%n sind nicht mehr da</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists</source>
        <translation>
            <numerusform>%n Act</numerusform>
            <numerusform>%n Acts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists without a choice</source>
        <translation>
            <numerusform>%n Act ohne Wahl</numerusform>
            <numerusform>%n Acts ohne Wahl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists.</source>
        <translation>
            <numerusform>%n Act.</numerusform>
            <numerusform>%n Acts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files</source>
        <translation>
            <numerusform>%n Audiodatei</numerusform>
            <numerusform>%n Audiodateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files.</source>
        <translation>
            <numerusform>%n Audiodatei.</numerusform>
            <numerusform>%n Audiodateien.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n by its terms</source>
        <translation>
            <numerusform>%n laut Bedingungen</numerusform>
            <numerusform>%n laut Bedingungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n candidates</source>
        <translation>
            <numerusform>%n Kandidat</numerusform>
            <numerusform>%n Kandidaten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n geändert</numerusform>
            <numerusform>%n geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes that jobs have left to make there are dropped.</source>
        <translation>
            <numerusform>%n Änderung, die ein Vorgang dort noch machen sollte, wird fallen gelassen.</numerusform>
            <numerusform>%n Änderungen, die Vorgänge dort noch machen sollten, werden fallen gelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n characters</source>
        <translation>
            <numerusform>%n Zeichen</numerusform>
            <numerusform>%n Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n gewählt</numerusform>
            <numerusform>%n gewählt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read.</source>
        <translation>
            <numerusform>%n war nicht lesbar.</numerusform>
            <numerusform>%n waren nicht lesbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n end within {days} days</source>
        <translation>
            <numerusform>%n endet innerhalb von {days} Tagen</numerusform>
            <numerusform>%n enden innerhalb von {days} Tagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries are selected</source>
        <translation>
            <numerusform>%n Eintrag ist ausgewählt</numerusform>
            <numerusform>%n Einträge sind ausgewählt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries on record</source>
        <translation>
            <numerusform>%n Eintrag im Protokoll</numerusform>
            <numerusform>%n Einträge im Protokoll</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n fehlgeschlagen.</numerusform>
            <numerusform>%n fehlgeschlagen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%n file is no longer listed. On the disk it stays as it is.</source>
        <translation>%n Datei wird nicht mehr aufgeführt. Auf der Festplatte bleibt sie, wie sie ist.</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>%n files are no longer listed. On the disk they stay as they are.</source>
        <translation>%n Dateien werden nicht mehr aufgeführt. Auf der Festplatte bleiben sie, wie sie sind.</translation>
    </message>
    <message numerus="yes">
        <source>%n files carry Content Credentials. Any change breaks them, so they are left as they are.</source>
        <translation>
            <numerusform>%n Datei trägt Content Credentials. Jede Änderung macht sie ungültig, darum bleibt die Datei, wie sie ist.</numerusform>
            <numerusform>%n Dateien tragen Content Credentials. Jede Änderung macht sie ungültig, darum bleiben die Dateien, wie sie sind.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files looked up</source>
        <translation>
            <numerusform>%n Datei nachgesehen</numerusform>
            <numerusform>%n Dateien nachgesehen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files need a look</source>
        <translation>
            <numerusform>%n Datei bitte ansehen</numerusform>
            <numerusform>%n Dateien bitte ansehen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n Datei wurde außerhalb von RightsDesk geändert</numerusform>
            <numerusform>%n Dateien wurden außerhalb von RightsDesk geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n gefunden</numerusform>
            <numerusform>%n gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items read from {where}.</source>
        <translation>
            <numerusform>%n Eintrag von {where} gelesen.</numerusform>
            <numerusform>%n Einträge von {where} gelesen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone.</source>
        <translation>
            <numerusform>%n übersprungen.</numerusform>
            <numerusform>%n übersprungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n match already</source>
        <translation>
            <numerusform>%n passt schon</numerusform>
            <numerusform>%n passen schon</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n matched when last read</source>
        <translation>
            <numerusform>%n passte beim letzten Lesen</numerusform>
            <numerusform>%n passten beim letzten Lesen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n fehlt</numerusform>
            <numerusform>%n fehlen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be changed, as the review said.</source>
        <translation>
            <numerusform>%n weitere ließ sich nicht ändern, wie die Durchsicht schon sagte.</numerusform>
            <numerusform>%n weitere ließen sich nicht ändern, wie die Durchsicht schon sagte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not read</source>
        <translation>
            <numerusform>%n nicht gelesen</numerusform>
            <numerusform>%n nicht gelesen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them say something else today</source>
        <translation>
            <numerusform>%n davon sagt heute etwas anderes</numerusform>
            <numerusform>%n davon sagen heute etwas anderes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} artists need you</source>
        <translation>
            <numerusform>%n von {all} Acts braucht dich</numerusform>
            <numerusform>%n von {all} Acts brauchen dich</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n Stelle</numerusform>
            <numerusform>%n Stellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms need you</source>
        <translation>
            <numerusform>%n Plattform braucht dich</numerusform>
            <numerusform>%n Plattformen brauchen dich</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problems</source>
        <translation>
            <numerusform>%n Problem</numerusform>
            <numerusform>%n Probleme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings</source>
        <translation>
            <numerusform>%n Aufnahme</numerusform>
            <numerusform>%n Aufnahmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no ISRC</source>
        <translation>
            <numerusform>%n Aufnahme ohne ISRC</numerusform>
            <numerusform>%n Aufnahmen ohne ISRC</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no choice yet</source>
        <translation>
            <numerusform>%n Aufnahme ist noch ohne Wahl</numerusform>
            <numerusform>%n Aufnahmen sind noch ohne Wahl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n releases</source>
        <translation>
            <numerusform>%n Release</numerusform>
            <numerusform>%n Releases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it</source>
        <translation>
            <numerusform>%n passt</numerusform>
            <numerusform>%n passen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say otherwise</source>
        <translation>
            <numerusform>%n weicht ab</numerusform>
            <numerusform>%n weichen ab</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say something</source>
        <translation>
            <numerusform>%n sagt etwas</numerusform>
            <numerusform>%n sagen etwas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sections found</source>
        <translation>
            <numerusform>%n Abschnitt gefunden</numerusform>
            <numerusform>%n Abschnitte gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n silent</source>
        <translation>
            <numerusform>%n sagt nichts</numerusform>
            <numerusform>%n sagen nichts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sites</source>
        <translation>
            <numerusform>%n Website</numerusform>
            <numerusform>%n Websites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n Schritt</numerusform>
            <numerusform>%n Schritte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tags</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things these tags can&apos;t express</source>
        <translation>
            <numerusform>%n Punkt, den diese Tags nicht ausdrücken können</numerusform>
            <numerusform>%n Punkte, die diese Tags nicht ausdrücken können</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things to know about these tags</source>
        <translation>
            <numerusform>%n Hinweis zu diesen Tags</numerusform>
            <numerusform>%n Hinweise zu diesen Tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n times</source>
        <translation>
            <numerusform>%n Mal</numerusform>
            <numerusform>%n Mal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to match</source>
        <translation>
            <numerusform>%n zuzuordnen</numerusform>
            <numerusform>%n zuzuordnen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write</source>
        <translation>
            <numerusform>%n zu schreiben</numerusform>
            <numerusform>%n zu schreiben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write, by the last check.</source>
        <translation>
            <numerusform>%n zu schreiben, Stand der letzten Prüfung.</numerusform>
            <numerusform>%n zu schreiben, Stand der letzten Prüfung.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks</source>
        <translation>
            <numerusform>%n Track</numerusform>
            <numerusform>%n Tracks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks follow their artists now.</source>
        <translation>
            <numerusform>%n Track richtet sich jetzt nach dem Act.</numerusform>
            <numerusform>%n Tracks richten sich jetzt nach ihren Acts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks matched.</source>
        <translation>
            <numerusform>%n Track zugeordnet.</numerusform>
            <numerusform>%n Tracks zugeordnet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching</source>
        <translation>
            <numerusform>%n Track ist noch nicht zugeordnet</numerusform>
            <numerusform>%n Tracks sind noch nicht zugeordnet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching.</source>
        <translation>
            <numerusform>%n Track ist noch nicht zugeordnet.</numerusform>
            <numerusform>%n Tracks sind noch nicht zugeordnet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on platforms wait for your answer: which recordings are they?</source>
        <translation>
            <numerusform>%n Track auf Plattformen wartet auf deine Antwort: Welche Aufnahme ist das?</numerusform>
            <numerusform>%n Tracks auf Plattformen warten auf deine Antwort: Welche Aufnahmen sind das?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform} were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n Track auf {platform} wurde außerhalb von RightsDesk geändert</numerusform>
            <numerusform>%n Tracks auf {platform} wurden außerhalb von RightsDesk geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n unbekannt</numerusform>
            <numerusform>%n unbekannt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n videos</source>
        <translation>
            <numerusform>%n Video</numerusform>
            <numerusform>%n Videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were right already.</source>
        <translation>
            <numerusform>%n stimmte schon.</numerusform>
            <numerusform>%n stimmten schon.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a choice</source>
        <translation>
            <numerusform>%n ohne Wahl</numerusform>
            <numerusform>%n ohne Wahl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n written, not confirmed yet: the next check settles it.</source>
        <translation>
            <numerusform>%n geschrieben, noch nicht bestätigt: Das klärt die nächste Prüfung.</numerusform>
            <numerusform>%n geschrieben, noch nicht bestätigt: Das klärt die nächste Prüfung.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n zones</source>
        <translation>
            <numerusform>%n Zone</numerusform>
            <numerusform>%n Zonen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n {platform} tracks need matching</source>
        <translation>
            <numerusform>%n Track von {platform} ist noch nicht zugeordnet</numerusform>
            <numerusform>%n Tracks von {platform} sind noch nicht zugeordnet</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;About RightsDesk</source>
        <translation>Ü&amp;ber RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Add folder…</source>
        <translation>Ordner &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Add to {artist}</source>
        <translation>Zu {artist} &amp;hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Add {artist} as a new artist</source>
        <translation>{artist} als neuen &amp;Act hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>&amp;Sichern…</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Change them all the same…</source>
        <translation>
            <numerusform>&amp;Trotzdem ändern…</numerusform>
            <numerusform>&amp;Trotzdem ändern…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Choose a folder…</source>
        <translation>&amp;Ordner wählen…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Spalten</translation>
    </message>
    <message>
        <source>&amp;Connect an account…</source>
        <translation>&amp;Konto verbinden…</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Copy the details</source>
        <translation>Details &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>&amp;Forget…</source>
        <translation>&amp;Vergessen…</translation>
    </message>
    <message>
        <source>&amp;Go to…</source>
        <translation>&amp;Gehe zu…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Hide {column}</source>
        <translation>{column} ausblen&amp;den</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Verlauf</translation>
    </message>
    <message>
        <source>&amp;Ignore…</source>
        <translation>&amp;Ignorieren…</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>So &amp;lassen</translation>
    </message>
    <message>
        <source>&amp;Keep it as it is</source>
        <translation>So &amp;lassen</translation>
    </message>
    <message>
        <source>&amp;Keep it open</source>
        <translation>&amp;Offen lassen</translation>
    </message>
    <message>
        <source>&amp;Keep what is here</source>
        <translation>&amp;Jetzige Daten behalten</translation>
    </message>
    <message>
        <source>&amp;Leave these out</source>
        <translation>Diese &amp;weglassen</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Match %n tracks…</source>
        <translation>
            <numerusform>%n Track &amp;zuordnen…</numerusform>
            <numerusform>%n Tracks &amp;zuordnen…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Match tracks…</source>
        <translation>Tracks &amp;zuordnen…</translation>
    </message>
    <message>
        <source>&amp;Music</source>
        <translation>&amp;Musik</translation>
    </message>
    <message>
        <source>&amp;Never</source>
        <translation>&amp;Nie</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Open RightsDesk</source>
        <translation>RightsDesk ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausieren</translation>
    </message>
    <message>
        <source>&amp;Pause checks</source>
        <translation>Prüfungen &amp;pausieren</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}</source>
        <translation>&amp;Wiederherstellen: {what}</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Rename artist…</source>
        <translation>Act &amp;umbenennen…</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Rescan</source>
        <translation>&amp;Neu einlesen</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Zurückspielen</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>Sicherung &amp;zurückspielen…</translation>
    </message>
    <message>
        <source>&amp;Restore…</source>
        <translation>&amp;Zurückspielen…</translation>
    </message>
    <message>
        <source>&amp;Save this filter…</source>
        <translation>Diesen Filter &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>&amp;See what will change</source>
        <translation>&amp;Ansehen, was sich ändert</translation>
    </message>
    <message>
        <source>&amp;Side panel of the catalogue</source>
        <translation>&amp;Seitenleiste des Katalogs</translation>
    </message>
    <message>
        <source>&amp;Stop and close</source>
        <translation>&amp;Anhalten und schließen</translation>
    </message>
    <message>
        <source>&amp;Stop and quit</source>
        <translation>&amp;Anhalten und beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}</source>
        <translation>&amp;Rückgängig: {what}</translation>
    </message>
    <message>
        <source>&amp;Verify that the audio is untouched</source>
        <translation>Prüfen, ob das &amp;Audio unberührt ist</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Wait, then close</source>
        <translation>Ab&amp;warten, dann schließen</translation>
    </message>
    <message>
        <source>&amp;What to make</source>
        <translation>&amp;Was erstellen</translation>
    </message>
    <message>
        <source>&amp;Who reads this?</source>
        <translation>&amp;Wer liest das?</translation>
    </message>
    <message>
        <source>&amp;Write to files…</source>
        <translation>In Dateien &amp;schreiben…</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with these {what}</source>
        <translation>&amp;Ja, KI darf mehr: {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with this {noun}</source>
        <translation>&amp;Ja, KI darf mehr: {noun}</translation>
    </message>
    <message>
        <source>(Looked up {month}.)</source>
        <translation>(Nachgesehen: {month}.)</translation>
    </message>
    <message>
        <source>(Terms of {date}; looked up {month}.)</source>
        <translation>(Bedingungen, Stand {date}; nachgesehen: {month}.)</translation>
    </message>
    <message>
        <source>(not there)</source>
        <translation>(nicht da)</translation>
    </message>
    <message>
        <source>(removed)</source>
        <translation>(entfernt)</translation>
    </message>
    <message>
        <source>1  Music</source>
        <translation>1  Musik</translation>
    </message>
    <message>
        <source>2  Your choice</source>
        <translation>2  Deine Wahl</translation>
    </message>
    <message>
        <source>3  Review</source>
        <translation>3  Durchsehen</translation>
    </message>
    <message>
        <source>A check found something</source>
        <translation>Eine Prüfung hat etwas gefunden</translation>
    </message>
    <message>
        <source>A declaration is a signal, not a lock: it reserves your rights where machines and courts can read it. It can&apos;t stop those who don&apos;t look.</source>
        <translation>Eine Erklärung ist ein Signal, kein Schloss: Sie behält dir deine Rechte vor, wo Maschinen und Gerichte sie lesen können. Wer nicht hinschaut, den hält sie nicht auf.</translation>
    </message>
    <message>
        <source>A field in the file.</source>
        <translation>Ein Feld in der Datei.</translation>
    </message>
    <message>
        <source>A finished AI is fed with it, to answer or to remix.</source>
        <translation>Eine fertige KI wird damit gefüttert, um zu antworten oder zu remixen.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. Let it pass this computer, or ask its administrator.</source>
        <translation>Vielleicht blockiert eine Firewall oder eine Bot-Abwehr RightsDesk. Lass diesen Computer durch oder wende dich an die Administration.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. What it shows to crawlers is not known. Let it pass this computer, or check with a browser.</source>
        <translation>Vielleicht blockiert eine Firewall oder eine Bot-Abwehr RightsDesk. Was Crawler dort sehen, ist nicht bekannt. Lass diesen Computer durch oder sieh mit einem Browser nach.</translation>
    </message>
    <message>
        <source>A handle looks like artist.bsky.social. It has dots and no spaces.</source>
        <translation>Ein Handle sieht aus wie artist.bsky.social: mit Punkten und ohne Leerzeichen.</translation>
    </message>
    <message>
        <source>A header or a page element of your site.</source>
        <translation>Ein Header oder ein Seitenelement deiner Website.</translation>
    </message>
    <message>
        <source>A header, a page element and /.well-known/tdmrep.json on your site; fields and XMP in the file, places that the protocol does not define.</source>
        <translation>Ein Header, ein Seitenelement und /.well-known/tdmrep.json auf deiner Website; Felder und XMP in der Datei – Orte, die das Protokoll nicht vorsieht.</translation>
    </message>
    <message>
        <source>A later job overwrote this before it was confirmed.</source>
        <translation>Ein späterer Vorgang hat das überschrieben, bevor es bestätigt war.</translation>
    </message>
    <message>
        <source>A length is not known, so it can&apos;t be compared</source>
        <translation>Eine Länge ist nicht bekannt, darum kein Vergleich</translation>
    </message>
    <message>
        <source>A letter is about one artist</source>
        <translation>Ein Brief handelt von einem einzigen Act</translation>
    </message>
    <message>
        <source>A licence file on your site, and lines that point to it.</source>
        <translation>Eine Lizenzdatei auf deiner Website und Zeilen, die auf sie verweisen.</translation>
    </message>
    <message>
        <source>A licence from {who} is required.</source>
        <translation>Eine Lizenz von {who} ist nötig.</translation>
    </message>
    <message>
        <source>A licence lets one partner do what your choice refuses everyone: train on an album until 2027, say. Your files and sites then name that partner. All others may do no more than before. When it ends, it is taken out again.</source>
        <translation>Eine Lizenz erlaubt einem Partner, was deine Wahl allen verweigert: zum Beispiel bis 2027 mit einem Album zu trainieren. Deine Dateien und Websites nennen dann diesen Partner. Alle anderen dürfen nicht mehr als vorher. Wenn sie endet, wird sie wieder herausgenommen.</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>Neue Passphrase</translation>
    </message>
    <message>
        <source>A passphrase needs at least {shortest} characters.</source>
        <translation>Eine Passphrase braucht mindestens {shortest} Zeichen.</translation>
    </message>
    <message>
        <source>A proxy&apos;s user name and password are not stored with the settings.</source>
        <translation>Benutzername und Passwort eines Proxys werden nicht bei den Einstellungen gespeichert.</translation>
    </message>
    <message>
        <source>A public record of your account.</source>
        <translation>Ein öffentlicher Datensatz deines Kontos.</translation>
    </message>
    <message>
        <source>A record in the account, through the API</source>
        <translation>Ein Datensatz im Konto, über die API</translation>
    </message>
    <message>
        <source>A registry entry for each recording, bound to the sound by its ISCC.</source>
        <translation>Ein Registereintrag für jede Aufnahme, über ihren ISCC an den Klang gebunden.</translation>
    </message>
    <message>
        <source>A request can&apos;t carry two passwords. Ask your web host to open the addresses below wp-json/. WordPress asks for a password there itself.</source>
        <translation>Eine Anfrage kann keine zwei Passwörter tragen. Bitte deinen Hoster, die Adressen unter wp-json/ zu öffnen. WordPress fragt dort selbst nach einem Passwort.</translation>
    </message>
    <message>
        <source>A response header and lines in robots.txt of your site; a field in the file, a place that the draft does not define.</source>
        <translation>Ein Antwort-Header und Zeilen in der robots.txt deiner Website; ein Feld in der Datei – ein Ort, den der Entwurf nicht vorsieht.</translation>
    </message>
    <message>
        <source>A review lists every change before it is made. Whatever would let AI do more than before needs a yes of its own.</source>
        <translation>Du siehst jede Änderung, bevor sie gemacht wird. Was KI mehr erlauben würde als bisher, braucht ein eigenes Ja.</translation>
    </message>
    <message>
        <source>A rule in tdmrep.json names no place.</source>
        <translation>Eine Regel in tdmrep.json nennt keinen Ort.</translation>
    </message>
    <message>
        <source>A setting of your site on WordPress.com.</source>
        <translation>Eine Einstellung deiner Website auf WordPress.com.</translation>
    </message>
    <message>
        <source>A sidecar that RightsDesk made goes again if nothing else is in it.</source>
        <translation>Eine Begleitdatei, die RightsDesk angelegt hat, wird wieder gelöscht, wenn sonst nichts darin steht.</translation>
    </message>
    <message>
        <source>A signed statement in the file or next to it.</source>
        <translation>Eine signierte Aussage in der Datei oder daneben.</translation>
    </message>
    <message>
        <source>A switch in YouTube Studio, which RightsDesk can read; tags and description of your videos.</source>
        <translation>Ein Schalter in YouTube Studio, den RightsDesk lesen kann; Tags und Beschreibung deiner Videos.</translation>
    </message>
    <message>
        <source>A term with exact meanings, including “see the terms”, that picture archives and agencies know.</source>
        <translation>Ein Begriff mit genau festgelegten Bedeutungen, darunter „siehe Bedingungen“, den Bildarchive und -agenturen kennen.</translation>
    </message>
    <message>
        <source>A tool for AI covers and remixes was announced with Universal Music on 21 May 2026. The rights holder decides whether music takes part: ask your label or distributor.</source>
        <translation>Ein Werkzeug für KI-Cover und -Remixe wurde am 21. Mai 2026 zusammen mit Universal Music angekündigt. Ob Musik mitmacht, entscheidet, wer die Rechte hat: Frag dein Label oder deinen Vertrieb.</translation>
    </message>
    <message>
        <source>A track there may be this one: it needs matching.</source>
        <translation>Ein Track dort könnte diese sein: Er muss zugeordnet werden.</translation>
    </message>
    <message>
        <source>A use is granted only if it is named: leaving it out reserves it. RightsDesk writes a note for the people who make the messages, and reads grants that contradict your consent.</source>
        <translation>Eine Nutzung ist nur erlaubt, wenn sie genannt wird: Weglassen heißt vorbehalten. RightsDesk schreibt eine Notiz für die Leute, die die Meldungen erstellen, und liest Erlaubnisse, die deiner Wahl widersprechen.</translation>
    </message>
    <message>
        <source>A&amp;rtist</source>
        <translation>A&amp;ct</translation>
    </message>
    <message>
        <source>AI Generated Music Settings</source>
        <translation>AI Generated Music Settings</translation>
    </message>
    <message>
        <source>AI covers and remixes</source>
        <translation>KI-Cover und -Remixe</translation>
    </message>
    <message>
        <source>AI credits</source>
        <translation>KI-Credits</translation>
    </message>
    <message>
        <source>AI credits at upload</source>
        <translation>KI-Credits beim Hochladen</translation>
    </message>
    <message>
        <source>AI disclosure in SymphonicMS</source>
        <translation>KI-Kennzeichnung in SymphonicMS</translation>
    </message>
    <message>
        <source>AI licences, each joined by the member label</source>
        <translation>KI-Lizenzen, jede einzeln vom Mitgliedslabel gewählt</translation>
    </message>
    <message>
        <source>AI licensing programme</source>
        <translation>KI-Lizenzprogramm</translation>
    </message>
    <message>
        <source>AI licensing with Musical AI</source>
        <translation>KI-Lizenzen mit Musical AI</translation>
    </message>
    <message>
        <source>AI may then do more than now.</source>
        <translation>KI darf dann mehr als jetzt.</translation>
    </message>
    <message numerus="yes">
        <source>AI may then do more with these %n recordings: {uses}.</source>
        <translation>
            <numerusform>KI darf dann mit dieser Aufnahme mehr: {uses}.</numerusform>
            <numerusform>KI darf dann mit diesen %n Aufnahmen mehr: {uses}.</numerusform>
        </translation>
    </message>
    <message>
        <source>AI may then do more with {name}.</source>
        <translation>KI darf dann mehr mit {name}.</translation>
    </message>
    <message>
        <source>AI preferences (community.lexicon.preference.ai)</source>
        <translation>KI-Vorgaben (community.lexicon.preference.ai)</translation>
    </message>
    <message>
        <source>AI tagging</source>
        <translation>KI-Markierung</translation>
    </message>
    <message>
        <source>AI training crawlers (ai_training)</source>
        <translation>Crawler für KI-Training (ai_training)</translation>
    </message>
    <message>
        <source>AI uses need a licence from you. Search and recommendations stay allowed.</source>
        <translation>KI-Nutzungen brauchen eine Lizenz von dir. Suche und Empfehlungen bleiben erlaubt.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API-Schlüssel</translation>
    </message>
    <message>
        <source>API token</source>
        <translation>API-Token</translation>
    </message>
    <message>
        <source>About RightsDesk</source>
        <translation>Über RightsDesk</translation>
    </message>
    <message>
        <source>About {time}</source>
        <translation>Etwa {time}</translation>
    </message>
    <message numerus="yes">
        <source>Accept %n best matches</source>
        <translation>
            <numerusform>%n besten Treffer annehmen</numerusform>
            <numerusform>%n beste Treffer annehmen</numerusform>
        </translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Zugriffsschlüssel</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugriffstoken</translation>
    </message>
    <message>
        <source>Accou&amp;nts…</source>
        <translation>&amp;Konten…</translation>
    </message>
    <message>
        <source>Account connected: {platform}, {account}, for {artist}</source>
        <translation>Konto verbunden: {platform}, {account}, für {artist}</translation>
    </message>
    <message>
        <source>Account removed: {platform}, {account}, for {artist}</source>
        <translation>Konto entfernt: {platform}, {account}, für {artist}</translation>
    </message>
    <message>
        <source>Account: {names}</source>
        <translation>Konto: {names}</translation>
    </message>
    <message>
        <source>Accounts that can&apos;t be read</source>
        <translation>Nicht lesbare Konten</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add &amp;artist…</source>
        <translation>&amp;Act hinzufügen…</translation>
    </message>
    <message>
        <source>Add &amp;folder…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>Weiteren Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Add artist</source>
        <translation>Act hinzufügen</translation>
    </message>
    <message>
        <source>Add artist…</source>
        <translation>Act hinzufügen…</translation>
    </message>
    <message>
        <source>Add music</source>
        <translation>Musik hinzufügen</translation>
    </message>
    <message>
        <source>Add one first.</source>
        <translation>Füge erst einen hinzu.</translation>
    </message>
    <message>
        <source>Add the ISRC of each with a tag editor, then scan the folder again. Until then they are recognized by release, place and title.</source>
        <translation>Trag ihre ISRCs mit einem Tag-Editor ein und lies den Ordner dann neu ein. Bis dahin werden diese Aufnahmen an Release, Position und Titel erkannt.</translation>
    </message>
    <message>
        <source>Add the folder that it is in, or drop it here: its files are only read. Or connect an account: tracks that are only there are listed, too.</source>
        <translation>Füg den Ordner hinzu, in dem sie liegt, oder zieh ihn hierher: Seine Dateien werden nur gelesen. Oder verbinde ein Konto: Dann stehen auch Tracks in der Liste, die es nur dort gibt.</translation>
    </message>
    <message>
        <source>Add them to the proxy&apos;s address, as in http://name:password@host:port, or ask the administrator of your network.</source>
        <translation>Schreib sie in die Adresse des Proxys, also http://name:password@host:port, oder frag die Administration deines Netzwerks.</translation>
    </message>
    <message>
        <source>Added after your copyright line, which stays. It names what is reserved, and the law it rests on.</source>
        <translation>Wird an deine Copyright-Zeile angehängt, die stehen bleibt. Der Satz nennt, was vorbehalten ist, und das Gesetz, auf dem das beruht.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of new versions</source>
        <translation>Adresse der neuen Versionen</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Adresse des Proxys</translation>
    </message>
    <message>
        <source>Address of your terms</source>
        <translation>Adresse deiner Bedingungen</translation>
    </message>
    <message>
        <source>Advanced settings</source>
        <translation>Erweiterte Einstellungen</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Danach</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message numerus="yes">
        <source>All %n artists</source>
        <translation>
            <numerusform>Alle %n Acts</numerusform>
            <numerusform>Alle %n Acts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} everywhere</source>
        <translation>
            <numerusform>Deine Aufnahme sagt überall „{choice}“</numerusform>
            <numerusform>Alle %n Aufnahmen sagen überall „{choice}“</numerusform>
        </translation>
    </message>
    <message>
        <source>All artists</source>
        <translation>Alle Acts</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Alle Labels</translation>
    </message>
    <message>
        <source>All of {artist}</source>
        <translation>Alles von {artist}</translation>
    </message>
    <message>
        <source>All third-party companies</source>
        <translation>Alle Drittunternehmen</translation>
    </message>
    <message>
        <source>All {number} tags are taken, so there is no room for “{word}”.</source>
        <translation>Alle {number} Tags sind belegt, darum ist kein Platz für „{word}“.</translation>
    </message>
    <message>
        <source>All {updates} today.</source>
        <translation>Alle {updates} heute.</translation>
    </message>
    <message>
        <source>Allow AI-generated music based on my likeness</source>
        <translation>Allow AI-generated music based on my likeness</translation>
    </message>
    <message>
        <source>Allow it to list the bucket, to get, put and delete its objects, and to read and set their access lists and tags.</source>
        <translation>Erlaube ihm, den Bucket aufzulisten, dessen Objekte zu lesen, zu schreiben und zu löschen und ihre Zugriffslisten und Tags zu lesen und zu setzen.</translation>
    </message>
    <message>
        <source>Allow third-party companies to train AI models using my content</source>
        <translation>Drittunternehmen erlauben, KI-Modelle mit meinen Inhalten zu trainieren</translation>
    </message>
    <message>
        <source>Allow writing to both, then try again.</source>
        <translation>Erlaube das Schreiben in beide und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Allow, some or all</source>
        <translation>Erlauben, einige oder alle</translation>
    </message>
    <message>
        <source>Also write .&amp;xmp sidecars</source>
        <translation>Auch .&amp;xmp-Begleitdateien schreiben</translation>
    </message>
    <message>
        <source>Also written: {names}</source>
        <translation>Auch geschrieben: {names}</translation>
    </message>
    <message>
        <source>Alt and an underlined letter</source>
        <translation>Alt und ein unterstrichener Buchstabe</translation>
    </message>
    <message>
        <source>Altered or synthetic content</source>
        <translation>Veränderte oder synthetische Inhalte</translation>
    </message>
    <message>
        <source>An ISCC (ISO 24138) is computed from the audio file by tools of that name.</source>
        <translation>Einen ISCC (ISO 24138) berechnen gleichnamige Werkzeuge aus der Audiodatei.</translation>
    </message>
    <message>
        <source>An account acts for one artist only.</source>
        <translation>Ein Konto handelt nur für einen Act.</translation>
    </message>
    <message>
        <source>An artist needs a name.</source>
        <translation>Ein Act braucht einen Namen.</translation>
    </message>
    <message>
        <source>An offer that names AI makers</source>
        <translation>Ein Angebot, das KI-Firmen nennt</translation>
    </message>
    <message>
        <source>And {n} more.</source>
        <translation>Und {n} weitere.</translation>
    </message>
    <message>
        <source>Announcement of November 2024. Where exactly SymphonicMS asks was not found.</source>
        <translation>Ankündigung vom November 2024. Wo genau SymphonicMS danach fragt, war nicht zu finden.</translation>
    </message>
    <message>
        <source>Another RightsDesk has these data open.</source>
        <translation>Ein anderes RightsDesk hat diese Daten geöffnet.</translation>
    </message>
    <message>
        <source>Another RightsDesk is working with the same data.</source>
        <translation>Ein anderes RightsDesk arbeitet mit denselben Daten.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run has renewed this sign-in meanwhile.</source>
        <translation>Ein anderes Fenster oder ein anderer Lauf von RightsDesk hat diese Anmeldung inzwischen erneuert.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run is renewing this sign-in and does not finish.</source>
        <translation>Ein anderes Fenster oder ein anderer Lauf von RightsDesk erneuert diese Anmeldung gerade und wird nicht fertig.</translation>
    </message>
    <message>
        <source>Another day, a reminder, a note…</source>
        <translation>Anderer Tag, Erinnerung, Notiz…</translation>
    </message>
    <message>
        <source>Another place</source>
        <translation>Anderer Ort</translation>
    </message>
    <message>
        <source>Another program has locked this file at {host}.</source>
        <translation>Ein anderes Programm hat diese Datei auf {host} gesperrt.</translation>
    </message>
    <message>
        <source>Another program is holding RightsDesk&apos;s own data.</source>
        <translation>Ein anderes Programm hält RightsDesks eigene Daten fest.</translation>
    </message>
    <message>
        <source>Another program is using this file.</source>
        <translation>Ein anderes Programm benutzt diese Datei gerade.</translation>
    </message>
    <message>
        <source>Another program is using this library.</source>
        <translation>Ein anderes Programm benutzt diese Bibliothek gerade.</translation>
    </message>
    <message>
        <source>Another recording or track fits as well</source>
        <translation>Eine andere Aufnahme oder ein anderer Track passt auch</translation>
    </message>
    <message>
        <source>Another server…</source>
        <translation>Anderer Server…</translation>
    </message>
    <message>
        <source>Another user owns {place}, and other people may open it.</source>
        <translation>{place} gehört einem anderen Benutzerkonto, und auch andere Leute können darauf zugreifen.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>App-Passwort</translation>
    </message>
    <message>
        <source>App passwords of Bluesky look like xxxx-xxxx-xxxx-xxxx. Your own password stays with you.</source>
        <translation>App-Passwörter von Bluesky sehen aus wie xxxx-xxxx-xxxx-xxxx. Dein eigenes Passwort bleibt bei dir.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Anwendungspasswort</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>Act</translation>
    </message>
    <message>
        <source>Artist added: {artist}</source>
        <translation>Act hinzugefügt: {artist}</translation>
    </message>
    <message>
        <source>Artist differs</source>
        <translation>Act verschieden</translation>
    </message>
    <message>
        <source>Artist removed: {artist}</source>
        <translation>Act entfernt: {artist}</translation>
    </message>
    <message>
        <source>Artist renamed: “{before}” is now “{now}”</source>
        <translation>Act umbenannt: „{before}“ heißt jetzt „{now}“</translation>
    </message>
    <message>
        <source>Artist: {name}</source>
        <translation>Act: {name}</translation>
    </message>
    <message>
        <source>Artists</source>
        <translation>Acts</translation>
    </message>
    <message>
        <source>Artists, consents, accounts, what was read, and the journal are in it. The stored sign-ins are in it encrypted; the key to them is not: it stays in the keyring or with your passphrase. Your music is not part of it.</source>
        <translation>Acts, jede Wahl, Konten, alles Gelesene und das Protokoll sind darin. Auch die gespeicherten Anmeldungen sind darin, verschlüsselt; der Schlüssel dazu nicht: Er bleibt im Schlüsselbund oder bei deiner Passphrase. Deine Musik gehört nicht dazu.</translation>
    </message>
    <message>
        <source>Artists, releases, platforms, pages, settings and actions</source>
        <translation>Acts, Releases, Plattformen, Seiten, Einstellungen und Aktionen</translation>
    </message>
    <message>
        <source>Artists, those who need something first</source>
        <translation>Acts, zuerst die, die etwas brauchen</translation>
    </message>
    <message>
        <source>As of the last time files and platforms were read.</source>
        <translation>Stand: als Dateien und Plattformen zuletzt gelesen wurden.</translation>
    </message>
    <message>
        <source>As the artist chose</source>
        <translation>Wie der Act gewählt hat</translation>
    </message>
    <message>
        <source>Ask me</source>
        <translation>Frag mich</translation>
    </message>
    <message>
        <source>Ask me first</source>
        <translation>Frag mich zuerst</translation>
    </message>
    <message>
        <source>Ask me later</source>
        <translation>Frag mich später</translation>
    </message>
    <message>
        <source>Ask the administrator of your network to allow {host}.</source>
        <translation>Bitte die Administration deines Netzwerks, {host} zu erlauben.</translation>
    </message>
    <message>
        <source>Ask the owner of that folder, or choose another one.</source>
        <translation>Frag, wem der Ordner gehört, oder wähle einen anderen.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator for it.</source>
        <translation>Frag die Administration des Servers danach.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator.</source>
        <translation>Frag die Administration des Servers.</translation>
    </message>
    <message>
        <source>Ask your label, or its contact at Merlin, which AI licences it has joined.</source>
        <translation>Frag dein Label oder dessen Kontakt bei Merlin, bei welchen KI-Lizenzen es dabei ist.</translation>
    </message>
    <message>
        <source>Ask your web host for the reason.</source>
        <translation>Frag deinen Hoster nach dem Grund.</translation>
    </message>
    <message>
        <source>Ask your web host whether they changed it, and for the new fingerprint. If it is this one, connect the site again.</source>
        <translation>Frag deinen Hoster, ob er ihn geändert hat und wie der neue Fingerabdruck lautet. Wenn es dieser ist, verbinde die Website neu.</translation>
    </message>
    <message>
        <source>Ask {service} for how long.</source>
        <translation>Frag {service}, wie lange.</translation>
    </message>
    <message>
        <source>Ask {service} for the reason.</source>
        <translation>Frag {service} nach dem Grund.</translation>
    </message>
    <message>
        <source>At Cloudflare, open My Profile, API Tokens, and make a token with the permission “Bot Management: Edit” for your zone only.</source>
        <translation>Öffne bei Cloudflare „My Profile“, dann „API Tokens“, und erstelle ein Token mit der Berechtigung „Bot Management: Edit“, nur für deine Zone.</translation>
    </message>
    <message>
        <source>At login</source>
        <translation>Beim Anmelden</translation>
    </message>
    <message>
        <source>At the end of the copyright field of the file.</source>
        <translation>Am Ende des Copyright-Felds der Datei.</translation>
    </message>
    <message>
        <source>Audio verified: {counts}.</source>
        <translation>Audio geprüft: {counts}.</translation>
    </message>
    <message>
        <source>Audius API description and documentation.</source>
        <translation>API-Beschreibung und Dokumentation von Audius.</translation>
    </message>
    <message>
        <source>Audius API description. It is documented for new tracks; that it can be changed later was seen in the source only.</source>
        <translation>API-Beschreibung von Audius. Dokumentiert ist es für neue Tracks; dass es sich später ändern lässt, steht nur im Quellcode.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this account, but does not show it.</source>
        <translation>Audius hat die Änderung an diesem Konto angenommen, zeigt sie aber nicht.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this track, but does not show it.</source>
        <translation>Audius hat die Änderung an diesem Track angenommen, zeigt sie aber nicht.</translation>
    </message>
    <message>
        <source>Audius. The account&apos;s switch decides whether AI music may be attributed to you.</source>
        <translation>Audius. Der Schalter des Kontos entscheidet, ob KI-Musik dir zugeschrieben werden darf.</translation>
    </message>
    <message>
        <source>Automatic checks</source>
        <translation>Automatische Prüfungen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Back up RightsDesk&apos;s own data</source>
        <translation>RightsDesks eigene Daten sichern</translation>
    </message>
    <message>
        <source>Backed up to {path}.</source>
        <translation>Gesichert in {path}.</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>Begin with https://: {address}</source>
        <translation>Beginne mit https://: {address}</translation>
    </message>
    <message>
        <source>Believe, which owns TuneCore, was reported to license music to these companies. How an artist says yes or no was not found.</source>
        <translation>Believe, dem TuneCore gehört, lizenziert Berichten zufolge Musik an diese Firmen. Wie ein Act ja oder nein sagt, war nicht zu finden.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Block, all my files</source>
        <translation>Blockieren, alle meine Dateien</translation>
    </message>
    <message>
        <source>Blocking crawlers that train also blocks Googlebot, Applebot and BingBot: the site may vanish from search.</source>
        <translation>Crawler zu blockieren, die trainieren, blockiert auch Googlebot, Applebot und BingBot: Die Website kann dann aus der Suche verschwinden.</translation>
    </message>
    <message>
        <source>Bluesky doesn&apos;t have this account any more.</source>
        <translation>Bluesky hat dieses Konto nicht mehr.</translation>
    </message>
    <message>
        <source>Bring a backup back: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Spiel eine Sicherung zurück: rightsdesk restore FILE. RightsDesks eigene Sicherungen sind in {folder}.</translation>
    </message>
    <message>
        <source>By hand: open Audius, go to Settings, then AI Generated Music Settings.</source>
        <translation>Von Hand: Öffne Audius, geh zu Settings, dann zu AI Generated Music Settings.</translation>
    </message>
    <message>
        <source>C&amp;hange…</source>
        <translation>Ä&amp;ndern…</translation>
    </message>
    <message>
        <source>C&amp;lear the search</source>
        <translation>Suche &amp;leeren</translation>
    </message>
    <message>
        <source>CAF</source>
        <translation>CAF</translation>
    </message>
    <message>
        <source>Can be connected</source>
        <translation>Kann verbunden werden</translation>
    </message>
    <message>
        <source>Can&apos;t find a music folder</source>
        <translation>Ein Musikordner ist nicht zu finden</translation>
    </message>
    <message>
        <source>Can&apos;t find {names}. The list shows what was there last time.</source>
        <translation>Nicht zu finden: {names}. Die Liste zeigt, was zuletzt dort war.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>Causes</source>
        <translation>Ursachen</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained (list of {day}): {names}.</source>
        <translation>Von Fairly Trained zertifiziert (Liste, Stand {day}): {names}.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Change &amp;choice</source>
        <translation>&amp;Wahl ändern</translation>
    </message>
    <message>
        <source>Change choice</source>
        <translation>Wahl ändern</translation>
    </message>
    <message>
        <source>Change its permissions, or ask its owner.</source>
        <translation>Ändere die Zugriffsrechte oder frag, wem es gehört.</translation>
    </message>
    <message>
        <source>Change what you use…</source>
        <translation>Ändern, was du nutzt…</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Changed by others</source>
        <translation>Von anderen geändert</translation>
    </message>
    <message>
        <source>Changed since, and left in place: {left}.</source>
        <translation>Seitdem geändert und darum stehen gelassen: {left}.</translation>
    </message>
    <message>
        <source>Changed without RightsDesk: {changes}.</source>
        <translation>Ohne RightsDesk geändert: {changes}.</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Changing this file would lose this: {lost}.</source>
        <translation>Beim Ändern dieser Datei ginge verloren: {lost}.</translation>
    </message>
    <message>
        <source>Changing this sidecar would have harmed its other content, so RightsDesk did not.</source>
        <translation>Das Ändern dieser Begleitdatei hätte ihren übrigen Inhalt beschädigt, darum hat RightsDesk es gelassen.</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Check &amp;platforms</source>
        <translation>Plattformen &amp;prüfen</translation>
    </message>
    <message>
        <source>Check &amp;{platforms}</source>
        <translation>{platforms} &amp;prüfen</translation>
    </message>
    <message>
        <source>Check again later. If it stays so, Audius does not offer this switch here.</source>
        <translation>Prüfe es später noch einmal. Wenn es so bleibt, bietet Audius diesen Schalter hier nicht an.</translation>
    </message>
    <message>
        <source>Check again, then repeat.</source>
        <translation>Prüfe erneut und wiederhole es dann.</translation>
    </message>
    <message>
        <source>Check it now, or turn on automatic checks in Settings.</source>
        <translation>Prüfe jetzt oder schalte in den Einstellungen die automatischen Prüfungen ein.</translation>
    </message>
    <message>
        <source>Check its name. If it was moved or renamed, scan its new folder.</source>
        <translation>Prüf den Namen. Wenn er verschoben oder umbenannt wurde, lies den neuen Ordner ein.</translation>
    </message>
    <message>
        <source>Check its write protection, or work on a copy of the folder.</source>
        <translation>Prüfe den Schreibschutz oder arbeite mit einer Kopie des Ordners.</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Check platforms</source>
        <translation>Plattformen prüfen</translation>
    </message>
    <message>
        <source>Check platforms &amp;automatically</source>
        <translation>Plattformen au&amp;tomatisch prüfen</translation>
    </message>
    <message>
        <source>Check that it runs and that its address is right, or remove the setting if this network needs no proxy. With {host} in no_proxy it is not used.</source>
        <translation>Prüfe, ob er läuft und ob seine Adresse stimmt, oder entferne die Einstellung, wenn dieses Netzwerk keinen Proxy braucht. Mit {host} in no_proxy wird er nicht benutzt.</translation>
    </message>
    <message>
        <source>Check the account again, then repeat.</source>
        <translation>Prüfe das Konto erneut und wiederhole es dann.</translation>
    </message>
    <message>
        <source>Check the address ({address}) and the internet connection.</source>
        <translation>Prüfe die Adresse ({address}) und die Internetverbindung.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Prüf die Adresse.</translation>
    </message>
    <message>
        <source>Check the disk, and make sure that you have a backup.</source>
        <translation>Prüfe die Festplatte und sorg dafür, dass du eine Sicherung hast.</translation>
    </message>
    <message>
        <source>Check the disk, then scan the file again.</source>
        <translation>Prüfe die Festplatte und lies die Datei dann neu ein.</translation>
    </message>
    <message>
        <source>Check the internet connection and the address, and try again.</source>
        <translation>Prüfe die Internetverbindung und die Adresse und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Check the internet connection and try again.</source>
        <translation>Prüfe die Internetverbindung und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Check the permissions of RightsDesk&apos;s data folder.</source>
        <translation>Prüfe die Zugriffsrechte von RightsDesks Datenordner.</translation>
    </message>
    <message>
        <source>Check the permissions of the folder and the free space on its disk.</source>
        <translation>Prüfe die Zugriffsrechte des Ordners und den freien Platz auf der Festplatte.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address: it is the part before /videos.</source>
        <translation>Prüfe die Adresse des Servers: Es ist der Teil vor /videos.</translation>
    </message>
    <message>
        <source>Check the site again, then repeat.</source>
        <translation>Prüfe die Website erneut und wiederhole es dann.</translation>
    </message>
    <message>
        <source>Check whether the proxy works, or try again later.</source>
        <translation>Prüfe, ob der Proxy funktioniert, oder versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Check your account for a message from SoundCloud, wait a day, and continue with fewer tracks at a time.</source>
        <translation>Sieh in deinem Konto nach, ob SoundCloud dir geschrieben hat, warte einen Tag und mach mit weniger Tracks auf einmal weiter.</translation>
    </message>
    <message>
        <source>Check {name}</source>
        <translation>{name} prüfen</translation>
    </message>
    <message>
        <source>Check {platforms}</source>
        <translation>{platforms} prüfen</translation>
    </message>
    <message>
        <source>Check {platform} again</source>
        <translation>{platform} erneut prüfen</translation>
    </message>
    <message>
        <source>Checked too long ago</source>
        <translation>Prüfung zu lange her</translation>
    </message>
    <message>
        <source>Checked {items} on platforms: {changes}.</source>
        <translation>Auf Plattformen geprüft: {items}. Ergebnis: {changes}.</translation>
    </message>
    <message>
        <source>Checked. The sign-in works.</source>
        <translation>Geprüft. Die Anmeldung gilt.</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Wahl</translation>
    </message>
    <message>
        <source>Choice for {name}: {said}</source>
        <translation>Wahl für {name}: {said}</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Wahl</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Choose &amp;later</source>
        <translation>&amp;Später wählen</translation>
    </message>
    <message>
        <source>Choose a folder: --data-dir DIR.</source>
        <translation>Wähle einen Ordner: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose a longer one: several words that don&apos;t belong together.</source>
        <translation>Wähle eine längere: mehrere Wörter, die nicht zusammengehören.</translation>
    </message>
    <message>
        <source>Choose a recording to see what it says where.</source>
        <translation>Wähle eine Aufnahme, um zu sehen, was sie wo sagt.</translation>
    </message>
    <message>
        <source>Choose allow, limit or block for each file.</source>
        <translation>Wähle für jede Datei: erlauben, begrenzen oder blockieren.</translation>
    </message>
    <message>
        <source>Choose an artist to say what AI may do.</source>
        <translation>Wähle einen Act, um zu sagen, was KI darf.</translation>
    </message>
    <message>
        <source>Choose an artist to see what there is to do.</source>
        <translation>Wähle einen Act, um zu sehen, was zu tun ist.</translation>
    </message>
    <message>
        <source>Choose an artist&apos;s folders. RightsDesk reads the files and changes nothing.</source>
        <translation>Wähle die Ordner eines Acts. RightsDesk liest die Dateien und ändert nichts.</translation>
    </message>
    <message>
        <source>Choose an artist, or type a new name</source>
        <translation>Wähle einen Act oder tippe einen neuen Namen</translation>
    </message>
    <message>
        <source>Choose an authority, or turn on OpenTimestamps.</source>
        <translation>Wähle eine Stelle, oder schalte OpenTimestamps ein.</translation>
    </message>
    <message>
        <source>Choose an entry to see what to do about it.</source>
        <translation>Wähle einen Eintrag, um zu sehen, was du tun kannst.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR.</source>
        <translation>Wähle einen anderen Ordner: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR. Or let only yourself write there: {command}</source>
        <translation>Wähle einen anderen Ordner: --data-dir DIR. Oder lass nur dich selbst dorthin schreiben: {command}</translation>
    </message>
    <message>
        <source>Choose at least one</source>
        <translation>Wähle mindestens eine</translation>
    </message>
    <message>
        <source>Choose at least two.</source>
        <translation>Wähle mindestens zwei.</translation>
    </message>
    <message>
        <source>Choose each &amp;use yourself</source>
        <translation>Jede &amp;Nutzung selbst wählen</translation>
    </message>
    <message>
        <source>Choose each &amp;use…</source>
        <translation>&amp;Jede Nutzung einzeln wählen…</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose one artist first.</source>
        <translation>Wähle erst einen Act.</translation>
    </message>
    <message>
        <source>Choose the folder that has the same files.</source>
        <translation>Wähle den Ordner, in dem dieselben Dateien sind.</translation>
    </message>
    <message>
        <source>Choose the system&apos;s proxy, and put the address with them into the variable https_proxy.</source>
        <translation>Wähle den Proxy des Systems und schreib die Adresse mit beidem in die Variable https_proxy.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them.</source>
        <translation>Wähle, was KI damit darf.</translation>
    </message>
    <message>
        <source>Choose what AI may do…</source>
        <translation>Wählen, was KI darf …</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Aufheben</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Click to show all again.</source>
        <translation>Klicken, um wieder alle zu zeigen.</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Client-Secret</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close RightsDesk?</source>
        <translation>RightsDesk schließen?</translation>
    </message>
    <message>
        <source>Close beets and try again. `beet version` in a terminal checks it, too.</source>
        <translation>Schließ beets und versuch es noch einmal. `beet version` in einem Terminal prüft sie auch.</translation>
    </message>
    <message>
        <source>Close every other RightsDesk window and run, then try again.</source>
        <translation>Schließ alle anderen Fenster und Läufe von RightsDesk und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Close it, then try again.</source>
        <translation>Schließ es und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Close that program (perhaps a second RightsDesk that is signing in), or enter another redirect address for this account and in your {service} app.</source>
        <translation>Schließ dieses Programm (vielleicht meldet sich gerade ein zweites RightsDesk an) oder gib für dieses Konto und in deiner App bei {service} eine andere Weiterleitungsadresse ein.</translation>
    </message>
    <message>
        <source>Close that program, then try again.</source>
        <translation>Schließ dieses Programm und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Close the page, and start the sign-in again from RightsDesk. If it happens again, check the address of the service.</source>
        <translation>Schließ die Seite und starte die Anmeldung in RightsDesk neu. Wenn es wieder passiert, prüfe die Adresse des Dienstes.</translation>
    </message>
    <message>
        <source>Close the program that has it open, then try again.</source>
        <translation>Schließ das Programm, in dem sie geöffnet ist, und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Close the side panel</source>
        <translation>Seitenleiste schließen</translation>
    </message>
    <message>
        <source>Cloudflare API description. The envelope of its answers is recalled, not verified.</source>
        <translation>API-Beschreibung von Cloudflare. Der Rahmen der Antworten ist aus dem Gedächtnis, nicht geprüft.</translation>
    </message>
    <message>
        <source>Cloudflare has an unknown word for {name}.</source>
        <translation>Cloudflare hat ein unbekanntes Wort für {name}.</translation>
    </message>
    <message>
        <source>Cloudflare itself, which stops crawlers that it recognises before they reach your site.</source>
        <translation>Cloudflare selbst: Es stoppt Crawler, die es erkennt, bevor sie deine Website erreichen.</translation>
    </message>
    <message>
        <source>Cloudflare offers it to its customers&apos; sites. No AI company is known to promise to obey it.</source>
        <translation>Cloudflare bietet es den Websites seiner Kundschaft an. Von keinem KI-Unternehmen ist bekannt, dass es zusagt, sich daran zu halten.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change.</source>
        <translation>Cloudflare hat diese Änderung abgelehnt.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change: “{reason}”</source>
        <translation>Cloudflare hat diese Änderung abgelehnt: „{reason}“</translation>
    </message>
    <message>
        <source>Cloudflare sent a setting that is not text ({name}).</source>
        <translation>Cloudflare hat eine Einstellung geschickt, die kein Text ist ({name}).</translation>
    </message>
    <message>
        <source>Cloudflare sent an answer in an unknown shape.</source>
        <translation>Cloudflare hat eine Antwort in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>Compare it with the one on your app&apos;s page there.</source>
        <translation>Vergleiche sie mit der auf der Seite deiner App dort.</translation>
    </message>
    <message>
        <source>Compare the address with the one your web host gives you.</source>
        <translation>Vergleiche die Adresse mit der, die dein Hoster dir nennt.</translation>
    </message>
    <message>
        <source>Compare them with those on your app&apos;s page at {service}.</source>
        <translation>Vergleiche sie mit denen auf der Seite deiner App bei {service}.</translation>
    </message>
    <message>
        <source>Compare with {platforms}…</source>
        <translation>Mit {platforms} abgleichen…</translation>
    </message>
    <message>
        <source>Comparing files…</source>
        <translation>Dateien werden verglichen…</translation>
    </message>
    <message>
        <source>Comparing with {platforms}…</source>
        <translation>Abgleich mit {platforms}…</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Abgleich…</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Connect again…</source>
        <translation>Neu verbinden…</translation>
    </message>
    <message>
        <source>Connect an account</source>
        <translation>Konto verbinden</translation>
    </message>
    <message>
        <source>Connect an account…</source>
        <translation>Konto verbinden…</translation>
    </message>
    <message>
        <source>Connect it again, then try once more.</source>
        <translation>Verbinde sie neu und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Connect it as {origin}.</source>
        <translation>Verbinde sie als {origin}.</translation>
    </message>
    <message>
        <source>Connect it there: add it with the address {home} and an app password that was made there. Then remove this one.</source>
        <translation>Verbinde es dort: Füge es mit der Adresse {home} und einem App-Passwort hinzu, das dort erstellt wurde. Entferne dann dieses hier.</translation>
    </message>
    <message>
        <source>Connect it with that address.</source>
        <translation>Verbinde sie mit dieser Adresse.</translation>
    </message>
    <message>
        <source>Connect its disk, then rescan. If it was moved, show where it is now: its jobs, their undo and the proof of the audio go with it.</source>
        <translation>Schließ die Festplatte an und lies dann neu ein. Wenn der Ordner umgezogen ist, zeig, wo er jetzt ist: Seine Vorgänge, deren Rückgängig und der Nachweis des Audios ziehen mit um.</translation>
    </message>
    <message>
        <source>Connect one on the page Platforms.</source>
        <translation>Verbinde eins auf der Seite Plattformen.</translation>
    </message>
    <message>
        <source>Connect the account again.</source>
        <translation>Verbinde das Konto neu.</translation>
    </message>
    <message>
        <source>Connect the account again. Nothing is lost by that.</source>
        <translation>Verbinde das Konto neu. Dabei geht nichts verloren.</translation>
    </message>
    <message>
        <source>Connect the disk it is on, or choose another folder: --data-dir DIR.</source>
        <translation>Schließ die Festplatte an, auf der er liegt, oder wähle einen anderen Ordner: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Connect the same login for the same artist again.</source>
        <translation>Verbinde denselben Login neu, für denselben Act.</translation>
    </message>
    <message>
        <source>Connect the site again with a key that has no passphrase.</source>
        <translation>Verbinde die Website neu, mit einem Schlüssel ohne Passphrase.</translation>
    </message>
    <message>
        <source>Connect the site again with its folder, or its address for SFTP, WebDAV or S3.</source>
        <translation>Verbinde die Website neu, mit ihrem Ordner oder ihrer Adresse für SFTP, WebDAV oder S3.</translation>
    </message>
    <message>
        <source>Connect the site again with the right one.</source>
        <translation>Verbinde die Website neu, mit den richtigen Angaben.</translation>
    </message>
    <message>
        <source>Connect the site again with the right ones.</source>
        <translation>Verbinde die Website neu, mit den richtigen Angaben.</translation>
    </message>
    <message>
        <source>Connect the site with ?region= and the bucket&apos;s region at the end of the address. Your web host names the region.</source>
        <translation>Verbinde die Website mit ?region= und der Region des Buckets am Ende der Adresse. Dein Hoster nennt dir die Region.</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Connected: {login} on {platform}</source>
        <translation>Verbunden: {login} auf {platform}</translation>
    </message>
    <message>
        <source>Connecting {platform}…</source>
        <translation>{platform} wird verbunden…</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden…</translation>
    </message>
    <message>
        <source>Consent for {name} dropped: it inherits again</source>
        <translation>Wahl für {name} aufgehoben: wieder übernommen</translation>
    </message>
    <message>
        <source>Consent for {name}: {answers}</source>
        <translation>Wahl für {name}: {answers}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue it (jobs resume {id}) or undo it (undo {id}).</source>
        <translation>Setz ihn fort (jobs resume {id}) oder mach ihn rückgängig (undo {id}).</translation>
    </message>
    <message>
        <source>Continue it, or undo it in Activity.</source>
        <translation>Setz ihn fort oder mach ihn unter „Aktivität“ rückgängig.</translation>
    </message>
    <message>
        <source>Continue…</source>
        <translation>Fortsetzen…</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
    <message>
        <source>Copied. It works for this one sign-in.</source>
        <translation>Kopiert. Sie gilt nur für diese eine Anmeldung.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message numerus="yes">
        <source>Copy %n names</source>
        <translation>
            <numerusform>%n Namen kopieren</numerusform>
            <numerusform>%n Namen kopieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy &amp;ISRC</source>
        <translation>&amp;ISRC kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;title</source>
        <translation>&amp;Titel kopieren</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Copy it from the zone&apos;s overview page: it has 32 letters and digits.</source>
        <translation>Kopiere sie von der Übersichtsseite der Zone: Sie hat 32 Buchstaben und Ziffern.</translation>
    </message>
    <message>
        <source>Copy its access token and paste it here.</source>
        <translation>Kopiere das Zugriffstoken und füge es hier ein.</translation>
    </message>
    <message>
        <source>Copy its client id and client secret, and paste them here.</source>
        <translation>Kopiere die Client-ID und das Client-Secret und füge beide hier ein.</translation>
    </message>
    <message>
        <source>Copy or export it again.</source>
        <translation>Kopiere oder exportiere sie noch einmal.</translation>
    </message>
    <message>
        <source>Copy redirect address</source>
        <translation>Weiterleitungsadresse kopieren</translation>
    </message>
    <message>
        <source>Copy the API key, which is the client id, and paste it here. The bearer token is not needed.</source>
        <translation>Kopiere den API-Schlüssel (das ist die Client-ID) und füge ihn hier ein. Das Bearer-Token brauchst du nicht.</translation>
    </message>
    <message>
        <source>Copy the access key and the secret key, and paste them here. RightsDesk finds the items that this account uploaded.</source>
        <translation>Kopiere den Zugriffsschlüssel und den geheimen Schlüssel und füge beide hier ein. RightsDesk findet die Einträge, die dieses Konto hochgeladen hat.</translation>
    </message>
    <message>
        <source>Copy the client id, and the client secret if there is one, and paste them here.</source>
        <translation>Kopiere die Client-ID und, falls es eins gibt, das Client-Secret, und füge sie hier ein.</translation>
    </message>
    <message>
        <source>Copy the zone&apos;s id from its overview page.</source>
        <translation>Kopiere die Zonen-ID von der Übersichtsseite der Zone.</translation>
    </message>
    <message>
        <source>Correct or remove {name}: without it RightsDesk trusts what this system trusts.</source>
        <translation>Berichtige oder entferne {name}: Ohne diese Einstellung vertraut RightsDesk dem, was dieses System vertraut.</translation>
    </message>
    <message>
        <source>Correct the date and the time, then try again.</source>
        <translation>Stell Datum und Uhrzeit richtig und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Could not be read since {day}; RightsDesk tries again at the next check.</source>
        <translation>Nicht lesbar seit {day}; RightsDesk versucht es bei der nächsten Prüfung wieder.</translation>
    </message>
    <message>
        <source>Couldn&apos;t be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Couldn&apos;t be written</source>
        <translation>Ließ sich nicht schreiben</translation>
    </message>
    <message>
        <source>Crawler rules are valid only at the top of a site: {origin}/</source>
        <translation>Regeln für Crawler gelten nur auf der obersten Ebene einer Website: {origin}/</translation>
    </message>
    <message>
        <source>Crawlers can&apos;t read it either. Let your web host or your web server show robots.txt without a password.</source>
        <translation>Auch Crawler können sie nicht lesen. Lass deinen Hoster oder deinen Webserver robots.txt ohne Passwort zeigen.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB of robots.txt. Shorten it, then check again.</source>
        <translation>Crawler hören nach 500 KB von robots.txt auf. Kürze sie und prüfe dann noch einmal.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB. Shorten it, then try again.</source>
        <translation>Crawler hören nach 500 KB auf. Kürze sie und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Create an API key at Audius; the free plan is enough.</source>
        <translation>Erstelle bei Audius einen API-Schlüssel; der kostenlose Tarif reicht.</translation>
    </message>
    <message>
        <source>DSDIFF</source>
        <translation>DSDIFF</translation>
    </message>
    <message>
        <source>DSF</source>
        <translation>DSF</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Datenordner</translation>
    </message>
    <message>
        <source>Data for Generative AI Improvement</source>
        <translation>Daten zur Verbesserung generativer KI</translation>
    </message>
    <message>
        <source>Data privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Data sharing and personalization</source>
        <translation>Datenfreigabe und Personalisierung</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>Entschieden</translation>
    </message>
    <message>
        <source>Decided {day}</source>
        <translation>Entschieden {day}</translation>
    </message>
    <message>
        <source>Decision {later_id} is about the same music and was made later.</source>
        <translation>Entscheidung {later_id} betrifft dieselbe Musik und ist neuer.</translation>
    </message>
    <message>
        <source>Deezer detects and marks music made with AI automatically. That is about how music was made. It is not a consent.</source>
        <translation>Deezer erkennt und kennzeichnet Musik, die mit KI gemacht ist, automatisch. Da geht es darum, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Delete note</source>
        <translation>Notiz löschen</translation>
    </message>
    <message>
        <source>Deletes its keys. Nothing changes on {platform} and in your files.</source>
        <translation>Löscht die Schlüssel. Auf {platform} und in deinen Dateien ändert sich nichts.</translation>
    </message>
    <message>
        <source>Detail&amp;s</source>
        <translation>Detail&amp;s</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Details of {artist}: {changed}</source>
        <translation>Angaben zu {artist}: {changed}</translation>
    </message>
    <message>
        <source>Did you mean {names}?</source>
        <translation>Meintest du {names}?</translation>
    </message>
    <message>
        <source>Differs</source>
        <translation>Gemischt</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Ausgeschaltet</translation>
    </message>
    <message>
        <source>Disallow, in robots.txt</source>
        <translation>Untersagen, in robots.txt</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Trennen</translation>
    </message>
    <message>
        <source>Disconnect {login} on {platform}?</source>
        <translation>{login} auf {platform} trennen?</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Trennen…</translation>
    </message>
    <message>
        <source>Distributors</source>
        <translation>Vertriebe</translation>
    </message>
    <message>
        <source>Do Not Train Registry</source>
        <translation>Do Not Train Registry</translation>
    </message>
    <message>
        <source>Do you use these?</source>
        <translation>Nutzt du diese?</translation>
    </message>
    <message>
        <source>Do you use {name}?</source>
        <translation>Nutzt du {name}?</translation>
    </message>
    <message>
        <source>Don&apos;t connect</source>
        <translation>Nicht verbinden</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names.</source>
        <translation>Installier nichts, was er nennt.</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names. Try again later.</source>
        <translation>Installier nichts, was er nennt. Versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Drop a folder here, or choose an artist at the top left and add one.</source>
        <translation>Zieh einen Ordner hierher, oder wähle oben links einen Act und füg einen hinzu.</translation>
    </message>
    <message>
        <source>Drop your music folder here</source>
        <translation>Zieh deinen Musikordner hierher</translation>
    </message>
    <message>
        <source>Each artist has their own. Files and platforms say it once you write to them.</source>
        <translation>Jeder Act hat eigene Angaben. Dateien und Plattformen sagen es, sobald du dorthin schreibst.</translation>
    </message>
    <message>
        <source>Each server has its own terms: ask the administrator of yours.</source>
        <translation>Jeder Server hat eigene Bedingungen: Frag die Administration von deinem.</translation>
    </message>
    <message>
        <source>End it now: leave the day out.</source>
        <translation>Beende sie jetzt: Lass den Tag weg.</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabetaste</translation>
    </message>
    <message>
        <source>Enter an address that begins with https:// and names a server.</source>
        <translation>Gib eine Adresse ein, die mit https:// beginnt und einen Server nennt.</translation>
    </message>
    <message>
        <source>Enter both again, and connect the account once more.</source>
        <translation>Gib beides neu ein und verbinde das Konto noch einmal.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address, where Audius asks for one.</source>
        <translation>Gib http://127.0.0.1:8765/callback als Weiterleitungsadresse ein, wo Audius danach fragt.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address.</source>
        <translation>Gib http://127.0.0.1:8765/callback als Weiterleitungsadresse ein.</translation>
    </message>
    <message>
        <source>Enter it in the form http://127.0.0.1:8765/callback.</source>
        <translation>Gib sie in der Form http://127.0.0.1:8765/callback ein.</translation>
    </message>
    <message>
        <source>Enter it in the form s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, without the secret key.</source>
        <translation>Gib sie in der Form s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder ein, ohne den geheimen Schlüssel.</translation>
    </message>
    <message>
        <source>Enter it in the form sftp://user@host/path, without the password.</source>
        <translation>Gib sie in der Form sftp://user@host/path ein, ohne das Passwort.</translation>
    </message>
    <message>
        <source>Enter it in the form webdavs://user@host/path, without the password.</source>
        <translation>Gib sie in der Form webdavs://user@host/path ein, ohne das Passwort.</translation>
    </message>
    <message>
        <source>Enter it, such as https://artist.example.</source>
        <translation>Gib sie ein, etwa https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address first.</source>
        <translation>Gib zuerst die Adresse ein.</translation>
    </message>
    <message>
        <source>Enter the address of the site&apos;s home page.</source>
        <translation>Gib die Adresse der Startseite der Website ein.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://audio.example.</source>
        <translation>Gib die Adresse deines Servers ein, etwa https://audio.example.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://video.example.</source>
        <translation>Gib die Adresse deines Servers ein, etwa https://video.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example.</source>
        <translation>Gib die Adresse deiner Website ein, etwa https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example. RightsDesk reads it like a crawler.</source>
        <translation>Gib die Adresse deiner Website ein, etwa https://artist.example. RightsDesk liest sie wie ein Crawler.</translation>
    </message>
    <message>
        <source>Enter the artist&apos;s name first.</source>
        <translation>Gib erst den Namen des Acts ein.</translation>
    </message>
    <message>
        <source>Enter the folder&apos;s path from the root on, or an address with sftp://.</source>
        <translation>Gib den Pfad des Ordners vom Wurzelverzeichnis an ein oder eine Adresse mit sftp://.</translation>
    </message>
    <message>
        <source>Enter the password for that address, if it asks for one, a private key for SFTP (all of it, in PEM and without a passphrase), or the bucket&apos;s secret key. Without a place for files, RightsDesk only reads the site.</source>
        <translation>Gib das Passwort für diese Adresse ein, falls sie eins verlangt, einen privaten Schlüssel für SFTP (vollständig, in PEM und ohne Passphrase) oder den geheimen Schlüssel des Buckets. Ohne einen Ort für Dateien liest RightsDesk die Website nur.</translation>
    </message>
    <message>
        <source>Enter the server&apos;s address, such as {example}.</source>
        <translation>Gib die Adresse des Servers ein, etwa {example}.</translation>
    </message>
    <message>
        <source>Enter your handle here, without the @, and that app password, never your own password.</source>
        <translation>Gib hier dein Handle ohne das @ ein und dieses App-Passwort, nie dein eigenes Passwort.</translation>
    </message>
    <message>
        <source>Enter your user name and that application password, never your own password.</source>
        <translation>Gib deinen Benutzernamen und dieses Anwendungspasswort ein, nie dein eigenes Passwort.</translation>
    </message>
    <message>
        <source>Enter your user name and your password. RightsDesk signs in with it once and does not keep it. Accounts that ask for a code at sign-in can&apos;t be connected.</source>
        <translation>Gib deinen Benutzernamen und dein Passwort ein. RightsDesk meldet sich einmal damit an und bewahrt es nicht auf. Konten, die bei der Anmeldung einen Code verlangen, lassen sich nicht verbinden.</translation>
    </message>
    <message>
        <source>Every choice, note and write is an entry. Each carries the fingerprint of the one before it, so that none can be changed or removed unnoticed.</source>
        <translation>Jede Wahl, jede Notiz und jedes Schreiben ist ein Eintrag. Jeder trägt den Fingerabdruck des vorigen, sodass keiner unbemerkt geändert oder entfernt werden kann.</translation>
    </message>
    <message>
        <source>Every track is matched</source>
        <translation>Alle Tracks sind zugeordnet</translation>
    </message>
    <message>
        <source>Every write is recorded. See whether the audio is still what it was.</source>
        <translation>Jedes Schreiben wird festgehalten. Sieh nach, ob das Audio noch ist, was es war.</translation>
    </message>
    <message>
        <source>Everything RightsDesk did, newest first.</source>
        <translation>Alles, was RightsDesk getan hat, das Neueste zuerst.</translation>
    </message>
    <message>
        <source>Everything here could be read.</source>
        <translation>Hier war alles lesbar.</translation>
    </message>
    <message>
        <source>Everything is allowed, AI training included.</source>
        <translation>Alles ist erlaubt, auch KI-Training.</translation>
    </message>
    <message>
        <source>Everything is left out</source>
        <translation>Alles ist weggelassen</translation>
    </message>
    <message>
        <source>Everything that could be read matches your choice.</source>
        <translation>Alles, was lesbar war, passt zu deiner Wahl.</translation>
    </message>
    <message>
        <source>Example: ISCC:KIC…</source>
        <translation>Beispiel: ISCC:KIC…</translation>
    </message>
    <message>
        <source>Example: https://name.com</source>
        <translation>Beispiel: https://name.com</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export it once more, then try again.</source>
        <translation>Exportier sie noch einmal und versuch es dann wieder.</translation>
    </message>
    <message>
        <source>F&amp;olders…</source>
        <translation>&amp;Ordner…</translation>
    </message>
    <message>
        <source>F&amp;or:</source>
        <translation>&amp;Für:</translation>
    </message>
    <message>
        <source>Fair Trade AI</source>
        <translation>Fair Trade AI</translation>
    </message>
    <message>
        <source>Fair: several sources report it; the original was not read.</source>
        <translation>Brauchbar: Mehrere Quellen berichten es; das Original wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Files and platforms stay as they are until you write to them.</source>
        <translation>Dateien und Plattformen bleiben, wie sie sind, bis du dorthin schreibst.</translation>
    </message>
    <message>
        <source>Files of {artist} scanned: {counts}</source>
        <translation>Dateien von {artist} eingelesen: {counts}</translation>
    </message>
    <message>
        <source>Files that couldn&apos;t be read</source>
        <translation>Nicht lesbare Dateien</translation>
    </message>
    <message>
        <source>Files to look at</source>
        <translation>Dateien zum Ansehen</translation>
    </message>
    <message>
        <source>Find a platform</source>
        <translation>Plattform suchen</translation>
    </message>
    <message>
        <source>Find a track</source>
        <translation>Track suchen</translation>
    </message>
    <message>
        <source>Find an artist</source>
        <translation>Act suchen</translation>
    </message>
    <message>
        <source>Find folder…</source>
        <translation>Ordner suchen…</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>First start</source>
        <translation>Erster Start</translation>
    </message>
    <message>
        <source>Fix…</source>
        <translation>Beheben…</translation>
    </message>
    <message>
        <source>Flatpak updates it, by itself or with: flatpak update {id}</source>
        <translation>Flatpak aktualisiert es, von selbst oder mit: flatpak update {id}</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folder added for {artist}: {folder}</source>
        <translation>Ordner hinzugefügt für {artist}: {folder}</translation>
    </message>
    <message>
        <source>Folder forgotten for {artist}: {folder}</source>
        <translation>Ordner vergessen für {artist}: {folder}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folders of {artist}</source>
        <translation>Ordner von {artist}</translation>
    </message>
    <message>
        <source>For example: on the label&apos;s account</source>
        <translation>Zum Beispiel: über das Konto des Labels</translation>
    </message>
    <message>
        <source>For some readers, a record allows {uses}.</source>
        <translation>Manchen Lesern erlaubt ein Datensatz: {uses}.</translation>
    </message>
    <message>
        <source>For some readers, a record refuses {uses}.</source>
        <translation>Manchen Lesern verweigert ein Datensatz: {uses}.</translation>
    </message>
    <message>
        <source>For unnamed content RSL gives for free: {uses}.</source>
        <translation>Für nicht benannte Inhalte gibt RSL umsonst her: {uses}.</translation>
    </message>
    <message>
        <source>For your own site, it is a lock and not only a signal. A block of training also stops Googlebot, Applebot and BingBot, so RightsDesk sets “disallow” if Cloudflare offers it.</source>
        <translation>Für deine eigene Website ist es ein Schloss und nicht nur ein Signal. Eine Trainingssperre hält auch Googlebot, Applebot und BingBot auf; darum stellt RightsDesk auf „disallow“, wenn Cloudflare das anbietet.</translation>
    </message>
    <message>
        <source>For {artist}</source>
        <translation>Für {artist}</translation>
    </message>
    <message>
        <source>For {path} another AIPREF rule replaces the one for the whole site, and it does not forbid {uses}.</source>
        <translation>Für {path} ersetzt eine andere AIPREF-Regel die für die ganze Website und verbietet nicht: {uses}.</translation>
    </message>
    <message>
        <source>For {url} RSL gives for free: {uses}.</source>
        <translation>Für {url} gibt RSL umsonst her: {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record allows {uses}.</source>
        <translation>Nur für {whom} erlaubt ein Datensatz: {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record refuses {uses}.</source>
        <translation>Nur für {whom} verweigert ein Datensatz: {uses}.</translation>
    </message>
    <message>
        <source>Forget everything…</source>
        <translation>Alles vergessen…</translation>
    </message>
    <message>
        <source>Forget folder?</source>
        <translation>Ordner vergessen?</translation>
    </message>
    <message>
        <source>Forgetting the folder…</source>
        <translation>Ordner wird vergessen…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Free some space there, then try again.</source>
        <translation>Mach dort Platz frei und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>From February 2024 the terms said that what you upload may be used to inform, train, develop or serve as input to AI. It was noticed on 9 May 2025. The promise of 21 May 2025 replaced it and has stayed through later changes.</source>
        <translation>Ab Februar 2024 stand in den Bedingungen, dass das, was du hochlädst, genutzt werden darf, um KI zu informieren, zu trainieren, zu entwickeln oder ihr als Eingabe zu dienen. Am 9. Mai 2025 fiel das auf. Die Zusage vom 21. Mai 2025 hat das ersetzt und ist seitdem trotz späterer Änderungen geblieben.</translation>
    </message>
    <message>
        <source>Funkwhale refused this account&apos;s change of this track.</source>
        <translation>Funkwhale hat die Änderung dieses Kontos an diesem Track abgelehnt.</translation>
    </message>
    <message>
        <source>Get the .deb and install it: it takes the place of this version.</source>
        <translation>Hol das .deb und installier es: Es ersetzt diese Version.</translation>
    </message>
    <message>
        <source>Get the new AppImage and use it in place of this one.</source>
        <translation>Hol das neue AppImage und benutz es statt diesem.</translation>
    </message>
    <message>
        <source>Get the new disk image and copy RightsDesk over this version.</source>
        <translation>Hol das neue Disk-Image und kopier RightsDesk über diese Version.</translation>
    </message>
    <message>
        <source>Get the new setup and run it: it takes the place of this version.</source>
        <translation>Hol das neue Setup und starte es: Es ersetzt diese Version.</translation>
    </message>
    <message>
        <source>Give the address of the site.</source>
        <translation>Nenne die Adresse der Website.</translation>
    </message>
    <message>
        <source>Give the user name and an app password or token.</source>
        <translation>Nenne den Benutzernamen und ein App-Passwort oder Token.</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Go to Settings, then Channel, then Advanced settings, and find “Third-party training”. With a content manager: Settings, then Overview.</source>
        <translation>Geh zu Einstellungen, dann Kanal, dann Erweiterte Einstellungen, und such „Training durch Drittanbieter“. Mit Content-Manager: Einstellungen, dann Übersicht.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}, where tdmrep.json points to it.</source>
        <translation>Kommt auf deine Website als /{paths}; tdmrep.json verweist darauf.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}.</source>
        <translation>Kommt auf deine Website als /{paths}.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}; robots.txt and the headers point to it.</source>
        <translation>Kommt auf deine Website als /{paths}; robots.txt und die Header verweisen darauf.</translation>
    </message>
    <message>
        <source>Good for: {use}</source>
        <translation>Wozu es gut ist: {use}</translation>
    </message>
    <message>
        <source>Google&apos;s client ids end in .apps.googleusercontent.com. Copy it whole.</source>
        <translation>Client-IDs von Google enden auf .apps.googleusercontent.com. Kopiere sie ganz.</translation>
    </message>
    <message>
        <source>Google&apos;s own use</source>
        <translation>Googles eigene Nutzung</translation>
    </message>
    <message>
        <source>Grok &amp; Third-party Collaborators</source>
        <translation>Grok &amp; Third-party Collaborators</translation>
    </message>
    <message>
        <source>Group: {by}</source>
        <translation>Gruppe: {by}</translation>
    </message>
    <message>
        <source>Grouped by cause. What is listed here was not changed.</source>
        <translation>Nach Ursachen geordnet. Was hier steht, wurde nicht geändert.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Handle</translation>
    </message>
    <message>
        <source>Has a switch of its own</source>
        <translation>Hat einen eigenen Schalter</translation>
    </message>
    <message>
        <source>Has an offer to join</source>
        <translation>Hat ein Angebot zum Mitmachen</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Hide &amp;details</source>
        <translation>&amp;Details ausblenden</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>How is it set there now?</source>
        <translation>Wie ist es dort jetzt eingestellt?</translation>
    </message>
    <message>
        <source>How is this known?</source>
        <translation>Woher ist das bekannt?</translation>
    </message>
    <message>
        <source>How is this known? {name}</source>
        <translation>Woher ist das bekannt? {name}</translation>
    </message>
    <message>
        <source>How this is known</source>
        <translation>Woher das bekannt ist</translation>
    </message>
    <message>
        <source>I checked on:</source>
        <translation>Geprüft am:</translation>
    </message>
    <message>
        <source>I did not object</source>
        <translation>Ich habe nicht widersprochen</translation>
    </message>
    <message>
        <source>I don&apos;t use it</source>
        <translation>Ich nutze es nicht</translation>
    </message>
    <message>
        <source>I don&apos;t use {name}</source>
        <translation>Ich nutze {name} nicht</translation>
    </message>
    <message>
        <source>I have joined</source>
        <translation>Ich bin dabei</translation>
    </message>
    <message>
        <source>I have not joined</source>
        <translation>Ich bin nicht dabei</translation>
    </message>
    <message>
        <source>I know the way</source>
        <translation>Ich kenne den Weg</translation>
    </message>
    <message>
        <source>I objected</source>
        <translation>Ich habe widersprochen</translation>
    </message>
    <message>
        <source>I use it</source>
        <translation>Ich nutze es</translation>
    </message>
    <message>
        <source>ISRC</source>
        <translation>ISRC</translation>
    </message>
    <message>
        <source>ISRC differs</source>
        <translation>ISRC verschieden</translation>
    </message>
    <message>
        <source>If it is in a folder of the site, connect it with the folder, such as {address}/blog. Otherwise a plugin or a firewall may block programs.</source>
        <translation>Wenn es in einem Ordner der Website liegt, verbinde es mit dem Ordner, etwa {address}/blog. Sonst blockiert vielleicht ein Plugin oder eine Firewall Programme.</translation>
    </message>
    <message>
        <source>If it was moved or renamed, scan its new folder.</source>
        <translation>Wenn sie verschoben oder umbenannt wurde, lies ihren neuen Ordner ein.</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address.</source>
        <translation>Wenn es auf einen anderen Server umgezogen ist, füge es mit dessen Adresse hinzu.</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again ({command}).</source>
        <translation>Wenn du das nicht warst, schreib deine Wahl dort noch einmal ({command}).</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again.</source>
        <translation>Wenn du das nicht warst, schreib deine Wahl dort noch einmal.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and register exactly {redirect_uri} as the redirect address of your app.</source>
        <translation>Wenn die Seite einen Fehler zeigt, prüfe die Client-ID und trag genau {redirect_uri} als Weiterleitungsadresse deiner App ein.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and that your app is of the kind named in the steps. It then accepts any address on this computer.</source>
        <translation>Wenn die Seite einen Fehler zeigt, prüfe die Client-ID und ob deine App von dem Typ ist, der in den Schritten steht. Sie nimmt dann jede Adresse auf diesem Computer an.</translation>
    </message>
    <message>
        <source>If this happens again, Cloudflare has changed: check for a newer RightsDesk.</source>
        <translation>Wenn das wieder passiert, hat sich Cloudflare geändert: Sieh nach, ob es ein neueres RightsDesk gibt.</translation>
    </message>
    <message>
        <source>If this happens again, {service} has changed: check for a newer RightsDesk.</source>
        <translation>Wenn das wieder passiert, hat sich {service} geändert: Sieh nach, ob es ein neueres RightsDesk gibt.</translation>
    </message>
    <message>
        <source>If you do nothing, it does not say {choice}.</source>
        <translation>Wenn du nichts tust, steht dort nicht: {choice}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off {held}.</source>
        <translation>Wenn du nichts tust, bleibt es aus, {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays on {held}.</source>
        <translation>Wenn du nichts tust, bleibt es an, {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, nothing is stated there.</source>
        <translation>Wenn du nichts tust, ist dort nichts angegeben.</translation>
    </message>
    <message>
        <source>If you do nothing, you stay out {held}.</source>
        <translation>Wenn du nichts tust, bist du nicht dabei, {held}.</translation>
    </message>
    <message>
        <source>If your account is on a server of its own, enter that server&apos;s address too.</source>
        <translation>Wenn dein Konto auf einem eigenen Server liegt, gib auch dessen Adresse ein.</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorieren</translation>
    </message>
    <message numerus="yes">
        <source>Ignore these %n?</source>
        <translation>
            <numerusform>Diesen %n ignorieren?</numerusform>
            <numerusform>Diese %n ignorieren?</numerusform>
        </translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>Ignoriert</translation>
    </message>
    <message>
        <source>Ignored {day}</source>
        <translation>Ignoriert {day}</translation>
    </message>
    <message>
        <source>Ignored: {subject}</source>
        <translation>Ignoriert: {subject}</translation>
    </message>
    <message>
        <source>Ignore…</source>
        <translation>Ignorieren…</translation>
    </message>
    <message>
        <source>Import a library</source>
        <translation>Bibliothek übernehmen</translation>
    </message>
    <message>
        <source>Import a library of beets, Music or rekordbox</source>
        <translation>Eine Bibliothek von beets, Musik oder rekordbox übernehmen</translation>
    </message>
    <message>
        <source>Import the library again.</source>
        <translation>Übernimm die Bibliothek noch einmal.</translation>
    </message>
    <message>
        <source>Imported from {library}: {artists}, {places}</source>
        <translation>Aus {library} übernommen: {artists}, {places}</translation>
    </message>
    <message>
        <source>In Google&apos;s console, make a project, switch on “YouTube Data API v3”, and create an OAuth client of the kind “Desktop app”.</source>
        <translation>Leg in der Google-Konsole ein Projekt an, schalte „YouTube Data API v3“ ein und erstelle einen OAuth-Client vom Typ „Desktop-App“.</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library, which writes XML.</source>
        <translation>In Musik oder iTunes: Ablage → Mediathek → Mediathek exportieren. Das schreibt XML.</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library.</source>
        <translation>In Musik oder iTunes: Ablage → Mediathek → Mediathek exportieren.</translation>
    </message>
    <message>
        <source>In WordPress, under Users, Profile, make an application password named RightsDesk. Some hosts disable them: then ask your host.</source>
        <translation>Leg in WordPress unter „Benutzer“, „Profil“ ein Anwendungspasswort namens RightsDesk an. Manche Hoster schalten sie ab: Frag dann deinen Hoster.</translation>
    </message>
    <message>
        <source>In a cloud or on another computer: {files}.</source>
        <translation>In einer Cloud oder auf einem anderen Computer: {files}.</translation>
    </message>
    <message>
        <source>In five steps</source>
        <translation>In fünf Schritten</translation>
    </message>
    <message>
        <source>In my own words</source>
        <translation>In eigenen Worten</translation>
    </message>
    <message>
        <source>In per cent of your system&apos;s text size.</source>
        <translation>In Prozent der Textgröße deines Systems.</translation>
    </message>
    <message>
        <source>In rekordbox: File → Export Collection in xml format.</source>
        <translation>In rekordbox: File → Export Collection in xml format.</translation>
    </message>
    <message>
        <source>In the background</source>
        <translation>Im Hintergrund</translation>
    </message>
    <message>
        <source>In the server&apos;s settings, under “Your applications”, make an application with the scopes read:profile, read:libraries, read:edits and write:edits.</source>
        <translation>Leg in den Einstellungen des Servers unter „Deine Anwendungen“ eine Anwendung mit den Berechtigungen read:profile, read:libraries, read:edits und write:edits an.</translation>
    </message>
    <message>
        <source>In your browser, with an app of your own</source>
        <translation>In deinem Browser, mit einer eigenen App</translation>
    </message>
    <message>
        <source>In your server&apos;s settings, under “Your applications”, make an application with the scopes {scopes}, and connect the account with its access token.</source>
        <translation>Leg in den Einstellungen deines Servers unter „Deine Anwendungen“ eine Anwendung mit den Berechtigungen {scopes} an und verbinde das Konto mit ihrem Zugriffstoken.</translation>
    </message>
    <message>
        <source>Inherited: {answer}</source>
        <translation>Übernommen: {answer}</translation>
    </message>
    <message>
        <source>Instruction for each file: allow, limit or block</source>
        <translation>Anweisung für jede Datei: erlauben, begrenzen oder blockieren</translation>
    </message>
    <message>
        <source>Is the audio untouched?</source>
        <translation>Ist das Audio unberührt?</translation>
    </message>
    <message>
        <source>Is the record whole?</source>
        <translation>Ist das Protokoll vollständig?</translation>
    </message>
    <message>
        <source>Is this login {artist}&apos;s? Nothing is done with it until you answer.</source>
        <translation>Gehört dieser Login zu {artist}? Bis du antwortest, passiert damit nichts.</translation>
    </message>
    <message>
        <source>Is this the right server?</source>
        <translation>Ist das der richtige Server?</translation>
    </message>
    <message>
        <source>Is this your recording?</source>
        <translation>Ist das deine Aufnahme?</translation>
    </message>
    <message>
        <source>Is your note still right?</source>
        <translation>Stimmt deine Notiz noch?</translation>
    </message>
    <message>
        <source>Is “{login}” {artist}&apos;s?</source>
        <translation>Gehört „{login}“ zu {artist}?</translation>
    </message>
    <message>
        <source>It can offer a paid licence for each use, in case somebody asks.</source>
        <translation>Es kann für jede Nutzung eine bezahlte Lizenz anbieten, falls jemand fragt.</translation>
    </message>
    <message>
        <source>It contradicts itself about {uses}. The strictest answer counts.</source>
        <translation>Es widerspricht sich bei: {uses}. Die strengste Antwort zählt.</translation>
    </message>
    <message>
        <source>It could not be read since {day}: {why}</source>
        <translation>Nicht lesbar seit {day}: {why}</translation>
    </message>
    <message>
        <source>It could not be read since {when}. What you see is from before. {why}</source>
        <translation>Seit {when} nicht lesbar. Was du siehst, ist von davor. {why}</translation>
    </message>
    <message>
        <source>It distinguishes search, AI answers and AI training, and expressly reserves rights.</source>
        <translation>Es unterscheidet Suche, KI-Antworten und KI-Training und behält Rechte ausdrücklich vor.</translation>
    </message>
    <message>
        <source>It does not say all that you want, and nothing against it.</source>
        <translation>Es sagt nicht alles, was du willst, und nichts dagegen.</translation>
    </message>
    <message>
        <source>It has a setting of its own: {switches}.</source>
        <translation>Dafür gibt es eine eigene Einstellung: {switches}.</translation>
    </message>
    <message>
        <source>It has no word for: {uses}</source>
        <translation>Dafür fehlt ein Wort: {uses}</translation>
    </message>
    <message>
        <source>It has said so since {when}, as far as we saw.</source>
        <translation>Das steht dort seit {when}, soweit wir es gesehen haben.</translation>
    </message>
    <message>
        <source>It holds for the files and pages that say it, not for copies that are out already.</source>
        <translation>Sie gilt für die Dateien und Seiten, die sie tragen, nicht für Kopien, die schon draußen sind.</translation>
    </message>
    <message>
        <source>It is listed again.</source>
        <translation>Es steht wieder in der Liste.</translation>
    </message>
    <message>
        <source>It is not confirmed yet that the login “{login}” belongs to {artist}. Sign in again and say yes, or remove the account.</source>
        <translation>Noch ist nicht bestätigt, dass der Login „{login}“ zu {artist} gehört. Melde dich neu an und sag ja, oder entferne das Konto.</translation>
    </message>
    <message>
        <source>It is one of the few signals that tools are known to obey. It can only state no.</source>
        <translation>Es ist eines der wenigen Signale, an die sich Werkzeuge bekanntermaßen halten. Es kann nur Nein sagen.</translation>
    </message>
    <message>
        <source>It is public, dated, and made for machines; it covers the whole account.</source>
        <translation>Es ist öffentlich, datiert und für Maschinen gemacht; es gilt für das ganze Konto.</translation>
    </message>
    <message>
        <source>It is signed: it shows who stated it, and that the file is unchanged since.</source>
        <translation>Es ist signiert: Es zeigt, von wem die Aussage stammt und dass die Datei seitdem unverändert ist.</translation>
    </message>
    <message>
        <source>It is the account of {artist}.</source>
        <translation>Es ist das Konto von {artist}.</translation>
    </message>
    <message>
        <source>It is the platform&apos;s own setting, and not only a signal.</source>
        <translation>Es ist die Einstellung der Plattform selbst und nicht nur ein Signal.</translation>
    </message>
    <message>
        <source>It is where people find your music, in words that anybody can read.</source>
        <translation>Dort finden Leute deine Musik, in Worten, die alle lesen können.</translation>
    </message>
    <message>
        <source>It is where people hear your music. SoundCloud&apos;s “no AI” tag is SoundCloud&apos;s own, for the whole site.</source>
        <translation>Dort hören Leute deine Musik. Der „no AI“-Tag von SoundCloud gehört SoundCloud und gilt für die ganze Website.</translation>
    </message>
    <message>
        <source>It is written again {when} at the earliest.</source>
        <translation>Frühestens {when} wird es noch einmal geschrieben.</translation>
    </message>
    <message>
        <source>It keeps all your answers with the music, including “ask me”, which the common signals cannot state.</source>
        <translation>Es bewahrt alle deine Antworten bei der Musik, auch „Frag mich“, das die üblichen Signale nicht ausdrücken können.</translation>
    </message>
    <message>
        <source>It locks nothing: whoever ignores it can still copy the file.</source>
        <translation>Sie sperrt nichts: Wer sie ignoriert, kann die Datei trotzdem kopieren.</translation>
    </message>
    <message numerus="yes">
        <source>%n more platforms are not shown.</source>
        <translation>
            <numerusform>%n weitere Plattform ist ausgeblendet.</numerusform>
            <numerusform>%n weitere Plattformen sind ausgeblendet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n belong to other artists here and were not added.</source>
        <translation>
            <numerusform>%n gehört hier zu einem anderen Act und wurde nicht hinzugefügt.</numerusform>
            <numerusform>%n gehören hier zu anderen Acts und wurden nicht hinzugefügt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes in terms</source>
        <translation>
            <numerusform>%n Änderung in Bedingungen</numerusform>
            <numerusform>%n Änderungen in Bedingungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n earlier writes</source>
        <translation>
            <numerusform>%n früherer Schreibvorgang</numerusform>
            <numerusform>%n frühere Schreibvorgänge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n Datei nennt {other}. Alle Dateien hier würden zu {artist} gehören: Wähle den Ordner von nur einem Act und füge andere später hinzu.</numerusform>
            <numerusform>%n Dateien nennen {other}. Alle Dateien hier würden zu {artist} gehören: Wähle den Ordner von nur einem Act und füge andere später hinzu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known from their terms</source>
        <translation>
            <numerusform>%n laut Bedingungen bekannt</numerusform>
            <numerusform>%n laut Bedingungen bekannt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out.</source>
        <translation>
            <numerusform>%n weggelassen.</numerusform>
            <numerusform>%n weggelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n licences hold today</source>
        <translation>
            <numerusform>%n Lizenz gilt heute</numerusform>
            <numerusform>%n Lizenzen gelten heute</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n months</source>
        <translation>
            <numerusform>%n Monat</numerusform>
            <numerusform>%n Monate</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new artists</source>
        <translation>
            <numerusform>%n neuer Act</numerusform>
            <numerusform>%n neue Acts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n noted by you</source>
        <translation>
            <numerusform>%n von dir notiert</numerusform>
            <numerusform>%n von dir notiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms</source>
        <translation>
            <numerusform>%n Plattform</numerusform>
            <numerusform>%n Plattformen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sign-ins ended</source>
        <translation>
            <numerusform>%n Anmeldung beendet</numerusform>
            <numerusform>%n Anmeldungen beendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n switches to set</source>
        <translation>
            <numerusform>%n Schalter zu stellen</numerusform>
            <numerusform>%n Schalter zu stellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time stamps</source>
        <translation>
            <numerusform>%n Zeitstempel</numerusform>
            <numerusform>%n Zeitstempel</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait: they continue {when}.</source>
        <translation>
            <numerusform>%n wartet: Es geht {when} weiter.</numerusform>
            <numerusform>%n warten: Es geht {when} weiter.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n years</source>
        <translation>
            <numerusform>%n Jahr</numerusform>
            <numerusform>%n Jahre</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Add %n artists</source>
        <translation>
            <numerusform>%n Act &amp;hinzufügen</numerusform>
            <numerusform>%n Acts &amp;hinzufügen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <source>&amp;Choose the music folder…</source>
        <translation>Musikordner &amp;wählen …</translation>
    </message>
    <message>
        <source>&amp;Continue in the background</source>
        <translation>Im &amp;Hintergrund weiter</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;Von</translation>
    </message>
    <message>
        <source>&amp;Import a library…</source>
        <translation>&amp;Bibliothek übernehmen …</translation>
    </message>
    <message>
        <source>&amp;Keep the letter</source>
        <translation>Brief be&amp;halten</translation>
    </message>
    <message>
        <source>&amp;Let AI do more</source>
        <translation>KI &amp;mehr erlauben</translation>
    </message>
    <message>
        <source>&amp;Letter</source>
        <translation>&amp;Brief</translation>
    </message>
    <message>
        <source>&amp;Same as for {artist}</source>
        <translation>&amp;Wie bei {artist}</translation>
    </message>
    <message>
        <source>&amp;Save as a file…</source>
        <translation>Als Datei &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;An</translation>
    </message>
    <message>
        <source>&amp;Undo…</source>
        <translation>&amp;Rückgängig…</translation>
    </message>
    <message>
        <source>&amp;Until the end of</source>
        <translation>&amp;Bis einschließlich</translation>
    </message>
    <message>
        <source>(nothing about this)</source>
        <translation>(nichts dazu)</translation>
    </message>
    <message>
        <source>A PDF can&apos;t be made here.</source>
        <translation>Ein PDF lässt sich hier nicht erstellen.</translation>
    </message>
    <message>
        <source>A cache may need a while, or must be cleared. Check again later.</source>
        <translation>Vielleicht braucht ein Cache eine Weile oder muss geleert werden. Prüfe später erneut.</translation>
    </message>
    <message>
        <source>A critique of it</source>
        <translation>Eine Kritik daran</translation>
    </message>
    <message>
        <source>A form that is reported</source>
        <translation>Ein Formular, von dem berichtet wird</translation>
    </message>
    <message>
        <source>A letter is about the music of one artist.</source>
        <translation>In einem Brief geht es um die Musik eines Acts.</translation>
    </message>
    <message>
        <source>A licence can&apos;t name the year {year}.</source>
        <translation>Eine Lizenz kann das Jahr {year} nicht nennen.</translation>
    </message>
    <message>
        <source>A licence ended</source>
        <translation>Eine Lizenz ist beendet</translation>
    </message>
    <message>
        <source>A licence {ends}</source>
        <translation>Eine Lizenz {ends}</translation>
    </message>
    <message>
        <source>A licensing go-between: music gets in through a distributor such as Symphonic, with your yes.</source>
        <translation>Ein Lizenzvermittler: Musik kommt über einen Vertrieb wie Symphonic hinein, mit deinem Ja.</translation>
    </message>
    <message>
        <source>A new licence</source>
        <translation>Eine neue Lizenz</translation>
    </message>
    <message>
        <source>A number that the partner is known by</source>
        <translation>Eine Nummer, unter der man den Partner kennt</translation>
    </message>
    <message>
        <source>A plugin may change what its API answers. Try again later.</source>
        <translation>Vielleicht ändert ein Plugin, was die API antwortet. Versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>A registry of machine-readable reservations, one for each content code.</source>
        <translation>Ein Register für maschinenlesbare Vorbehalte, einer für jeden Inhaltscode.</translation>
    </message>
    <message>
        <source>A separate form exists for personal information from third parties that Meta&apos;s AI put out.</source>
        <translation>Für persönliche Daten von Dritten, die Metas KI ausgegeben hat, gibt es ein eigenes Formular.</translation>
    </message>
    <message>
        <source>A service that you sign up for: it watches for imitations of a voice or a likeness and licenses them. What its terms say about training was not found.</source>
        <translation>Ein Dienst, bei dem du dich anmeldest: Er achtet auf Nachahmungen von Stimme oder Abbild und lizenziert sie. Was seine Bedingungen zum Training sagen, war nicht zu finden.</translation>
    </message>
    <message>
        <source>A setting that is reported</source>
        <translation>Eine Einstellung, von der berichtet wird</translation>
    </message>
    <message>
        <source>A signal is not a lock. No AI company is known to document that it reads signals inside audio files. What they are good for: they reserve your rights in a form that machines can read (in the EU: Directive 2019/790, Article 4(3)), and show when you did.</source>
        <translation>Ein Signal ist kein Schloss. Von keinem KI-Unternehmen ist dokumentiert, dass es Signale in Audiodateien liest. Wozu sie gut sind: Sie behalten dir deine Rechte in maschinenlesbarer Form vor (in der EU: Richtlinie 2019/790, Artikel 4 Absatz 3) und zeigen, seit wann.</translation>
    </message>
    <message>
        <source>A switch is said to exist, but its name or its place is not sure (looked up {month}).</source>
        <translation>Es soll einen Schalter geben, aber sein Name oder sein Ort ist nicht sicher (Stand {month}).</translation>
    </message>
    <message>
        <source>A switch to opt out of sharing public blogs with third parties, AI training included; blogs hidden from search have it on already.</source>
        <translation>Ein Schalter gegen die Weitergabe öffentlicher Blogs an Dritte, auch für KI-Training; bei Blogs, die vor der Suche verborgen sind, ist er schon an.</translation>
    </message>
    <message>
        <source>A test since 24 March 2026: artists approve releases before they appear in their profile. It is against false releases, not against training.</source>
        <translation>Ein Test seit 24. März 2026: Acts geben Releases frei, bevor sie in ihrem Profil erscheinen. Das hilft gegen falsche Releases, nicht gegen Training.</translation>
    </message>
    <message>
        <source>A time stamp proves it.</source>
        <translation>Ein Zeitstempel beweist es.</translation>
    </message>
    <message>
        <source>AI at Meta</source>
        <translation>KI bei Meta</translation>
    </message>
    <message>
        <source>AI crawlers are refused there</source>
        <translation>KI-Crawler werden dort abgewiesen</translation>
    </message>
    <message>
        <source>AI makers</source>
        <translation>KI-Hersteller</translation>
    </message>
    <message>
        <source>AI may do less</source>
        <translation>KI darf weniger</translation>
    </message>
    <message>
        <source>AI may do more</source>
        <translation>KI darf mehr</translation>
    </message>
    <message>
        <source>AI may do more after this. Say yes to that above first.</source>
        <translation>Danach darf KI mehr. Stimme dem zuerst oben zu.</translation>
    </message>
    <message>
        <source>AI may then do more with {what} again:</source>
        <translation>KI darf dann mit {what} wieder mehr:</translation>
    </message>
    <message>
        <source>AI may then do more with {what}:</source>
        <translation>KI darf dann mit {what} mehr:</translation>
    </message>
    <message>
        <source>AI providers that Wix uses may not train on personal data.</source>
        <translation>KI-Anbieter, die Wix nutzt, dürfen nicht mit personenbezogenen Daten trainieren.</translation>
    </message>
    <message>
        <source>AI that makes music or voices may not learn from this, imitate it or use it as input. You say nothing about other AI and data mining. Formats with one word for all of it, such as TDM reservations, say No to them too.</source>
        <translation>KI, die Musik oder Stimmen macht, darf hiervon nicht lernen, es nicht nachahmen und es nicht als Eingabe nutzen. Über andere KI und Data-Mining sagst du nichts. Formate mit einem Wort für das alles, wie TDM-Vorbehalte, sagen auch dazu Nein.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Account and security</source>
        <translation>Konto und Sicherheit</translation>
    </message>
    <message>
        <source>Account settings</source>
        <translation>Kontoeinstellungen</translation>
    </message>
    <message>
        <source>Add a folder first.</source>
        <translation>Füge zuerst einen Ordner hinzu.</translation>
    </message>
    <message>
        <source>Add a licence…</source>
        <translation>Lizenz hinzufügen…</translation>
    </message>
    <message>
        <source>Add an artist first.</source>
        <translation>Füge zuerst einen Act hinzu.</translation>
    </message>
    <message>
        <source>Add the music</source>
        <translation>Musik hinzufügen</translation>
    </message>
    <message>
        <source>Add this to it? What others wrote in it stays.</source>
        <translation>Das hier hinzufügen? Was andere hineingeschrieben haben, bleibt.</translation>
    </message>
    <message>
        <source>Added after your copyright line. Machines can&apos;t read it for sure.</source>
        <translation>Wird an deine Copyright-Zeile angehängt. Maschinen können ihn nicht sicher lesen.</translation>
    </message>
    <message>
        <source>Address of newer facts</source>
        <translation>Adresse für neuere Fakten</translation>
    </message>
    <message>
        <source>Address of the authority</source>
        <translation>Adresse der Stelle</translation>
    </message>
    <message>
        <source>Adobe account</source>
        <translation>Adobe-Konto</translation>
    </message>
    <message>
        <source>Adobe may analyse cloud content to improve products; a personal account can switch it off.</source>
        <translation>Adobe darf Inhalte in der Cloud analysieren, um Produkte zu verbessern; in einem persönlichen Konto lässt sich das ausschalten.</translation>
    </message>
    <message>
        <source>Adobe&apos;s FAQ, read in a copy, and three guides of 2023.</source>
        <translation>Adobes FAQ, in einer Kopie gelesen, und drei Anleitungen von 2023.</translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} in their files</source>
        <translation>
            <numerusform>%n Aufnahme sagt in ihrer Datei {choice}</numerusform>
            <numerusform>Alle %n Aufnahmen sagen in ihren Dateien {choice}</numerusform>
        </translation>
    </message>
    <message>
        <source>All music of {name}</source>
        <translation>Alle Musik von {name}</translation>
    </message>
    <message>
        <source>All requests to platforms and sites go through it. Most networks need none.</source>
        <translation>Alle Anfragen an Plattformen und Websites laufen darüber. Die meisten Netzwerke brauchen keinen.</translation>
    </message>
    <message>
        <source>All your sounds at once, not single ones; solo speech has a box of its own.</source>
        <translation>Alle deine Sounds auf einmal, nicht einzelne; für reine Sprachaufnahmen gibt es ein eigenes Kästchen.</translation>
    </message>
    <message>
        <source>All your stories. It asks AI companies; it does not bind them.</source>
        <translation>Alle deine Geschichten. Die Einstellung bittet KI-Firmen; sie bindet sie nicht.</translation>
    </message>
    <message>
        <source>Allow GitHub to use my data for AI model training</source>
        <translation>Allow GitHub to use my data for AI model training</translation>
    </message>
    <message>
        <source>Allows nothing new</source>
        <translation>Erlaubt nichts Neues</translation>
    </message>
    <message>
        <source>An AI registry was announced in September 2024 for early 2025. No sign that it opened was found, so it is not a step.</source>
        <translation>Ein KI-Register wurde im September 2024 für Anfang 2025 angekündigt. Es gibt kein Zeichen, dass es offen ist, darum ist es kein Schritt.</translation>
    </message>
    <message>
        <source>An older state of RightsDesk&apos;s own data was restored. Jobs that were done since are not in the journal, so they can&apos;t be undone here. What files and platforms say is unknown until they are read again: rescan the folders, then check the platforms.</source>
        <translation>Ein älterer Stand von RightsDesks eigenen Daten wurde zurückgespielt. Vorgänge, die seitdem gelaufen sind, stehen nicht im Journal und lassen sich hier nicht rückgängig machen. Was Dateien und Plattformen sagen, ist unbekannt, bis sie neu gelesen sind: Lies die Ordner neu ein und prüfe dann die Plattformen.</translation>
    </message>
    <message>
        <source>An older state of the data was restored: after entry {entry}</source>
        <translation>Ein älterer Stand der Daten wurde zurückgespielt: nach Eintrag {entry}</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und %n weitere.</numerusform>
            <numerusform>Und %n weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>Announced as an optional registry by ISRC.</source>
        <translation>Als freiwilliges Register nach ISRC angekündigt.</translation>
    </message>
    <message>
        <source>Another job is running. Wait until it has ended.</source>
        <translation>Eine andere Aufgabe läuft. Warte, bis sie fertig ist.</translation>
    </message>
    <message>
        <source>Another program changed this file just as RightsDesk was about to replace it.</source>
        <translation>Ein anderes Programm hat diese Datei geändert, gerade als RightsDesk sie ersetzen wollte.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back.</source>
        <translation>Ein anderes Programm hat diese Datei geändert, während RightsDesk sie ersetzt hat. Als dessen Fassung zurückgestellt wurde, hat die Festplatte einen Fehler gemeldet.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back. That version is kept in {name}.</source>
        <translation>Ein anderes Programm hat diese Datei geändert, während RightsDesk sie ersetzt hat. Als dessen Fassung zurückgestellt wurde, hat die Festplatte einen Fehler gemeldet. Diese Fassung liegt in {name}.</translation>
    </message>
    <message>
        <source>Another program changed what this file says about its recording since the last scan. It was left as it is. Scan its folder, then compare again.</source>
        <translation>Ein anderes Programm hat seit dem letzten Einlesen geändert, was diese Datei über ihre Aufnahme sagt. Daran wurde nichts geändert. Lies ihren Ordner neu ein und vergleiche dann erneut.</translation>
    </message>
    <message numerus="yes">
        <source>Answered for %n platforms</source>
        <translation>
            <numerusform>Für %n Plattform beantwortet</numerusform>
            <numerusform>Für %n Plattformen beantwortet</numerusform>
        </translation>
    </message>
    <message>
        <source>Any use of the music files with AI is forbidden without the rights holders&apos; permission.</source>
        <translation>Jede Nutzung der Musikdateien mit KI ist ohne Erlaubnis der Rechteinhaber verboten.</translation>
    </message>
    <message>
        <source>Are you a member of {name}?</source>
        <translation>Bist du Mitglied von {name}?</translation>
    </message>
    <message>
        <source>Ars Technica in several copies, and Dropbox&apos;s help page of October 2023.</source>
        <translation>Ars Technica in mehreren Kopien und Dropbox’ Hilfeseite vom Oktober 2023.</translation>
    </message>
    <message>
        <source>ArtStation&apos;s terms of service say that the tag exists. Its place in the menus was not read.</source>
        <translation>Die Nutzungsbedingungen von ArtStation sagen, dass es den Tag gibt. Wo er in den Menüs steht, wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>Artist Profile Protection</source>
        <translation>Artist Profile Protection</translation>
    </message>
    <message>
        <source>Artists and publishers can mark works as open to AI licensing in BandLab Licensing.</source>
        <translation>Acts und Verlage können Werke in BandLab Licensing als offen für KI-Lizenzen markieren.</translation>
    </message>
    <message>
        <source>As for Facebook: used unless you objected.</source>
        <translation>Wie bei Facebook: genutzt, wenn du nicht widersprochen hast.</translation>
    </message>
    <message>
        <source>Ask me again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>At least Jen and Kits AI since August 2024; about twenty by mid-2025. The live list is larger and undated.</source>
        <translation>Mindestens Jen und Kits AI seit August 2024; etwa zwanzig bis Mitte 2025. Die aktuelle Liste ist länger und ohne Datum.</translation>
    </message>
    <message>
        <source>Attribution and licence management; Symphonic was the first large partner.</source>
        <translation>Zuschreibung und Lizenzverwaltung; Symphonic war der erste große Partner.</translation>
    </message>
    <message>
        <source>Audius lets AI music imitate you only after you accept its agreement, a licence without end. Do that in Audius, under Settings, AI Generated Music, if you want it.</source>
        <translation>Bei Audius darf KI-Musik dich erst nachahmen, wenn du dort einer Vereinbarung zustimmst, einer Lizenz ohne Ende. Mach das bei Audius unter „Settings“, „AI Generated Music“, wenn du es willst.</translation>
    </message>
    <message>
        <source>Automated access is forbidden except through the API; AI tools have an addendum of their own. The promise itself is not in the terms.</source>
        <translation>Automatischer Zugriff ist verboten, außer über die API; für KI-Werkzeuge gibt es einen eigenen Zusatz. Die Zusage selbst steht nicht in den Bedingungen.</translation>
    </message>
    <message>
        <source>Automatic updates</source>
        <translation>Automatische Updates</translation>
    </message>
    <message>
        <source>Bandcamp will not use your music to train models that generate music, nor let others, without your express permission (since 11 November 2024).</source>
        <translation>Bandcamp nutzt deine Musik nicht, um Modelle zu trainieren, die Musik erzeugen, und lässt es auch andere nicht tun, außer mit deiner ausdrücklichen Erlaubnis (seit 11. November 2024).</translation>
    </message>
    <message>
        <source>Block AI training</source>
        <translation>Block AI training</translation>
    </message>
    <message>
        <source>Block known artificial intelligence crawlers</source>
        <translation>Block known artificial intelligence crawlers</translation>
    </message>
    <message>
        <source>Block, limit or allow for each file. Warner Music bought it in June 2026: weigh that first.</source>
        <translation>Blockieren, begrenzen oder erlauben, für jede Datei. Warner Music hat es im Juni 2026 gekauft: Bedenke das zuerst.</translation>
    </message>
    <message>
        <source>Blocking the training crawlers also blocks Googlebot, Applebot and BingBot, so the site may vanish from search. Since 1 July 2026 new zones block training and agents only on pages with advertisements.</source>
        <translation>Die Trainings-Crawler zu blockieren, blockiert auch Googlebot, Applebot und BingBot; die Website kann dann aus der Suche verschwinden. Seit 1. Juli 2026 blockieren neue Zonen Training und Agenten nur auf Seiten mit Werbung.</translation>
    </message>
    <message>
        <source>Blog settings</source>
        <translation>Blog-Einstellungen</translation>
    </message>
    <message>
        <source>CD Baby takes no sound made with AI. On training nothing was found.</source>
        <translation>CD Baby nimmt keinen Klang, der mit KI gemacht ist. Zum Training war nichts zu finden.</translation>
    </message>
    <message>
        <source>Canva&apos;s trust page and the AI Data Use Index.</source>
        <translation>Canvas Trust-Seite und der AI Data Use Index.</translation>
    </message>
    <message>
        <source>Cascadia Mono</source>
        <translation>Cascadia Mono</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>Zertifikate (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Certified</source>
        <translation>Zertifiziert</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained</source>
        <translation>Von Fairly Trained zertifiziert</translation>
    </message>
    <message>
        <source>Certifies AI makers, not artists. Use its list to judge a licence offer.</source>
        <translation>Zertifiziert KI-Hersteller, nicht Acts. Nutze die Liste, um ein Lizenzangebot zu beurteilen.</translation>
    </message>
    <message>
        <source>Change a licence</source>
        <translation>Lizenz ändern</translation>
    </message>
    <message>
        <source>Change my choice…</source>
        <translation>Meine Wahl ändern…</translation>
    </message>
    <message>
        <source>Changed by something else since the job was planned.</source>
        <translation>Von etwas anderem geändert, seit der Vorgang geplant wurde.</translation>
    </message>
    <message>
        <source>Changed by something else since.</source>
        <translation>Seitdem von etwas anderem geändert.</translation>
    </message>
    <message>
        <source>Changes in &amp;terms…</source>
        <translation>Änderungen der &amp;Bedingungen…</translation>
    </message>
    <message>
        <source>Changes in its terms</source>
        <translation>Änderungen in den Bedingungen</translation>
    </message>
    <message>
        <source>Changes in terms</source>
        <translation>Änderungen in Bedingungen</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its audio, so RightsDesk left it alone.</source>
        <translation>Diese Datei zu ändern, hätte ihr Audio beschädigt, darum hat RightsDesk sie in Ruhe gelassen.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its part “{name}”, so RightsDesk left it alone.</source>
        <translation>Diese Datei zu ändern, hätte ihren Teil „{name}“ beschädigt, darum hat RightsDesk sie in Ruhe gelassen.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its structure, so RightsDesk left it alone.</source>
        <translation>Diese Datei zu ändern, hätte ihren Aufbau beschädigt, darum hat RightsDesk sie in Ruhe gelassen.</translation>
    </message>
    <message>
        <source>ChatGPT&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Die Nutzungsbedingungen von ChatGPT sagen, dass es die Option gibt. Wie sie in den Menüs heißt, wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>Check again later (look).</source>
        <translation>Prüfe später erneut (look).</translation>
    </message>
    <message>
        <source>Check again later: that settles it.</source>
        <translation>Prüfe später erneut: Das klärt es.</translation>
    </message>
    <message>
        <source>Check it again, then note how it is set (attest {platform}).</source>
        <translation>Prüfe es erneut und notiere dann, wie es eingestellt ist (attest {platform}).</translation>
    </message>
    <message>
        <source>Check it on the platform itself, and ask its support why it is not shown.</source>
        <translation>Sieh auf der Plattform selbst nach und frag ihren Support, warum es nicht angezeigt wird.</translation>
    </message>
    <message>
        <source>Check the address and the port, which your web host gives you, or try again later.</source>
        <translation>Prüfe die Adresse und den Port, die dein Hoster dir nennt, oder versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Check the disk, then start RightsDesk again: it will restore the file.</source>
        <translation>Prüfe die Festplatte und starte RightsDesk dann neu: Es stellt die Datei wieder her.</translation>
    </message>
    <message>
        <source>Check the login on that page: it has to be {artist}&apos;s. If someone else is signed in there, copy the address and open it in another browser or in a private window on this computer.</source>
        <translation>Prüfe die Anmeldung auf dieser Seite: Es muss die von {artist} sein. Ist dort jemand anders angemeldet, kopiere die Adresse und öffne sie in einem anderen Browser oder in einem privaten Fenster auf diesem Computer.</translation>
    </message>
    <message>
        <source>Check the record</source>
        <translation>Protokoll prüfen</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date, and whether the network shows a login page.</source>
        <translation>Prüfe das Datum dieses Computers und ob das Netzwerk eine Anmeldeseite zeigt.</translation>
    </message>
    <message>
        <source>Check whether the file is there and plays; if not, restore it from a backup.</source>
        <translation>Prüfe, ob die Datei da ist und sich abspielen lässt; wenn nicht, hol sie aus einer Sicherung.</translation>
    </message>
    <message>
        <source>Checked now: every entry fits.</source>
        <translation>Jetzt geprüft: Jeder Eintrag passt.</translation>
    </message>
    <message>
        <source>Checked now: it does not fit. Details: rightsdesk ledger verify</source>
        <translation>Jetzt geprüft: Es passt nicht. Details: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>Checking platforms…</source>
        <translation>Plattformen werden geprüft…</translation>
    </message>
    <message numerus="yes">
        <source>Choice for %n artists</source>
        <translation>
            <numerusform>Wahl für %n Act</numerusform>
            <numerusform>Wahl für %n Acts</numerusform>
        </translation>
    </message>
    <message>
        <source>Choice for all artists</source>
        <translation>Wahl für alle Acts</translation>
    </message>
    <message>
        <source>Choose a file of facts</source>
        <translation>Datei mit Fakten wählen</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen…</translation>
    </message>
    <message>
        <source>Choose a folder in the list first.</source>
        <translation>Wähle zuerst einen Ordner in der Liste.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose an artist in the list first.</source>
        <translation>Wähle zuerst einen Act in der Liste.</translation>
    </message>
    <message>
        <source>Choose another backup.</source>
        <translation>Wähle eine andere Sicherung.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Wähle eine andere.</translation>
    </message>
    <message>
        <source>Choose first what AI may do with it.</source>
        <translation>Wähle zuerst, was KI damit darf.</translation>
    </message>
    <message>
        <source>Choose that first (consent set).</source>
        <translation>Wähle das zuerst (consent set).</translation>
    </message>
    <message>
        <source>Choose the authority&apos;s root certificate</source>
        <translation>Stammzertifikat der Stelle wählen</translation>
    </message>
    <message>
        <source>Choose the folder that it is in</source>
        <translation>Wähle den Ordner, in dem sie liegt</translation>
    </message>
    <message>
        <source>Choose what AI may do first.</source>
        <translation>Wähle zuerst, was KI darf.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them, or name a release without them.</source>
        <translation>Wähle, was KI damit darf, oder nenne ein Release ohne sie.</translation>
    </message>
    <message>
        <source>Choose “No generative AI” for a no to all of it.</source>
        <translation>Wähle „No generative AI“ für ein Nein zu allem.</translation>
    </message>
    <message>
        <source>Claude&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Die Nutzungsbedingungen von Claude sagen, dass es die Option gibt. Wie sie in den Menüs heißt, wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>Close this window and go back to RightsDesk, which shows the result.</source>
        <translation>Schließ dieses Fenster und geh zurück zu RightsDesk; dort steht das Ergebnis.</translation>
    </message>
    <message>
        <source>Cloudflare turns crawlers away only on pages with advertisements.</source>
        <translation>Cloudflare weist Crawler nur auf Seiten mit Werbung ab.</translation>
    </message>
    <message>
        <source>Cloudflare turns the crawlers of search away. RightsDesk leaves that setting as it is.</source>
        <translation>Cloudflare weist die Crawler der Suche ab. RightsDesk lässt diese Einstellung, wie sie ist.</translation>
    </message>
    <message>
        <source>Codes and duplicates</source>
        <translation>Codes und Dubletten</translation>
    </message>
    <message>
        <source>Collecting societies</source>
        <translation>Verwertungsgesellschaften</translation>
    </message>
    <message>
        <source>Compare it with the fingerprint that your web host publishes. Connect the site only if it is the same.</source>
        <translation>Vergleiche ihn mit dem Fingerabdruck, den dein Hoster veröffentlicht. Verbinde die Website nur, wenn er gleich ist.</translation>
    </message>
    <message>
        <source>Compare the account&apos;s artist and address, then reconnect it, or remove it and add it again.</source>
        <translation>Vergleiche Act und Adresse des Kontos und verbinde es dann neu, oder entferne es und füg es wieder hinzu.</translation>
    </message>
    <message>
        <source>Computers search it for patterns, for any purpose.</source>
        <translation>Computer durchsuchen es nach Mustern, zu jedem Zweck.</translation>
    </message>
    <message>
        <source>Confirm that this is what you want.</source>
        <translation>Bestätige, dass du das willst.</translation>
    </message>
    <message>
        <source>Connect an account, say which platforms you use, or name one: rightsdesk terms check SoundCloud</source>
        <translation>Verbinde ein Konto, sag, welche Plattformen du nutzt, oder nenne eine: rightsdesk terms check SoundCloud</translation>
    </message>
    <message>
        <source>Connect its disk again. If it was moved, scan it where it is now.</source>
        <translation>Schließ die Festplatte wieder an. Wenn der Ordner umgezogen ist, lies ihn dort ein, wo er jetzt ist.</translation>
    </message>
    <message>
        <source>Connect one, then try again.</source>
        <translation>Verbinde eins und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Consolas</source>
        <translation>Consolas</translation>
    </message>
    <message>
        <source>Contains information from the Open Terms Archive databases, by Open Terms Archive contributors (France collection: with contributions from UFC-Que Choisir and the Office of the French Ambassador for Digital Affairs), which is made available under the {licence}: {url}</source>
        <translation>Enthält Informationen aus den Datenbanken von Open Terms Archive, von den Mitwirkenden an Open Terms Archive (Sammlung Frankreich: mit Beiträgen von UFC-Que Choisir und dem Büro des französischen Botschafters für Digitales), die unter der {licence} verfügbar gemacht sind: {url}</translation>
    </message>
    <message>
        <source>Content analysis</source>
        <translation>Content analysis</translation>
    </message>
    <message>
        <source>Content delivered under separate agreements (labels, distributors) may not be used for AI by SoundCloud or anyone without the rights holder.</source>
        <translation>Inhalte, die über eigene Verträge geliefert werden (Labels, Vertriebe), dürfen weder SoundCloud noch andere ohne die Rechteinhaber für KI nutzen.</translation>
    </message>
    <message>
        <source>Content may be used to develop and improve Bluesky, and is not sold without your permission.</source>
        <translation>Inhalte dürfen genutzt werden, um Bluesky zu entwickeln und zu verbessern, und werden ohne deine Erlaubnis nicht verkauft.</translation>
    </message>
    <message>
        <source>Content trains models unless you opt out in the account.</source>
        <translation>Inhalte trainieren Modelle, wenn du im Konto nicht widersprichst.</translation>
    </message>
    <message>
        <source>Continuing…</source>
        <translation>Geht weiter…</translation>
    </message>
    <message>
        <source>Copies of Tumblr&apos;s staff post of February 2024, two guides, and The Verge.</source>
        <translation>Kopien von Tumblrs Team-Beitrag vom Februar 2024, zwei Anleitungen und The Verge.</translation>
    </message>
    <message>
        <source>Copilot</source>
        <translation>Copilot</translation>
    </message>
    <message>
        <source>Copy it to a folder of your own, and change it there.</source>
        <translation>Kopiere sie in einen eigenen Ordner und ändere sie dort.</translation>
    </message>
    <message>
        <source>Correct it in the files with a tag editor, then scan their folder again.</source>
        <translation>Korrigiere es in den Dateien mit einem Tag-Editor und lies ihren Ordner dann neu ein.</translation>
    </message>
    <message>
        <source>Covers</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>Crawlers</source>
        <translation>Crawler</translation>
    </message>
    <message>
        <source>Crawlers are allowed</source>
        <translation>Crawler sind erlaubt</translation>
    </message>
    <message>
        <source>D.4: the licence on your content covers training of GitHub&apos;s and its affiliates&apos; models.</source>
        <translation>D.4: Die Lizenz an deinen Inhalten deckt das Training von Modellen von GitHub und verbundenen Unternehmen ab.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. All of its rows can be read ({rows}); an index or a value is damaged.</source>
        <translation>Beschädigt: die Tabelle „{table}“. Alle ihre Zeilen lassen sich lesen ({rows}); ein Index oder ein Wert ist beschädigt.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. {rows} can be read, up to the damage.</source>
        <translation>Beschädigt: die Tabelle „{table}“. Bis zum Schaden lesbar: {rows}.</translation>
    </message>
    <message>
        <source>Data mining of the repertoire by AI makers needs SACEM&apos;s permission.</source>
        <translation>Data Mining im Repertoire durch KI-Hersteller braucht die Erlaubnis der SACEM.</translation>
    </message>
    <message>
        <source>Days are whole days, as clocks show them in that time zone.</source>
        <translation>Tage sind ganze Tage, wie Uhren sie in dieser Zeitzone zeigen.</translation>
    </message>
    <message>
        <source>Declare a reservation for each file; it is bound to the file&apos;s ISCC and signed.</source>
        <translation>Erkläre für jede Datei einen Vorbehalt; er ist an den ISCC der Datei gebunden und signiert.</translation>
    </message>
    <message>
        <source>Deezer opposes all harvesting and mining of site, app and content (French law, art. L. 122-5-3).</source>
        <translation>Deezer widerspricht jedem Auslesen und Mining von Website, App und Inhalten (französisches Recht, Art. L. 122-5-3).</translation>
    </message>
    <message>
        <source>Default on; off stops use from then on; it does not cover models that personalize or protect.</source>
        <translation>Standard: an; „aus“ stoppt die Nutzung ab dann; Modelle zum Personalisieren oder Schützen sind nicht erfasst.</translation>
    </message>
    <message>
        <source>Default: no training unless that would cost you credit and links. For a full no choose “Minimize third-party training”.</source>
        <translation>Standard: kein Training, außer wenn dich das Namensnennung und Links kosten würde. Für ein volles Nein wähle „Minimize third-party training“.</translation>
    </message>
    <message>
        <source>Default: only the Creative Commons licence counts. You can state “No generative AI” for all your sounds; the API shows the choice with each sound.</source>
        <translation>Standard: Nur die Creative-Commons-Lizenz zählt. Du kannst für alle deine Sounds „No generative AI“ angeben; die API zeigt die Wahl bei jedem Sound.</translation>
    </message>
    <message>
        <source>DejaVu Sans</source>
        <translation>DejaVu Sans</translation>
    </message>
    <message>
        <source>DejaVu Sans Mono</source>
        <translation>DejaVu Sans Mono</translation>
    </message>
    <message>
        <source>Details of your choice</source>
        <translation>Details deiner Wahl</translation>
    </message>
    <message>
        <source>Developers may not train on content without the rights holders&apos; permission.</source>
        <translation>Entwickler dürfen ohne Erlaubnis der Rechteinhaber nicht mit Inhalten trainieren.</translation>
    </message>
    <message>
        <source>Developing AI at Meta is a purpose of its own, for Meta&apos;s products and for third parties.</source>
        <translation>KI bei Meta zu entwickeln, ist ein eigener Zweck, für Metas Produkte und für Dritte.</translation>
    </message>
    <message>
        <source>Do it for each of your public blogs.</source>
        <translation>Mach das für jeden deiner öffentlichen Blogs.</translation>
    </message>
    <message>
        <source>Do not upload what you want to keep out: whatever you give Suno may train its models, for good.</source>
        <translation>Lade nichts hoch, was du heraushalten willst: Was du Suno gibst, kann seine Modelle trainieren, und das für immer.</translation>
    </message>
    <message>
        <source>Do the opposite: connect or remove the account, scan or forget the folder, add or remove the artist, or answer the change in terms again.</source>
        <translation>Tu das Gegenteil: Verbinde oder entferne das Konto, lies den Ordner ein oder vergiss ihn, füg den Act hinzu oder entferne ihn, oder beantworte die Änderung der Bedingungen noch einmal.</translation>
    </message>
    <message>
        <source>Done: {subject}.</source>
        <translation>Erledigt: {subject}.</translation>
    </message>
    <message>
        <source>Drive&apos;s own terms have no word on AI. Google&apos;s privacy policy speaks of public information.</source>
        <translation>Drives eigene Bedingungen haben kein Wort zu KI. Googles Datenschutzerklärung spricht von öffentlichen Informationen.</translation>
    </message>
    <message>
        <source>E.3: private repositories are not used, except what is given to AI features.</source>
        <translation>E.3: Private Repositorys werden nicht genutzt, außer was KI-Funktionen übergeben wird.</translation>
    </message>
    <message>
        <source>Each job can be undone, also after a restart: Edit › Undo, or the page Activity. Edit › Redo repeats what was undone last.</source>
        <translation>Jeder Vorgang lässt sich rückgängig machen, auch nach einem Neustart: Bearbeiten › Rückgängig oder die Seite „Aktivität“. Bearbeiten › Wiederherstellen wiederholt, was du zuletzt rückgängig gemacht hast.</translation>
    </message>
    <message>
        <source>Each project, against use by others.</source>
        <translation>Jedes Projekt einzeln, gegen die Nutzung durch andere.</translation>
    </message>
    <message>
        <source>Each server has its own terms. mastodon.social forbids training since 1 July 2025; the terms template forbids scraping but does not name AI.</source>
        <translation>Jeder Server hat eigene Bedingungen. mastodon.social verbietet Training seit 1. Juli 2025; die Vorlage für Bedingungen verbietet Scraping, nennt aber KI nicht.</translation>
    </message>
    <message>
        <source>Ed Newton-Rex, who runs Fairly Trained, finds the promise too narrow: it leaves room for models that do not copy your style but still compete with you. He asks for a plain “no generative training without explicit consent”.</source>
        <translation>Ed Newton-Rex, der Fairly Trained leitet, findet die Zusage zu eng: Sie lässt Raum für Modelle, die deinen Stil nicht kopieren, dir aber trotzdem Konkurrenz machen. Er fordert ein schlichtes „kein generatives Training ohne ausdrückliche Zustimmung“.</translation>
    </message>
    <message>
        <source>Edit robots.txt yourself: there is an editor, and no single AI switch.</source>
        <translation>Bearbeite robots.txt selbst: Es gibt einen Editor und keinen einzelnen KI-Schalter.</translation>
    </message>
    <message>
        <source>End it now</source>
        <translation>Jetzt beenden</translation>
    </message>
    <message>
        <source>End the licence of {partner} now? Files and sites stop naming {partner}, without another question.</source>
        <translation>Die Lizenz von {partner} jetzt beenden? Dateien und Websites nennen {partner} dann nicht mehr, ohne weitere Frage.</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Ending licences…</source>
        <translation>Lizenzen werden beendet…</translation>
    </message>
    <message>
        <source>Ends in {number} days</source>
        <translation>Endet in {number} Tagen</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>Beenden…</translation>
    </message>
    <message>
        <source>Enter it, or set RIGHTSDESK_PASSPHRASE. If it is lost, reconnect an account with a new key.</source>
        <translation>Gib sie ein oder setz RIGHTSDESK_PASSPHRASE. Wenn sie verloren ist, verbinde ein Konto mit einem neuen Schlüssel neu.</translation>
    </message>
    <message>
        <source>Enter the address of the authority first.</source>
        <translation>Gib zuerst die Adresse der Stelle ein.</translation>
    </message>
    <message>
        <source>Enter the address of the feed first.</source>
        <translation>Gib zuerst die Adresse des Feeds ein.</translation>
    </message>
    <message>
        <source>Entries {number} to {last} are missing.</source>
        <translation>Die Einträge {number} bis {last} fehlen.</translation>
    </message>
    <message>
        <source>Entry {number} does not fit the one before it: one of the two was changed, exchanged or added later.</source>
        <translation>Eintrag {number} passt nicht zu dem davor: Einer der beiden wurde geändert, ausgetauscht oder später hinzugefügt.</translation>
    </message>
    <message>
        <source>Entry {number} has a format that this version does not know.</source>
        <translation>Eintrag {number} hat ein Format, das diese Version nicht kennt.</translation>
    </message>
    <message>
        <source>Entry {number} is missing.</source>
        <translation>Eintrag {number} fehlt.</translation>
    </message>
    <message>
        <source>Entry {number} is not the one that was there before: its hash is another.</source>
        <translation>Eintrag {number} ist nicht der, der vorher da war: Sein Hash ist ein anderer.</translation>
    </message>
    <message>
        <source>Epic does not use or license your content for generative AI, tagged or not.</source>
        <translation>Epic nutzt und lizenziert deine Inhalte nicht für generative KI, mit oder ohne Tag.</translation>
    </message>
    <message>
        <source>Everything already says what you chose.</source>
        <translation>Alles sagt schon, was du gewählt hast.</translation>
    </message>
    <message>
        <source>Everything is left out.</source>
        <translation>Alles ist ausgelassen.</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Nachweise</translation>
    </message>
    <message>
        <source>Example: http://proxy.example:8080.</source>
        <translation>Beispiel: http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>Facts about platforms</source>
        <translation>Fakten zu Plattformen</translation>
    </message>
    <message>
        <source>Facts about platforms (*.facts)</source>
        <translation>Fakten zu Plattformen (*.facts)</translation>
    </message>
    <message>
        <source>Fair. One more word makes it strong.</source>
        <translation>Brauchbar. Ein Wort mehr macht sie stark.</translation>
    </message>
    <message>
        <source>Files and code</source>
        <translation>Dateien und Code</translation>
    </message>
    <message>
        <source>Files go to a partner only when you use an AI feature; partners may not train on them.</source>
        <translation>Dateien gehen nur an einen Partner, wenn du eine KI-Funktion nutzt; Partner dürfen nicht damit trainieren.</translation>
    </message>
    <message>
        <source>Files in Adobe&apos;s cloud, of personal accounts. Files on your disk are not concerned.</source>
        <translation>Dateien in Adobes Cloud, bei persönlichen Konten. Dateien auf deiner Festplatte sind nicht betroffen.</translation>
    </message>
    <message>
        <source>Fill them in, then note that it was sent.</source>
        <translation>Füll sie aus und notiere dann, dass er gesendet wurde.</translation>
    </message>
    <message>
        <source>First nine (January 2024): Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</source>
        <translation>Die ersten neun (Januar 2024): Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</translation>
    </message>
    <message>
        <source>Follow the steps, then note what you set (attest {platform}).</source>
        <translation>Folge den Schritten und notiere dann, was du eingestellt hast (attest {platform}).</translation>
    </message>
    <message>
        <source>For a full no, choose “Minimize third-party training”.</source>
        <translation>Für ein volles Nein wähle „Minimize third-party training“.</translation>
    </message>
    <message>
        <source>For cover art: tag projects “NoAI”. Epic itself does not train on any of them.</source>
        <translation>Für Cover-Bilder: Gib Projekten den Tag „NoAI“. Epic selbst trainiert mit keinem davon.</translation>
    </message>
    <message>
        <source>For cover art: works carry “noai” unless you agree.</source>
        <translation>Für Cover-Bilder: Werke tragen „noai“, wenn du nicht zustimmst.</translation>
    </message>
    <message>
        <source>For each blog: switch “Prevent third-party sharing” on. The terms do not mention AI but allow licensing the public stream.</source>
        <translation>Für jeden Blog: Schalte „Weitergabe an Dritte verhindern“ ein. Die Bedingungen nennen KI nicht, erlauben aber, den öffentlichen Stream zu lizenzieren.</translation>
    </message>
    <message>
        <source>For each publication: switch “Block AI training” on. It tells crawlers that listen.</source>
        <translation>Für jede Publikation: Schalte „Block AI training“ ein. Das sagt es den Crawlern, die darauf hören.</translation>
    </message>
    <message>
        <source>For the administrator of your site&apos;s server: it has to send these with every answer.</source>
        <translation>Für die Administration deines Webservers: Er muss das mit jeder Antwort senden.</translation>
    </message>
    <message>
        <source>For the distributor that sends your releases to the shops as DDEX messages.</source>
        <translation>Für den Vertrieb, der deine Releases als DDEX-Meldungen an die Shops schickt.</translation>
    </message>
    <message>
        <source>For the registry of that name, once for each recording, with that recording&apos;s ISCC.</source>
        <translation>Für das Register dieses Namens, einmal für jede Aufnahme, mit dem ISCC der Aufnahme.</translation>
    </message>
    <message>
        <source>Four choices: No additional preferences (default), Open Source Models only, Non-Commercial Open Source Models only, No generative AI; an extra box for solo speech.</source>
        <translation>Vier Möglichkeiten: No additional preferences (Standard), Open Source Models only, Non-Commercial Open Source Models only, No generative AI; dazu ein Kästchen für Sprachaufnahmen einer Person.</translation>
    </message>
    <message>
        <source>Freesound itself says that the statement may have no legal effect.</source>
        <translation>Freesound selbst sagt, dass die Angabe vielleicht keine rechtliche Wirkung hat.</translation>
    </message>
    <message>
        <source>Freesound&apos;s source code of 30 July 2026.</source>
        <translation>Freesounds Quellcode vom 30. Juli 2026.</translation>
    </message>
    <message>
        <source>From 2026 a closed platform; downloads are off; artists opt in.</source>
        <translation>Ab 2026 eine geschlossene Plattform; Downloads sind aus; Acts machen per Opt-in mit.</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei…</translation>
    </message>
    <message>
        <source>Gen AI preferences</source>
        <translation>Gen AI preferences</translation>
    </message>
    <message>
        <source>General terms revised as of 4 February 2022; the part read does not mention AI.</source>
        <translation>Allgemeine Bedingungen in der Fassung vom 4. Februar 2022; der gelesene Teil nennt KI nicht.</translation>
    </message>
    <message>
        <source>Generative AI Settings</source>
        <translation>Generative AI Settings</translation>
    </message>
    <message>
        <source>Generative AI Settings: allow use of public content</source>
        <translation>Generative AI Settings: allow use of public content</translation>
    </message>
    <message>
        <source>Generative AI preferences</source>
        <translation>Generative AI preferences</translation>
    </message>
    <message>
        <source>Generative features are under AI terms that differ by region (UK, Brazil, European Region).</source>
        <translation>Für generative Funktionen gelten KI-Bedingungen, die je nach Region anders sind (Vereinigtes Königreich, Brasilien, Region Europa).</translation>
    </message>
    <message>
        <source>Get the file from those who make RightsDesk.</source>
        <translation>Hol die Datei von denen, die RightsDesk machen.</translation>
    </message>
    <message>
        <source>Get the file once more, from those who make RightsDesk.</source>
        <translation>Hol die Datei noch einmal, von denen, die RightsDesk machen.</translation>
    </message>
    <message>
        <source>Get the file once more.</source>
        <translation>Hol die Datei noch einmal.</translation>
    </message>
    <message>
        <source>GitHub&apos;s documentation (github/docs, manage-policies.md, 0460e4095).</source>
        <translation>GitHubs Dokumentation (github/docs, manage-policies.md, 0460e4095).</translation>
    </message>
    <message>
        <source>Give a name that ends in .pdf, .html or .json.</source>
        <translation>Gib einen Namen an, der auf .pdf, .html oder .json endet.</translation>
    </message>
    <message>
        <source>Give a name that ends in .txt, .html or .pdf.</source>
        <translation>Gib einen Namen an, der auf .txt, .html oder .pdf endet.</translation>
    </message>
    <message>
        <source>Go back to RightsDesk and use the page it opened last.</source>
        <translation>Geh zurück zu RightsDesk und nimm die Seite, die es zuletzt geöffnet hat.</translation>
    </message>
    <message>
        <source>Goes into .htaccess at the top of your site, or into the server&apos;s configuration.</source>
        <translation>Kommt in .htaccess auf der obersten Ebene deiner Website oder in die Konfiguration des Servers.</translation>
    </message>
    <message>
        <source>Goes into robots.txt at the top of your site, after what is there.</source>
        <translation>Kommt in robots.txt auf der obersten Ebene deiner Website, nach dem, was schon darin steht.</translation>
    </message>
    <message>
        <source>Goes into the &lt;head&gt; of every page of your site.</source>
        <translation>Kommt in den &lt;head&gt; jeder Seite deiner Website.</translation>
    </message>
    <message>
        <source>Goes into the file _headers of the folder that is published.</source>
        <translation>Kommt in die Datei _headers des Ordners, der veröffentlicht wird.</translation>
    </message>
    <message>
        <source>Goes into the server&apos;s configuration, inside server { }.</source>
        <translation>Kommt in die Konfiguration des Servers, innerhalb von server { }.</translation>
    </message>
    <message>
        <source>Google says that publicly available information may help to train its AI models.</source>
        <translation>Google sagt, dass öffentlich verfügbare Informationen helfen können, seine KI-Modelle zu trainieren.</translation>
    </message>
    <message>
        <source>Here, and wherever this choice is inherited, AI may then also do this:</source>
        <translation>Hier und überall, wo diese Wahl übernommen wird, darf KI dann auch das:</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Gültig</translation>
    </message>
    <message>
        <source>How much fits today</source>
        <translation>Wie viel heute noch geht</translation>
    </message>
    <message>
        <source>How often to see whether platforms still say what you chose. Writes nothing, except to take out partners after their licence has ended.</source>
        <translation>Wie oft nachgesehen wird, ob Plattformen noch sagen, was du gewählt hast. Geschrieben wird dabei nichts, außer dass Partner nach dem Ende ihrer Lizenz herausgenommen werden.</translation>
    </message>
    <message>
        <source>I sent it</source>
        <translation>Ich habe ihn gesendet</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address. Otherwise reactivate it in the account&apos;s settings, then check it again.</source>
        <translation>Wenn es auf einen anderen Server umgezogen ist, füg es mit dessen Adresse hinzu. Sonst aktiviere es in den Einstellungen des Kontos wieder und prüfe dann erneut.</translation>
    </message>
    <message>
        <source>If this happens again, the Archive has changed: check for a newer RightsDesk.</source>
        <translation>Wenn das wieder passiert, hat sich das Archiv geändert: Sieh nach, ob es ein neueres RightsDesk gibt.</translation>
    </message>
    <message>
        <source>If you do not opt out, third-party collaborators may use your data for their own purposes, training AI included.</source>
        <translation>Wenn du nicht widersprichst, dürfen Drittpartner deine Daten für eigene Zwecke nutzen, auch für KI-Training.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays at “{value}” {held}.</source>
        <translation>Wenn du nichts tust, bleibt es bei „{value}“, {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off and refuses nothing {held}.</source>
        <translation>Wenn du nichts tust, bleibt es aus und verweigert nichts, {held}.</translation>
    </message>
    <message>
        <source>If you stop, what is done stays done, and you can continue the rest later.</source>
        <translation>Wenn du anhältst, bleibt getan, was getan ist, und du kannst den Rest später fortsetzen.</translation>
    </message>
    <message>
        <source>In YouTube Studio, under Content detection, adults can ask to be told when their face is imitated. It covers the face only and has a consent of its own.</source>
        <translation>In YouTube Studio, unter „Inhaltserkennung“, können Erwachsene sich melden lassen, wenn ihr Gesicht nachgeahmt wird. Das gilt nur für das Gesicht und braucht eine eigene Zustimmung.</translation>
    </message>
    <message>
        <source>In its words: “{quote}”</source>
        <translation>Im Wortlaut: „{quote}“</translation>
    </message>
    <message>
        <source>In letter {number} these places are still to be filled in: {places}.</source>
        <translation>In Brief {number} sind noch diese Stellen auszufüllen: {places}.</translation>
    </message>
    <message>
        <source>In the EU and the UK an objection form exists: see Meta. A second form concerns what Meta took from others; its address was not found.</source>
        <translation>In der EU und im Vereinigten Königreich gibt es ein Widerspruchsformular: siehe Meta. Ein zweites Formular betrifft, was Meta von anderen genommen hat; seine Adresse war nicht zu finden.</translation>
    </message>
    <message>
        <source>In the EU and the UK you can object with a form, for each account of Facebook, Instagram and Threads. Elsewhere there is no choice.</source>
        <translation>In der EU und im Vereinigten Königreich kannst du mit einem Formular widersprechen, für jedes Konto bei Facebook, Instagram und Threads. Anderswo gibt es keine Wahl.</translation>
    </message>
    <message>
        <source>In the US the licence covers training TikTok&apos;s models. In the EEA, the UK and Switzerland the terms have no word on it, and the privacy policy names the same purpose. No switch was found.</source>
        <translation>In den USA deckt die Lizenz das Training von TikToks Modellen ab. Im EWR, im Vereinigten Königreich und in der Schweiz haben die Bedingungen kein Wort dazu, und die Datenschutzerklärung nennt denselben Zweck. Ein Schalter war nicht zu finden.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Individual plans: what you type into AI features and what they answer. Repositories are not covered.</source>
        <translation>Persönliche Tarife: was du in KI-Funktionen eingibst und was sie antworten. Repositorys sind nicht erfasst.</translation>
    </message>
    <message>
        <source>Install openssl, which reads more replies, or choose another authority.</source>
        <translation>Installiere openssl, das mehr Antworten lesen kann, oder wähle eine andere Stelle.</translation>
    </message>
    <message>
        <source>Installed. The facts about {platforms} are new.</source>
        <translation>Installiert. Die Fakten zu {platforms} sind neu.</translation>
    </message>
    <message>
        <source>It concerns {artists}.</source>
        <translation>Es betrifft {artists}.</translation>
    </message>
    <message>
        <source>It concerns {artists}. Accounts there: {accounts}.</source>
        <translation>Es betrifft {artists}. Konten dort: {accounts}.</translation>
    </message>
    <message>
        <source>It does not point to your RSL licence: your site&apos;s address is not known.</source>
        <translation>Es verweist nicht auf deine RSL-Lizenz: Die Adresse deiner Website ist nicht bekannt.</translation>
    </message>
    <message>
        <source>It has 64 digits and letters a to f.</source>
        <translation>Er hat 64 Ziffern und Buchstaben von a bis f.</translation>
    </message>
    <message>
        <source>It holds for all of the artist&apos;s music and has no place for single consents.</source>
        <translation>Es gilt für die ganze Musik des Acts und hat keinen Platz für eine einzelne Wahl.</translation>
    </message>
    <message>
        <source>It is a no unless you say yes.</source>
        <translation>Es ist ein Nein, bis du Ja sagst.</translation>
    </message>
    <message>
        <source>It is a yes unless you say no.</source>
        <translation>Es ist ein Ja, bis du Nein sagst.</translation>
    </message>
    <message>
        <source>It is in another language ({language}).</source>
        <translation>Es ist in einer anderen Sprache ({language}).</translation>
    </message>
    <message>
        <source>It is in another language than the other version.</source>
        <translation>Sie ist in einer anderen Sprache als die andere Fassung.</translation>
    </message>
    <message>
        <source>It is left as it is.</source>
        <translation>Daran wird nichts geändert.</translation>
    </message>
    <message>
        <source>It is listed again automatically when there is more of it.</source>
        <translation>Es erscheint automatisch wieder in der Liste, wenn mehr davon da ist.</translation>
    </message>
    <message>
        <source>It is not said who says so about the certificate.</source>
        <translation>Es fehlt, wer das über das Zertifikat sagt.</translation>
    </message>
    <message>
        <source>It is only needed where you say “ask me” to both kinds of training and to data mining, and it has to know your site&apos;s address.</source>
        <translation>Es ist nur nötig, wenn du zu beiden Arten von Training und zu Data Mining „Frag mich“ sagst, und es muss die Adresse deiner Website kennen.</translation>
    </message>
    <message>
        <source>It is set differently now…</source>
        <translation>Es ist jetzt anders eingestellt…</translation>
    </message>
    <message>
        <source>It is the newest: {version} came out on {day}.</source>
        <translation>Sie ist die neueste: {version} erschien am {day}.</translation>
    </message>
    <message>
        <source>It is your own site: only your own terms apply, and your files and headers are what counts.</source>
        <translation>Es ist deine eigene Website: Es gelten nur deine eigenen Bedingungen, und es zählen deine Dateien und Header.</translation>
    </message>
    <message>
        <source>It may be cut off, or the network may show a login page. Try again later.</source>
        <translation>Vielleicht ist sie abgeschnitten, oder das Netzwerk zeigt eine Anmeldeseite. Versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>It moves to “Ignored” with this reason, and you can undo that there. It is listed again once there is more of it.</source>
        <translation>Es kommt mit diesem Grund zu „Ignoriert“ und lässt sich dort rückgängig machen. Es erscheint wieder in der Liste, sobald mehr davon da ist.</translation>
    </message>
    <message>
        <source>It needs {system}.</source>
        <translation>Sie braucht {system}.</translation>
    </message>
    <message>
        <source>It says what you chose.</source>
        <translation>Das sagt, was du gewählt hast.</translation>
    </message>
    <message>
        <source>Known from terms only: {names}</source>
        <translation>Nur aus Bedingungen bekannt: {names}</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Left alone, since a later job could not be undone there.</source>
        <translation>Nicht angerührt, weil dort ein späterer Vorgang nicht rückgängig zu machen war.</translation>
    </message>
    <message>
        <source>Left out, because they name no artist: {files}.</source>
        <translation>Ausgelassen, weil sie keinen Act nennen: {files}.</translation>
    </message>
    <message>
        <source>LinkedIn help, answer a6278444, read in a copy, and several guides.</source>
        <translation>LinkedIn-Hilfe, Antwort a6278444, in einer Kopie gelesen, und mehrere Anleitungen.</translation>
    </message>
    <message>
        <source>Listeners are not granted any right to use content in AI technologies; the rights holder may license that.</source>
        <translation>Hörer bekommen kein Recht, Inhalte in KI-Technik zu nutzen; die Rechteinhaber können das lizenzieren.</translation>
    </message>
    <message>
        <source>Look at the whole proposal first.</source>
        <translation>Sieh dir zuerst den ganzen Vorschlag an.</translation>
    </message>
    <message>
        <source>Looked up in {month}.</source>
        <translation>Nachgesehen: {month}.</translation>
    </message>
    <message>
        <source>Meta&apos;s privacy policy applies, so object at Instagram.</source>
        <translation>Es gilt Metas Datenschutzerklärung, also widersprich bei Instagram.</translation>
    </message>
    <message>
        <source>Minimize third-party training</source>
        <translation>Minimize third-party training</translation>
    </message>
    <message>
        <source>Name a file or an address.</source>
        <translation>Nenne eine Datei oder eine Adresse.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate.</source>
        <translation>Nenne das Wurzelzertifikat der Stelle.</translation>
    </message>
    <message>
        <source>New choice</source>
        <translation>Neue Wahl</translation>
    </message>
    <message>
        <source>Newly allows: {uses}</source>
        <translation>Erlaubt neu: {uses}</translation>
    </message>
    <message>
        <source>News</source>
        <translation>Neuigkeiten</translation>
    </message>
    <message>
        <source>No switch for artists was found. Apple&apos;s privacy text is about private data, not about delivered music.</source>
        <translation>Ein Schalter für Acts war nicht zu finden. In Apples Datenschutztext geht es um private Daten, nicht um gelieferte Musik.</translation>
    </message>
    <message>
        <source>No switch was found (looked up {month}).</source>
        <translation>Kein Schalter gefunden (Stand {month}).</translation>
    </message>
    <message>
        <source>No switch: by posting you license training to Reddit and its partners. Do not post there what you want to keep out.</source>
        <translation>Kein Schalter: Wer etwas postet, lizenziert Training an Reddit und seine Partner. Poste dort nichts, was du heraushalten willst.</translation>
    </message>
    <message>
        <source>No terms have changed</source>
        <translation>Keine Bedingungen haben sich geändert</translation>
    </message>
    <message>
        <source>No text about AI training was found. If it matters to you, ask in writing and keep the answer.</source>
        <translation>Kein Text zu KI-Training gefunden. Wenn es dir wichtig ist, frag schriftlich und bewahre die Antwort auf.</translation>
    </message>
    <message>
        <source>No text of Beatport about AI training was found, only old general terms.</source>
        <translation>Von Beatport war kein Text zu KI-Training zu finden, nur alte allgemeine Bedingungen.</translation>
    </message>
    <message>
        <source>No time stamp was added, and nothing was changed.</source>
        <translation>Es wurde kein Zeitstempel hinzugefügt und nichts geändert.</translation>
    </message>
    <message>
        <source>None yet: choose an authority or calendars first. A time stamp proves to others that the record existed at that time.</source>
        <translation>Noch keine: Wähle zuerst eine Stelle oder Kalender. Ein Zeitstempel beweist anderen, dass es das Protokoll zu dieser Zeit gab.</translation>
    </message>
    <message>
        <source>Nothing about AI training on Pandora was found.</source>
        <translation>Zu KI-Training auf Pandora war nichts zu finden.</translation>
    </message>
    <message>
        <source>Nothing about AI training was found: the terms of use were not available, and the help pages on rules and safety do not mention AI.</source>
        <translation>Zu KI-Training war nichts zu finden: Die Nutzungsbedingungen waren nicht verfügbar, und die Hilfeseiten zu Regeln und Sicherheit nennen KI nicht.</translation>
    </message>
    <message>
        <source>Nothing is sent from here. This is information, not legal advice.</source>
        <translation>Von hier wird nichts gesendet. Das ist Information, keine Rechtsberatung.</translation>
    </message>
    <message>
        <source>Nothing is written yet. Once it is, you can change your mind, but not undo what others did meanwhile.</source>
        <translation>Noch ist nichts geschrieben. Sobald es das ist, kannst du es dir anders überlegen, aber nicht rückgängig machen, was andere inzwischen getan haben.</translation>
    </message>
    <message>
        <source>Nothing of this kind yet.</source>
        <translation>Noch nichts dergleichen.</translation>
    </message>
    <message>
        <source>Nothing to change: these artists have this choice already.</source>
        <translation>Nichts zu ändern: Diese Acts haben diese Wahl schon.</translation>
    </message>
    <message>
        <source>Nothing usable was found about an opt-out for artists.</source>
        <translation>Zu einem Opt-out für Acts war nichts Brauchbares zu finden.</translation>
    </message>
    <message>
        <source>One forum copy. Pinterest&apos;s help pages that were found do not list it, and its name is not confirmed.</source>
        <translation>Eine Kopie aus einem Forum. Die gefundenen Hilfeseiten von Pinterest führen es nicht auf, und der Name ist nicht bestätigt.</translation>
    </message>
    <message>
        <source>One is made automatically each day that something changed; the newest three are in the folder “backups” there. Your music is not part of it.</source>
        <translation>Eine entsteht automatisch an jedem Tag, an dem sich etwas geändert hat; die neuesten drei liegen dort im Ordner „backups“. Deine Musik gehört nicht dazu.</translation>
    </message>
    <message>
        <source>Opt out of training</source>
        <translation>Opt out of training</translation>
    </message>
    <message>
        <source>Opt-in for generative training</source>
        <translation>Opt-in für generatives Training</translation>
    </message>
    <message>
        <source>Opt-in, 20 % of the income shared, own tracks only, leave at any time.</source>
        <translation>Opt-in, 20 % der Einnahmen werden geteilt, nur eigene Tracks, Ausstieg jederzeit.</translation>
    </message>
    <message>
        <source>Put long texts into the note.</source>
        <translation>Schreib lange Texte in die Notiz.</translation>
    </message>
    <message>
        <source>Recordings, and what files and platforms say</source>
        <translation>Aufnahmen und was Dateien und Plattformen sagen</translation>
    </message>
    <message>
        <source>Repeat the passphrase first.</source>
        <translation>Wiederhole zuerst die Passphrase.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write or read anything there.</source>
        <translation>RightsDesk kann dort nichts schreiben oder lesen.</translation>
    </message>
    <message>
        <source>RightsDesk compares the audio at each change that it makes; so another program or the disk did this. If that was not intended, restore the file from a backup.</source>
        <translation>RightsDesk vergleicht das Audio bei jeder eigenen Änderung; also war es ein anderes Programm oder die Festplatte. Wenn das nicht gewollt war, hol die Datei aus einer Sicherung.</translation>
    </message>
    <message>
        <source>RightsDesk is still busy. Stop that first, or wait until it is done.</source>
        <translation>RightsDesk ist noch beschäftigt. Halte das erst an oder warte, bis es fertig ist.</translation>
    </message>
    <message>
        <source>RightsDesk is still working: {what}</source>
        <translation>RightsDesk arbeitet noch: {what}</translation>
    </message>
    <message>
        <source>RightsDesk left this file alone: it would not hold your consent afterwards.</source>
        <translation>RightsDesk hat diese Datei in Ruhe gelassen: Sie würde deine Wahl danach nicht enthalten.</translation>
    </message>
    <message>
        <source>Robots.txt Editor</source>
        <translation>Robots.txt Editor</translation>
    </message>
    <message>
        <source>Root certificate…</source>
        <translation>Stammzertifikat…</translation>
    </message>
    <message>
        <source>RouteNote says that Apple does not let third parties use its content for AI training.</source>
        <translation>RouteNote sagt, dass Apple Dritte seine Inhalte nicht für KI-Training nutzen lässt.</translation>
    </message>
    <message>
        <source>RouteNote will not use your music for AI training and cannot speak for the stores.</source>
        <translation>RouteNote nutzt deine Musik nicht für KI-Training und kann nicht für die Shops sprechen.</translation>
    </message>
    <message>
        <source>STIM reserves reproduction for text and data mining.</source>
        <translation>STIM behält sich die Vervielfältigung für Text und Data Mining vor.</translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n artists: {choice}.</source>
        <translation>
            <numerusform>Für %n Act gespeichert: {choice}.</numerusform>
            <numerusform>Für %n Acts gespeichert: {choice}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n tracks: {choice}.</source>
        <translation>
            <numerusform>Für %n Track gespeichert: {choice}.</numerusform>
            <numerusform>Für %n Tracks gespeichert: {choice}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved for {name}: {choice}.</source>
        <translation>Für {name} gespeichert: {choice}.</translation>
    </message>
    <message>
        <source>Says what you chose</source>
        <translation>Sagt, was du gewählt hast</translation>
    </message>
    <message>
        <source>Small files next to FLAC, Ogg and Opus files, which have no place of their own for XMP. Sidecars that are there already are always kept up to date.</source>
        <translation>Kleine Dateien neben FLAC-, Ogg- und Opus-Dateien, die selbst keinen Platz für XMP haben. Begleitdateien, die schon da sind, werden immer aktuell gehalten.</translation>
    </message>
    <message>
        <source>Some platforms have a switch that no program can press. The page Platforms leads you there, one after the other: what holds if you do nothing, what the terms say and how that is known, the steps, and a button to note what you set. What you note is shown as your word, with its date, never as something that was read; half a year later, or when the terms change, RightsDesk asks you to check again.</source>
        <translation>Manche Plattformen haben einen Schalter, den kein Programm umlegen kann. Die Seite „Plattformen“ führt dich hin, einen nach dem anderen: was gilt, wenn du nichts tust, was die Bedingungen sagen und woher das bekannt ist, die Schritte und ein Knopf, um zu notieren, was du eingestellt hast. Was du notierst, erscheint als deine Angabe, mit Datum, nie als etwas, das gelesen wurde; ein halbes Jahr später, oder wenn sich die Bedingungen ändern, bittet RightsDesk dich, es erneut zu prüfen.</translation>
    </message>
    <message>
        <source>Some platforms only take so many changes a day, or want a break. RightsDesk then keeps the rest of the job, says when it continues, and does that while this window is open: exactly what you agreed to, and only where it is still your choice. In Settings you can also let it look at your platforms once a day or once a week; it then tells what changed there, and writes nothing.</source>
        <translation>Manche Plattformen nehmen nur so viele Änderungen am Tag an oder wollen eine Pause. RightsDesk hebt dann den Rest des Vorgangs auf, sagt, wann es weitergeht, und macht das, solange dieses Fenster offen ist: genau das, dem du zugestimmt hast, und nur dort, wo es noch deine Wahl ist. In den Einstellungen kannst du es auch einmal am Tag oder einmal pro Woche nach deinen Plattformen sehen lassen; es sagt dann, was sich dort geändert hat, und schreibt nichts.</translation>
    </message>
    <message>
        <source>Someone else, or another program, changed this since. It was left as it is, since the older text would no longer say what you chose. Compare again to see what there is to do now.</source>
        <translation>Jemand anders oder ein anderes Programm hat das seitdem geändert. Daran wurde nichts geändert, weil der ältere Text nicht mehr sagen würde, was du gewählt hast. Vergleiche erneut, um zu sehen, was jetzt zu tun ist.</translation>
    </message>
    <message>
        <source>Source: {document} (Open Terms Archive, {version}).</source>
        <translation>Quelle: {document} (Open Terms Archive, {version}).</translation>
    </message>
    <message>
        <source>Source: {document}.</source>
        <translation>Quelle: {document}.</translation>
    </message>
    <message>
        <source>Spawning&apos;s own client of October 2024 asks whether addresses are registered, with a key. Whether that still works in 2026, and who can get a key, is unknown. Its pages at haveibeentrained.com may not answer either.</source>
        <translation>Spawnings eigenes Programm vom Oktober 2024 fragt mit einem Schlüssel ab, ob Adressen eingetragen sind. Ob das 2026 noch geht und wer einen Schlüssel bekommt, ist unbekannt. Auch seine Seiten auf haveibeentrained.com antworten vielleicht nicht.</translation>
    </message>
    <message>
        <source>Spotify trains its own models on user, usage, voice and message data to improve the service.</source>
        <translation>Spotify trainiert eigene Modelle mit Nutzer-, Nutzungs-, Sprach- und Nachrichtendaten, um den Dienst zu verbessern.</translation>
    </message>
    <message>
        <source>Squarespace&apos;s help page and three guides.</source>
        <translation>Squarespaces Hilfeseite und drei Anleitungen.</translation>
    </message>
    <message>
        <source>Stamp now</source>
        <translation>Jetzt stempeln</translation>
    </message>
    <message>
        <source>Stamped: entry {number} and all before it.</source>
        <translation>Gestempelt: Eintrag {number} und alle davor.</translation>
    </message>
    <message>
        <source>Start again when you have time for it.</source>
        <translation>Starte neu, wenn du Zeit dafür hast.</translation>
    </message>
    <message>
        <source>Tables without damage: {number}.</source>
        <translation>Tabellen ohne Schaden: {number}.</translation>
    </message>
    <message>
        <source>Takes effect at the next start. Files and platforms are not affected.</source>
        <translation>Wirkt ab dem nächsten Start. Dateien und Plattformen sind nicht betroffen.</translation>
    </message>
    <message>
        <source>Taking part is a choice that users must opt in to.</source>
        <translation>Teilzunehmen ist eine Wahl, der Nutzer per Opt-in zustimmen müssen.</translation>
    </message>
    <message>
        <source>Tell me about new versions</source>
        <translation>Über neue Versionen informieren</translation>
    </message>
    <message>
        <source>Template for server terms: no automated gathering, no scraping without permission; AI is not named.</source>
        <translation>Vorlage für Serverbedingungen: kein automatisches Sammeln, kein Scraping ohne Erlaubnis; KI wird nicht genannt.</translation>
    </message>
    <message>
        <source>Terms have changed</source>
        <translation>Bedingungen haben sich geändert</translation>
    </message>
    <message>
        <source>Terms last updated 11 December 2023; the part read does not mention AI.</source>
        <translation>Bedingungen zuletzt am 11. Dezember 2023 aktualisiert; der gelesene Teil nennt KI nicht.</translation>
    </message>
    <message>
        <source>Terms of platforms</source>
        <translation>Bedingungen der Plattformen</translation>
    </message>
    <message>
        <source>Text to pass on</source>
        <translation>Text zum Weitergeben</translation>
    </message>
    <message>
        <source>That allows less than you chose: {uses}.</source>
        <translation>Das erlaubt weniger, als du gewählt hast: {uses}.</translation>
    </message>
    <message>
        <source>That allows more than you chose.</source>
        <translation>Das erlaubt mehr, als du gewählt hast.</translation>
    </message>
    <message>
        <source>That allows more than you chose: {uses}.</source>
        <translation>Das erlaubt mehr, als du gewählt hast: {uses}.</translation>
    </message>
    <message>
        <source>That does not state what you chose.</source>
        <translation>Das gibt nicht an, was du gewählt hast.</translation>
    </message>
    <message>
        <source>The AI Data Use Index on X&apos;s help article, and several guides that name the same path.</source>
        <translation>Der AI Data Use Index zum Hilfeartikel von X und mehrere Anleitungen, die denselben Weg nennen.</translation>
    </message>
    <message>
        <source>The Archive welcomed the ruling of 24 June 2025 that training on bought books was fair use.</source>
        <translation>Das Archive begrüßte das Urteil vom 24. Juni 2025, dass Training mit gekauften Büchern Fair Use war.</translation>
    </message>
    <message>
        <source>The Bluesky record has an answer that can&apos;t be read.</source>
        <translation>Der Bluesky-Eintrag enthält eine Antwort, die sich nicht lesen lässt.</translation>
    </message>
    <message>
        <source>The DDEX note can&apos;t be read.</source>
        <translation>Die DDEX-Notiz lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The RSL document can&apos;t be read.</source>
        <translation>Das RSL-Dokument lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The digest of the document is no SHA-256.</source>
        <translation>Der Digest des Dokuments ist kein SHA-256.</translation>
    </message>
    <message>
        <source>The disk failed while this file was being changed, and the old version could not be restored at once.</source>
        <translation>Die Festplatte hat versagt, während diese Datei geändert wurde, und die alte Fassung ließ sich nicht sofort wiederherstellen.</translation>
    </message>
    <message>
        <source>The feed is damaged or cut.</source>
        <translation>Der Feed ist beschädigt oder abgeschnitten.</translation>
    </message>
    <message>
        <source>The feed is made for a newer RightsDesk, so there is one.</source>
        <translation>Der Feed ist für ein neueres RightsDesk gemacht, also gibt es eines.</translation>
    </message>
    <message>
        <source>The feed is not written as this RightsDesk reads it.</source>
        <translation>Der Feed ist nicht so geschrieben, wie dieses RightsDesk ihn liest.</translation>
    </message>
    <message>
        <source>The feed is signed with a key that RightsDesk does not know.</source>
        <translation>Der Feed ist mit einem Schlüssel signiert, den RightsDesk nicht kennt.</translation>
    </message>
    <message>
        <source>The file has more than {size} kB. A feed of releases is smaller.</source>
        <translation>Die Datei hat mehr als {size} kB. Ein Feed der Versionen ist kleiner.</translation>
    </message>
    <message>
        <source>The installed facts about platforms can&apos;t be used. {why} RightsDesk uses the ones that it came with ({shipped}).</source>
        <translation>Die installierten Fakten zu Plattformen sind nicht nutzbar. {why} RightsDesk nutzt die, mit denen es kam ({shipped}).</translation>
    </message>
    <message>
        <source>The library names no “{name}” with files on this computer.</source>
        <translation>Die Bibliothek nennt kein „{name}“ mit Dateien auf diesem Computer.</translation>
    </message>
    <message>
        <source>The licence covers no music.</source>
        <translation>Die Lizenz gilt für keine Musik.</translation>
    </message>
    <message>
        <source>The licence covers no use.</source>
        <translation>Die Lizenz gilt für keine Nutzung.</translation>
    </message>
    <message>
        <source>The licence does not end at the end of a day.</source>
        <translation>Die Lizenz endet nicht am Ende eines Tages.</translation>
    </message>
    <message>
        <source>The licence includes training AI, and partners may get the content.</source>
        <translation>Die Lizenz schließt KI-Training ein, und Partner können die Inhalte bekommen.</translation>
    </message>
    <message>
        <source>The licence names no partner.</source>
        <translation>Die Lizenz nennt keinen Partner.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended on {day}.</source>
        <translation>Die Lizenz von {partner} endete am {day}.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended.</source>
        <translation>Die Lizenz von {partner} endete.</translation>
    </message>
    <message>
        <source>The licence of {partner} has ended.</source>
        <translation>Die Lizenz von {partner} ist beendet.</translation>
    </message>
    <message>
        <source>The licence of {partner} is stored. Files and sites name it once you write.</source>
        <translation>Die Lizenz von {partner} ist gespeichert. Dateien und Websites nennen sie, sobald du schreibst.</translation>
    </message>
    <message>
        <source>The licence of {partner} is to end early, on {day}.</source>
        <translation>Die Lizenz von {partner} soll vorzeitig enden, am {day}.</translation>
    </message>
    <message>
        <source>The licence on what you submit is perpetual and covers training.</source>
        <translation>Die Lizenz an dem, was du einreichst, gilt für immer und deckt Training ab.</translation>
    </message>
    <message>
        <source>The licence would end on {last}, before it starts on {first}.</source>
        <translation>Die Lizenz würde am {last} enden, bevor sie am {first} beginnt.</translation>
    </message>
    <message>
        <source>The licence you give covers training X&apos;s machine learning and AI models.</source>
        <translation>Die Lizenz, die du gibst, deckt das Training von X’ Modellen für maschinelles Lernen und KI ab.</translation>
    </message>
    <message>
        <source>The music is being read.</source>
        <translation>Die Musik wird gelesen.</translation>
    </message>
    <message>
        <source>The signature does not fit: the feed was changed after it was made, or is cut.</source>
        <translation>Die Signatur passt nicht: Der Feed wurde danach geändert oder ist abgeschnitten.</translation>
    </message>
    <message>
        <source>The switch for AI music in your likeness is off by default; turning it on accepts a perpetual licence.</source>
        <translation>Der Schalter für KI-Musik nach deinem Abbild ist standardmäßig aus; wer ihn einschaltet, nimmt eine Lizenz an, die nie endet.</translation>
    </message>
    <message>
        <source>The terms cover AI features; they say nothing about training on sites&apos; content.</source>
        <translation>Die Bedingungen regeln KI-Funktionen; zum Training mit Inhalten von Websites sagen sie nichts.</translation>
    </message>
    <message>
        <source>The terms forbid mining by others. The privacy notice of 2026 lets Twitch and Amazon use data for generative AI. No switch was found.</source>
        <translation>Die Bedingungen verbieten Mining durch andere. Die Datenschutzhinweise von 2026 lassen Twitch und Amazon Daten für generative KI nutzen. Ein Schalter war nicht zu finden.</translation>
    </message>
    <message>
        <source>The terms mention AI as a means of the service and point to Meta&apos;s AI terms; they do not speak of training.</source>
        <translation>Die Bedingungen nennen KI als Mittel des Dienstes und verweisen auf Metas KI-Bedingungen; von Training sprechen sie nicht.</translation>
    </message>
    <message>
        <source>The terms speak of an opt-in mechanism. No such switch was found in the settings or in the API.</source>
        <translation>Die Bedingungen sprechen von einem Opt-in-Verfahren. Weder in den Einstellungen noch in der API war ein solcher Schalter zu finden.</translation>
    </message>
    <message>
        <source>The terms that could be found are of 4 February 2022, before the question came up. They belong to BandLab Singapore.</source>
        <translation>Die auffindbaren Bedingungen sind vom 4. Februar 2022, bevor sich die Frage stellte. Sie gehören zu BandLab Singapore.</translation>
    </message>
    <message>
        <source>The territory excepts nothing.</source>
        <translation>Das Gebiet nimmt nichts aus.</translation>
    </message>
    <message>
        <source>The territory is empty: all of it is excepted.</source>
        <translation>Das Gebiet ist leer: Alles darin ist ausgenommen.</translation>
    </message>
    <message>
        <source>The territory names the world and single countries.</source>
        <translation>Das Gebiet nennt die Welt und einzelne Länder.</translation>
    </message>
    <message>
        <source>The {dialect} document can&apos;t be read.</source>
        <translation>Das {dialect}-Dokument lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The {dialect} field can&apos;t be read: “{text}”.</source>
        <translation>Das {dialect}-Feld lässt sich nicht lesen: „{text}“.</translation>
    </message>
    <message>
        <source>There is no decision {number} to undo.</source>
        <translation>Es gibt keine Entscheidung {number}, die sich rückgängig machen ließe.</translation>
    </message>
    <message>
        <source>There is no file or folder {source}.</source>
        <translation>Es gibt keine Datei und keinen Ordner {source}.</translation>
    </message>
    <message>
        <source>There is nothing new in this library.</source>
        <translation>In dieser Bibliothek ist nichts Neues.</translation>
    </message>
    <message>
        <source>There is nothing newer.</source>
        <translation>Es gibt nichts Neueres.</translation>
    </message>
    <message>
        <source>These texts are too short to be whole documents ({old} and {new} words). They are compared as excerpts.</source>
        <translation>Diese Texte sind zu kurz für ganze Dokumente ({old} und {new} Wörter). Sie werden als Auszüge verglichen.</translation>
    </message>
    <message>
        <source>This beets library can&apos;t be read: it is damaged, or beets is changing it.</source>
        <translation>Diese beets-Bibliothek lässt sich nicht lesen: Sie ist beschädigt, oder beets ändert sie gerade.</translation>
    </message>
    <message>
        <source>This beets library names its files relative to beets&apos; music folder, and that is not in a usual place.</source>
        <translation>Diese beets-Bibliothek nennt ihre Dateien relativ zum Musikordner von beets, und der liegt nicht am üblichen Ort.</translation>
    </message>
    <message>
        <source>This changed nothing, so there is nothing to undo.</source>
        <translation>Hierbei wurde nichts geändert, also gibt es nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>This choice newly allows: {uses}.</source>
        <translation>Diese Wahl erlaubt neu: {uses}.</translation>
    </message>
    <message>
        <source>This copy runs from its source: update it as you installed it, with pip or git pull.</source>
        <translation>Diese Kopie läuft aus dem Quelltext: Aktualisier sie so, wie du sie installiert hast, mit pip oder git pull.</translation>
    </message>
    <message>
        <source>This database is no library of beets.</source>
        <translation>Diese Datenbank ist keine Bibliothek von beets.</translation>
    </message>
    <message>
        <source>This feed ({issued}) is older than the one that is known ({known}).</source>
        <translation>Dieser Feed ({issued}) ist älter als der bekannte ({known}).</translation>
    </message>
    <message>
        <source>This file holds no collection of rekordbox.</source>
        <translation>Diese Datei enthält keine Sammlung von rekordbox.</translation>
    </message>
    <message>
        <source>This file or folder is not there.</source>
        <translation>Diese Datei oder diesen Ordner gibt es dort nicht.</translation>
    </message>
    <message>
        <source>This fits your choice.</source>
        <translation>Das passt zu deiner Wahl.</translation>
    </message>
    <message>
        <source>This is RightsDesk {version}.</source>
        <translation>Das ist RightsDesk {version}.</translation>
    </message>
    <message>
        <source>This is a property list in binary form.</source>
        <translation>Das ist eine Property-Liste in binärer Form.</translation>
    </message>
    <message>
        <source>This is being done.</source>
        <translation>Das geschieht gerade.</translation>
    </message>
    <message>
        <source>This is no signed feed of releases.</source>
        <translation>Das ist kein signierter Feed der Versionen.</translation>
    </message>
    <message>
        <source>This library can&apos;t be read: it is damaged or cut.</source>
        <translation>Diese Bibliothek lässt sich nicht lesen: Sie ist beschädigt oder abgeschnitten.</translation>
    </message>
    <message>
        <source>This library names no artist with files on this computer.</source>
        <translation>Diese Bibliothek nennt keinen Act mit Dateien auf diesem Computer.</translation>
    </message>
    <message>
        <source>This licence begins later: on {day}.</source>
        <translation>Diese Lizenz beginnt später: am {day}.</translation>
    </message>
    <message>
        <source>This property list is no music library.</source>
        <translation>Diese Property-Liste ist keine Musikbibliothek.</translation>
    </message>
    <message>
        <source>This version</source>
        <translation>Diese Version</translation>
    </message>
    <message>
        <source>To read the files again: rightsdesk scan</source>
        <translation>So liest du die Dateien neu ein: rightsdesk scan</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}</source>
        <translation>An {name}, gesendet am {sent}</translation>
    </message>
    <message>
        <source>To {name}, written on {written}</source>
        <translation>An {name}, geschrieben am {written}</translation>
    </message>
    <message>
        <source>Type the passphrase first.</source>
        <translation>Gib zuerst die Passphrase ein.</translation>
    </message>
    <message>
        <source>Type the words above first.</source>
        <translation>Gib zuerst die Wörter von oben ein.</translation>
    </message>
    <message>
        <source>Undo that end in the history first.</source>
        <translation>Mach dieses Ende zuerst im Verlauf rückgängig.</translation>
    </message>
    <message>
        <source>What Google may do rests on the general licence.</source>
        <translation>Was Google darf, beruht auf der allgemeinen Lizenz.</translation>
    </message>
    <message>
        <source>What RightsDesk does automatically</source>
        <translation>Was RightsDesk automatisch macht</translation>
    </message>
    <message>
        <source>What RightsDesk wrote stays, unless you take it back first: {places}.</source>
        <translation>Was RightsDesk geschrieben hat, bleibt, wenn du es nicht vorher zurücknimmst: {places}.</translation>
    </message>
    <message>
        <source>What is matched already says what you chose.</source>
        <translation>Was zugeordnet ist, sagt schon, was du gewählt hast.</translation>
    </message>
    <message>
        <source>What is selected says your choice already, or has none.</source>
        <translation>Das Ausgewählte sagt deine Wahl schon oder hat keine.</translation>
    </message>
    <message>
        <source>What is still to be written is on Home and in the catalogue.</source>
        <translation>Was noch zu schreiben ist, steht auf der Startseite und im Katalog.</translation>
    </message>
    <message>
        <source>What is stored about new versions is damaged.</source>
        <translation>Was über neue Versionen gespeichert ist, ist beschädigt.</translation>
    </message>
    <message>
        <source>What you agreed to with a platform, a label or a distributor still applies.</source>
        <translation>Was du mit einer Plattform, einem Label oder einem Vertrieb vereinbart hast, gilt weiter.</translation>
    </message>
    <message>
        <source>What you choose, note, match and write appears here, and can be undone.</source>
        <translation>Was du wählst, notierst, zuordnest und schreibst, erscheint hier und lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>What you type and upload, not the web.</source>
        <translation>Was du eingibst und hochlädst, nicht das Web.</translation>
    </message>
    <message>
        <source>What you upload to ChatGPT trains models unless you opt out in the account. What OpenAI crawls: robots.txt for GPTBot.</source>
        <translation>Was du bei ChatGPT hochlädst, trainiert Modelle, wenn du im Konto nicht widersprichst. Für das, was OpenAI crawlt: robots.txt für GPTBot.</translation>
    </message>
    <message>
        <source>What you upload to Claude trains models unless you opt out in the account. Feedback and flagged material are used all the same.</source>
        <translation>Was du bei Claude hochlädst, trainiert Modelle, wenn du im Konto nicht widersprichst. Feedback und beanstandetes Material werden trotzdem genutzt.</translation>
    </message>
    <message>
        <source>What {artist} chose, to pass on</source>
        <translation>Was {artist} gewählt hat, zum Weitergeben</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Where choices differ, the stricter one holds:</source>
        <translation>Wo die Wahl verschieden ist, gilt die strengere:</translation>
    </message>
    <message>
        <source>Where is the music of this library?</source>
        <translation>Wo liegt die Musik dieser Bibliothek?</translation>
    </message>
    <message>
        <source>Where that file is.</source>
        <translation>Wo diese Datei liegt.</translation>
    </message>
    <message>
        <source>Where your data is</source>
        <translation>Wo deine Daten sind</translation>
    </message>
    <message>
        <source>Whose music do you look after?</source>
        <translation>Um wessen Musik kümmerst du dich?</translation>
    </message>
    <message>
        <source>Without the passphrase, the keys to your accounts stay locked.</source>
        <translation>Ohne die Passphrase bleiben die Schlüssel zu deinen Konten gesperrt.</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n tracks…</source>
        <translation>
            <numerusform>In %n Track schreiben …</numerusform>
            <numerusform>In %n Tracks schreiben …</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to these tracks…</source>
        <translation>In diese Tracks schreiben …</translation>
    </message>
    <message>
        <source>Write to this track…</source>
        <translation>In diesen Track schreiben …</translation>
    </message>
    <message>
        <source>Write to {what}…</source>
        <translation>In {what} schreiben …</translation>
    </message>
    <message>
        <source>Write your own words first.</source>
        <translation>Schreib zuerst deine eigenen Worte.</translation>
    </message>
    <message>
        <source>You have changed the consent since this job began: this is what you chose last.</source>
        <translation>Du hast deine Wahl geändert, seit diese Aufgabe begann: Das hast du zuletzt gewählt.</translation>
    </message>
    <message>
        <source>You have not noted how “{label}” is set on {name}.</source>
        <translation>Du hast nicht notiert, wie „{label}“ auf {name} eingestellt ist.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows less than you chose: {uses}.</source>
        <translation>Du hast am {day} notiert, dass „{label}“ weniger erlaubt, als du gewählt hast: {uses}.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows more than you chose: {uses}.</source>
        <translation>Du hast am {day} notiert, dass „{label}“ mehr erlaubt, als du gewählt hast: {uses}.</translation>
    </message>
    <message>
        <source>You noted this on {day}. The day to check again was {due}.</source>
        <translation>Das hast du am {day} notiert. Der Tag zum erneuten Prüfen war {due}.</translation>
    </message>
    <message>
        <source>You noted this {day}.</source>
        <translation>Das hast du {day} notiert.</translation>
    </message>
    <message>
        <source>You noted this. RightsDesk can&apos;t read it there.</source>
        <translation>Das hast du notiert. RightsDesk kann es dort nicht lesen.</translation>
    </message>
    <message>
        <source>Your choice is not there yet. Write it, and it says so.</source>
        <translation>Deine Wahl steht dort noch nicht. Schreib sie, dann steht sie da.</translation>
    </message>
    <message>
        <source>Your choice stays, so it will be written again unless you change it.</source>
        <translation>Deine Wahl bleibt, also wird sie wieder geschrieben, wenn du sie nicht änderst.</translation>
    </message>
    <message>
        <source>a row in the table “{table}” refers to a row of “{other}” that is missing</source>
        <translation>eine Zeile der Tabelle „{table}“ verweist auf eine Zeile von „{other}“, die fehlt</translation>
    </message>
    <message>
        <source>agreed {days}</source>
        <translation>vereinbart {days}</translation>
    </message>
    <message>
        <source>all of it stamped on {day}</source>
        <translation>ganz gestempelt am {day}</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>beantwortet</translation>
    </message>
    <message>
        <source>beets keeps it in `library.db`: `beet config -p` shows the folder.</source>
        <translation>beets bewahrt sie in `library.db` auf: `beet config -p` zeigt den Ordner.</translation>
    </message>
    <message>
        <source>import</source>
        <translation>Übernahme</translation>
    </message>
    <message>
        <source>in the table: details of the track</source>
        <translation>in der Tabelle: Details des Tracks</translation>
    </message>
    <message>
        <source>it can&apos;t be checked without a root certificate.</source>
        <translation>er lässt sich ohne Stammzertifikat nicht prüfen.</translation>
    </message>
    <message>
        <source>it can&apos;t be read here; openssl reads it.</source>
        <translation>er lässt sich hier nicht lesen; openssl liest ihn.</translation>
    </message>
    <message>
        <source>it claims block {blocks} of Bitcoin, which RightsDesk can&apos;t check.</source>
        <translation>er beruft sich auf Block {blocks} von Bitcoin, was RightsDesk nicht prüfen kann.</translation>
    </message>
    <message>
        <source>it does not hold.</source>
        <translation>er gilt nicht.</translation>
    </message>
    <message>
        <source>it holds.</source>
        <translation>er gilt.</translation>
    </message>
    <message>
        <source>it is pending, for some hours.</source>
        <translation>er steht noch aus, einige Stunden lang.</translation>
    </message>
    <message>
        <source>no account connected</source>
        <translation>kein Konto verbunden</translation>
    </message>
    <message>
        <source>no time stamp yet</source>
        <translation>noch kein Zeitstempel</translation>
    </message>
    <message>
        <source>not sent yet</source>
        <translation>noch nicht gesendet</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>nichts zu tun</translation>
    </message>
    <message>
        <source>own site</source>
        <translation>eigene Website</translation>
    </message>
    <message>
        <source>own sites</source>
        <translation>eigene Websites</translation>
    </message>
    <message>
        <source>says what you chose</source>
        <translation>sagt, was du gewählt hast</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>stamped up to {day}</source>
        <translation>gestempelt bis {day}</translation>
    </message>
    <message>
        <source>{carrier}: To write. Your choice is not there yet.</source>
        <translation>{carrier}: Zu schreiben. Deine Wahl steht dort noch nicht.</translation>
    </message>
    <message>
        <source>{ends}, agreed until {agreed}</source>
        <translation>{ends}, vereinbart bis {agreed}</translation>
    </message>
    <message>
        <source>{job}, with the licence of {partners}</source>
        <translation>{job}, mit der Lizenz von {partners}</translation>
    </message>
    <message>
        <source>{job}, with the licences of {partners}</source>
        <translation>{job}, mit den Lizenzen von {partners}</translation>
    </message>
    <message>
        <source>{library}: {files}, and {there} of them on this computer.</source>
        <translation>{library}: {files}, davon {there} auf diesem Computer.</translation>
    </message>
    <message>
        <source>{name} (in your roster)</source>
        <translation>{name} (schon dabei)</translation>
    </message>
    <message>
        <source>{name} says nothing about search, though you say Yes: a yes there would also allow training AI and AI input inside search engines.</source>
        <translation>{name} sagt nichts zur Suche, obwohl du Ja sagst: Ein Ja dort würde auch das Training von KI und KI-Eingaben in Suchmaschinen erlauben.</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n tracks</source>
        <translation>
            <numerusform>{n} von %n Track</numerusform>
            <numerusform>{n} von %n Tracks</numerusform>
        </translation>
    </message>
    <message>
        <source>{partner} may: {terms}</source>
        <translation>{partner} darf: {terms}</translation>
    </message>
    <message>
        <source>{partner} on {number}</source>
        <translation>{partner} auf {number}</translation>
    </message>
    <message>
        <source>{partner} {until}</source>
        <translation>{partner} {until}</translation>
    </message>
    <message>
        <source>{path} is a folder, and no library of a music program.</source>
        <translation>{path} ist ein Ordner und keine Bibliothek eines Musikprogramms.</translation>
    </message>
    <message>
        <source>{path} is no library that RightsDesk knows.</source>
        <translation>{path} ist keine Bibliothek, die RightsDesk kennt.</translation>
    </message>
    <message>
        <source>{path}: {why}</source>
        <translation>{path}: {why}</translation>
    </message>
    <message>
        <source>{percent} say it</source>
        <translation>{percent} sagen es</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose in their files</source>
        <translation>{said} von {all} Aufnahmen sagen in ihren Dateien, was du gewählt hast</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} in their files</source>
        <translation>{said} von {all} Aufnahmen sagen in ihren Dateien {choice}</translation>
    </message>
    <message>
        <source>{version} is newer. It came out on {day}.</source>
        <translation>{version} ist neuer. Sie erschien am {day}.</translation>
    </message>
    <message>
        <source>“{column}” in the table “{table}” has a value that RightsDesk did not write</source>
        <translation>„{column}“ in der Tabelle „{table}“ hat einen Wert, den RightsDesk nicht geschrieben hat</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be read: {reason}.</source>
        <translation>„{name}“ lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: its folder is not there.</source>
        <translation>„{name}“ lässt sich nicht schreiben: Der Ordner ist nicht da.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: that is not allowed there.</source>
        <translation>„{name}“ lässt sich nicht schreiben: Das ist dort nicht erlaubt.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: {reason}.</source>
        <translation>„{name}“ lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” is no longer on the roster.</source>
        <translation>„{name}“ ist nicht mehr unter den Acts.</translation>
    </message>
    <message>
        <source>“{text}” is too long, or has line breaks.</source>
        <translation>„{text}“ ist zu lang oder hat Zeilenumbrüche.</translation>
    </message>
    <message>
        <source>“{title}” doesn&apos;t cover {uses}: there, the answer for {names} still applies ({answers}).</source>
        <translation>„{title}“ sagt nichts zu {uses}: Dort gilt weiter die Antwort für {names} ({answers}).</translation>
    </message>
    <message>
        <source>It opens the keys to your accounts.</source>
        <translation>Sie öffnet die Schlüssel zu deinen Konten.</translation>
    </message>
    <message>
        <source>Choose today or a later day.</source>
        <translation>Wähle heute oder einen späteren Tag.</translation>
    </message>
    <message>
        <source>ISRC “{isrc}”</source>
        <translation>ISRC „{isrc}“</translation>
    </message>
    <message>
        <source>It points to a policy, which has to be on your site too: see “tdm-policy”.</source>
        <translation>Es verweist auf eine Policy, die auch auf deiner Website liegen muss: siehe „tdm-policy“.</translation>
    </message>
    <message>
        <source>It runs on your own server: only your own terms apply.</source>
        <translation>Es läuft auf deinem eigenen Server: Es gelten nur deine eigenen Bedingungen.</translation>
    </message>
    <message>
        <source>It says no for you.</source>
        <translation>Es sagt für dich Nein.</translation>
    </message>
    <message>
        <source>It says something other than you want.</source>
        <translation>Es sagt etwas anderes, als du willst.</translation>
    </message>
    <message>
        <source>It says something, and you have not chosen yet what it should say.</source>
        <translation>Es sagt etwas, und du hast noch nicht gewählt, was es sagen soll.</translation>
    </message>
    <message>
        <source>It says: {consent}.</source>
        <translation>Es sagt: {consent}.</translation>
    </message>
    <message>
        <source>It states in one machine-readable bit what European law asks for: the rights to text and data mining are reserved (Directive 2019/790, Article 4(3)).</source>
        <translation>Es sagt in einem maschinenlesbaren Bit, was das europäische Recht verlangt: Die Rechte für Text und Data Mining sind vorbehalten (Richtlinie 2019/790, Artikel 4 Absatz 3).</translation>
    </message>
    <message>
        <source>It stays a recording of its own. Press N</source>
        <translation>Er bleibt eine eigene Aufnahme. Drück N</translation>
    </message>
    <message>
        <source>It survives nearly every conversion, and anybody can read it. A court has held that plain words alone are not machine-readable, so it complements the other signals.</source>
        <translation>Es übersteht fast jede Umwandlung, und alle können es lesen. Ein Gericht hat entschieden, dass bloße Worte allein nicht maschinenlesbar sind; darum ergänzt es die anderen Signale.</translation>
    </message>
    <message>
        <source>It was answered</source>
        <translation>Er wurde beantwortet</translation>
    </message>
    <message>
        <source>It was left as it is.</source>
        <translation>Daran wurde nichts geändert.</translation>
    </message>
    <message>
        <source>It was left unchanged.</source>
        <translation>Daran wurde nichts geändert.</translation>
    </message>
    <message>
        <source>It was made by another app: remove it there, then repeat.</source>
        <translation>Eine andere App hat das angelegt: Entferne es dort und wiederhole es dann.</translation>
    </message>
    <message>
        <source>It was not sent again.</source>
        <translation>Es wurde nicht noch einmal gesendet.</translation>
    </message>
    <message>
        <source>It was not sent anywhere.</source>
        <translation>Es wurde nirgendwohin gesendet.</translation>
    </message>
    <message>
        <source>It was removed. Nothing of it is kept.</source>
        <translation>Es wurde entfernt. Davon bleibt nichts erhalten.</translation>
    </message>
    <message>
        <source>It was written {times}, and never showed.</source>
        <translation>Es wurde {times} geschrieben und war nie zu sehen.</translation>
    </message>
    <message>
        <source>It works by web address, not by file. Whether it still runs could not be verified, so it is not a step.</source>
        <translation>Es geht nach Webadresse, nicht nach Datei. Ob es noch läuft, ließ sich nicht prüfen, darum ist es kein Schritt.</translation>
    </message>
    <message>
        <source>It works from then on: what was taken before stays taken.</source>
        <translation>Es wirkt ab dann: Was vorher genommen wurde, bleibt genommen.</translation>
    </message>
    <message>
        <source>It&apos;s off now</source>
        <translation>Jetzt ist es aus</translation>
    </message>
    <message>
        <source>It&apos;s on</source>
        <translation>Es ist an</translation>
    </message>
    <message>
        <source>It&apos;s this one</source>
        <translation>Diese ist es</translation>
    </message>
    <message>
        <source>Its AI policy</source>
        <translation>KI-Richtlinie</translation>
    </message>
    <message>
        <source>Its API</source>
        <translation>API</translation>
    </message>
    <message>
        <source>Its XMP packet is damaged; it was left as it is, the other fields are written.</source>
        <translation>Das XMP-Paket ist beschädigt; daran wurde nichts geändert, die anderen Felder werden geschrieben.</translation>
    </message>
    <message>
        <source>Its agreement with publishers</source>
        <translation>Vereinbarung mit Verlagen</translation>
    </message>
    <message>
        <source>Its directory</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>Its files and tracks are no longer known.</source>
        <translation>Die Dateien und Tracks dazu sind nicht mehr bekannt.</translation>
    </message>
    <message>
        <source>Its files leave the list, unless they lie in another folder of {artist}. On the disk they stay as they are, and keep saying what they say. What was written can still be undone.</source>
        <translation>Die Dateien darin verschwinden aus der Liste, außer sie liegen in einem anderen Ordner von {artist}. Auf der Festplatte bleiben sie, wie sie sind, und sagen weiter, was sie sagen. Was geschrieben wurde, lässt sich weiterhin rückgängig machen.</translation>
    </message>
    <message>
        <source>Its help page</source>
        <translation>Hilfeseite</translation>
    </message>
    <message>
        <source>Its keys are deleted from this computer.</source>
        <translation>Die Schlüssel werden von diesem Computer gelöscht.</translation>
    </message>
    <message>
        <source>Its keys stay valid until you make new ones at archive.org/account/s3.php.</source>
        <translation>Die Schlüssel gelten weiter, bis du unter archive.org/account/s3.php neue erstellst.</translation>
    </message>
    <message>
        <source>Its licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Its list</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Its notes explain that all public posts may be licensed as a stream.</source>
        <translation>Die Hinweise dazu erklären, dass alle öffentlichen Beiträge als Stream lizenziert werden dürfen.</translation>
    </message>
    <message>
        <source>Its own setting</source>
        <translation>Eigene Einstellung</translation>
    </message>
    <message>
        <source>Its owner</source>
        <translation>Eigentümer</translation>
    </message>
    <message>
        <source>Its principles</source>
        <translation>Grundsätze</translation>
    </message>
    <message>
        <source>Its privacy policy</source>
        <translation>Datenschutzerklärung</translation>
    </message>
    <message>
        <source>Its programme</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Its queue may take minutes or hours. Check the account again later, then repeat.</source>
        <translation>Die Warteschlange dort kann Minuten oder Stunden brauchen. Prüfe das Konto später erneut und wiederhole es dann.</translation>
    </message>
    <message>
        <source>Its redirect address has to be {redirect_uri}.</source>
        <translation>Die Weiterleitungsadresse muss {redirect_uri} sein.</translation>
    </message>
    <message>
        <source>Its reservation of rights</source>
        <translation>Nutzungsvorbehalt</translation>
    </message>
    <message>
        <source>Its rules for users</source>
        <translation>Regeln für Nutzer</translation>
    </message>
    <message>
        <source>Its server may hide folders that begin with a dot: ask your web host.</source>
        <translation>Vielleicht versteckt der Server Ordner, die mit einem Punkt beginnen: Frag deinen Hoster.</translation>
    </message>
    <message>
        <source>Its source code</source>
        <translation>Quellcode</translation>
    </message>
    <message>
        <source>Its state</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Its statement</source>
        <translation>Erklärung</translation>
    </message>
    <message>
        <source>Its switches are: {switches}.</source>
        <translation>Die Schalter sind: {switches}.</translation>
    </message>
    <message>
        <source>Its terms</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Its terms for developers</source>
        <translation>Bedingungen für Entwickler</translation>
    </message>
    <message>
        <source>Its token stays valid until you delete the application in your server&apos;s settings.</source>
        <translation>Das Token gilt weiter, bis du die Anwendung in den Einstellungen deines Servers löschst.</translation>
    </message>
    <message>
        <source>Its values are: {values}.</source>
        <translation>Die Werte sind: {values}.</translation>
    </message>
    <message>
        <source>J.3: inputs and outputs of AI features train models unless you opt out; it works from then on.</source>
        <translation>J.3: Ein- und Ausgaben von KI-Funktionen trainieren Modelle, wenn du nicht widersprichst; das wirkt ab dann.</translation>
    </message>
    <message>
        <source>JSON Lines (*.jsonl)</source>
        <translation>JSON Lines (*.jsonl)</translation>
    </message>
    <message>
        <source>Job {number}</source>
        <translation>Vorgang {number}</translation>
    </message>
    <message>
        <source>Job {number} ended</source>
        <translation>Vorgang {number} beendet</translation>
    </message>
    <message>
        <source>Job {number} ended: {counts}</source>
        <translation>Vorgang {number} beendet: {counts}</translation>
    </message>
    <message>
        <source>Joint announcement of ASCAP, BMI and SOCAN; works made wholly by AI are not taken; training without permission is condemned.</source>
        <translation>Gemeinsame Ankündigung von ASCAP, BMI und SOCAN; Werke, die ganz von KI stammen, werden nicht angenommen; Training ohne Erlaubnis wird verurteilt.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep a copy in RightsDesk&apos;s data folder</source>
        <translation>Eine Kopie in RightsDesks Datenordner behalten</translation>
    </message>
    <message>
        <source>Keep apart</source>
        <translation>Getrennt lassen</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep it in a file, as the document.</source>
        <translation>Behalte es in einer Datei, als Dokument.</translation>
    </message>
    <message>
        <source>Keep it listed</source>
        <translation>In der Liste lassen</translation>
    </message>
    <message>
        <source>Keep it open</source>
        <translation>Offen lassen</translation>
    </message>
    <message>
        <source>Keep the automatic &amp;backups</source>
        <translation>Automatische &amp;Sicherungen behalten</translation>
    </message>
    <message>
        <source>Kept apart: {about}</source>
        <translation>Getrennt gelassen: {about}</translation>
    </message>
    <message>
        <source>Kept apart: {subject}</source>
        <translation>Getrennt gelassen: {subject}</translation>
    </message>
    <message>
        <source>Kept encrypted on this computer, and sent only there.</source>
        <translation>Wird auf diesem Computer verschlüsselt aufbewahrt und nur dorthin gesendet.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Known of it: {terms}</source>
        <translation>Darüber bekannt: {terms}</translation>
    </message>
    <message>
        <source>Known only from {carrier}&apos;s terms, as of {day}.</source>
        <translation>Nur aus den Bedingungen von {carrier} bekannt, Stand {day}.</translation>
    </message>
    <message>
        <source>LANDR&apos;s page on the programme: opt-in, 20 % of the income is shared, leave at any time.</source>
        <translation>LANDRs Seite zum Programm: Opt-in, 20 % der Einnahmen werden geteilt, Ausstieg jederzeit.</translation>
    </message>
    <message>
        <source>LANDR&apos;s programme shares 20 % of its income with those who join.</source>
        <translation>LANDRs Programm teilt 20 % seiner Einnahmen mit denen, die mitmachen.</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>Sp&amp;rache</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Last read {age}: that is too old to say how it is now.</source>
        <translation>Zuletzt gelesen: {age}. Das ist zu lange her, um zu sagen, wie es jetzt ist.</translation>
    </message>
    <message>
        <source>Last time this could not be done: {why}</source>
        <translation>Letztes Mal ging das nicht: {why}</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Lass sie weg.</translation>
    </message>
    <message>
        <source>Leaving RightsDesk</source>
        <translation>RightsDesk verlassen</translation>
    </message>
    <message>
        <source>Left in place because it is still needed there: {needed}.</source>
        <translation>Stehen gelassen, weil es dort noch gebraucht wird: {needed}.</translation>
    </message>
    <message>
        <source>Left out in the review.</source>
        <translation>In der Durchsicht weggelassen.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Length differs</source>
        <translation>Länge verschieden</translation>
    </message>
    <message>
        <source>Let its owner change it, or make a copy and change that.</source>
        <translation>Lass es ändern, wem die Datei gehört, oder mach eine Kopie und ändere die.</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Brief</translation>
    </message>
    <message>
        <source>Letter to {recipient} answered: {subject}</source>
        <translation>Brief an {recipient} beantwortet: {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} sent: {subject}</source>
        <translation>Brief an {recipient} verschickt: {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} written: {subject}</source>
        <translation>Brief an {recipient} geschrieben: {subject}</translation>
    </message>
    <message>
        <source>Letter {number} was not sent by then.</source>
        <translation>Brief {number} war bis dahin nicht gesendet.</translation>
    </message>
    <message>
        <source>Letter {number} was sent on {day}.</source>
        <translation>Brief {number} wurde am {day} gesendet.</translation>
    </message>
    <message>
        <source>Letter {number} was sent, so its text stays.</source>
        <translation>Brief {number} wurde gesendet, darum bleibt sein Text.</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>Briefe</translation>
    </message>
    <message>
        <source>Licence for {partner} added: {terms}</source>
        <translation>Lizenz für {partner} hinzugefügt: {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} changed: {terms}</source>
        <translation>Lizenz von {partner} geändert: {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} ended</source>
        <translation>Lizenz von {partner} beendet</translation>
    </message>
    <message>
        <source>Licence of {partner} ended: last day {day}</source>
        <translation>Lizenz von {partner} beendet: letzter Tag {day}</translation>
    </message>
    <message>
        <source>Licence there: {licence}</source>
        <translation>Lizenz dort: {licence}</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Licences for AI training, for those who join.</source>
        <translation>Lizenzen für KI-Training, für alle, die mitmachen.</translation>
    </message>
    <message>
        <source>Licences that member labels can join one by one.</source>
        <translation>Lizenzen, bei denen Mitgliedslabels einzeln mitmachen können.</translation>
    </message>
    <message>
        <source>Licensed catalogues take part by the artist&apos;s yes (Universal and Merlin; others are reported). Own uploads: expect that they train.</source>
        <translation>Lizenzierte Kataloge nehmen mit dem Ja des Acts teil (Universal und Merlin; von anderen wird berichtet). Eigene Uploads: Rechne damit, dass sie trainieren.</translation>
    </message>
    <message>
        <source>Licensing</source>
        <translation>Lizenzierung</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Likeness detection</source>
        <translation>Erkennung von Abbildern</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Begrenzen</translation>
    </message>
    <message>
        <source>Lines in robots.txt of your site, with comments that explain them.</source>
        <translation>Zeilen in der robots.txt deiner Website, mit Kommentaren, die sie erklären.</translation>
    </message>
    <message>
        <source>Listeners find it by searching.</source>
        <translation>Leute finden es über die Suche.</translation>
    </message>
    <message>
        <source>Listeners get no right to use what is on Amazon Music in AI. For artists there is no switch.</source>
        <translation>Hörer bekommen kein Recht, was auf Amazon Music ist, in KI zu nutzen. Für Acts gibt es keinen Schalter.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Einlesen</translation>
    </message>
    <message>
        <source>Look at the page of RightsDesk for newer versions.</source>
        <translation>Sieh auf der Seite von RightsDesk nach neueren Versionen.</translation>
    </message>
    <message>
        <source>Look once a day</source>
        <translation>Einmal am Tag nachsehen</translation>
    </message>
    <message>
        <source>Looked for in {day}.</source>
        <translation>Gesucht im {day}.</translation>
    </message>
    <message>
        <source>Looking for music…</source>
        <translation>Musik wird gesucht…</translation>
    </message>
    <message>
        <source>Looks there once a day. Only files signed by those who make RightsDesk are taken. Empty: never.</source>
        <translation>Sieht dort einmal am Tag nach. Es werden nur Dateien genommen, die von denen signiert sind, die RightsDesk machen. Leer: nie.</translation>
    </message>
    <message>
        <source>Make a new app password in the account&apos;s settings, and connect again.</source>
        <translation>Leg in den Einstellungen des Kontos ein neues App-Passwort an und verbinde neu.</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Neuen Schlüssel anlegen</translation>
    </message>
    <message>
        <source>Make a new key?</source>
        <translation>Neuen Schlüssel anlegen?</translation>
    </message>
    <message>
        <source>Make a report…</source>
        <translation>Bericht erstellen…</translation>
    </message>
    <message>
        <source>Make an API token at Cloudflare, under My Profile, API Tokens, with the permission “Bot Management: Edit” for this one zone, and connect again with it.</source>
        <translation>Erstelle bei Cloudflare unter „My Profile“, „API Tokens“ ein API-Token mit der Berechtigung „Bot Management: Edit“, nur für diese Zone, und verbinde damit neu.</translation>
    </message>
    <message>
        <source>Make an app of the kind named in the steps: it accepts any address on this computer. Then try again.</source>
        <translation>Erstelle eine App von dem Typ, der in den Schritten steht: Sie nimmt jede Adresse auf diesem Computer an. Versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Make an application password in WordPress, under Users, Profile, and connect again with it and your user name. Some web hosts block these passwords: then ask yours.</source>
        <translation>Leg in WordPress unter „Benutzer“, „Profil“ ein Anwendungspasswort an und verbinde damit und mit deinem Benutzernamen neu. Manche Hoster sperren diese Passwörter: Frag dann deinen.</translation>
    </message>
    <message>
        <source>Make it writable for this user, or put the exported file there yourself.</source>
        <translation>Mach es für dieses Benutzerkonto beschreibbar oder leg die exportierte Datei selbst dort ab.</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}</source>
        <translation>Übernimm den Besitz und versuch es dann noch einmal: {command}</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}. Or choose another folder.</source>
        <translation>Übernimm den Besitz und versuch es dann noch einmal: {command}. Oder wähle einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Make new keys at archive.org/account/s3.php, and connect the account again.</source>
        <translation>Erstelle unter archive.org/account/s3.php neue Schlüssel und verbinde das Konto neu.</translation>
    </message>
    <message>
        <source>Make room and see that {folder} can be written, then try again.</source>
        <translation>Mach Platz, sorg dafür, dass sich {folder} schreiben lässt, und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Make room on the disk of RightsDesk&apos;s data folder, then try again.</source>
        <translation>Mach Platz auf der Festplatte mit RightsDesks Datenordner und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Make room, or name a file on another disk.</source>
        <translation>Mach Platz oder nenne eine Datei auf einer anderen Festplatte.</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>Mach Platz und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Make the folder {folder} first, or name another.</source>
        <translation>Leg zuerst den Ordner {folder} an, oder nenne einen anderen.</translation>
    </message>
    <message>
        <source>Make the folder {parent} first, or name a file in another one.</source>
        <translation>Leg erst den Ordner {parent} an oder nenne eine Datei in einem anderen.</translation>
    </message>
    <message>
        <source>Making something that sounds like you.</source>
        <translation>Etwas machen, das klingt wie du.</translation>
    </message>
    <message>
        <source>Marketing &amp; SEO</source>
        <translation>Marketing &amp; SEO</translation>
    </message>
    <message>
        <source>Mastodon.social: training on its users&apos; data is not permitted, from 1 July 2025.</source>
        <translation>Mastodon.social: Training mit den Daten seiner Nutzer ist seit 1. Juli 2025 nicht erlaubt.</translation>
    </message>
    <message numerus="yes">
        <source>Match %n tracks…</source>
        <translation>
            <numerusform>%n Track zuordnen…</numerusform>
            <numerusform>%n Tracks zuordnen…</numerusform>
        </translation>
    </message>
    <message>
        <source>Match tracks…</source>
        <translation>Tracks zuordnen…</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is none of the recordings that resemble it</source>
        <translation>Zuordnung: {item} auf {platform} ist keine der ähnlichen Aufnahmen</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is {recording}</source>
        <translation>Zuordnung: {item} auf {platform} ist {recording}</translation>
    </message>
    <message>
        <source>Matches and decisions</source>
        <translation>Zuordnungen und Entscheidungen</translation>
    </message>
    <message>
        <source>Match…</source>
        <translation>Zuordnen…</translation>
    </message>
    <message>
        <source>Material trains models unless you opt out in the account.</source>
        <translation>Material trainiert Modelle, wenn du im Konto nicht widersprichst.</translation>
    </message>
    <message>
        <source>May train on it already: {names}.</source>
        <translation>Dürfen schon damit trainieren: {names}.</translation>
    </message>
    <message>
        <source>May use the music for</source>
        <translation>Darf die Musik nutzen für</translation>
    </message>
    <message>
        <source>Media managers and exiftool show it to people. No machine is known to act on it.</source>
        <translation>Medienverwaltungen und exiftool zeigen es den Leuten. Von keiner Maschine ist bekannt, dass sie danach handelt.</translation>
    </message>
    <message>
        <source>Medium&apos;s help page.</source>
        <translation>Mediums Hilfeseite.</translation>
    </message>
    <message>
        <source>Member labels join each AI licence by themselves: ask your label about Udio and ElevenLabs.</source>
        <translation>Mitgliedslabels entscheiden bei jeder KI-Lizenz selbst, ob sie mitmachen: Frag dein Label nach Udio und ElevenLabs.</translation>
    </message>
    <message>
        <source>Members may not copy works from Deezer for text and data mining or to train AI models.</source>
        <translation>Mitglieder dürfen Werke von Deezer nicht für Text und Data Mining oder zum Trainieren von KI-Modellen kopieren.</translation>
    </message>
    <message>
        <source>Members: nothing to do for a no. The AI licence of September 2025 takes only works with explicit approval.</source>
        <translation>Mitglieder: Für ein Nein ist nichts zu tun. Die KI-Lizenz vom September 2025 nimmt nur Werke mit ausdrücklicher Zustimmung.</translation>
    </message>
    <message>
        <source>Members: nothing to do, GEMA has reserved text and data mining for your works. Recordings are another matter.</source>
        <translation>Mitglieder: nichts zu tun, die GEMA hat Text und Data Mining für deine Werke vorbehalten. Bei Aufnahmen ist das anders.</translation>
    </message>
    <message>
        <source>Members: nothing to do, SACEM opted out for its repertoire.</source>
        <translation>Mitglieder: nichts zu tun, die SACEM hat für ihr Repertoire widersprochen.</translation>
    </message>
    <message>
        <source>Menlo</source>
        <translation>Menlo</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Merge them or keep them apart. If a tag is wrong, correct it with a tag editor, then scan the folder again.</source>
        <translation>Führ sie zusammen oder lass sie getrennt. Wenn ein Tag falsch ist, korrigiere ihn mit einem Tag-Editor und lies den Ordner dann neu ein.</translation>
    </message>
    <message>
        <source>Merged: {about}</source>
        <translation>Zusammengeführt: {about}</translation>
    </message>
    <message>
        <source>Merged: {subject}</source>
        <translation>Zusammengeführt: {subject}</translation>
    </message>
    <message>
        <source>Merlin&apos;s statement of 16 December 2024 and news on the licences with Udio and ElevenLabs.</source>
        <translation>Merlins Erklärung vom 16. Dezember 2024 und Meldungen zu den Lizenzen mit Udio und ElevenLabs.</translation>
    </message>
    <message>
        <source>Missing folders</source>
        <translation>Fehlende Ordner</translation>
    </message>
    <message>
        <source>Model training and improvements</source>
        <translation>Model training and improvements</translation>
    </message>
    <message>
        <source>Models made from traffic data belong to Cloudflare.</source>
        <translation>Modelle aus Verkehrsdaten gehören Cloudflare.</translation>
    </message>
    <message>
        <source>Models that generate content. For other models there is a Data Processing Objection Form.</source>
        <translation>Modelle, die Inhalte erzeugen. Für andere Modelle gibt es ein Data Processing Objection Form.</translation>
    </message>
    <message>
        <source>Models that make music or voices learn from it.</source>
        <translation>Modelle, die Musik oder Stimmen machen, lernen daraus.</translation>
    </message>
    <message>
        <source>Models that recognise, sort or describe learn from it.</source>
        <translation>Modelle, die erkennen, ordnen oder beschreiben, lernen daraus.</translation>
    </message>
    <message>
        <source>Monkey&apos;s Audio</source>
        <translation>Monkey&apos;s Audio</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More companies say that they obey it than any other signal. It keeps crawlers off your own site, and says nothing about copies elsewhere.</source>
        <translation>Mehr Unternehmen als bei jedem anderen Signal sagen, dass sie sich daran halten. Es hält Crawler von deiner eigenen Website fern und sagt nichts über Kopien anderswo.</translation>
    </message>
    <message>
        <source>More for {name}</source>
        <translation>Mehr für {name}</translation>
    </message>
    <message>
        <source>More: contract, reference, certificate</source>
        <translation>Mehr: Vertrag, Aktenzeichen, Zertifikat</translation>
    </message>
    <message>
        <source>Most of the text is missing.</source>
        <translation>Der größte Teil des Texts fehlt.</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>Bewegung</translation>
    </message>
    <message>
        <source>Move it back, or change the right one by hand.</source>
        <translation>Verschieb sie zurück oder ändere die richtige von Hand.</translation>
    </message>
    <message>
        <source>Musepack</source>
        <translation>Musepack</translation>
    </message>
    <message>
        <source>Music made with AI</source>
        <translation>Mit KI gemachte Musik</translation>
    </message>
    <message>
        <source>MusicBrainz id</source>
        <translation>MusicBrainz-ID</translation>
    </message>
    <message>
        <source>My Privacy &amp; Data</source>
        <translation>My Privacy &amp; Data</translation>
    </message>
    <message>
        <source>My Selfie pictures train models. A switch for public content is reported by one post only, so it is not a step.</source>
        <translation>My-Selfie-Bilder trainieren Modelle. Von einem Schalter für öffentliche Inhalte berichtet nur ein Beitrag, darum ist er kein Schritt.</translation>
    </message>
    <message>
        <source>My addresses are registered</source>
        <translation>Meine Adressen sind eingetragen</translation>
    </message>
    <message>
        <source>My label has joined at least one</source>
        <translation>Mein Label ist bei mindestens einer dabei</translation>
    </message>
    <message>
        <source>My label has joined none</source>
        <translation>Mein Label ist bei keiner dabei</translation>
    </message>
    <message>
        <source>Name a backup. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Nenne eine Sicherung. RightsDesks eigene Sicherungen sind in {folder}.</translation>
    </message>
    <message>
        <source>Name a file for the backup.</source>
        <translation>Nenne eine Datei für die Sicherung.</translation>
    </message>
    <message>
        <source>Name a file in a folder where you may write.</source>
        <translation>Nenne eine Datei in einem Ordner, in den du schreiben darfst.</translation>
    </message>
    <message>
        <source>Name a file that RightsDesk wrote as a backup.</source>
        <translation>Nenne eine Datei, die RightsDesk als Sicherung geschrieben hat.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy instead, or add {host} to the setting no_proxy.</source>
        <translation>Nenne stattdessen einen HTTP-Proxy oder füge {host} zur Einstellung no_proxy hinzu.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy.</source>
        <translation>Nenne einen HTTP-Proxy.</translation>
    </message>
    <message>
        <source>Name an artist, a release or a recording.</source>
        <translation>Nenne einen Act, ein Release oder eine Aufnahme.</translation>
    </message>
    <message>
        <source>Name an authority below, or turn on OpenTimestamps, first.</source>
        <translation>Nenne zuerst unten eine Stelle oder schalte OpenTimestamps ein.</translation>
    </message>
    <message>
        <source>Name at least one.</source>
        <translation>Nenne mindestens eins.</translation>
    </message>
    <message>
        <source>Name at least two of the members of “{id}”.</source>
        <translation>Nenne mindestens zwei Teile von „{id}“.</translation>
    </message>
    <message>
        <source>Name of the artist or band</source>
        <translation>Name des Acts oder der Band</translation>
    </message>
    <message>
        <source>Name of the artist or band:</source>
        <translation>Name des Acts oder der Band:</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>Name des Filters:</translation>
    </message>
    <message>
        <source>Name one of the two.</source>
        <translation>Nenne eins von beiden.</translation>
    </message>
    <message>
        <source>Name one of these: {keys}</source>
        <translation>Nenne eins davon: {keys}</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the ISRC.</source>
        <translation>Nenne auch den Act oder das Release, oder gib den ISRC an.</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the title.</source>
        <translation>Nenne auch den Act oder das Release, oder gib den Titel an.</translation>
    </message>
    <message>
        <source>Name the artist too, or give the UPC.</source>
        <translation>Nenne auch den Act, oder gib den UPC an.</translation>
    </message>
    <message>
        <source>Name the artist.</source>
        <translation>Nenne den Act.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate, as PEM or DER.</source>
        <translation>Nenne das Stammzertifikat der Stelle, als PEM oder DER.</translation>
    </message>
    <message>
        <source>Name the file of the contract, or leave it out.</source>
        <translation>Nenne die Datei des Vertrags oder lass sie weg.</translation>
    </message>
    <message>
        <source>Name the music folder: `directory` in beets&apos; configuration.</source>
        <translation>Nenn den Musikordner: `directory` in der Konfiguration von beets.</translation>
    </message>
    <message>
        <source>Name the source.</source>
        <translation>Nenne die Quelle.</translation>
    </message>
    <message>
        <source>Name what is excepted, as in: world except US</source>
        <translation>Nenne, was ausgenommen ist, etwa so: world except US</translation>
    </message>
    <message>
        <source>Named in {number} of {files} in {place}</source>
        <translation>Genannt in {number} von {files} in {place}</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Needs work</source>
        <translation>Zu erledigen</translation>
    </message>
    <message>
        <source>Needs you now</source>
        <translation>Braucht dich jetzt</translation>
    </message>
    <message>
        <source>New versions</source>
        <translation>Neue Versionen</translation>
    </message>
    <message>
        <source>Newest fingerprint: {hash}…</source>
        <translation>Neuester Fingerabdruck: {hash}…</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Als Nächstes</translation>
    </message>
    <message>
        <source>Next steps</source>
        <translation>Nächste Schritte</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>No AI</source>
        <translation>Keine KI</translation>
    </message>
    <message>
        <source>No AI company has committed to it.</source>
        <translation>Kein KI-Unternehmen hat sich dazu verpflichtet.</translation>
    </message>
    <message>
        <source>No AI company is known to read it yet: it is a draft that may become a standard.</source>
        <translation>Von keinem KI-Unternehmen ist bekannt, dass es das schon liest: Es ist ein Entwurf, der zum Standard werden kann.</translation>
    </message>
    <message>
        <source>No AI training without my written consent.</source>
        <translation>Kein KI-Training ohne meine schriftliche Zustimmung.</translation>
    </message>
    <message>
        <source>No WordPress API answers at {site}.</source>
        <translation>Unter {site} antwortet keine WordPress-API.</translation>
    </message>
    <message>
        <source>No WordPress was found at this address, or its API is switched off.</source>
        <translation>Unter dieser Adresse wurde kein WordPress gefunden, oder seine API ist ausgeschaltet.</translation>
    </message>
    <message>
        <source>No account is connected</source>
        <translation>Kein Konto verbunden</translation>
    </message>
    <message>
        <source>No account is connected for this music.</source>
        <translation>Für diese Musik ist kein Konto verbunden.</translation>
    </message>
    <message>
        <source>No additional preferences</source>
        <translation>No additional preferences</translation>
    </message>
    <message>
        <source>No artist is shown.</source>
        <translation>Es wird kein Act gezeigt.</translation>
    </message>
    <message>
        <source>No artist needs you on a platform</source>
        <translation>Auf Plattformen braucht dich kein Act</translation>
    </message>
    <message>
        <source>No artist used it when this was noticed.</source>
        <translation>Kein Act hat sie genutzt, als das bemerkt wurde.</translation>
    </message>
    <message>
        <source>No artist uses a platform so far, so there are no terms to watch.</source>
        <translation>Bisher nutzt kein Act eine Plattform, darum gibt es keine Bedingungen zu beobachten.</translation>
    </message>
    <message>
        <source>No backup was made.</source>
        <translation>Es wurde keine Sicherung gemacht.</translation>
    </message>
    <message>
        <source>No browser could be opened. Copy the address, open it in a browser on this computer, and say yes to {platform} there.</source>
        <translation>Es ließ sich kein Browser öffnen. Kopiere die Adresse, öffne sie auf diesem Computer in einem Browser und sag dort ja zu {platform}.</translation>
    </message>
    <message>
        <source>No choice</source>
        <translation>Nicht gewählt</translation>
    </message>
    <message>
        <source>No choice has been made yet.</source>
        <translation>Noch ist nichts gewählt.</translation>
    </message>
    <message>
        <source>No distribution of AI-generated content (page updated 29 October 2025).</source>
        <translation>Kein Vertrieb von KI-erzeugten Inhalten (Seite aktualisiert am 29. Oktober 2025).</translation>
    </message>
    <message>
        <source>No field for AI. Rights and licence are all there is; the Archive argues in public that training can be fair use.</source>
        <translation>Kein Feld für KI. Es gibt nur Rechte und Lizenz; das Archive vertritt öffentlich, dass Training Fair Use sein kann.</translation>
    </message>
    <message>
        <source>No file</source>
        <translation>Keine Datei</translation>
    </message>
    <message>
        <source>No file of it is where it was.</source>
        <translation>Keine Datei davon ist noch da, wo sie war.</translation>
    </message>
    <message>
        <source>No file was written.</source>
        <translation>Es wurde keine Datei geschrieben.</translation>
    </message>
    <message>
        <source>No files here</source>
        <translation>Keine Dateien hier</translation>
    </message>
    <message>
        <source>No generative AI</source>
        <translation>Keine generative KI</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Kein Label</translation>
    </message>
    <message>
        <source>No letter yet. A reservation of rights, an objection or a question to a platform is filled from the record; you send it yourself.</source>
        <translation>Noch kein Brief. Ein Nutzungsvorbehalt, ein Widerspruch oder eine Frage an eine Plattform wird aus dem Protokoll ausgefüllt; senden musst du selbst.</translation>
    </message>
    <message>
        <source>No licence holds today</source>
        <translation>Heute gilt keine Lizenz</translation>
    </message>
    <message>
        <source>No licences yet</source>
        <translation>Noch keine Lizenzen</translation>
    </message>
    <message>
        <source>No longer stated as allowed: {what}.</source>
        <translation>Nicht mehr als erlaubt genannt: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as forbidden: {what}.</source>
        <translation>Nicht mehr als verboten genannt: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as with a choice: {what}.</source>
        <translation>Nicht mehr mit Wahlmöglichkeit genannt: {what}.</translation>
    </message>
    <message>
        <source>No longer there: {files}.</source>
        <translation>Nicht mehr da: {files}.</translation>
    </message>
    <message>
        <source>No music found in {place}. RightsDesk knows MP3, FLAC, WAV, AIFF, M4A, Ogg and Opus.</source>
        <translation>Keine Musik in {place} gefunden. RightsDesk kennt MP3, FLAC, WAV, AIFF, M4A, Ogg und Opus.</translation>
    </message>
    <message>
        <source>No music of {artist} yet</source>
        <translation>Noch keine Musik von {artist}</translation>
    </message>
    <message>
        <source>No music was found for {artist}</source>
        <translation>Keine Musik für {artist} gefunden</translation>
    </message>
    <message>
        <source>No music yet</source>
        <translation>Noch keine Musik</translation>
    </message>
    <message>
        <source>No one can recover it for you. If it is lost, RightsDesk makes a new key when you connect an account again, and all accounts have to be connected again; nothing else is lost.</source>
        <translation>Niemand kann sie für dich wiederbeschaffen. Wenn sie verloren ist, macht RightsDesk einen neuen Schlüssel, sobald du ein Konto neu verbindest, und alle Konten müssen neu verbunden werden; sonst geht nichts verloren.</translation>
    </message>
    <message>
        <source>No problems</source>
        <translation>Keine Probleme</translation>
    </message>
    <message>
        <source>No program on this computer could open this:</source>
        <translation>Kein Programm auf diesem Computer konnte das öffnen:</translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation>Kein Proxy</translation>
    </message>
    <message>
        <source>No reason is on record.</source>
        <translation>Kein Grund festgehalten.</translation>
    </message>
    <message>
        <source>No release</source>
        <translation>Kein Release</translation>
    </message>
    <message>
        <source>No reservation and no switch was found. Since 28 October 2025 works made partly with AI can be registered; that is no consent.</source>
        <translation>Es war kein Vorbehalt und kein Schalter zu finden. Seit 28. Oktober 2025 lassen sich Werke anmelden, die teilweise mit KI gemacht sind; das ist keine Zustimmung.</translation>
    </message>
    <message>
        <source>No sentence</source>
        <translation>Kein Satz</translation>
    </message>
    <message>
        <source>No setting is called that.</source>
        <translation>Keine Einstellung heißt so.</translation>
    </message>
    <message>
        <source>No source of time stamps is chosen.</source>
        <translation>Es ist keine Quelle für Zeitstempel gewählt.</translation>
    </message>
    <message>
        <source>No track fits the search.</source>
        <translation>Kein Track passt zur Suche.</translation>
    </message>
    <message>
        <source>No track of this artist is there</source>
        <translation>Dort ist kein Track dieses Acts</translation>
    </message>
    <message>
        <source>No track with “{text}”</source>
        <translation>Kein Track mit „{text}“</translation>
    </message>
    <message>
        <source>No training, no imitation, no AI input, no data mining. Search and recommendations stay allowed.</source>
        <translation>Kein Training, kein Nachahmen, keine KI-Eingabe, kein Data Mining. Suche und Empfehlungen bleiben erlaubt.</translation>
    </message>
    <message>
        <source>No use of platform content for AI without written permission of Dailymotion and/or the uploader.</source>
        <translation>Keine Nutzung von Inhalten der Plattform für KI ohne schriftliche Erlaubnis von Dailymotion und/oder dem, der hochgeladen hat.</translation>
    </message>
    <message>
        <source>No word on AI in the version of {day}.</source>
        <translation>Kein Wort zu KI in der Fassung: {day}.</translation>
    </message>
    <message>
        <source>No, remove it</source>
        <translation>Nein, entfernen</translation>
    </message>
    <message>
        <source>NoAI tag</source>
        <translation>NoAI-Tag</translation>
    </message>
    <message>
        <source>Nobody may train or feed AI models with content from Bandcamp, or mine it.</source>
        <translation>Niemand darf KI-Modelle mit Inhalten von Bandcamp trainieren oder füttern oder sie minen.</translation>
    </message>
    <message>
        <source>Non-Commercial Open Source Models only</source>
        <translation>Non-Commercial Open Source Models only</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>None at the moment.</source>
        <translation>Zurzeit keine.</translation>
    </message>
    <message>
        <source>None ends soon.</source>
        <translation>Keine endet bald.</translation>
    </message>
    <message>
        <source>None of the files of {old} is in {new}.</source>
        <translation>Keine der Dateien aus {old} ist in {new}.</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Nichts davon</translation>
    </message>
    <message>
        <source>None of {updates} today, all {when}.</source>
        <translation>Heute keine von {updates}, alle {when}.</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>Noch keine.</translation>
    </message>
    <message>
        <source>Not all of RightsDesk&apos;s data could be removed: {path}: {why}</source>
        <translation>Nicht alle Daten von RightsDesk ließen sich entfernen: {path}: {why}</translation>
    </message>
    <message>
        <source>Not certified</source>
        <translation>Nicht zertifiziert</translation>
    </message>
    <message>
        <source>Not checked yet.</source>
        <translation>Noch nicht geprüft.</translation>
    </message>
    <message>
        <source>Not chosen yet</source>
        <translation>Noch nicht gewählt</translation>
    </message>
    <message>
        <source>Not entered</source>
        <translation>Nicht eingetragen</translation>
    </message>
    <message>
        <source>Not found in the settings</source>
        <translation>In den Einstellungen nicht gefunden</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Nicht bekannt</translation>
    </message>
    <message>
        <source>Not on a release</source>
        <translation>Auf keinem Release</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}): {names}.</source>
        <translation>Nicht auf der Liste von Fairly Trained, die wir haben (Stand {day}): {names}.</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}, and not complete): {names}.</source>
        <translation>Nicht auf der Liste von Fairly Trained, die wir haben (Stand {day}, nicht vollständig): {names}.</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Nicht gelesen</translation>
    </message>
    <message>
        <source>Not read since an older state of RightsDesk&apos;s data was restored: what it says now is unknown.</source>
        <translation>Nicht gelesen, seit ein älterer Stand von RightsDesks Daten zurückgespielt wurde: Was es jetzt sagt, ist unbekannt.</translation>
    </message>
    <message>
        <source>Not read since {day} ({age}).</source>
        <translation>Nicht gelesen seit {day} ({age}).</translation>
    </message>
    <message>
        <source>Not read yet.</source>
        <translation>Noch nicht gelesen.</translation>
    </message>
    <message>
        <source>Not readable since {day}</source>
        <translation>Nicht lesbar seit {day}</translation>
    </message>
    <message>
        <source>Not registered</source>
        <translation>Nicht registriert</translation>
    </message>
    <message>
        <source>Not stated</source>
        <translation>Keine Angabe</translation>
    </message>
    <message>
        <source>Not this version</source>
        <translation>Diese Version überspringen</translation>
    </message>
    <message>
        <source>Not tried yet</source>
        <translation>Noch nicht versucht</translation>
    </message>
    <message>
        <source>Not tried: {why}</source>
        <translation>Nicht versucht: {why}</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>Noch nicht</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Note deleted: {platform}</source>
        <translation>Notiz gelöscht: {platform}</translation>
    </message>
    <message>
        <source>Note deleted: {platform}, {artist}</source>
        <translation>Notiz gelöscht: {platform}, {artist}</translation>
    </message>
    <message>
        <source>Note first when it was sent.</source>
        <translation>Notiere erst, wann er gesendet wurde.</translation>
    </message>
    <message>
        <source>Note on {name} deleted. It stays in the history.</source>
        <translation>Notiz zu {name} gelöscht. Sie bleibt im Verlauf.</translation>
    </message>
    <message>
        <source>Note:</source>
        <translation>Notiz:</translation>
    </message>
    <message>
        <source>Note: {platform}, {artist}: {control} is {value}</source>
        <translation>Notiz: {platform}, {artist}: {control} ist {value}</translation>
    </message>
    <message>
        <source>Noted</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <source>Noted by you</source>
        <translation>Von dir notiert</translation>
    </message>
    <message>
        <source>Noted by you {day}</source>
        <translation>Von dir {day} notiert</translation>
    </message>
    <message>
        <source>Noted by you {day}.</source>
        <translation>Von dir {day} notiert.</translation>
    </message>
    <message>
        <source>Noted by you: {standing}</source>
        <translation>Von dir notiert: {standing}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Nothing came back in time from {service} through the proxy {named}.</source>
        <translation>Von {service} kam über den Proxy {named} nicht rechtzeitig eine Antwort.</translation>
    </message>
    <message>
        <source>Nothing changed.</source>
        <translation>Nichts hat sich geändert.</translation>
    </message>
    <message>
        <source>Nothing could be opened</source>
        <translation>Nichts ließ sich öffnen</translation>
    </message>
    <message>
        <source>Nothing has been chosen yet for this music.</source>
        <translation>Für diese Musik ist noch nichts gewählt.</translation>
    </message>
    <message>
        <source>Nothing in the help has these words.</source>
        <translation>In der Hilfe kommt das nicht vor.</translation>
    </message>
    <message>
        <source>Nothing is damaged.</source>
        <translation>Nichts ist beschädigt.</translation>
    </message>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>Noch ist nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>Nothing is reported from them, and your music was not touched.</source>
        <translation>Nichts daraus wird gezeigt, und deine Musik wurde nicht angerührt.</translation>
    </message>
    <message>
        <source>Nothing is unknown.</source>
        <translation>Nichts ist unbekannt.</translation>
    </message>
    <message>
        <source>Nothing needs work.</source>
        <translation>Nichts zu erledigen.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing needs you on %n platforms</source>
        <translation>
            <numerusform>Auf %n Plattform braucht dich nichts</numerusform>
            <numerusform>Auf %n Plattformen braucht dich nichts</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that could end one that is in use here, too.</source>
        <translation>Von dieser Anmeldung bleibt nichts erhalten. Bei {name} wurde sie nicht beendet: Damit könnte auch eine enden, die hier benutzt wird.</translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that would end one that is in use here, too.</source>
        <translation>Von dieser Anmeldung bleibt nichts erhalten. Bei {name} wurde sie nicht beendet: Damit würde auch eine enden, die hier benutzt wird.</translation>
    </message>
    <message>
        <source>Nothing says otherwise.</source>
        <translation>Nichts weicht ab.</translation>
    </message>
    <message>
        <source>Nothing to change: these tracks have this choice already.</source>
        <translation>Nichts zu ändern: Diese Tracks haben diese Wahl schon.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: Fair Trade AI is joined only by your yes.</source>
        <translation>Für ein Nein ist nichts zu tun: Bei Fair Trade AI bist du nur mit deinem Ja dabei.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: the Musical AI dataset is joined only by your yes.</source>
        <translation>Für ein Nein ist nichts zu tun: Beim Datensatz von Musical AI bist du nur mit deinem Ja dabei.</translation>
    </message>
    <message>
        <source>Nothing to do for any artist</source>
        <translation>Für keinen Act etwas zu tun</translation>
    </message>
    <message>
        <source>Nothing to do. Everything that could be read says what you chose.</source>
        <translation>Nichts zu tun. Alles, was lesbar war, sagt, was du gewählt hast.</translation>
    </message>
    <message>
        <source>Nothing to press at RouteNote; each store has its own terms.</source>
        <translation>Bei RouteNote ist nichts einzustellen; jeder Shop hat eigene Bedingungen.</translation>
    </message>
    <message>
        <source>Nothing to press: Bandcamp binds itself and everyone else; training to generate music needs your express permission.</source>
        <translation>Nichts einzustellen: Bandcamp bindet sich und alle anderen; Training zum Erzeugen von Musik braucht deine ausdrückliche Erlaubnis.</translation>
    </message>
    <message>
        <source>Nothing to press: Deezer reserves text and data mining for its whole service and forbids members to train AI.</source>
        <translation>Nichts einzustellen: Deezer behält Text und Data Mining für den ganzen Dienst vor und verbietet Mitgliedern, KI zu trainieren.</translation>
    </message>
    <message>
        <source>Nothing to press: any AI use of the files needs the rights holder&apos;s permission.</source>
        <translation>Nichts einzustellen: Jede KI-Nutzung der Dateien braucht die Erlaubnis der Rechteinhaber.</translation>
    </message>
    <message>
        <source>Nothing to press: generative training that imitates you needs your yes. Write your own reservation into tags and description.</source>
        <translation>Nichts einzustellen: Generatives Training, das dich nachahmt, braucht dein Ja. Schreib deinen eigenen Vorbehalt in Tags und Beschreibung.</translation>
    </message>
    <message>
        <source>Nothing to press: nobody may use what is there for AI without permission.</source>
        <translation>Nichts einzustellen: Niemand darf, was dort ist, ohne Erlaubnis für KI nutzen.</translation>
    </message>
    <message>
        <source>Nothing to press: not used to train AI.</source>
        <translation>Nichts einzustellen: wird nicht zum Trainieren von KI genutzt.</translation>
    </message>
    <message>
        <source>Nothing to press: sound and picture of your calls train no AI.</source>
        <translation>Nichts einzustellen: Ton und Bild deiner Anrufe trainieren keine KI.</translation>
    </message>
    <message>
        <source>Nothing to press: the terms forbid training by anyone.</source>
        <translation>Nichts einzustellen: Die Bedingungen verbieten allen das Training.</translation>
    </message>
    <message>
        <source>Nothing to read</source>
        <translation>Nichts zu lesen</translation>
    </message>
    <message>
        <source>Nothing to write</source>
        <translation>Nichts zu schreiben</translation>
    </message>
    <message>
        <source>Nothing until you choose</source>
        <translation>Nichts, bis du wählst</translation>
    </message>
    <message>
        <source>Nothing was changed there.</source>
        <translation>Dort wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was changed: the facts in use stay.</source>
        <translation>Nichts wurde geändert: Die Fakten in Gebrauch bleiben.</translation>
    </message>
    <message>
        <source>Nothing was changed: what is known of versions stays.</source>
        <translation>Nichts wurde geändert: Was über Versionen bekannt ist, bleibt.</translation>
    </message>
    <message>
        <source>Nothing was connected.</source>
        <translation>Nichts wurde verbunden.</translation>
    </message>
    <message>
        <source>Nothing was done since the newest time stamp, so none was made.</source>
        <translation>Seit dem neuesten Zeitstempel wurde nichts getan, darum wurde keiner gemacht.</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>Noch wurde nichts getan.</translation>
    </message>
    <message>
        <source>Nothing was fetched.</source>
        <translation>Es wurde nichts geholt.</translation>
    </message>
    <message>
        <source>Nothing was noted.</source>
        <translation>Es wurde nichts notiert.</translation>
    </message>
    <message>
        <source>Nothing was published.</source>
        <translation>Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>Nothing was read or changed there.</source>
        <translation>Dort wurde nichts gelesen oder geändert.</translation>
    </message>
    <message>
        <source>Nothing was read or changed.</source>
        <translation>Nichts wurde gelesen oder geändert.</translation>
    </message>
    <message>
        <source>Nothing was saved just now.</source>
        <translation>Gerade eben wurde nichts gespeichert.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>Nothing was sent there, and nothing changed.</source>
        <translation>Dorthin wurde nichts gesendet, und nichts hat sich geändert.</translation>
    </message>
    <message>
        <source>Nothing was sent to it.</source>
        <translation>Dorthin wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Nothing was sent, and nothing was changed.</source>
        <translation>Es wurde nichts gesendet und nichts geändert.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Nothing: no account is connected. RightsDesk can write there with one.</source>
        <translation>Nichts: Es ist kein Konto verbunden. Mit einem kann RightsDesk dort schreiben.</translation>
    </message>
    <message>
        <source>Nothing: there is only its own setting.</source>
        <translation>Nichts: Es gibt nur die eigene Einstellung der Plattform.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation>Benachrichtigen</translation>
    </message>
    <message>
        <source>Noto Sans Mono</source>
        <translation>Noto Sans Mono</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Now allowed: {what}.</source>
        <translation>Jetzt erlaubt: {what}.</translation>
    </message>
    <message>
        <source>Now forbidden: {what}.</source>
        <translation>Jetzt verboten: {what}.</translation>
    </message>
    <message>
        <source>Now with a choice: {what}.</source>
        <translation>Jetzt mit Wahlmöglichkeit: {what}.</translation>
    </message>
    <message>
        <source>Objection form</source>
        <translation>Widerspruchsformular</translation>
    </message>
    <message>
        <source>Objection to the use of your information for AI at Meta</source>
        <translation>Widerspruch gegen die Nutzung deiner Informationen für KI bei Meta</translation>
    </message>
    <message>
        <source>Of kinds that RightsDesk does not read: {files}.</source>
        <translation>In Formaten, die RightsDesk nicht liest: {files}.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Came with RightsDesk.</source>
        <translation>Stand: {day} (Nummer {number}), zu {platforms}. Kam mit RightsDesk.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Installed as an update.</source>
        <translation>Stand: {day} (Nummer {number}), zu {platforms}. Als Update installiert.</translation>
    </message>
    <message>
        <source>Of {day}, {age} ago.</source>
        <translation>Stand: {day}, {age} her.</translation>
    </message>
    <message>
        <source>Of {day}.</source>
        <translation>Stand: {day}.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Off unless you switch it on</source>
        <translation>Aus, bis du es einschaltest</translation>
    </message>
    <message>
        <source>Off: no company</source>
        <translation>Aus: kein Unternehmen</translation>
    </message>
    <message>
        <source>Often confused with it</source>
        <translation>Wird oft damit verwechselt</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>On Bluesky this applies to your whole account, not to single tracks.</source>
        <translation>Auf Bluesky gilt das für dein ganzes Konto, nicht für einzelne Tracks.</translation>
    </message>
    <message>
        <source>On Bluesky, no to data mining also stops discovery by meaning (semantic search and recommendations), because it forbids embedding.</source>
        <translation>Auf Bluesky stoppt ein Nein zu Data Mining auch das Finden nach Bedeutung (semantische Suche und Empfehlungen), weil es Embeddings verbietet.</translation>
    </message>
    <message>
        <source>On Bluesky, open Settings, Privacy and security, App passwords, and add one named RightsDesk.</source>
        <translation>Öffne auf Bluesky „Einstellungen“, „Datenschutz und Sicherheit“, „App-Passwörter“ und füge eins namens RightsDesk hinzu.</translation>
    </message>
    <message>
        <source>On by default, since 3 November 2025 also in the EU, the EEA, the UK, Switzerland, Canada and Hong Kong. Off works from then on only.</source>
        <translation>Standardmäßig an, seit 3. November 2025 auch in der EU, im EWR, im Vereinigten Königreich, in der Schweiz, in Kanada und Hongkong. „Aus“ wirkt nur ab dann.</translation>
    </message>
    <message>
        <source>On by default. Switch it off; the licence in the terms covers training either way.</source>
        <translation>Standardmäßig an. Schalte es aus; die Lizenz in den Bedingungen deckt Training so oder so ab.</translation>
    </message>
    <message>
        <source>On unless you switch it off</source>
        <translation>An, bis du es ausschaltest</translation>
    </message>
    <message>
        <source>Once a &amp;day</source>
        <translation>Einmal am &amp;Tag</translation>
    </message>
    <message>
        <source>Once a &amp;week</source>
        <translation>Einmal pro &amp;Woche</translation>
    </message>
    <message>
        <source>Once there are some, rescan.</source>
        <translation>Sobald welche da sind, lies neu ein.</translation>
    </message>
    <message>
        <source>One ISRC is on recordings of {artists}: {named}.</source>
        <translation>Derselbe ISRC steht auf Aufnahmen von {artists}: {named}.</translation>
    </message>
    <message>
        <source>One ISRC is on {recordings} with different titles or lengths: {named}. They were kept apart.</source>
        <translation>Derselbe ISRC steht auf {recordings} mit verschiedenen Titeln oder Längen: {named}. Sie wurden getrennt gelassen.</translation>
    </message>
    <message>
        <source>One UPC is on {releases}: {named}.</source>
        <translation>Derselbe UPC steht auf {releases}: {named}.</translation>
    </message>
    <message>
        <source>One of the texts to write holds a control character, which XMP can&apos;t hold.</source>
        <translation>Einer der Texte zum Schreiben enthält ein Steuerzeichen, das in XMP nicht stehen darf.</translation>
    </message>
    <message>
        <source>One user&apos;s post. No help page was found.</source>
        <translation>Der Beitrag eines Nutzers. Eine Hilfeseite war nicht zu finden.</translation>
    </message>
    <message>
        <source>Only XMP is written: this file has no place where RightsDesk can safely write other fields.</source>
        <translation>Nur XMP wird geschrieben: In dieser Datei gibt es keine Stelle, an der RightsDesk andere Felder sicher schreiben kann.</translation>
    </message>
    <message>
        <source>Only a merge can be narrowed to some members, and only of recordings or releases.</source>
        <translation>Nur ein Zusammenführen lässt sich auf einzelne Teile beschränken, und nur bei Aufnahmen oder Releases.</translation>
    </message>
    <message>
        <source>Only on pages with advertisements</source>
        <translation>Nur auf Seiten mit Werbung</translation>
    </message>
    <message>
        <source>Only terms of 2021 could be found. They are older than the question.</source>
        <translation>Nur Bedingungen von 2021 waren zu finden. Sie sind älter als die Frage.</translation>
    </message>
    <message>
        <source>Only terms of December 2023 and older were found, and the part read does not mention AI. How an artist says no to Believe&apos;s licences was not found.</source>
        <translation>Nur Bedingungen vom Dezember 2023 und ältere waren zu finden, und der gelesene Teil nennt KI nicht. Wie ein Act zu Believes Lizenzen Nein sagt, war nicht zu finden.</translation>
    </message>
    <message>
        <source>Only the companies that I chose</source>
        <translation>Nur die Unternehmen, die ich gewählt habe</translation>
    </message>
    <message>
        <source>Only the home page is known for sure. The steps lead on from there.</source>
        <translation>Nur die Startseite ist sicher bekannt. Die Schritte führen von dort weiter.</translation>
    </message>
    <message>
        <source>Only the opening page was held, not the parts behind it.</source>
        <translation>Nur die Eingangsseite lag vor, nicht die Teile dahinter.</translation>
    </message>
    <message>
        <source>Only the terms apply: there is no switch for Google&apos;s own use of what is on YouTube.</source>
        <translation>Es gelten nur die Bedingungen: Für das, was Google selbst mit den Inhalten auf YouTube macht, gibt es keinen Schalter.</translation>
    </message>
    <message>
        <source>Only the uploader of an item can change it.</source>
        <translation>Nur wer einen Eintrag hochgeladen hat, kann ihn ändern.</translation>
    </message>
    <message>
        <source>Only tracks that are wholly yours can take part.</source>
        <translation>Nur Tracks, die ganz dir gehören, können mitmachen.</translation>
    </message>
    <message>
        <source>Only you can change it: {where}.</source>
        <translation>Nur du kannst das ändern: {where}.</translation>
    </message>
    <message>
        <source>Only you can change this, in YouTube Studio: Settings, Channel, Advanced settings, Third-party training. It does not limit what Google itself does.</source>
        <translation>Das kannst nur du ändern, in YouTube Studio: „Einstellungen“, „Kanal“, „Erweiterte Einstellungen“, „Training durch Drittanbieter“. Was Google selbst macht, begrenzt das nicht.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Open Canva&apos;s settings and go to Privacy settings.</source>
        <translation>Öffne Canvas Einstellungen und geh zu „Datenschutzeinstellungen“.</translation>
    </message>
    <message>
        <source>Open Dropbox&apos;s settings in the browser.</source>
        <translation>Öffne Dropbox’ Einstellungen im Browser.</translation>
    </message>
    <message>
        <source>Open GitHub&apos;s settings and go to Copilot.</source>
        <translation>Öffne GitHubs Einstellungen und geh zu „Copilot“.</translation>
    </message>
    <message>
        <source>Open LinkedIn and go to Settings &amp; Privacy, then Data privacy.</source>
        <translation>Öffne LinkedIn und geh zu „Einstellungen &amp; Datenschutz“, dann „Datenschutz“.</translation>
    </message>
    <message>
        <source>Open Medium and go to Settings, then Account.</source>
        <translation>Öffne Medium und geh zu „Settings“, dann „Account“.</translation>
    </message>
    <message>
        <source>Open Meta&apos;s Privacy Center and find the form to object.</source>
        <translation>Öffne Metas Privacy Center und such das Widerspruchsformular.</translation>
    </message>
    <message>
        <source>Open Source Models only</source>
        <translation>Open Source Models only</translation>
    </message>
    <message>
        <source>Open Sureel&apos;s page on entering music. It offers a form, a CSV or JSON file, DDEX, and OpenPlay.</source>
        <translation>Öffne Sureels Seite zum Eintragen von Musik. Es gibt ein Formular, CSV- oder JSON-Dateien, DDEX und OpenPlay.</translation>
    </message>
    <message>
        <source>Open Tumblr in the browser, not in the app, and go to the settings of your blog.</source>
        <translation>Öffne Tumblr im Browser, nicht in der App, und geh zu den Einstellungen deines Blogs.</translation>
    </message>
    <message>
        <source>Open X and go to Settings, then Privacy and safety, then Data sharing and personalization.</source>
        <translation>Öffne X und geh zu „Einstellungen“, dann „Datenschutz und Sicherheit“, dann „Datenfreigabe und Personalisierung“.</translation>
    </message>
    <message>
        <source>Open YouTube Studio with your music&apos;s channel.</source>
        <translation>Öffne YouTube Studio mit dem Kanal deiner Musik.</translation>
    </message>
    <message>
        <source>Open haveibeentrained.com. In September 2025 it was said to be under maintenance, so it may not answer.</source>
        <translation>Öffne haveibeentrained.com. Im September 2025 hieß es, die Seite werde gewartet; vielleicht antwortet sie nicht.</translation>
    </message>
    <message>
        <source>Open home page</source>
        <translation>Startseite öffnen</translation>
    </message>
    <message>
        <source>Open it in an audio program and save it again.</source>
        <translation>Öffne sie in einem Audioprogramm und speichere sie neu.</translation>
    </message>
    <message>
        <source>Open on {name}</source>
        <translation>Auf {name} öffnen</translation>
    </message>
    <message>
        <source>Open page</source>
        <translation>Seite öffnen</translation>
    </message>
    <message>
        <source>Open page again</source>
        <translation>Seite erneut öffnen</translation>
    </message>
    <message>
        <source>Open the Robots.txt Editor. Some plans do not have it.</source>
        <translation>Öffne den Robots.txt Editor. Manche Tarife haben ihn nicht.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Seite öffnen</translation>
    </message>
    <message>
        <source>Open the page…</source>
        <translation>Seite öffnen …</translation>
    </message>
    <message>
        <source>Open the settings of your publication on Substack.</source>
        <translation>Öffne die Einstellungen deiner Publikation auf Substack.</translation>
    </message>
    <message>
        <source>Open your apps page on SoundCloud and register an app. SoundCloud may ask for an Artist Pro plan.</source>
        <translation>Öffne deine App-Seite auf SoundCloud und registriere eine App. Vielleicht verlangt SoundCloud dafür ein Artist-Pro-Abo.</translation>
    </message>
    <message>
        <source>Open your site in Squarespace and go to Settings, then Crawlers.</source>
        <translation>Öffne deine Website in Squarespace und geh zu „Settings“, dann „Crawlers“.</translation>
    </message>
    <message>
        <source>Open your site&apos;s dashboard in Wix and go to Marketing &amp; SEO, then SEO Tools.</source>
        <translation>Öffne das Dashboard deiner Website in Wix und geh zu „Marketing &amp; SEO“, dann „SEO Tools“.</translation>
    </message>
    <message>
        <source>Open “Data for Generative AI Improvement”.</source>
        <translation>Öffne „Daten zur Verbesserung generativer KI“.</translation>
    </message>
    <message>
        <source>Open “Gen AI preferences”.</source>
        <translation>Öffne „Gen AI preferences“.</translation>
    </message>
    <message>
        <source>Open “Grok &amp; Third-party Collaborators”.</source>
        <translation>Öffne „Grok &amp; Third-party Collaborators“.</translation>
    </message>
    <message>
        <source>Open “Third-party AI and your stories”.</source>
        <translation>Öffne „Third-party AI and your stories“.</translation>
    </message>
    <message>
        <source>Open “Third-party AI”. If it is not there, the features do not exist for your account.</source>
        <translation>Öffne „Third-party AI“. Wenn es nicht da ist, gibt es die Funktionen für dein Konto nicht.</translation>
    </message>
    <message>
        <source>OpenAI, Anthropic, Google, Apple, Common Crawl and others document that their crawlers obey it. Some, such as Bytespider, are known not to.</source>
        <translation>OpenAI, Anthropic, Google, Apple, Common Crawl und andere dokumentieren, dass ihre Crawler sich daran halten. Von manchen, etwa Bytespider, ist bekannt, dass sie es nicht tun.</translation>
    </message>
    <message>
        <source>OpenTimestamps: free of charge, pending for some hours. Only a hash is sent, nothing of the history itself.</source>
        <translation>OpenTimestamps: kostenlos, einige Stunden lang ausstehend. Gesendet wird nur ein Hash, nichts vom Verlauf selbst.</translation>
    </message>
    <message>
        <source>Opens RightsDesk when you log in, so that automatic checks happen.</source>
        <translation>Öffnet RightsDesk bei der Anmeldung am Computer, damit die automatischen Prüfungen laufen.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Other accounts are not affected.</source>
        <translation>Andere Konten sind davon nicht betroffen.</translation>
    </message>
    <message>
        <source>Other people on this computer may write in RightsDesk&apos;s data folder ({folder}).</source>
        <translation>Andere Leute an diesem Computer dürfen in RightsDesks Datenordner schreiben ({folder}).</translation>
    </message>
    <message>
        <source>Other people on this computer may write in {parent}, so they could put a folder of theirs in the place of RightsDesk&apos;s data folder ({folder}).</source>
        <translation>Andere Leute an diesem Computer dürfen in {parent} schreiben; sie könnten also einen eigenen Ordner an die Stelle von RightsDesks Datenordner setzen ({folder}).</translation>
    </message>
    <message>
        <source>Others may not mine or scrape.</source>
        <translation>Andere dürfen nicht minen oder scrapen.</translation>
    </message>
    <message>
        <source>Others may not train on Spotify. Spotify itself trains models on user data; artists have no switch.</source>
        <translation>Andere dürfen mit Spotify nicht trainieren. Spotify selbst trainiert Modelle mit Nutzerdaten; Acts haben keinen Schalter.</translation>
    </message>
    <message>
        <source>Others must heed machine-readable signs such as robots.txt against training.</source>
        <translation>Andere müssen maschinenlesbare Zeichen gegen Training wie robots.txt beachten.</translation>
    </message>
    <message>
        <source>Out unless you join</source>
        <translation>Nicht dabei, bis du mitmachst</translation>
    </message>
    <message>
        <source>Own copyright sentence</source>
        <translation>Eigener Copyright-Satz</translation>
    </message>
    <message>
        <source>Own mix</source>
        <translation>Eigene Auswahl</translation>
    </message>
    <message>
        <source>Own site</source>
        <translation>Eigene Website</translation>
    </message>
    <message>
        <source>Own site: robots.txt for Google-Extended. Public information may otherwise be used.</source>
        <translation>Eigene Website: robots.txt für Google-Extended. Öffentliche Informationen dürfen sonst genutzt werden.</translation>
    </message>
    <message>
        <source>P&amp;ick {artist}</source>
        <translation>{artist} &amp;wählen</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;Text (*.txt)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;Text (*.txt)</translation>
    </message>
    <message>
        <source>PRS has principles and a registration policy. A reservation for its repertoire was not found.</source>
        <translation>PRS hat Grundsätze und eine Richtlinie zur Anmeldung. Ein Vorbehalt für ihr Repertoire war nicht zu finden.</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Part of the delivery since 2026. They disclose how music was made. They are not a consent.</source>
        <translation>Seit 2026 Teil der Anlieferung. Sie legen offen, wie Musik entstanden ist. Eine Zustimmung sind sie nicht.</translation>
    </message>
    <message>
        <source>Partner</source>
        <translation>Partner</translation>
    </message>
    <message>
        <source>Partners may not train on your files. You can switch off that files go to partners at all.</source>
        <translation>Partner dürfen nicht mit deinen Dateien trainieren. Du kannst ausschalten, dass Dateien überhaupt an Partner gehen.</translation>
    </message>
    <message>
        <source>Parts of the text are missing.</source>
        <translation>Teile des Texts fehlen.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Passphrase for your accounts…</source>
        <translation>Passphrase für deine Konten…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Password there</source>
        <translation>Passwort dort</translation>
    </message>
    <message>
        <source>Paste both here. Add “Zone: Read” to the token if RightsDesk should show the zone by its name.</source>
        <translation>Füge beides hier ein. Gib dem Token noch „Zone: Read“, wenn RightsDesk die Zone mit ihrem Namen zeigen soll.</translation>
    </message>
    <message>
        <source>Paste the rules that RightsDesk exports for robots.txt, and save.</source>
        <translation>Füge die Regeln ein, die RightsDesk für robots.txt exportiert, und speichere.</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Patreon said that training on creators&apos; work should be paid for.</source>
        <translation>Patreon sagte, dass Training mit Werken von Kreativen bezahlt werden sollte.</translation>
    </message>
    <message>
        <source>Patreon&apos;s own terms on training were not found. One text reports that it rejects “fair use” for training.</source>
        <translation>Patreons eigene Bedingungen zum Training waren nicht zu finden. Ein Text berichtet, dass es „Fair Use“ für Training ablehnt.</translation>
    </message>
    <message>
        <source>People in the EU and the UK: public posts, photos, captions and comments of that account.</source>
        <translation>Menschen in der EU und im Vereinigten Königreich: öffentliche Beiträge, Fotos, Bildtexte und Kommentare dieses Kontos.</translation>
    </message>
    <message>
        <source>People, and whoever reads SoundCloud&apos;s pages or interface. It is your reservation, not a switch of SoundCloud&apos;s.</source>
        <translation>Menschen und alle, die SoundClouds Seiten oder Schnittstelle lesen. Es ist dein Vorbehalt, kein Schalter von SoundCloud.</translation>
    </message>
    <message>
        <source>People, and whoever reads the platform&apos;s interface. No machine is known to act on it.</source>
        <translation>Menschen und alle, die die Schnittstelle der Plattform lesen. Von keiner Maschine ist bekannt, dass sie danach handelt.</translation>
    </message>
    <message>
        <source>People, courts, and every player and shop that shows the field. No machine is known to act on it.</source>
        <translation>Menschen, Gerichte und jeder Player und Shop, der das Feld zeigt. Von keiner Maschine ist bekannt, dass sie danach handelt.</translation>
    </message>
    <message>
        <source>Personal data may be used to develop and train AI models.</source>
        <translation>Personenbezogene Daten dürfen genutzt werden, um KI-Modelle zu entwickeln und zu trainieren.</translation>
    </message>
    <message>
        <source>Pictures given to My Selfie develop models for all services and research.</source>
        <translation>Bilder, die My Selfie bekommt, dienen der Entwicklung von Modellen für alle Dienste und die Forschung.</translation>
    </message>
    <message>
        <source>Pins may be used to train models regardless of when they were posted.</source>
        <translation>Pins dürfen zum Trainieren von Modellen genutzt werden, egal wann sie gepostet wurden.</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>Plattformen</translation>
    </message>
    <message>
        <source>Platforms by artist</source>
        <translation>Plattformen nach Act</translation>
    </message>
    <message>
        <source>Platforms can take a while. Check again later.</source>
        <translation>Plattformen brauchen manchmal eine Weile. Prüfe später noch einmal.</translation>
    </message>
    <message>
        <source>Platforms suggest it, put it in playlists, check for fraud.</source>
        <translation>Plattformen schlagen es vor, setzen es auf Playlists, prüfen auf Betrug.</translation>
    </message>
    <message>
        <source>Platforms that you visit yourself</source>
        <translation>Plattformen, die du selbst besuchst</translation>
    </message>
    <message>
        <source>Please report this, with the file if you can.</source>
        <translation>Bitte melde das, wenn es geht mit der Datei.</translation>
    </message>
    <message>
        <source>Please report this, with the sidecar if you can.</source>
        <translation>Bitte melde das, wenn es geht mit der Begleitdatei.</translation>
    </message>
    <message>
        <source>Please tell the makers of RightsDesk.</source>
        <translation>Bitte sag es den Leuten, die RightsDesk machen.</translation>
    </message>
    <message>
        <source>Please update RightsDesk, or choose another data folder.</source>
        <translation>Bitte aktualisiere RightsDesk oder wähle einen anderen Datenordner.</translation>
    </message>
    <message>
        <source>Policy and terms forbid anyone to use what is on Traxsource as AI training data.</source>
        <translation>Richtlinie und Bedingungen verbieten allen, was auf Traxsource ist, als KI-Trainingsdaten zu nutzen.</translation>
    </message>
    <message>
        <source>Port {port} on this computer is used by another program.</source>
        <translation>Port {port} auf diesem Computer wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>Preparing the rest…</source>
        <translation>Der Rest wird vorbereitet…</translation>
    </message>
    <message>
        <source>Preparing the undo…</source>
        <translation>Rückgängig wird vorbereitet…</translation>
    </message>
    <message>
        <source>Preparing to take it back…</source>
        <translation>Zurücknehmen wird vorbereitet…</translation>
    </message>
    <message>
        <source>Press {key}</source>
        <translation>Drück {key}</translation>
    </message>
    <message>
        <source>Prevent third-party sharing</source>
        <translation>Weitergabe an Dritte verhindern</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Principle “Choice”: rights holders decide, also about AI.</source>
        <translation>Grundsatz „Wahl“: Rechteinhaber entscheiden, auch über KI.</translation>
    </message>
    <message>
        <source>Prioritize maximum reach</source>
        <translation>Prioritize maximum reach</translation>
    </message>
    <message>
        <source>Privacy Center</source>
        <translation>Privacy Center</translation>
    </message>
    <message>
        <source>Privacy and data</source>
        <translation>Privatsphäre und Daten</translation>
    </message>
    <message>
        <source>Privacy and personal data</source>
        <translation>Datenschutz und personenbezogene Daten</translation>
    </message>
    <message>
        <source>Privacy and safety</source>
        <translation>Datenschutz und Sicherheit</translation>
    </message>
    <message>
        <source>Privacy settings</source>
        <translation>Datenschutzeinstellungen</translation>
    </message>
    <message>
        <source>Privacy settings: user content</source>
        <translation>Datenschutzeinstellungen: Inhalte der Nutzer</translation>
    </message>
    <message>
        <source>Private personal data does not train Apple&apos;s foundation models. It says nothing about delivered music.</source>
        <translation>Private personenbezogene Daten trainieren Apples Basismodelle nicht. Über gelieferte Musik sagt es nichts.</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>Problems, the most pressing first</source>
        <translation>Probleme, die dringendsten zuerst</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Project settings</source>
        <translation>Projekteinstellungen</translation>
    </message>
    <message>
        <source>Protect your own web site</source>
        <translation>Deine eigene Website schützen</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public content.</source>
        <translation>Öffentliche Inhalte.</translation>
    </message>
    <message>
        <source>Public directory of the declarations.</source>
        <translation>Öffentliches Verzeichnis der Erklärungen.</translation>
    </message>
    <message>
        <source>Public information may help to train Google&apos;s AI.</source>
        <translation>Öffentliche Informationen können helfen, Googles KI zu trainieren.</translation>
    </message>
    <message>
        <source>Public posts and reblogs of that blog. Blogs hidden from search have it on already.</source>
        <translation>Öffentliche Beiträge und Reblogs dieses Blogs. Bei Blogs, die vor Suchmaschinen verborgen sind, ist sie schon an.</translation>
    </message>
    <message>
        <source>Public posts, and what you say to Grok. Posts of private accounts are said not to be used.</source>
        <translation>Öffentliche Beiträge und was du Grok schreibst. Beiträge privater Konten werden laut X nicht genutzt.</translation>
    </message>
    <message>
        <source>Public repositories: the licence covers training, and there is no switch. Private ones are left alone unless you hand them to an AI feature. The Copilot switch covers only what you type into AI features.</source>
        <translation>Öffentliche Repositorys: Die Lizenz deckt Training ab, und es gibt keinen Schalter. Private bleiben in Ruhe, wenn du sie nicht einer KI-Funktion übergibst. Der Copilot-Schalter gilt nur für das, was du in KI-Funktionen eintippst.</translation>
    </message>
    <message>
        <source>Publication details</source>
        <translation>Publication details</translation>
    </message>
    <message>
        <source>Publication settings</source>
        <translation>Einstellungen der Publikation</translation>
    </message>
    <message>
        <source>Publish as the file&apos;s owner, or put the exported file there yourself.</source>
        <translation>Veröffentliche als Besitzer der Datei oder leg die exportierte Datei selbst dort ab.</translation>
    </message>
    <message>
        <source>Published, but {service} could not be checked: {why}</source>
        <translation>Veröffentlicht, aber {service} ließ sich nicht prüfen: {why}</translation>
    </message>
    <message>
        <source>Published, but {service} still shows the old version of {paths}.</source>
        <translation>Veröffentlicht, aber {service} zeigt noch die alte Fassung von {paths}.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Put into {path}; what others wrote in it is as it was.</source>
        <translation>In {path} eingefügt; was andere hineingeschrieben haben, ist unverändert.</translation>
    </message>
    <message>
        <source>R&amp;emove artist…</source>
        <translation>Act &amp;entfernen…</translation>
    </message>
    <message>
        <source>RIFX (a big-endian WAV)</source>
        <translation>RIFX (ein Big-Endian-WAV)</translation>
    </message>
    <message>
        <source>RSL can only say “ask me” with the web address of your terms.</source>
        <translation>RSL kann „Frag mich“ nur mit der Webadresse deiner Bedingungen sagen.</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Read both</source>
        <translation>Beide lesen</translation>
    </message>
    <message>
        <source>Read by RightsDesk</source>
        <translation>Von RightsDesk gelesen</translation>
    </message>
    <message>
        <source>Read by: {readers}</source>
        <translation>Wer es liest: {readers}</translation>
    </message>
    <message>
        <source>Read from the file {when}.</source>
        <translation>Aus der Datei gelesen: {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s API {when}.</source>
        <translation>Aus der API von {carrier} gelesen: {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s public page {when}.</source>
        <translation>Von der öffentlichen Seite von {carrier} gelesen: {when}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}. Account: {names}</source>
        <translation>Von {platform} gelesen {day}. Konto: {names}</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: it says {says}.</source>
        <translation>Von {platform} gelesen {day}: Dort steht {says}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: {times} say {says}.</source>
        <translation>Von {platform} gelesen {day}: Bei {times} steht {says}.</translation>
    </message>
    <message>
        <source>Read the account again in a few minutes. There is no need to send it again.</source>
        <translation>Lies das Konto in ein paar Minuten noch einmal. Noch einmal senden ist nicht nötig.</translation>
    </message>
    <message numerus="yes">
        <source>Read the tags of %n files</source>
        <translation>
            <numerusform>Tags von %n Datei gelesen</numerusform>
            <numerusform>Tags von %n Dateien gelesen</numerusform>
        </translation>
    </message>
    <message>
        <source>Read the terms</source>
        <translation>Bedingungen lesen</translation>
    </message>
    <message>
        <source>Read them again (account check), or turn on automatic checks (look --every).</source>
        <translation>Lies sie erneut (account check) oder schalte die automatischen Prüfungen ein (look --every).</translation>
    </message>
    <message>
        <source>Reading terms…</source>
        <translation>Bedingungen werden gelesen…</translation>
    </message>
    <message>
        <source>Reading the audio…</source>
        <translation>Audio wird gelesen…</translation>
    </message>
    <message>
        <source>Reading the library</source>
        <translation>Bibliothek wird gelesen</translation>
    </message>
    <message>
        <source>Reading the library…</source>
        <translation>Bibliothek wird gelesen …</translation>
    </message>
    <message>
        <source>Reading the tags…</source>
        <translation>Tags werden gelesen…</translation>
    </message>
    <message>
        <source>Reading what is written where…</source>
        <translation>Es wird gelesen, was wo steht…</translation>
    </message>
    <message>
        <source>Reading what was not done…</source>
        <translation>Nicht Erledigtes wird gelesen…</translation>
    </message>
    <message>
        <source>Reading {platforms}…</source>
        <translation>Lese {platforms}…</translation>
    </message>
    <message>
        <source>Reading {platform}…</source>
        <translation>{platform} wird gelesen…</translation>
    </message>
    <message>
        <source>Reading “none”</source>
        <translation>Was „none“ bedeutet</translation>
    </message>
    <message>
        <source>Reading… {n} {nouns} so far</source>
        <translation>Lese… bisher {n} {nouns}</translation>
    </message>
    <message>
        <source>Reads each text once a day, from the platform and from Open Terms Archive, and says when it changes what AI may do with uploads. Off until you ask for it.</source>
        <translation>Liest jeden Text einmal am Tag, von der Plattform und von Open Terms Archive, und sagt, wenn er ändert, was KI mit Uploads darf. Aus, bis du es einschaltest.</translation>
    </message>
    <message>
        <source>Reads one small file that is signed by those who make RightsDesk. Nothing about you is sent, and nothing is downloaded or installed. Off until you ask for it.</source>
        <translation>Liest eine kleine Datei, die von den Machern von RightsDesk signiert ist. Nichts über dich wird gesendet, und nichts wird heruntergeladen oder installiert. Aus, bis du es willst.</translation>
    </message>
    <message>
        <source>Reads: {what}.</source>
        <translation>Liest: {what}.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Reason: {reason}</source>
        <translation>Grund: {reason}</translation>
    </message>
    <message>
        <source>Recording: {name}</source>
        <translation>Aufnahme: {name}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Redo {subject}</source>
        <translation>Wiederherstellen: {subject}</translation>
    </message>
    <message>
        <source>Redo: {deed}</source>
        <translation>Wiederherstellen: {deed}</translation>
    </message>
    <message>
        <source>Redo: {subject}</source>
        <translation>Wiederherstellen: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}</source>
        <translation>Wiederhergestellt: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}.</source>
        <translation>Wiederhergestellt: {subject}.</translation>
    </message>
    <message>
        <source>Register exactly {redirect_uri} as the redirect address of your app. Then try again.</source>
        <translation>Trag genau {redirect_uri} als Weiterleitungsadresse deiner App ein. Versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Register the addresses where your music can be heard, or a whole domain of your own.</source>
        <translation>Registriere die Adressen, unter denen deine Musik zu hören ist, oder eine ganze eigene Domain.</translation>
    </message>
    <message>
        <source>Registries</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Registries and societies</source>
        <translation>Register und Gesellschaften</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Release</translation>
    </message>
    <message>
        <source>Release and track</source>
        <translation>Release und Track</translation>
    </message>
    <message>
        <source>Release: {name}</source>
        <translation>Release: {name}</translation>
    </message>
    <message>
        <source>Remind me on:</source>
        <translation>Erinnern am:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove all of RightsDesk&apos;s data?</source>
        <translation>Alle Daten von RightsDesk entfernen?</translation>
    </message>
    <message>
        <source>Remove artist?</source>
        <translation>Act entfernen?</translation>
    </message>
    <message>
        <source>Remove it or give it another name, then try again.</source>
        <translation>Entferne es oder gib ihm einen anderen Namen und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Remove it or point it to a file.</source>
        <translation>Entferne ihn oder lass ihn auf eine Datei zeigen.</translation>
    </message>
    <message>
        <source>Remove or correct that setting, or choose a passphrase for RightsDesk.</source>
        <translation>Entferne oder korrigiere diese Einstellung, oder wähle eine Passphrase für RightsDesk.</translation>
    </message>
    <message>
        <source>Remove the other name, or make a copy and change that.</source>
        <translation>Entferne den anderen Namen oder mach eine Kopie und ändere die.</translation>
    </message>
    <message>
        <source>Remove “{name}” from RightsDesk?</source>
        <translation>„{name}“ aus RightsDesk entfernen?</translation>
    </message>
    <message>
        <source>Removed are {folder}, with artists, consents, history, evidence, contracts, sign-ins and backups, and the key in the system&apos;s keyring. Your music stays, and what you saved elsewhere.</source>
        <translation>Entfernt werden {folder} mit Acts, jeder Wahl, Verlauf, Nachweisen, Verträgen, Anmeldungen und Sicherungen sowie der Schlüssel im Schlüsselbund des Systems. Deine Musik bleibt, und auch, was du anderswo gespeichert hast.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename artist</source>
        <translation>Act umbenennen</translation>
    </message>
    <message>
        <source>Repair it with the program that made it, or remove it; then scan again.</source>
        <translation>Repariere sie mit dem Programm, das sie gemacht hat, oder entferne sie; lies dann neu ein.</translation>
    </message>
    <message>
        <source>Repeat passphrase</source>
        <translation>Passphrase wiederholen</translation>
    </message>
    <message>
        <source>Replace all of RightsDesk&apos;s own data with this backup?</source>
        <translation>Alle eigenen Daten von RightsDesk durch diese Sicherung ersetzen?</translation>
    </message>
    <message>
        <source>Replace it? What is in it now will be gone.</source>
        <translation>Ersetzen? Was jetzt darin steht, ist dann weg.</translation>
    </message>
    <message>
        <source>Replaces the key. Everything known about {name} stays.</source>
        <translation>Ersetzt den Schlüssel. Alles, was über {name} bekannt ist, bleibt.</translation>
    </message>
    <message>
        <source>Replacing {name} would lose this: {lost}.</source>
        <translation>Beim Ersetzen von {name} ginge verloren: {lost}.</translation>
    </message>
    <message>
        <source>Replies are verified with the system&apos;s certificates.</source>
        <translation>Antworten werden mit den Zertifikaten des Systems geprüft.</translation>
    </message>
    <message>
        <source>Replies are verified with your root certificate.</source>
        <translation>Antworten werden mit deinem Stammzertifikat geprüft.</translation>
    </message>
    <message>
        <source>Required since 10 February 2025. It discloses how music was made. It is not a consent.</source>
        <translation>Pflicht seit dem 10. Februar 2025. Es legt offen, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Rescan</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>Restore a backup of RightsDesk&apos;s data, or of the file.</source>
        <translation>Spiel eine Sicherung von RightsDesks Daten oder von der Datei zurück.</translation>
    </message>
    <message>
        <source>Restore a backup?</source>
        <translation>Sicherung zurückspielen?</translation>
    </message>
    <message>
        <source>Restore it (it is in a backup, too: rightsdesk restore FILE), or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Spiel sie zurück (sie ist auch in einer Sicherung: rightsdesk restore FILE) oder verbinde deine Konten neu: RightsDesk macht dann einen neuen Schlüssel.</translation>
    </message>
    <message>
        <source>Restore it from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Spiel sie aus einer Sicherung zurück oder verbinde deine Konten neu: RightsDesk macht dann einen neuen Schlüssel.</translation>
    </message>
    <message>
        <source>Restore the keyring from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Spiel den Schlüsselbund aus einer Sicherung zurück oder verbinde deine Konten neu: RightsDesk macht dann einen neuen Schlüssel.</translation>
    </message>
    <message>
        <source>Retry {n}</source>
        <translation>{n} erneut versuchen</translation>
    </message>
    <message>
        <source>Retry…</source>
        <translation>Noch einmal…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>RightsDesk asks about {path} when the work under way is done.</source>
        <translation>RightsDesk fragt nach {path}, wenn fertig ist, was gerade läuft.</translation>
    </message>
    <message>
        <source>RightsDesk asks again on {day}.</source>
        <translation>RightsDesk fragt wieder: {day}.</translation>
    </message>
    <message>
        <source>RightsDesk can read nothing there. Only the platform&apos;s terms count.</source>
        <translation>RightsDesk kann dort nichts lesen. Es zählen nur die Bedingungen der Plattform.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t publish to an address that begins with {scheme}://.</source>
        <translation>RightsDesk kann nicht unter einer Adresse veröffentlichen, die mit {scheme}:// beginnt.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t tell where your home folder is: the variable HOME is not set.</source>
        <translation>RightsDesk weiß nicht, wo dein persönlicher Ordner ist: Die Variable HOME ist nicht gesetzt.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write to its data folder, so it can&apos;t keep logins.</source>
        <translation>RightsDesk kann nicht in seinen Datenordner schreiben und darum keine Logins aufbewahren.</translation>
    </message>
    <message>
        <source>RightsDesk cannot tell whose login it is</source>
        <translation>RightsDesk kann nicht erkennen, wessen Login es ist</translation>
    </message>
    <message>
        <source>RightsDesk changed the file without noting first what its audio was.</source>
        <translation>RightsDesk hat die Datei geändert, ohne vorher zu vermerken, was ihr Audio war.</translation>
    </message>
    <message>
        <source>RightsDesk closes when this is done.</source>
        <translation>RightsDesk schließt sich, wenn das fertig ist.</translation>
    </message>
    <message>
        <source>RightsDesk could not end the sign-in at {name}.</source>
        <translation>RightsDesk konnte die Anmeldung bei {name} nicht beenden.</translation>
    </message>
    <message>
        <source>RightsDesk could not end this sign-in at {name}.</source>
        <translation>RightsDesk konnte diese Anmeldung bei {name} nicht beenden.</translation>
    </message>
    <message>
        <source>RightsDesk could not send this to {service} ({error}).</source>
        <translation>RightsDesk konnte das nicht an {service} senden ({error}).</translation>
    </message>
    <message>
        <source>RightsDesk did not follow, as that could give your sign-in away.</source>
        <translation>RightsDesk ist dem nicht gefolgt, denn das könnte deine Anmeldung verraten.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with that address.</source>
        <translation>RightsDesk ist dem nicht gefolgt. Verbinde die Website mit dieser Adresse.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with the address of the bucket&apos;s own region.</source>
        <translation>RightsDesk ist dem nicht gefolgt. Verbinde die Website mit der Adresse der Region, in der der Bucket liegt.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. The page&apos;s address may have been taken over.</source>
        <translation>RightsDesk ist nicht gefolgt. Vielleicht hat jemand die Adresse der Seite übernommen.</translation>
    </message>
    <message>
        <source>RightsDesk did not read it itself.</source>
        <translation>RightsDesk hat es nicht selbst gelesen.</translation>
    </message>
    <message>
        <source>RightsDesk does not know what the terms say about AI training.</source>
        <translation>RightsDesk weiß nicht, was die Bedingungen über KI-Training sagen.</translation>
    </message>
    <message>
        <source>RightsDesk doesn&apos;t know where the files of {service} are stored.</source>
        <translation>RightsDesk weiß nicht, wo die Dateien von {service} liegen.</translation>
    </message>
    <message>
        <source>RightsDesk finishes this file, then closes.</source>
        <translation>RightsDesk macht diese Datei fertig und schließt dann.</translation>
    </message>
    <message>
        <source>RightsDesk found no keyring on this computer to keep logins safe.</source>
        <translation>RightsDesk hat auf diesem Computer keinen Schlüsselbund gefunden, der Logins sicher aufbewahrt.</translation>
    </message>
    <message>
        <source>RightsDesk has no note of having changed the file: there is nothing to compare with.</source>
        <translation>Bei RightsDesk ist nicht vermerkt, dass es die Datei geändert hat: Es gibt nichts zum Vergleichen.</translation>
    </message>
    <message>
        <source>RightsDesk has not read it yet, or could not.</source>
        <translation>RightsDesk hat es noch nicht gelesen oder konnte es nicht.</translation>
    </message>
    <message>
        <source>RightsDesk is done</source>
        <translation>RightsDesk ist fertig</translation>
    </message>
    <message>
        <source>RightsDesk is only waiting for a sign-in.</source>
        <translation>RightsDesk wartet nur auf eine Anmeldung.</translation>
    </message>
    <message>
        <source>RightsDesk keeps the old text. It restores it when it next reads this site, or when you undo the job.</source>
        <translation>RightsDesk behält den alten Text. Es stellt ihn zurück, wenn es diese Website das nächste Mal liest oder wenn du den Vorgang rückgängig machst.</translation>
    </message>
    <message>
        <source>RightsDesk knows no address to look for new versions.</source>
        <translation>RightsDesk kennt keine Adresse, um nach neuen Versionen zu sehen.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document of {platforms}.</source>
        <translation>RightsDesk kennt kein Dokument von {platforms}.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document “{name}”.</source>
        <translation>RightsDesk kennt kein Dokument „{name}“.</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform with “{text}” in its name</source>
        <translation>RightsDesk kennt keine Plattform mit „{text}“ im Namen</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform “{name}”.</source>
        <translation>RightsDesk kennt keine Plattform „{name}“.</translation>
    </message>
    <message>
        <source>RightsDesk looks here for music. It moves and deletes no file.</source>
        <translation>RightsDesk sucht hier nach Musik. Es verschiebt und löscht keine Datei.</translation>
    </message>
    <message>
        <source>RightsDesk may not write its own data in {folder}.</source>
        <translation>RightsDesk darf seine eigenen Daten nicht in {folder} schreiben.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress.</source>
        <translation>RightsDesk liest Beiträge nur. Zum Ändern bearbeite sie in WordPress.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress: {where}.</source>
        <translation>RightsDesk liest Beiträge nur. Zum Ändern bearbeite sie in WordPress: {where}.</translation>
    </message>
    <message>
        <source>RightsDesk read the audio again and compared it with what it noted before its first change of each file. Nothing was changed.</source>
        <translation>RightsDesk hat das Audio erneut gelesen und mit dem verglichen, was es vor seiner ersten Änderung jeder Datei vermerkt hat. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the account is connected.</source>
        <translation>RightsDesk liest und setzt das, sobald das Konto verbunden ist.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the site is connected.</source>
        <translation>RightsDesk liest und setzt das, sobald die Website verbunden ist.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the zone is connected.</source>
        <translation>RightsDesk liest und setzt das, sobald die Zone verbunden ist.</translation>
    </message>
    <message>
        <source>RightsDesk reads and writes this record once the account is connected.</source>
        <translation>RightsDesk liest und schreibt diesen Datensatz, sobald das Konto verbunden ist.</translation>
    </message>
    <message>
        <source>RightsDesk reads beets&apos; library.db, the XML of “Export Library” in Music or iTunes, and the XML of “Export Collection” in rekordbox.</source>
        <translation>RightsDesk liest library.db von beets, das XML von „Mediathek exportieren“ in Musik oder iTunes und das XML von „Export Collection“ in rekordbox.</translation>
    </message>
    <message>
        <source>RightsDesk reads what the files say, and changes nothing yet.</source>
        <translation>RightsDesk liest, was die Dateien sagen, und ändert noch nichts.</translation>
    </message>
    <message>
        <source>RightsDesk remembers their folders and reads what the files say. It changes no file, and nothing in the library. You can undo the import as a whole.</source>
        <translation>RightsDesk merkt sich ihre Ordner und liest, was die Dateien sagen. Es ändert keine Datei und nichts in der Bibliothek. Du kannst die Übernahme als Ganzes rückgängig machen.</translation>
    </message>
    <message>
        <source>RightsDesk starts at login as before.</source>
        <translation>RightsDesk startet bei der Anmeldung wie bisher.</translation>
    </message>
    <message>
        <source>RightsDesk then reads what it says, and can write there. Easy ones first.</source>
        <translation>RightsDesk liest dann, was dort steht, und kann dort schreiben. Einfache zuerst.</translation>
    </message>
    <message>
        <source>RightsDesk watches the terms of your platforms once you switch it on.</source>
        <translation>RightsDesk beobachtet die Bedingungen deiner Plattformen, sobald du es einschaltest.</translation>
    </message>
    <message>
        <source>RightsDesk will ask about {name} again.</source>
        <translation>RightsDesk fragt wieder nach {name}.</translation>
    </message>
    <message>
        <source>RightsDesk wrote nothing into files or on platforms that is still there.</source>
        <translation>In Dateien und auf Plattformen steht nichts, was RightsDesk geschrieben hat.</translation>
    </message>
    <message>
        <source>RightsDesk {version} is available.</source>
        <translation>RightsDesk {version} ist da.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are as they were.</source>
        <translation>RightsDesks Daten sind, wie sie waren.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are removed.</source>
        <translation>RightsDesks Daten sind entfernt.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data name a platform that this version does not know: {platform_id}.</source>
        <translation>RightsDesks Daten nennen eine Plattform, die diese Version nicht kennt: {platform_id}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s database is gone, so a new one was created. To restore a backup: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>RightsDesks Datenbank ist weg, darum wurde eine neue angelegt. So spielst du eine Sicherung zurück: rightsdesk restore FILE. RightsDesks eigene Sicherungen sind in {folder}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s facts about {name} were updated in {month}.</source>
        <translation>RightsDesks Angaben zu {name} wurden aktualisiert ({month}).</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data</source>
        <translation>RightsDesks eigene Daten</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data could not be backed up today: {why}</source>
        <translation>RightsDesks eigene Daten ließen sich heute nicht sichern: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data have to be backed up before this version can use them, and that failed: {why}</source>
        <translation>RightsDesks eigene Daten müssen gesichert werden, bevor diese Version sie benutzen kann, und das ging schief: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged ({detail}).</source>
        <translation>RightsDesks eigene Daten in {path} sind beschädigt ({detail}).</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged.</source>
        <translation>RightsDesks eigene Daten in {path} sind beschädigt.</translation>
    </message>
    <message>
        <source>RightsDesk. No AI company is known to read it.</source>
        <translation>RightsDesk. Von keinem KI-Unternehmen ist bekannt, dass es das liest.</translation>
    </message>
    <message>
        <source>Rule: {rule}.</source>
        <translation>Regel: {rule}.</translation>
    </message>
    <message>
        <source>Rules: {rules}.</source>
        <translation>Regeln: {rules}.</translation>
    </message>
    <message>
        <source>Run by yourself or friends</source>
        <translation>Selbst betrieben oder im Freundeskreis</translation>
    </message>
    <message>
        <source>Run this again after that time: RightsDesk then continues where it stopped.</source>
        <translation>Starte das nach dieser Zeit noch einmal: RightsDesk macht dann dort weiter, wo es angehalten hat.</translation>
    </message>
    <message>
        <source>SEO Tools</source>
        <translation>SEO Tools</translation>
    </message>
    <message>
        <source>SFTP shows no access lists and no extended attributes. A file keeps them if the server lets RightsDesk write into it, which it has not done so far. Otherwise the file is replaced, and they are lost. Owner, group and permissions stay.</source>
        <translation>SFTP zeigt keine Zugriffslisten und keine erweiterten Attribute. Eine Datei behält sie, wenn der Server RightsDesk in sie hineinschreiben lässt, was er bisher nicht getan hat. Sonst wird die Datei ersetzt, und sie gehen verloren. Besitzer, Gruppe und Zugriffsrechte bleiben.</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>S&amp;peichern</translation>
    </message>
    <message>
        <source>Said to be under maintenance in September 2025.</source>
        <translation>Wurde im September 2025 angeblich gewartet.</translation>
    </message>
    <message>
        <source>Said to exist, not confirmed</source>
        <translation>Soll es geben, nicht bestätigt</translation>
    </message>
    <message>
        <source>Said to some crawlers only: no {uses}.</source>
        <translation>Nur manchen Crawlern gesagt: Nein zu {uses}.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save filter</source>
        <translation>Filter speichern</translation>
    </message>
    <message>
        <source>Save passphrase</source>
        <translation>Passphrase speichern</translation>
    </message>
    <message>
        <source>Save the &amp;log…</source>
        <translation>&amp;Log speichern…</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Log speichern</translation>
    </message>
    <message>
        <source>Save the page as text, Markdown or HTML.</source>
        <translation>Speichere die Seite als Text, Markdown oder HTML.</translation>
    </message>
    <message>
        <source>Save the record…</source>
        <translation>Protokoll speichern…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Gespeicherte Filter</translation>
    </message>
    <message>
        <source>Saved in {path}.</source>
        <translation>Gespeichert in {path}.</translation>
    </message>
    <message>
        <source>Saved to {path}.</source>
        <translation>Gespeichert in {path}.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <source>Saved. It is used from the next request on.</source>
        <translation>Gespeichert. Gilt ab der nächsten Anfrage.</translation>
    </message>
    <message>
        <source>Saved. Looked for once a day.</source>
        <translation>Gespeichert. Wird einmal am Tag gesucht.</translation>
    </message>
    <message>
        <source>Saved. Never looked for.</source>
        <translation>Gespeichert. Wird nie gesucht.</translation>
    </message>
    <message>
        <source>Saved: you don&apos;t use {name}.</source>
        <translation>Gespeichert: Du nutzt {name} nicht.</translation>
    </message>
    <message numerus="yes">
        <source>Saved: you use %n platforms.</source>
        <translation>
            <numerusform>Gespeichert: Du nutzt %n Plattform.</numerusform>
            <numerusform>Gespeichert: Du nutzt %n Plattformen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: you use {name}.</source>
        <translation>Gespeichert: Du nutzt {name}.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is a recording of its own.</source>
        <translation>Gespeichert: „{track}“ ist eine eigene Aufnahme.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is “{recording}”.</source>
        <translation>Gespeichert: „{track}“ ist „{recording}“.</translation>
    </message>
    <message>
        <source>Saving the passphrase…</source>
        <translation>Passphrase wird gespeichert…</translation>
    </message>
    <message>
        <source>Say it once. RightsDesk writes it into your files and accounts. Nothing is changed before you have seen it, and every change can be undone.</source>
        <translation>Sag es einmal. RightsDesk schreibt es in deine Dateien und Konten. Nichts wird geändert, bevor du es gesehen hast, und jede Änderung lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Say once what AI may do with your music; see and settle it in files and on platforms.

Free software under the GNU General Public License, version 3 or later.</source>
        <translation>Sag einmal, was KI mit deiner Musik darf; sieh und regle es in Dateien und auf Plattformen.

Freie Software unter der GNU General Public License, Version 3 oder später.</translation>
    </message>
    <message>
        <source>Say what AI may do</source>
        <translation>Sag, was KI darf</translation>
    </message>
    <message>
        <source>Say what AI may do, for an artist, a release or a single recording. The nearest choice counts.</source>
        <translation>Sag, was KI darf: für einen Act, ein Release oder eine einzelne Aufnahme. Die genaueste Wahl zählt.</translation>
    </message>
    <message>
        <source>Say where its files are kept: a folder on this computer, or an address from your host, which is sftp://user@host/path, webdavs://user@host/path, or for a bucket (S3) s3://KEY-ID@server/bucket/folder.</source>
        <translation>Sag, wo die Dateien der Website liegen: in einem Ordner auf diesem Computer oder unter einer Adresse deines Hosters, also sftp://user@host/path, webdavs://user@host/path oder für einen Bucket (S3) s3://KEY-ID@server/bucket/folder.</translation>
    </message>
    <message>
        <source>Say which recording each is (match).</source>
        <translation>Sag, welche Aufnahme es jeweils ist (match).</translation>
    </message>
    <message>
        <source>Say which recording each is.</source>
        <translation>Sag, welche Aufnahme es jeweils ist.</translation>
    </message>
    <message>
        <source>Say who may use the music.</source>
        <translation>Sag, wer die Musik nutzen darf.</translation>
    </message>
    <message>
        <source>Say yes in your browser</source>
        <translation>Sag in deinem Browser ja</translation>
    </message>
    <message>
        <source>Says otherwise</source>
        <translation>Weicht ab</translation>
    </message>
    <message>
        <source>Says what RightsDesk wrote where, and removes its own data and the keyring&apos;s entry. Your music stays.</source>
        <translation>Sagt, was RightsDesk wo geschrieben hat, und entfernt dessen eigene Daten und den Eintrag im Schlüsselbund. Deine Musik bleibt.</translation>
    </message>
    <message>
        <source>Says {choice}</source>
        <translation>Sagt „{choice}“</translation>
    </message>
    <message>
        <source>Scan it again, then decide again.</source>
        <translation>Lies sie neu ein und entscheide dann noch einmal.</translation>
    </message>
    <message>
        <source>Scan it again.</source>
        <translation>Lies sie neu ein.</translation>
    </message>
    <message>
        <source>Scan its folder again, then repeat.</source>
        <translation>Lies ihren Ordner neu ein und wiederhole es dann.</translation>
    </message>
    <message>
        <source>Scraping and automated access are forbidden.</source>
        <translation>Scraping und automatischer Zugriff sind verboten.</translation>
    </message>
    <message>
        <source>Scraping without written consent is forbidden.</source>
        <translation>Scraping ohne schriftliche Zustimmung ist verboten.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search artists</source>
        <translation>Acts suchen</translation>
    </message>
    <message>
        <source>Search artists, releases and tracks</source>
        <translation>Acts, Releases und Tracks suchen</translation>
    </message>
    <message>
        <source>Search help</source>
        <translation>Hilfe durchsuchen</translation>
    </message>
    <message>
        <source>Search or choose a chip to save a filter</source>
        <translation>Suche etwas oder wähle einen Chip, um einen Filter zu speichern</translation>
    </message>
    <message>
        <source>Search problems</source>
        <translation>Probleme durchsuchen</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen suchen</translation>
    </message>
    <message>
        <source>Search the recordings for “{text}”</source>
        <translation>Aufnahmen nach „{text}“ durchsuchen</translation>
    </message>
    <message>
        <source>Search title, release, ISRC, UPC, file</source>
        <translation>Titel, Release, ISRC, UPC, Datei suchen</translation>
    </message>
    <message>
        <source>Searched in titles, releases, artists, labels, codes and file names. Accents and hyphens do not matter.</source>
        <translation>Gesucht in Titeln, Releases, Acts, Labels, Codes und Dateinamen. Akzente und Bindestriche spielen keine Rolle.</translation>
    </message>
    <message>
        <source>Searches titles, releases, artists, labels, ISRC, UPC, catalogue numbers and file names. Accents and hyphens do not matter.</source>
        <translation>Sucht in Titeln, Releases, Acts, Labels, ISRC, UPC, Katalognummern und Dateinamen. Akzente und Bindestriche spielen keine Rolle.</translation>
    </message>
    <message>
        <source>Secret key</source>
        <translation>Geheimer Schlüssel</translation>
    </message>
    <message>
        <source>See</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>See how it is set, then note it.</source>
        <translation>Sieh nach, wie es eingestellt ist, und notiere es dann.</translation>
    </message>
    <message>
        <source>See that the folder can be written, then try again.</source>
        <translation>Sorg dafür, dass sich der Ordner beschreiben lässt, und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>See that {source} can be read, and that there is room in {data_dir}.</source>
        <translation>Sorg dafür, dass {source} lesbar ist und in {data_dir} Platz ist.</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>&amp;Alle auswählen</translation>
    </message>
    <message>
        <source>Send it for each account, and keep Meta&apos;s answer: it is your only proof.</source>
        <translation>Schick es für jedes Konto ab und bewahre Metas Antwort auf: Sie ist dein einziger Nachweis.</translation>
    </message>
    <message>
        <source>Sentence in the copyright line</source>
        <translation>Satz in der Copyright-Zeile</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Set AI training to block or disallow for the zone.</source>
        <translation>Stell das KI-Training für die Zone auf Blockieren oder Untersagen.</translation>
    </message>
    <message>
        <source>Set HOME, or say where to keep the data: --data-dir DIR, or {variable}.</source>
        <translation>Setz HOME oder sag, wo die Daten liegen sollen: --data-dir DIR oder {variable}.</translation>
    </message>
    <message>
        <source>Set the switch there, then note how it is now.</source>
        <translation>Stell dort den Schalter ein und notiere dann, wie er jetzt steht.</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>Set what you want now.</source>
        <translation>Stell jetzt ein, was du willst.</translation>
    </message>
    <message>
        <source>Set “{label}” on {platform}</source>
        <translation>„{label}“ auf {platform} einstellen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Settings &amp; Privacy</source>
        <translation>Einstellungen &amp; Datenschutz</translation>
    </message>
    <message>
        <source>Settings &amp; privacy</source>
        <translation>Einstellungen &amp; Datenschutz</translation>
    </message>
    <message>
        <source>Settings, Crawlers: the box writes the known AI crawlers into robots.txt.</source>
        <translation>Settings, Crawlers: Das Kästchen schreibt die bekannten KI-Crawler in robots.txt.</translation>
    </message>
    <message>
        <source>Several guides of 2025 and 2026 name the same form and path. Its title is in our words.</source>
        <translation>Mehrere Anleitungen von 2025 und 2026 nennen dasselbe Formular und denselben Weg. Der Titel ist in unseren Worten.</translation>
    </message>
    <message>
        <source>Shopify&apos;s own words about AI training on shop content were not found.</source>
        <translation>Shopifys eigene Worte zum KI-Training mit Shop-Inhalten waren nicht zu finden.</translation>
    </message>
    <message>
        <source>Shops and archives</source>
        <translation>Shops und Archive</translation>
    </message>
    <message>
        <source>Shops and services that take DDEX messages.</source>
        <translation>Shops und Dienste, die DDEX-Meldungen annehmen.</translation>
    </message>
    <message>
        <source>Shorten the name of the file or of a folder above it.</source>
        <translation>Kürze den Namen der Datei oder eines Ordners darüber.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>%n weiteren zeigen</numerusform>
            <numerusform>%n weitere zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show &amp;details</source>
        <translation>&amp;Details zeigen</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>&amp;Alles zeigen</translation>
    </message>
    <message>
        <source>Show &amp;only</source>
        <translation>&amp;Nur zeigen</translation>
    </message>
    <message>
        <source>Show details of the current track (Enter)</source>
        <translation>Details des aktuellen Tracks zeigen (Enter)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Im &amp;Ordner zeigen</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>In „Aktivität“ zeigen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Show me how</source>
        <translation>Zeig mir, wie</translation>
    </message>
    <message>
        <source>Show no motion</source>
        <translation>Keine Bewegung zeigen</translation>
    </message>
    <message>
        <source>Show the steps</source>
        <translation>Schritte zeigen</translation>
    </message>
    <message numerus="yes">
        <source>Show what to do on %n platforms</source>
        <translation>
            <numerusform>Zeigen, was auf %n Plattform zu tun ist</numerusform>
            <numerusform>Zeigen, was auf %n Plattformen zu tun ist</numerusform>
        </translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>Grund zeigen</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Neu anmelden</translation>
    </message>
    <message>
        <source>Sign in again, and allow all that is asked for.</source>
        <translation>Melde dich neu an und erlaube alles, worum gebeten wird.</translation>
    </message>
    <message>
        <source>Sign in again: {name}</source>
        <translation>Neu anmelden: {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Neu anmelden…</translation>
    </message>
    <message>
        <source>Sign in at Freesound and open your account settings.</source>
        <translation>Melde dich bei Freesound an und öffne deine Kontoeinstellungen.</translation>
    </message>
    <message>
        <source>Sign in at WordPress.com, open its page for applications, and create one of the kind “native”.</source>
        <translation>Melde dich bei WordPress.com an, öffne die Seite für Anwendungen und erstelle eine vom Typ „native“.</translation>
    </message>
    <message>
        <source>Sign in at the Internet Archive and open the page of your S3 keys.</source>
        <translation>Melde dich beim Internet Archive an und öffne die Seite mit deinen S3-Schlüsseln.</translation>
    </message>
    <message>
        <source>Sign in in your browser</source>
        <translation>Melde dich in deinem Browser an</translation>
    </message>
    <message>
        <source>Sign in to the account again.</source>
        <translation>Melde dich in dem Konto neu an.</translation>
    </message>
    <message>
        <source>Sign in to your Adobe account and open Account and security, then Privacy and personal data.</source>
        <translation>Melde dich in deinem Adobe-Konto an und öffne „Konto und Sicherheit“, dann „Datenschutz und personenbezogene Daten“.</translation>
    </message>
    <message>
        <source>Sign in to {platform} again</source>
        <translation>Neu bei {platform} anmelden</translation>
    </message>
    <message>
        <source>Sign in with the account that the videos belong to.</source>
        <translation>Melde dich mit dem Konto an, dem die Videos gehören.</translation>
    </message>
    <message>
        <source>Sign in with your music&apos;s channel. While Google calls your app “in testing”, the sign-in may end after seven days: connect again then.</source>
        <translation>Melde dich mit dem Kanal deiner Musik an. Solange Google deine App „im Test“ nennt, kann die Anmeldung nach sieben Tagen enden: Verbinde sie dann neu.</translation>
    </message>
    <message>
        <source>Sign in with {artist}&apos;s own login, or remove this one there first.</source>
        <translation>Melde dich mit dem eigenen Login von {artist} an oder entferne dort erst diesen.</translation>
    </message>
    <message>
        <source>Sign out of {name} in the browser first, or add it as an account of its own.</source>
        <translation>Melde {name} erst im Browser ab oder füge es als eigenes Konto hinzu.</translation>
    </message>
    <message>
        <source>Sign-in tried {when}.</source>
        <translation>Anmeldung versucht: {when}.</translation>
    </message>
    <message>
        <source>Sign-ins</source>
        <translation>Anmeldungen</translation>
    </message>
    <message>
        <source>Signed in again: {platform}, {account}, for {artist}</source>
        <translation>Neu angemeldet: {platform}, {account}, für {artist}</translation>
    </message>
    <message>
        <source>Signed-in users choose whether content improves products and trains models.</source>
        <translation>Angemeldete Nutzer wählen, ob Inhalte Produkte verbessern und Modelle trainieren.</translation>
    </message>
    <message>
        <source>Signing out…</source>
        <translation>Wird abgemeldet…</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Since 24 April 2026 for Free, Pro, Pro+ and Max; not Business or Enterprise.</source>
        <translation>Seit 24. April 2026 für Free, Pro, Pro+ und Max; nicht Business oder Enterprise.</translation>
    </message>
    <message>
        <source>Since 29 June 2026 music made wholly with AI is labelled and earns nothing; distributors are expected to declare it.</source>
        <translation>Seit 29. Juni 2026 wird Musik, die ganz mit KI gemacht ist, gekennzeichnet und verdient nichts; Vertriebe sollen sie angeben.</translation>
    </message>
    <message>
        <source>Since 29 October 2025 CD Baby accepts no sound made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Seit dem 29. Oktober 2025 nimmt CD Baby keinen Ton an, der mit KI gemacht ist. Da geht es darum, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Since 30 April 2026 TuneCore blocks tracks made with AI that has no licence. That is about how music was made. It is not a consent.</source>
        <translation>Seit dem 30. April 2026 sperrt TuneCore Tracks, die mit KI ohne Lizenz gemacht sind. Da geht es darum, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Since January 2026 Bandcamp accepts no music made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Seit Januar 2026 nimmt Bandcamp keine mit KI gemachte Musik an. Da geht es darum, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Since spring 2026 DistroKid asks whether AI made the lyrics, the music or the sound. That discloses how music was made. It is not a consent.</source>
        <translation>Seit Frühjahr 2026 fragt DistroKid, ob KI den Text, die Musik oder den Ton gemacht hat. Das legt offen, wie Musik entstanden ist. Eine Zustimmung ist das nicht.</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Website</translation>
    </message>
    <message>
        <source>So RightsDesk sets “disallow” where Cloudflare offers it. A zone that only has the older switch for AI bots is blocked: see the preview.</source>
        <translation>Darum setzt RightsDesk „untersagen“ (disallow), wo Cloudflare es anbietet. Eine Zone, die nur den älteren Schalter für KI-Bots hat, wird blockiert: siehe Vorschau.</translation>
    </message>
    <message>
        <source>Social</source>
        <translation>Social Media</translation>
    </message>
    <message>
        <source>Some clients of the network show it. No AI company is known to read it. A second record, still a proposal, is read here and not written.</source>
        <translation>Manche Clients des Netzwerks zeigen es. Von keinem KI-Unternehmen ist bekannt, dass es das liest. Ein zweiter Datensatz, noch ein Vorschlag, wird hier gelesen und nicht geschrieben.</translation>
    </message>
    <message>
        <source>Some name other artists of yours: {names}. Is this the right folder?</source>
        <translation>Einige nennen andere deiner Acts: {names}. Ist das der richtige Ordner?</translation>
    </message>
    <message>
        <source>Some settings need a larger plan. Check them at Cloudflare, under Security.</source>
        <translation>Manche Einstellungen brauchen einen größeren Tarif. Prüfe sie bei Cloudflare unter „Security“.</translation>
    </message>
    <message>
        <source>Somebody may be hiding a new version. Try again later.</source>
        <translation>Vielleicht hält jemand eine neue Version zurück. Versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Something else is using this file.</source>
        <translation>Etwas anderes benutzt diese Datei gerade.</translation>
    </message>
    <message>
        <source>Something is missing in {shown}.</source>
        <translation>In {shown} fehlt etwas.</translation>
    </message>
    <message>
        <source>Sort: &amp;A to Z</source>
        <translation>Sortieren: &amp;A bis Z</translation>
    </message>
    <message>
        <source>Sort: &amp;Z to A</source>
        <translation>Sortieren: &amp;Z bis A</translation>
    </message>
    <message>
        <source>Sort: &amp;best first</source>
        <translation>Sortieren: &amp;Beste zuerst</translation>
    </message>
    <message>
        <source>Sort: &amp;worst first</source>
        <translation>Sortieren: &amp;Schlechteste zuerst</translation>
    </message>
    <message>
        <source>SoundCloud said that it never trained AI on artists&apos; content, builds no generative AI, lets no third party scrape for training, and would offer an opt-out before any such use.</source>
        <translation>SoundCloud sagte, dass es nie KI mit Inhalten von Acts trainiert hat, keine generative KI baut, keine Dritten fürs Training scrapen lässt und vor einer solchen Nutzung ein Opt-out anbieten würde.</translation>
    </message>
    <message>
        <source>SoundCloud shows no machine tags (such as geo:lat=43.5), so RightsDesk writes none. Any of your own on this track are lost when its tags are written, and an undo can&apos;t bring them back.</source>
        <translation>SoundCloud zeigt keine Maschinen-Tags (etwa geo:lat=43.5), darum schreibt RightsDesk keine. Eigene auf diesem Track gehen verloren, wenn seine Tags geschrieben werden, und Rückgängig kann sie nicht zurückholen.</translation>
    </message>
    <message>
        <source>SoundCloud took these changes for spam and stopped them.</source>
        <translation>SoundCloud hat diese Änderungen für Spam gehalten und gestoppt.</translation>
    </message>
    <message>
        <source>SoundCloud will not train generative AI that imitates your voice, music or likeness unless you opt in.</source>
        <translation>SoundCloud trainiert keine generative KI, die deine Stimme, deine Musik oder dein Abbild nachahmt, außer du stimmst per Opt-in zu.</translation>
    </message>
    <message>
        <source>SoundCloud, YouTube, Bluesky and more</source>
        <translation>SoundCloud, YouTube, Bluesky und mehr</translation>
    </message>
    <message>
        <source>Source: {source}. Looked up {when}.</source>
        <translation>Quelle: {source}. Nachgesehen: {when}.</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Spawning&apos;s guide and its open-source client. Whether the service still runs was not verified.</source>
        <translation>Spawnings Anleitung und sein quelloffener Client. Ob der Dienst noch läuft, ist nicht geprüft.</translation>
    </message>
    <message>
        <source>Standard sentence</source>
        <translation>Standardsatz</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Bei der Anmeldung starten</translation>
    </message>
    <message>
        <source>Start the sign-in again.</source>
        <translation>Starte die Anmeldung neu.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or choose a passphrase for RightsDesk.</source>
        <translation>Starte den Schlüsselbund deines Systems oder wähle eine Passphrase für RightsDesk.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or reconnect your accounts with a new key that a passphrase protects.</source>
        <translation>Starte den Schlüsselbund deines Systems oder verbinde deine Konten neu, mit einem neuen Schlüssel, den eine Passphrase schützt.</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>Schritt zurück</translation>
    </message>
    <message>
        <source>Step {number}, {state}: {text}</source>
        <translation>Schritt {number}, {state}: {text}</translation>
    </message>
    <message>
        <source>Steps and what to note…</source>
        <translation>Schritte und Notiz…</translation>
    </message>
    <message>
        <source>Still off</source>
        <translation>Noch aus</translation>
    </message>
    <message>
        <source>Still on</source>
        <translation>Noch an</translation>
    </message>
    <message>
        <source>Still to be filled in, since the record does not have it: {places}.</source>
        <translation>Noch auszufüllen, weil es im Protokoll fehlt: {places}.</translation>
    </message>
    <message>
        <source>Still: {value}</source>
        <translation>Noch: {value}</translation>
    </message>
    <message>
        <source>Stop waiting</source>
        <translation>Nicht mehr warten</translation>
    </message>
    <message>
        <source>Stop watching “{folder}”?</source>
        <translation>„{folder}“ nicht mehr beobachten?</translation>
    </message>
    <message>
        <source>Stopped at {n} of {all}</source>
        <translation>Angehalten bei {n} von {all}</translation>
    </message>
    <message>
        <source>Stopped at {turn} of {all}: {name}. Nothing is half done.</source>
        <translation>Angehalten bei {turn} von {all}: {name}. Nichts ist halb erledigt.</translation>
    </message>
    <message>
        <source>Stopped before the first file</source>
        <translation>Vor der ersten Datei angehalten</translation>
    </message>
    <message>
        <source>Stopped early.</source>
        <translation>Vorzeitig angehalten.</translation>
    </message>
    <message>
        <source>Stopped early; what was found so far stays.</source>
        <translation>Vorzeitig angehalten; was bis dahin gefunden wurde, bleibt.</translation>
    </message>
    <message>
        <source>Stopped jobs</source>
        <translation>Angehaltene Vorgänge</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Angehalten. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Stopping after this one…</source>
        <translation>Hält nach diesem an…</translation>
    </message>
    <message>
        <source>Store the licence</source>
        <translation>Lizenz speichern</translation>
    </message>
    <message>
        <source>Store the licence without a copy: its digest is kept.</source>
        <translation>Die Lizenz ohne Kopie speichern: Ihr Digest bleibt.</translation>
    </message>
    <message>
        <source>Streaming</source>
        <translation>Streaming</translation>
    </message>
    <message>
        <source>Strong: read in the document itself.</source>
        <translation>Stark: im Dokument selbst gelesen.</translation>
    </message>
    <message>
        <source>Substack may analyse content for safety; that licence does not cover training third-party AI.</source>
        <translation>Substack darf Inhalte aus Gründen der Sicherheit analysieren; diese Lizenz deckt das Training von KI Dritter nicht ab.</translation>
    </message>
    <message>
        <source>Substack&apos;s help page, a guide, and a forum post of May 2026.</source>
        <translation>Substacks Hilfeseite, eine Anleitung und ein Forenbeitrag vom Mai 2026.</translation>
    </message>
    <message>
        <source>Suggested.</source>
        <translation>Empfohlen.</translation>
    </message>
    <message>
        <source>Sureel</source>
        <translation>Sureel</translation>
    </message>
    <message>
        <source>Sureel&apos;s developer pages. Details of its API were not found.</source>
        <translation>Sureels Seiten für Entwickler. Einzelheiten zur API waren nicht zu finden.</translation>
    </message>
    <message>
        <source>Swap the two days, or leave one out.</source>
        <translation>Tausche die zwei Tage oder lass einen weg.</translation>
    </message>
    <message>
        <source>Switch content analysis off. It concerns files in Adobe&apos;s cloud, not on your disk.</source>
        <translation>Schalte „Content analysis“ aus. Das betrifft Dateien in Adobes Cloud, nicht auf deiner Festplatte.</translation>
    </message>
    <message>
        <source>Switch it off.</source>
        <translation>Schalte es aus.</translation>
    </message>
    <message>
        <source>Switch it on.</source>
        <translation>Schalte es ein.</translation>
    </message>
    <message>
        <source>Switch off the use of your posts and your conversations with Grok for training.</source>
        <translation>Schalte aus, dass deine Beiträge und deine Unterhaltungen mit Grok fürs Training genutzt werden.</translation>
    </message>
    <message>
        <source>Switch “Content analysis” off.</source>
        <translation>Schalte „Content analysis“ aus.</translation>
    </message>
    <message>
        <source>Switch “Prevent third-party sharing” on, for each site. The terms speak of AI only as a feature.</source>
        <translation>Schalte „Weitergabe an Dritte verhindern“ ein, für jede Website. Die Bedingungen sprechen von KI nur als Funktion.</translation>
    </message>
    <message>
        <source>Switches only you can set</source>
        <translation>Schalter, die nur du einstellen kannst</translation>
    </message>
    <message>
        <source>Switching it on accepts an agreement with a licence that never ends.</source>
        <translation>Wer es einschaltet, nimmt eine Vereinbarung mit einer Lizenz an, die nie endet.</translation>
    </message>
    <message>
        <source>SymphonicMS</source>
        <translation>SymphonicMS</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>System follows your desktop, also while it is open.</source>
        <translation>„System“ folgt deinem Desktop, auch während das Fenster offen ist.</translation>
    </message>
    <message>
        <source>TDM·AI takes a declaration only for one recording, with its ISCC.</source>
        <translation>TDM·AI nimmt eine Erklärung nur für eine einzelne Aufnahme, mit ihrem ISCC.</translation>
    </message>
    <message>
        <source>TDM·AI&apos;s registry takes the ISCC with {full} characters, which has all parts.</source>
        <translation>Das Register von TDM·AI nimmt den ISCC mit {full} Zeichen, der alle Teile hat.</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab, Umschalt+Tab</translation>
    </message>
    <message>
        <source>Take the rest back…</source>
        <translation>Den Rest zurücknehmen…</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>Wird zurückgenommen…</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Compare the page that only holds the terms.</source>
        <translation>Nutzungsbedingungen sind kürzer. Vergleiche die Seite, auf der nur die Bedingungen stehen.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page as text.</source>
        <translation>Nutzungsbedingungen sind kürzer. Speichere die Seite als Text.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page that only holds the terms.</source>
        <translation>Nutzungsbedingungen sind kürzer. Speichere die Seite, auf der nur die Bedingungen stehen.</translation>
    </message>
    <message>
        <source>Terms only</source>
        <translation>Nur Bedingungen</translation>
    </message>
    <message>
        <source>Terms watch</source>
        <translation>Beobachtung der Bedingungen</translation>
    </message>
    <message>
        <source>Text of the letter</source>
        <translation>Text des Briefs</translation>
    </message>
    <message>
        <source>Text of {day}, from Open Terms Archive, SHA-256 {hash}</source>
        <translation>Text vom {day}, aus Open Terms Archive, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text of {day}, from the page itself, SHA-256 {hash}</source>
        <translation>Text vom {day}, von der Seite selbst, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>That is neither a yes nor a no.</source>
        <translation>Das ist weder ein Ja noch ein Nein.</translation>
    </message>
    <message>
        <source>That it is so by default is reported, not read.</source>
        <translation>Dass es standardmäßig so ist, wird berichtet, wurde aber nicht gelesen.</translation>
    </message>
    <message>
        <source>That login answered on {platform}. If it is someone else&apos;s, remove it: what {artist} wants would be written there. If you leave without an answer, it is removed.</source>
        <translation>Dieser Login hat auf {platform} geantwortet. Wenn er jemand anderem gehört, entferne ihn: Sonst würde dort geschrieben, was {artist} will. Wenn du ohne Antwort gehst, wird er entfernt.</translation>
    </message>
    <message>
        <source>That mark discloses how a video was made. It is not a consent, and RightsDesk leaves it alone.</source>
        <translation>Diese Kennzeichnung legt offen, wie ein Video entstanden ist. Eine Zustimmung ist das nicht, und RightsDesk rührt sie nicht an.</translation>
    </message>
    <message>
        <source>That was not the right passphrase.</source>
        <translation>Das war nicht die richtige Passphrase.</translation>
    </message>
    <message>
        <source>The Audius account&apos;s switch is on in a spelling that is not Audius&apos;s.</source>
        <translation>Der Schalter des Audius-Kontos ist in einer Schreibweise an, die nicht von Audius ist.</translation>
    </message>
    <message>
        <source>The Audius field {name} is neither true nor false.</source>
        <translation>Das Audius-Feld {name} ist weder wahr noch falsch.</translation>
    </message>
    <message>
        <source>The Bluesky record does not say what it applies to.</source>
        <translation>Der Bluesky-Datensatz sagt nicht, wofür er gilt.</translation>
    </message>
    <message>
        <source>The Bluesky record is of another kind.</source>
        <translation>Der Bluesky-Datensatz ist von einer anderen Art.</translation>
    </message>
    <message>
        <source>The Content Credentials in this file can&apos;t be read, so what they declare is not known.</source>
        <translation>Die Content Credentials in dieser Datei lassen sich nicht lesen; darum ist nicht bekannt, was sie erklären.</translation>
    </message>
    <message>
        <source>The Content Credentials in {name} are signed over this file&apos;s bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Die Content Credentials in {name} sind über die Bytes dieser Datei signiert: Jede Änderung würde sie ungültig machen. An der Datei wurde nichts geändert. Stimm dem zu, dann wird auch sie geändert.</translation>
    </message>
    <message>
        <source>The DDEX note has an invalid line.</source>
        <translation>Die DDEX-Notiz enthält eine ungültige Zeile.</translation>
    </message>
    <message>
        <source>The French edition says the same.</source>
        <translation>Die französische Ausgabe sagt dasselbe.</translation>
    </message>
    <message>
        <source>The Internet Archive doesn&apos;t have this any more.</source>
        <translation>Das Internet Archive hat das nicht mehr.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change.</source>
        <translation>Das Internet Archive hat diese Änderung abgelehnt.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change: “{reason}”</source>
        <translation>Das Internet Archive hat diese Änderung abgelehnt: „{reason}“</translation>
    </message>
    <message>
        <source>The Premium Partner Agreement is public. In the part that could be read, nothing was said about AI training.</source>
        <translation>Das Premium Partner Agreement ist öffentlich. Im lesbaren Teil stand nichts zu KI-Training.</translation>
    </message>
    <message>
        <source>The RSL document has a document type, which is not read.</source>
        <translation>Das RSL-Dokument hat eine Dokumenttyp-Angabe; so etwas wird nicht gelesen.</translation>
    </message>
    <message>
        <source>The RSL document lists uses in a way that RSL does not know.</source>
        <translation>Das RSL-Dokument führt Nutzungen auf eine Art auf, die RSL nicht kennt.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt begins twice.</source>
        <translation>Der RightsDesk-Block in robots.txt beginnt zweimal.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt has no end.</source>
        <translation>Der RightsDesk-Block in robots.txt hat kein Ende.</translation>
    </message>
    <message>
        <source>The XMP packet is damaged, so what it declares is not known.</source>
        <translation>Das XMP-Paket ist beschädigt; darum ist nicht bekannt, was es erklärt.</translation>
    </message>
    <message>
        <source>The account was removed before this was done.</source>
        <translation>Das Konto wurde entfernt, bevor das erledigt war.</translation>
    </message>
    <message>
        <source>The account&apos;s list lacks it, and it could not be read on its own. Read the account again.</source>
        <translation>Es fehlt in der Liste des Kontos und ließ sich einzeln nicht lesen. Lies das Konto erneut.</translation>
    </message>
    <message>
        <source>The account, except Canva for Education.</source>
        <translation>Das Konto, außer bei Canva für Bildung.</translation>
    </message>
    <message>
        <source>The address of the WordPress site is missing.</source>
        <translation>Die Adresse der WordPress-Website fehlt.</translation>
    </message>
    <message>
        <source>The address of your terms has to be a web address that begins with https://.</source>
        <translation>Die Adresse deiner Bedingungen muss eine Webadresse sein, die mit https:// beginnt.</translation>
    </message>
    <message>
        <source>The address “{shown}” can&apos;t be used.</source>
        <translation>Die Adresse „{shown}“ ist nicht brauchbar.</translation>
    </message>
    <message>
        <source>The answer in the browser did not come from {service}.</source>
        <translation>Die Antwort im Browser kam nicht von {service}.</translation>
    </message>
    <message>
        <source>The answer of {host} can&apos;t be read ({detail}).</source>
        <translation>Die Antwort von {host} lässt sich nicht lesen ({detail}).</translation>
    </message>
    <message>
        <source>The app password was kept.</source>
        <translation>Das App-Passwort wurde behalten.</translation>
    </message>
    <message>
        <source>The archive may have stopped following this document.</source>
        <translation>Vielleicht folgt das Archiv diesem Dokument nicht mehr.</translation>
    </message>
    <message>
        <source>The audio could not be read.</source>
        <translation>Das Audio war nicht lesbar.</translation>
    </message>
    <message>
        <source>The audio is no longer what it was before RightsDesk first changed the file.</source>
        <translation>Das Audio ist nicht mehr das, was es war, bevor RightsDesk die Datei zum ersten Mal geändert hat.</translation>
    </message>
    <message>
        <source>The audio is what it was before RightsDesk first changed the file.</source>
        <translation>Das Audio ist, was es war, bevor RightsDesk die Datei zum ersten Mal geändert hat.</translation>
    </message>
    <message numerus="yes">
        <source>The audio of %n files is what it was</source>
        <translation>
            <numerusform>Das Audio von %n Datei ist, was es war</numerusform>
            <numerusform>Das Audio von %n Dateien ist, was es war</numerusform>
        </translation>
    </message>
    <message>
        <source>The authority refused the time stamp ({status}).</source>
        <translation>Die Stelle hat den Zeitstempel abgelehnt ({status}).</translation>
    </message>
    <message>
        <source>The authority refused the time stamp: “{said}”.</source>
        <translation>Die Stelle hat den Zeitstempel abgelehnt: „{said}“.</translation>
    </message>
    <message>
        <source>The authority&apos;s reply can&apos;t be read ({detail}).</source>
        <translation>Die Antwort der Stelle lässt sich nicht lesen ({detail}).</translation>
    </message>
    <message>
        <source>The authority&apos;s reply does not hold ({detail}).</source>
        <translation>Die Antwort der Stelle gilt nicht ({detail}).</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}</source>
        <translation>Die Sicherung ließ sich nicht zurückspielen: {why}</translation>
    </message>
    <message>
        <source>The backup could not be written: {why}</source>
        <translation>Die Sicherung ließ sich nicht schreiben: {why}</translation>
    </message>
    <message>
        <source>The backup {source} is damaged.</source>
        <translation>Die Sicherung {source} ist beschädigt.</translation>
    </message>
    <message>
        <source>The backup {source} was made by a newer RightsDesk.</source>
        <translation>Die Sicherung {source} stammt von einem neueren RightsDesk.</translation>
    </message>
    <message>
        <source>The channel; with a content manager, all its channels.</source>
        <translation>Der Kanal; mit einem Content-Manager alle seine Kanäle.</translation>
    </message>
    <message>
        <source>The community lexicon of April 2026. It is a signal: nothing enforces it.</source>
        <translation>Das Community-Lexikon vom April 2026. Es ist ein Signal: Nichts setzt es durch.</translation>
    </message>
    <message>
        <source>The companies that a channel can choose from, as of December 2024. Eighteen were announced, seventeen names were seen.</source>
        <translation>Die Unternehmen, aus denen ein Kanal wählen kann, Stand Dezember 2024. Achtzehn waren angekündigt, siebzehn Namen waren zu sehen.</translation>
    </message>
    <message>
        <source>The config file {path} can&apos;t be used: {why}</source>
        <translation>Die Konfigurationsdatei {path} ist nicht brauchbar: {why}</translation>
    </message>
    <message>
        <source>The connection to {host} broke off.</source>
        <translation>Die Verbindung zu {host} ist abgebrochen.</translation>
    </message>
    <message>
        <source>The connection to {host} would not be encrypted, so it was not opened.</source>
        <translation>Die Verbindung zu {host} wäre nicht verschlüsselt, darum wurde sie nicht geöffnet.</translation>
    </message>
    <message>
        <source>The contract</source>
        <translation>Der Vertrag</translation>
    </message>
    <message>
        <source>The contract: its digest is kept</source>
        <translation>Der Vertrag: Sein Digest bleibt gespeichert</translation>
    </message>
    <message>
        <source>The copyright line can&apos;t be read, so it stays as it is.</source>
        <translation>Die Copyright-Zeile lässt sich nicht lesen; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>The copyright line is in an unknown encoding, so it stays as it is: only ASCII letters could be added without harm.</source>
        <translation>Die Copyright-Zeile hat eine unbekannte Kodierung; darum bleibt sie, wie sie ist: Nur ASCII-Buchstaben ließen sich ohne Schaden anhängen.</translation>
    </message>
    <message>
        <source>The copyright line stays as it is.</source>
        <translation>Die Copyright-Zeile bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The credits that a distributor delivers disclose how music was made. They are not a consent.</source>
        <translation>Die Credits, die ein Vertrieb liefert, legen offen, wie Musik entstanden ist. Eine Zustimmung sind sie nicht.</translation>
    </message>
    <message>
        <source>The data that are here now are kept aside, in the folder “backups”. The window closes and opens again. What files and platforms say is unknown then until they are read again, and jobs that are not in the backup can&apos;t be undone.</source>
        <translation>Die Daten, die jetzt hier sind, werden im Ordner „backups“ beiseitegelegt. Das Fenster schließt und öffnet sich wieder. Was Dateien und Plattformen sagen, ist dann unbekannt, bis sie neu gelesen sind, und Vorgänge, die nicht in der Sicherung sind, lassen sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The database is damaged where entry {number} should be.</source>
        <translation>Die Datenbank ist beschädigt, wo Eintrag {number} sein sollte.</translation>
    </message>
    <message>
        <source>The database still counts them.</source>
        <translation>Die Datenbank zählt sie noch mit.</translation>
    </message>
    <message>
        <source>The day to ask again has to be after today.</source>
        <translation>Der Tag zum erneuten Fragen muss nach heute liegen.</translation>
    </message>
    <message>
        <source>The day to check again has to be after the day when you checked.</source>
        <translation>Der Tag zum erneuten Prüfen muss nach dem Tag liegen, an dem du geprüft hast.</translation>
    </message>
    <message>
        <source>The description would be too long for YouTube ({length} of {most} bytes). Shorten it, then repeat.</source>
        <translation>Die Beschreibung wäre zu lang für YouTube ({length} von {most} Byte). Kürze sie und wiederhole es dann.</translation>
    </message>
    <message>
        <source>The description would have {characters}; {name} takes {longest}. Shorten it there, or choose a shorter sentence of your own.</source>
        <translation>Die Beschreibung hätte {characters}; {name} nimmt {longest}. Kürze sie dort oder wähle einen kürzeren eigenen Satz.</translation>
    </message>
    <message>
        <source>The disk or network share with this file can&apos;t be reached.</source>
        <translation>Die Festplatte oder Netzwerkfreigabe mit dieser Datei ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The disk reported an error.</source>
        <translation>Die Festplatte hat einen Fehler gemeldet.</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data is full ({folder}).</source>
        <translation>Die Festplatte mit RightsDesks eigenen Daten ist voll ({folder}).</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data reports an error ({folder}).</source>
        <translation>Die Festplatte mit RightsDesks eigenen Daten meldet einen Fehler ({folder}).</translation>
    </message>
    <message>
        <source>The document is nested too deeply.</source>
        <translation>Das Dokument ist zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>The earlier clause</source>
        <translation>Die frühere Klausel</translation>
    </message>
    <message>
        <source>The earlier text is back since {day}.</source>
        <translation>Der frühere Text ist seit {day} zurück.</translation>
    </message>
    <message>
        <source>The facts about “{platform}” are not written as this RightsDesk reads them.</source>
        <translation>Die Fakten zu „{platform}“ sind nicht so geschrieben, wie dieses RightsDesk sie liest.</translation>
    </message>
    <message>
        <source>The file has more than {size} MB. Facts about platforms are smaller.</source>
        <translation>Die Datei hat mehr als {size} MB. Fakten zu Plattformen sind kleiner.</translation>
    </message>
    <message>
        <source>The file is as the other program left it.</source>
        <translation>Die Datei ist so, wie das andere Programm sie hinterlassen hat.</translation>
    </message>
    <message>
        <source>The file is damaged or cut.</source>
        <translation>Die Datei ist beschädigt oder abgeschnitten.</translation>
    </message>
    <message>
        <source>The file is no longer there.</source>
        <translation>Die Datei ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The file is not text in UTF-8.</source>
        <translation>Die Datei ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>The file is not text.</source>
        <translation>Die Datei ist kein Text.</translation>
    </message>
    <message>
        <source>The file is signed with a key that RightsDesk does not know.</source>
        <translation>Die Datei ist mit einem Schlüssel signiert, den RightsDesk nicht kennt.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than 500 KB. Crawlers may stop there, so the rest is not counted.</source>
        <translation>Die Datei robots.txt ist länger als 500 KB. Crawler hören dort vielleicht auf, darum zählt der Rest nicht.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than crawlers read, and begins with a rule for no crawler: shorten it first.</source>
        <translation>Die Datei robots.txt ist länger, als Crawler lesen, und beginnt mit einer Regel, die für keinen Crawler gilt: Kürze sie zuerst.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, can&apos;t be read.</source>
        <translation>Die Datei zu deinen gespeicherten Logins, vault.json, ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, is damaged.</source>
        <translation>Die Datei zu deinen gespeicherten Logins, vault.json, ist beschädigt.</translation>
    </message>
    <message>
        <source>The file that this sidecar belongs to is no longer there.</source>
        <translation>Die Datei, zu der diese Begleitdatei gehört, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The file vault.json names no way to open your stored logins.</source>
        <translation>Die Datei vault.json nennt keinen Weg, deine gespeicherten Logins zu öffnen.</translation>
    </message>
    <message>
        <source>The file vault.json, which leads to the key of your stored logins, is no longer in RightsDesk&apos;s data folder.</source>
        <translation>Die Datei vault.json, die zum Schlüssel deiner gespeicherten Logins führt, ist nicht mehr in RightsDesks Datenordner.</translation>
    </message>
    <message>
        <source>The file was left as it is.</source>
        <translation>Die Datei blieb, wie sie ist.</translation>
    </message>
    <message>
        <source>The file will be exactly as it was, byte for byte.</source>
        <translation>Die Datei wird genau wie vorher, Byte für Byte.</translation>
    </message>
    <message>
        <source>The files are only read.</source>
        <translation>Die Dateien werden nur gelesen.</translation>
    </message>
    <message>
        <source>The files are only read. A new artist has no choice yet.</source>
        <translation>Die Dateien werden nur gelesen. Ein neuer Act ist noch ohne Wahl.</translation>
    </message>
    <message>
        <source>The files of this recording name different artists: {names}.</source>
        <translation>Die Dateien dieser Aufnahme nennen verschiedene Acts: {names}.</translation>
    </message>
    <message>
        <source>The files of {service} are published only in part: {why}</source>
        <translation>Die Dateien von {service} sind nur zum Teil veröffentlicht: {why}</translation>
    </message>
    <message>
        <source>The files there were left unchanged.</source>
        <translation>Die Dateien dort blieben unverändert.</translation>
    </message>
    <message>
        <source>The first licence covers only works whose writers and publishers agreed.</source>
        <translation>Die erste Lizenz gilt nur für Werke, deren Autoren und Verlage zugestimmt haben.</translation>
    </message>
    <message>
        <source>The folder or server of your site</source>
        <translation>Der Ordner oder Server deiner Website</translation>
    </message>
    <message>
        <source>The form is only for people in the EU and the UK.</source>
        <translation>Das Formular ist nur für Menschen in der EU und im Vereinigten Königreich.</translation>
    </message>
    <message>
        <source>The handle may have changed: check the account&apos;s settings. If it is right, make a new app password there, and connect again.</source>
        <translation>Vielleicht hat sich das Handle geändert: Prüfe die Einstellungen des Kontos. Wenn es stimmt, leg dort ein neues App-Passwort an und verbinde neu.</translation>
    </message>
    <message>
        <source>The history is not whole any more: {fault} Everything else can be used. To see more: rightsdesk ledger verify</source>
        <translation>Der Verlauf ist nicht mehr vollständig: {fault} Alles andere lässt sich nutzen. Um mehr zu sehen: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>The internet&apos;s own standards body is developing it, so crawlers may read it one day. It covers three uses: training AI that makes music, use as AI input, and search. A yes to search also allows both inside search engines, so it is written only if you allow both.</source>
        <translation>Das Standardgremium des Internets selbst entwickelt es, also lesen Crawler es vielleicht eines Tages. Es umfasst drei Nutzungen: Training von KI, die Musik macht, Nutzung als KI-Eingabe und Suche. Ein Ja zur Suche erlaubt innerhalb von Suchmaschinen auch die beiden anderen; darum wird es nur geschrieben, wenn du beide erlaubst.</translation>
    </message>
    <message>
        <source>The item was left unchanged.</source>
        <translation>Der Eintrag blieb unverändert.</translation>
    </message>
    <message>
        <source>The job was undone before this had its turn.</source>
        <translation>Der Vorgang wurde rückgängig gemacht, bevor das an der Reihe war.</translation>
    </message>
    <message>
        <source>The journal&apos;s copy of the state before this change is damaged, so the change can&apos;t be undone.</source>
        <translation>Die Kopie des Stands vor dieser Änderung im Protokoll ist beschädigt; darum lässt sich die Änderung nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The key to this account&apos;s stored login was lost. Connect the account again: that takes a minute, and nothing gets lost.</source>
        <translation>Der Schlüssel zum gespeicherten Login dieses Kontos ist verloren. Verbinde das Konto neu: Das dauert eine Minute, und nichts geht verloren.</translation>
    </message>
    <message>
        <source>The key to your stored logins is damaged in the keyring.</source>
        <translation>Der Schlüssel zu deinen gespeicherten Logins ist im Schlüsselbund beschädigt.</translation>
    </message>
    <message>
        <source>The key to your stored logins is in a keyring, and there is none on this computer or in this session.</source>
        <translation>Der Schlüssel zu deinen gespeicherten Logins ist in einem Schlüsselbund, und auf diesem Computer oder in dieser Sitzung gibt es keinen.</translation>
    </message>
    <message>
        <source>The key to your stored logins is no longer in the keyring.</source>
        <translation>Der Schlüssel zu deinen gespeicherten Logins ist nicht mehr im Schlüsselbund.</translation>
    </message>
    <message>
        <source>The keyring did not delete the entry “{service}” with the name {name}.</source>
        <translation>Der Schlüsselbund hat den Eintrag „{service}“ mit dem Namen {name} nicht gelöscht.</translation>
    </message>
    <message>
        <source>The last day, {day} ({zone}), is already over.</source>
        <translation>Der letzte Tag, {day} ({zone}), ist schon vorbei.</translation>
    </message>
    <message>
        <source>The licence of {partner} was ended on {day}.</source>
        <translation>Die Lizenz von {partner} wurde am {day} beendet.</translation>
    </message>
    <message>
        <source>The licence that lets AI train no longer reaches prompts and outputs.</source>
        <translation>Die Lizenz, die KI-Training erlaubt, erfasst Prompts und Ausgaben nicht mehr.</translation>
    </message>
    <message>
        <source>The licence that lets AI train reaches prompts and outputs.</source>
        <translation>Die Lizenz, die KI-Training erlaubt, erfasst auch Prompts und Ausgaben.</translation>
    </message>
    <message>
        <source>The list is limited to files and folders: the chip above it names them.</source>
        <translation>Die Liste ist auf Dateien und Ordner beschränkt: Der Chip darüber nennt sie.</translation>
    </message>
    <message>
        <source>The list of changes in terms has their numbers.</source>
        <translation>In der Liste der Änderungen an Bedingungen stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of findings has the numbers of decisions.</source>
        <translation>In der Liste der Befunde stehen die Nummern der Entscheidungen.</translation>
    </message>
    <message>
        <source>The list of findings has their ids.</source>
        <translation>In der Liste der Befunde stehen ihre IDs.</translation>
    </message>
    <message>
        <source>The list of findings has their numbers.</source>
        <translation>In der Liste der Befunde stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of jobs has their numbers.</source>
        <translation>In der Liste der Vorgänge stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of letters has their numbers.</source>
        <translation>Die Liste der Briefe hat ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of licences has their numbers.</source>
        <translation>In der Liste der Lizenzen stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of open questions has their numbers.</source>
        <translation>In der Liste der offenen Fragen stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of problems has their ids.</source>
        <translation>In der Liste der Probleme stehen ihre IDs.</translation>
    </message>
    <message>
        <source>The list of the history has their numbers.</source>
        <translation>In der Liste des Verlaufs stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list of time stamps has their numbers.</source>
        <translation>In der Liste der Zeitstempel stehen ihre Nummern.</translation>
    </message>
    <message>
        <source>The list that belongs to entry {number} was changed.</source>
        <translation>Die Liste, die zu Eintrag {number} gehört, wurde geändert.</translation>
    </message>
    <message>
        <source>The main record of your AI preferences on Bluesky is for one reader or one collection only.</source>
        <translation>Der wichtigste Datensatz deiner KI-Vorgaben auf Bluesky gilt nur für einen Leser oder eine Sammlung.</translation>
    </message>
    <message>
        <source>The matrix, for spreadsheets (CSV)</source>
        <translation>Die Matrix, für Tabellenprogramme (CSV)</translation>
    </message>
    <message>
        <source>The messages with which your distributor sends your releases to shops.</source>
        <translation>Die Meldungen, mit denen dein Vertrieb deine Releases an Shops schickt.</translation>
    </message>
    <message>
        <source>The new facts can&apos;t be stored: {why}.</source>
        <translation>Die neuen Fakten lassen sich nicht speichern: {why}.</translation>
    </message>
    <message>
        <source>The new passphrase opens your sign-ins now.</source>
        <translation>Die neue Passphrase öffnet jetzt deine Anmeldungen.</translation>
    </message>
    <message>
        <source>The new version is no whole text: {why}</source>
        <translation>Die neue Fassung ist kein vollständiger Text: {why}</translation>
    </message>
    <message>
        <source>The newest terms held are of 19 September 2024 and have no word on AI. They may be out of date.</source>
        <translation>Die neuesten vorliegenden Bedingungen sind vom 19. September 2024 und haben kein Wort zu KI. Vielleicht sind sie überholt.</translation>
    </message>
    <message>
        <source>The newest terms held are of July 2024 and have no word on AI.</source>
        <translation>Die neuesten vorliegenden Bedingungen sind vom Juli 2024 und haben kein Wort zu KI.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Scraping is forbidden.</source>
        <translation>Die neuesten vorliegenden Bedingungen haben kein Wort zu KI-Training. Scraping ist verboten.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Write your preference as a record: it is a signal.</source>
        <translation>Die neuesten vorliegenden Bedingungen haben kein Wort zu KI-Training. Schreib deine Präferenz als Datensatz: Er ist ein Signal.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI, and they are old.</source>
        <translation>Die neuesten vorliegenden Bedingungen haben kein Wort zu KI, und sie sind alt.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI.</source>
        <translation>Die neuesten vorliegenden Bedingungen haben kein Wort zu KI.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI. Scraping is forbidden.</source>
        <translation>Die neuesten vorliegenden Bedingungen haben kein Wort zu KI. Scraping ist verboten.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}, {age} ago.</source>
        <translation>Die neueste vorliegende Fassung: {day}, {age} her.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}.</source>
        <translation>Die neueste vorliegende Fassung: {day}.</translation>
    </message>
    <message>
        <source>The newest, of entry {number}, is of {when}, by {hosts}: {state}</source>
        <translation>Der neueste, zu Eintrag {number}, von {hosts} ({when}): {state}</translation>
    </message>
    <message>
        <source>The note is too long.</source>
        <translation>Die Notiz ist zu lang.</translation>
    </message>
    <message>
        <source>The old files were restored.</source>
        <translation>Die alten Dateien wurden zurückgespielt.</translation>
    </message>
    <message>
        <source>The old version is no whole text: {why}</source>
        <translation>Die alte Fassung ist kein vollständiger Text: {why}</translation>
    </message>
    <message>
        <source>The one change today.</source>
        <translation>Die eine Änderung heute.</translation>
    </message>
    <message>
        <source>The one change {when}.</source>
        <translation>Die eine Änderung {when}.</translation>
    </message>
    <message>
        <source>The page has too many elements inside each other.</source>
        <translation>Auf der Seite sind zu viele Elemente ineinander verschachtelt.</translation>
    </message>
    <message>
        <source>The page shows its text by a script (JavaScript). RightsDesk runs no scripts of others.</source>
        <translation>Die Seite zeigt ihren Text mit einem Skript (JavaScript). RightsDesk führt keine Skripte anderer aus.</translation>
    </message>
    <message>
        <source>The passphrase can&apos;t be set while the keyring refuses the vault&apos;s key.</source>
        <translation>Die Passphrase lässt sich nicht setzen, solange der Schlüsselbund den Schlüssel zu deinen Logins verweigert.</translation>
    </message>
    <message>
        <source>The path of this file is too long for the disk.</source>
        <translation>Der Pfad dieser Datei ist für die Festplatte zu lang.</translation>
    </message>
    <message>
        <source>The platform names no artist</source>
        <translation>Die Plattform nennt keinen Act</translation>
    </message>
    <message>
        <source>The privacy policy allows training on all pins, whenever posted. An opt-out was reported, but its name and place were not confirmed.</source>
        <translation>Die Datenschutzerklärung erlaubt Training mit allen Pins, egal wann gepostet. Von einem Opt-out wurde berichtet, aber Name und Ort waren nicht bestätigt.</translation>
    </message>
    <message>
        <source>The privacy policy names training of machine learning models.</source>
        <translation>Die Datenschutzerklärung nennt das Training von Modellen für maschinelles Lernen.</translation>
    </message>
    <message>
        <source>The private key can&apos;t be read.</source>
        <translation>Der private Schlüssel lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The promise does not cover internal uses: recommendations, search, playlists, tagging, fraud checks, emerging talent, personalisation, customer support, First Fans, and Musiio.</source>
        <translation>Die Zusage gilt nicht für interne Nutzungen: Empfehlungen, Suche, Playlists, Tagging, Betrugsprüfung, neue Talente, Personalisierung, Kundendienst, First Fans und Musiio.</translation>
    </message>
    <message>
        <source>The proxy stays as it was.</source>
        <translation>Der Proxy bleibt, wie er war.</translation>
    </message>
    <message>
        <source>The proxy {named} asks for a user name and a password, or refuses those it has.</source>
        <translation>Der Proxy {named} verlangt Benutzername und Passwort oder lehnt die vorhandenen ab.</translation>
    </message>
    <message>
        <source>The proxy {named} can&apos;t be reached or used.</source>
        <translation>Der Proxy {named} ist nicht erreichbar oder nicht brauchbar.</translation>
    </message>
    <message>
        <source>The proxy {named} does not let RightsDesk through to {host} ({status}).</source>
        <translation>Der Proxy {named} lässt RightsDesk nicht zu {host} durch ({status}).</translation>
    </message>
    <message>
        <source>The proxy {named} is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>Der Proxy {named} ist ein SOCKS-Proxy, den RightsDesk nicht benutzen kann.</translation>
    </message>
    <message>
        <source>The public API carries gen_ai_preference for each sound.</source>
        <translation>Die öffentliche API gibt zu jedem Sound gen_ai_preference an.</translation>
    </message>
    <message>
        <source>The public terms found are of 15 September 2023. A mark “Open to AI licensing” is mentioned by one text only.</source>
        <translation>Die gefundenen öffentlichen Bedingungen sind vom 15. September 2023. Eine Markierung „Open to AI licensing“ nennt nur ein Text.</translation>
    </message>
    <message>
        <source>The publication. It tells crawlers not to train; only those that listen obey.</source>
        <translation>Die Publikation. Sie sagt Crawlern, dass sie nicht trainieren sollen; nur die gehorchen, die darauf hören.</translation>
    </message>
    <message>
        <source>The published robots.txt has no line of a robots.txt in it: it may be a web page. It is replaced, and an undo restores it.</source>
        <translation>In der veröffentlichten robots.txt steht keine einzige robots.txt-Zeile: Vielleicht ist sie eine Webseite. Sie wird ersetzt, und Rückgängig holt sie zurück.</translation>
    </message>
    <message>
        <source>The quick brown fox jumps over the lazy dog 0123456789</source>
        <translation>Franz jagt im komplett verwahrlosten Taxi quer durch Bayern 0123456789</translation>
    </message>
    <message>
        <source>The record</source>
        <translation>Das Protokoll</translation>
    </message>
    <message>
        <source>The recording&apos;s &amp;ISCC</source>
        <translation>&amp;ISCC der Aufnahme</translation>
    </message>
    <message>
        <source>The redirect address must be on this computer.</source>
        <translation>Die Weiterleitungsadresse muss auf diesem Computer sein.</translation>
    </message>
    <message>
        <source>The registry lists web addresses, not files. The ai.txt that belongs to it is not honoured by OpenAI, Anthropic, Google or Meta.</source>
        <translation>Das Register führt Webadressen, keine Dateien. An die ai.txt, die dazugehört, halten sich OpenAI, Anthropic, Google und Meta nicht.</translation>
    </message>
    <message>
        <source>The registry takes a declaration only with the recording&apos;s ISCC.</source>
        <translation>Das Register nimmt eine Erklärung nur mit dem ISCC der Aufnahme.</translation>
    </message>
    <message>
        <source>The report was stopped.</source>
        <translation>Der Bericht wurde angehalten.</translation>
    </message>
    <message>
        <source>The reservation in the copyright line is damaged.</source>
        <translation>Der Vorbehalt in der Copyright-Zeile ist beschädigt.</translation>
    </message>
    <message>
        <source>The rest is resumed {when}.</source>
        <translation>Der Rest geht {when} weiter.</translation>
    </message>
    <message>
        <source>The rights field or the description of your items.</source>
        <translation>Das Rechtefeld oder die Beschreibung deiner Einträge.</translation>
    </message>
    <message>
        <source>The rights of this item were changed since RightsDesk read them.</source>
        <translation>Die Rechte dieses Eintrags wurden geändert, seit RightsDesk sie gelesen hat.</translation>
    </message>
    <message>
        <source>The sentence and sidecars</source>
        <translation>Satz und Begleitdateien</translation>
    </message>
    <message>
        <source>The server at this address does not answer like {service}.</source>
        <translation>Der Server unter dieser Adresse antwortet nicht wie {service}.</translation>
    </message>
    <message>
        <source>The server doesn&apos;t let RightsDesk write into {name}. Replacing it could lose an access list or attributes, which SFTP does not show.</source>
        <translation>Der Server lässt RightsDesk nicht in {name} schreiben. Beim Ersetzen könnten eine Zugriffsliste oder Attribute verloren gehen, die SFTP nicht zeigt.</translation>
    </message>
    <message>
        <source>The server may hide folders that begin with a dot, or a program may generate these files: ask your web host to serve them as they are.</source>
        <translation>Vielleicht versteckt der Server Ordner, die mit einem Punkt beginnen, oder ein Programm erzeugt diese Dateien: Bitte deinen Hoster, sie so auszuliefern, wie sie sind.</translation>
    </message>
    <message>
        <source>The setting {name} names a file that can&apos;t be read: {place}</source>
        <translation>Die Einstellung {name} nennt eine Datei, die nicht lesbar ist: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that holds no certificates: {place}</source>
        <translation>Die Einstellung {name} nennt eine Datei ohne Zertifikate: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that is not there: {place}</source>
        <translation>Die Einstellung {name} nennt eine Datei, die nicht da ist: {place}</translation>
    </message>
    <message>
        <source>The settings of keyring name a keyring that can&apos;t be used.</source>
        <translation>Die Einstellungen von keyring nennen einen Schlüsselbund, der nicht brauchbar ist.</translation>
    </message>
    <message>
        <source>The sidecar was left as it is.</source>
        <translation>Die Begleitdatei blieb, wie sie ist.</translation>
    </message>
    <message>
        <source>The sidecars that are there stay, and are kept up to date.</source>
        <translation>Die vorhandenen Begleitdateien bleiben und werden aktuell gehalten.</translation>
    </message>
    <message>
        <source>The sign-in of {name} has ended</source>
        <translation>Die Anmeldung von {name} ist abgelaufen</translation>
    </message>
    <message>
        <source>The sign-in page was not answered in time.</source>
        <translation>Die Anmeldeseite wurde nicht rechtzeitig beantwortet.</translation>
    </message>
    <message>
        <source>The sign-in was cancelled.</source>
        <translation>Die Anmeldung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The sign-in was ended at {name} again.</source>
        <translation>Die Anmeldung wurde bei {name} wieder beendet.</translation>
    </message>
    <message>
        <source>The signature does not fit: the file was changed after it was made, or is cut.</source>
        <translation>Die Signatur passt nicht: Die Datei wurde danach geändert oder ist abgeschnitten.</translation>
    </message>
    <message>
        <source>The site&apos;s own address is missing.</source>
        <translation>Die eigene Adresse der Website fehlt.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt, for about 26 crawlers in 2026. It is a request.</source>
        <translation>Die robots.txt der Website, für etwa 26 Crawler im Jahr 2026. Sie ist eine Bitte.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt. There is no single AI switch.</source>
        <translation>Die robots.txt der Website. Einen einzelnen KI-Schalter gibt es nicht.</translation>
    </message>
    <message>
        <source>The site&apos;s settings</source>
        <translation>Die Einstellungen der Website</translation>
    </message>
    <message>
        <source>The sound alone leads to it, even if every tag was stripped.</source>
        <translation>Der Klang allein führt dorthin, auch wenn alle Tags entfernt wurden.</translation>
    </message>
    <message>
        <source>The stored login of this account does not open: it is damaged, or what it belongs to (artist, platform, address) was changed outside RightsDesk.</source>
        <translation>Der gespeicherte Login dieses Kontos lässt sich nicht öffnen: Er ist beschädigt, oder das, wozu er gehört (Act, Plattform, Adresse), wurde außerhalb von RightsDesk geändert.</translation>
    </message>
    <message>
        <source>The stored logins were left as they are.</source>
        <translation>An den gespeicherten Logins wurde nichts geändert.</translation>
    </message>
    <message>
        <source>The stored record of this change is damaged, so it can&apos;t be used.</source>
        <translation>Die gespeicherte Aufzeichnung dieser Änderung ist beschädigt und darum nicht brauchbar.</translation>
    </message>
    <message>
        <source>The switch is on, but the site&apos;s robots.txt does not show it.</source>
        <translation>Der Schalter ist an, aber die robots.txt der Website zeigt es nicht.</translation>
    </message>
    <message>
        <source>The switch is the platform&apos;s own setting; the description states it where people watch your video.</source>
        <translation>Der Schalter ist die Einstellung der Plattform selbst; die Beschreibung sagt es dort, wo Leute dein Video sehen.</translation>
    </message>
    <message>
        <source>The switch tells AI tools not to train; only those who respect it obey; it may cost visibility.</source>
        <translation>Der Schalter sagt KI-Werkzeugen, dass sie nicht trainieren sollen; nur wer das achtet, hält sich daran; er kann Sichtbarkeit kosten.</translation>
    </message>
    <message>
        <source>The system could not change this file: {reason}.</source>
        <translation>Das System konnte diese Datei nicht ändern: {reason}.</translation>
    </message>
    <message>
        <source>The system could not read this file: {reason}.</source>
        <translation>Das System konnte diese Datei nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>The table compares your choice with what each file and each platform says today. “Details” shows how that is known, and since when. The page Problems lists what could not be read, disagrees or was not finished.</source>
        <translation>Die Tabelle vergleicht deine Wahl mit dem, was jede Datei und jede Plattform heute sagt. „Details“ zeigt, woher das bekannt ist und seit wann. Die Seite „Probleme“ führt auf, was nicht lesbar war, nicht zusammenpasst oder nicht fertig wurde.</translation>
    </message>
    <message>
        <source>The tag “{tag}” has no valid answer.</source>
        <translation>Der Tag „{tag}“ hat keine gültige Antwort.</translation>
    </message>
    <message>
        <source>The tags would be too long for YouTube ({length} of {most} characters). Take some away, then repeat.</source>
        <translation>Die Tags wären zu lang für YouTube ({length} von {most} Zeichen). Nimm welche weg und wiederhole es dann.</translation>
    </message>
    <message>
        <source>The tdmrep.json document is not a list of rules.</source>
        <translation>Das Dokument tdmrep.json ist keine Liste von Regeln.</translation>
    </message>
    <message>
        <source>The text is not an RSL document.</source>
        <translation>Der Text ist kein RSL-Dokument.</translation>
    </message>
    <message>
        <source>The third-party training setting is off by default; every rights holder must allow it and the video must be public.</source>
        <translation>Die Einstellung zum Training durch Drittanbieter ist standardmäßig aus; alle Rechteinhaber müssen es erlauben, und das Video muss öffentlich sein.</translation>
    </message>
    <message>
        <source>The title and other tags of this file can&apos;t be read.</source>
        <translation>Titel und andere Tags dieser Datei lassen sich nicht lesen.</translation>
    </message>
    <message>
        <source>The token needs the scope write:edits, and the track has to be attributed to you. The server&apos;s administrator can change both.</source>
        <translation>Das Token braucht die Berechtigung write:edits, und der Track muss dir zugeordnet sein. Beides kann die Administration des Servers ändern.</translation>
    </message>
    <message>
        <source>The tool datadiligence and Adobe&apos;s Verify site read the older C2PA form. No AI trainer is known to document that it honours either.</source>
        <translation>Das Werkzeug datadiligence und Adobes Verify-Seite lesen die ältere C2PA-Form. Von keinem Unternehmen, das KI trainiert, ist dokumentiert, dass es eine der beiden beachtet.</translation>
    </message>
    <message>
        <source>The tool datadiligence and several crawlers read the header. No AI company is known to document that it reads it in audio files.</source>
        <translation>Das Werkzeug datadiligence und mehrere Crawler lesen den Header. Von keinem KI-Unternehmen ist dokumentiert, dass es ihn in Audiodateien liest.</translation>
    </message>
    <message>
        <source>The tool datadiligence takes one no in this form for a no to everything.</source>
        <translation>Das Werkzeug datadiligence versteht ein einzelnes Nein in dieser Form als Nein zu allem.</translation>
    </message>
    <message>
        <source>The track&apos;s details, through the API</source>
        <translation>Die Angaben zum Track, über die API</translation>
    </message>
    <message>
        <source>The user agreement speaks of AI only as a feature that you may use.</source>
        <translation>Die Nutzungsvereinbarung spricht von KI nur als Funktion, die du nutzen kannst.</translation>
    </message>
    <message>
        <source>The variable PYTHON_KEYRING_BACKEND names a keyring that can&apos;t be used ({name}).</source>
        <translation>Die Variable PYTHON_KEYRING_BACKEND nennt einen Schlüsselbund, der nicht brauchbar ist ({name}).</translation>
    </message>
    <message>
        <source>The video was left unchanged.</source>
        <translation>Das Video blieb unverändert.</translation>
    </message>
    <message>
        <source>The web server may lack permission to read this user&apos;s files, or may refuse their content: ask your web host.</source>
        <translation>Vielleicht darf der Webserver die Dateien dieses Benutzerkontos nicht lesen, oder er lehnt ihren Inhalt ab: Frag deinen Hoster.</translation>
    </message>
    <message>
        <source>The words are the platform&apos;s own, as this computer fetched them. They were found by rules, not by a lawyer: read the whole text before you rely on it.</source>
        <translation>Die Worte sind die der Plattform selbst, wie dieser Computer sie geholt hat. Gefunden wurden sie mit Regeln, nicht von einem Anwalt: Lies den ganzen Text, bevor du dich darauf verlässt.</translation>
    </message>
    <message>
        <source>The words in the table</source>
        <translation>Die Wörter in der Tabelle</translation>
    </message>
    <message>
        <source>The zone&apos;s bot management, through the API</source>
        <translation>Das Bot-Management der Zone, über die API</translation>
    </message>
    <message>
        <source>The {dialect} document answers “{label}” with another word.</source>
        <translation>Das {dialect}-Dokument beantwortet „{label}“ mit einem anderen Wort.</translation>
    </message>
    <message>
        <source>The {dialect} document does not follow its standard.</source>
        <translation>Das {dialect}-Dokument hält sich nicht an seinen Standard.</translation>
    </message>
    <message>
        <source>The {dialect} document has an intent that does not exist.</source>
        <translation>Das {dialect}-Dokument enthält eine Absicht, die es nicht gibt.</translation>
    </message>
    <message>
        <source>The {dialect} document says something twice.</source>
        <translation>Das {dialect}-Dokument sagt etwas zweimal.</translation>
    </message>
    <message>
        <source>The {dialect} field answers “{key}” twice.</source>
        <translation>Das {dialect}-Feld beantwortet „{key}“ zweimal.</translation>
    </message>
    <message>
        <source>The {dialect} field is not a list of answers.</source>
        <translation>Das {dialect}-Feld ist keine Liste von Antworten.</translation>
    </message>
    <message>
        <source>The {name} assertion allows uses but does not follow its schema.</source>
        <translation>Die {name}-Aussage erlaubt Nutzungen, folgt aber nicht ihrem Schema.</translation>
    </message>
    <message>
        <source>The {name} assertion has an answer that does not exist.</source>
        <translation>Die {name}-Aussage enthält eine Antwort, die es nicht gibt.</translation>
    </message>
    <message>
        <source>The {name} field has no valid answer for {use}.</source>
        <translation>Das {name}-Feld hat keine gültige Antwort für: {use}.</translation>
    </message>
    <message>
        <source>The {service} server has not approved this account.</source>
        <translation>Der Server von {service} hat dieses Konto nicht freigeschaltet.</translation>
    </message>
    <message>
        <source>The “noai” mark is set unless you actively consent; it binds other users.</source>
        <translation>Die Markierung „noai“ ist gesetzt, wenn du nicht aktiv zustimmst; sie bindet andere Nutzer.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>There are new facts about {platforms}.</source>
        <translation>Es gibt neue Fakten zu {platforms}.</translation>
    </message>
    <message>
        <source>There are two settings: one for usage data, one for your content. Switch both off.</source>
        <translation>Es gibt zwei Einstellungen: eine für Nutzungsdaten, eine für deine Inhalte. Schalte beide aus.</translation>
    </message>
    <message>
        <source>There are {recordings} for “{name}”.</source>
        <translation>Es gibt {recordings} für „{name}“.</translation>
    </message>
    <message>
        <source>There are {releases} called “{name}”.</source>
        <translation>Es gibt {releases} namens „{name}“.</translation>
    </message>
    <message>
        <source>There are: {codes}.</source>
        <translation>Es gibt: {codes}.</translation>
    </message>
    <message>
        <source>There are: {kinds}.</source>
        <translation>Es gibt: {kinds}.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Es gibt: {names}.</translation>
    </message>
    <message>
        <source>There is a line break or an invisible letter in “{field}”.</source>
        <translation>In „{field}“ ist ein Zeilenumbruch oder ein unsichtbares Zeichen.</translation>
    </message>
    <message>
        <source>There is a space in “{field}”. Copy it again, without what is around it.</source>
        <translation>In „{field}“ ist ein Leerzeichen. Kopiere noch einmal, ohne das, was drum herum steht.</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only, and only for “no” and “ask me”.</source>
        <translation>Es hat nur für Training und Data Mining ein Wort, und nur für „Nein“ und „Frag mich“.</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only.</source>
        <translation>Es hat nur für Training und Data Mining ein Wort.</translation>
    </message>
    <message>
        <source>There is hardly any text in it.</source>
        <translation>Darin steht kaum Text.</translation>
    </message>
    <message>
        <source>There is no account yet.</source>
        <translation>Noch gibt es kein Konto.</translation>
    </message>
    <message>
        <source>There is no address to get newer facts from.</source>
        <translation>Es gibt keine Adresse, um neuere Fakten zu holen.</translation>
    </message>
    <message>
        <source>There is no alarm {number}.</source>
        <translation>Es gibt keine Meldung {number}.</translation>
    </message>
    <message>
        <source>There is no artist “{name}”.</source>
        <translation>Es gibt keinen Act „{name}“.</translation>
    </message>
    <message>
        <source>There is no audio file that RightsDesk knows in the folders of this artist. Add another folder, or rescan once there is something in it.</source>
        <translation>In den Ordnern dieses Acts gibt es keine Audiodatei, die RightsDesk kennt. Füg einen anderen Ordner hinzu oder lies neu ein, sobald etwas darin ist.</translation>
    </message>
    <message>
        <source>There is no bucket {bucket} at {host}.</source>
        <translation>Auf {host} gibt es keinen Bucket {bucket}.</translation>
    </message>
    <message>
        <source>There is no consent for this any more, so it was left as it is. First choose what AI may do with it.</source>
        <translation>Dafür gibt es keine Wahl mehr, darum wurde daran nichts geändert. Wähle zuerst, was KI damit darf.</translation>
    </message>
    <message>
        <source>There is no entry {number} in the history.</source>
        <translation>Im Verlauf gibt es keinen Eintrag {number}.</translation>
    </message>
    <message>
        <source>There is no export “{name}”.</source>
        <translation>Es gibt keinen Export „{name}“.</translation>
    </message>
    <message>
        <source>There is no field for AI; a track&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>Es gibt kein Feld für KI; nur Beschreibung, Tags und Lizenz eines Tracks kommen infrage (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; a video&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>Es gibt kein Feld für KI; nur Beschreibung, Tags und Lizenz eines Videos kommen infrage (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; an item&apos;s rights and licence are the only places (checked 2026-11).</source>
        <translation>Es gibt kein Feld für KI; nur Rechte und Lizenz eines Eintrags kommen infrage (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no folder {shown}.</source>
        <translation>Es gibt keinen Ordner {shown}.</translation>
    </message>
    <message>
        <source>There is no job {job_id}.</source>
        <translation>Es gibt keinen Vorgang {job_id}.</translation>
    </message>
    <message>
        <source>There is no language “{code}”.</source>
        <translation>Es gibt keine Sprache „{code}“.</translation>
    </message>
    <message>
        <source>There is no letter {number}.</source>
        <translation>Es gibt keinen Brief {number}.</translation>
    </message>
    <message>
        <source>There is no letter “{kind}”.</source>
        <translation>Es gibt keinen Brief „{kind}“.</translation>
    </message>
    <message>
        <source>There is no licence {number}.</source>
        <translation>Es gibt keine Lizenz {number}.</translation>
    </message>
    <message>
        <source>There is no new file, and RightsDesk&apos;s data are as they were.</source>
        <translation>Es gibt keine neue Datei, und RightsDesks Daten sind, wie sie waren.</translation>
    </message>
    <message>
        <source>There is no note of this.</source>
        <translation>Dazu gibt es keine Notiz.</translation>
    </message>
    <message>
        <source>There is no open finding or problem “{number}”.</source>
        <translation>Es gibt keinen offenen Befund und kein Problem „{number}“.</translation>
    </message>
    <message>
        <source>There is no open finding “{finding}”.</source>
        <translation>Es gibt keinen offenen Befund „{finding}“.</translation>
    </message>
    <message>
        <source>There is no recording “{name}”.</source>
        <translation>Es gibt keine Aufnahme „{name}“.</translation>
    </message>
    <message>
        <source>There is no release “{name}”.</source>
        <translation>Es gibt kein Release „{name}“.</translation>
    </message>
    <message>
        <source>There is no setting for AI in WordPress itself (checked 2026-11).</source>
        <translation>In WordPress selbst gibt es keine Einstellung für KI (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no space left for files in {shown}: its disk is full, or a quota is used up.</source>
        <translation>In {shown} ist kein Platz mehr für Dateien: Die Festplatte ist voll oder ein Kontingent aufgebraucht.</translation>
    </message>
    <message>
        <source>There is no switch so far (checked 2026-11). The “no AI” tag on SoundCloud is SoundCloud&apos;s own, for the whole site.</source>
        <translation>Bisher gibt es keinen Schalter (geprüft 2026-11). Der „no AI“-Tag auf SoundCloud gehört SoundCloud und gilt für die ganze Website.</translation>
    </message>
    <message>
        <source>There is no switch. You sign up for this service, which watches for imitations of a voice or a likeness and licenses them (checked 2026-11). No public API was found.</source>
        <translation>Es gibt keinen Schalter. Du meldest dich bei diesem Dienst an; er achtet auf Nachahmungen von Stimme oder Abbild und lizenziert sie (geprüft 2026-11). Eine öffentliche API war nicht zu finden.</translation>
    </message>
    <message>
        <source>There is no switch: Bandcamp&apos;s terms already say no for you (checked 2026-11).</source>
        <translation>Es gibt keinen Schalter: Bandcamps Bedingungen sagen schon für dich Nein (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: RouteNote says that it does not do it (checked 2026-11).</source>
        <translation>Es gibt keinen Schalter: RouteNote sagt, dass es das nicht macht (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: Vimeo promises to ask first (checked 2026-11).</source>
        <translation>Es gibt keinen Schalter: Vimeo sagt zu, vorher zu fragen (geprüft 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: your site&apos;s files and headers are what counts.</source>
        <translation>Es gibt keinen Schalter: Es zählen die Dateien und Header deiner Website.</translation>
    </message>
    <message>
        <source>There is no time stamp {number}.</source>
        <translation>Es gibt keinen Zeitstempel {number}.</translation>
    </message>
    <message>
        <source>There is no track {item_id} on a platform.</source>
        <translation>Es gibt auf keiner Plattform einen Track {item_id}.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk.</source>
        <translation>Auf dieser Festplatte ist nicht genug Platz frei.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk. RightsDesk leaves {megabytes} MB of it free.</source>
        <translation>Auf dieser Festplatte ist nicht genug Platz frei. RightsDesk lässt davon {megabytes} MB frei.</translation>
    </message>
    <message>
        <source>There is nothing to change in what could be read.</source>
        <translation>An dem, was lesbar war, gibt es nichts zu ändern.</translation>
    </message>
    <message>
        <source>There is nothing to change yet.</source>
        <translation>Noch gibt es nichts zu ändern.</translation>
    </message>
    <message>
        <source>There is nothing to change, or no choice has been made yet.</source>
        <translation>Es gibt nichts zu ändern, oder es wurde noch keine Wahl getroffen.</translation>
    </message>
    <message>
        <source>There is nothing to choose.</source>
        <translation>Es gibt nichts zu wählen.</translation>
    </message>
    <message>
        <source>There is nothing to compare with, and what the audio is now proves nothing.</source>
        <translation>Es gibt nichts zum Vergleichen, und was das Audio jetzt ist, beweist nichts.</translation>
    </message>
    <message>
        <source>There is nothing to prove yet</source>
        <translation>Noch gibt es nichts nachzuweisen</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>These accounts then need a new sign-in; nothing else is lost:</source>
        <translation>Diese Konten brauchen dann eine neue Anmeldung; sonst geht nichts verloren:</translation>
    </message>
    <message>
        <source>These data were made by a newer RightsDesk.</source>
        <translation>Diese Daten stammen von einem neueren RightsDesk.</translation>
    </message>
    <message>
        <source>These facts ({version}) are not newer than the ones in use ({in_use}).</source>
        <translation>Diese Fakten ({version}) sind nicht neuer als die in Gebrauch ({in_use}).</translation>
    </message>
    <message>
        <source>These facts are made for a newer RightsDesk.</source>
        <translation>Diese Fakten sind für ein neueres RightsDesk gemacht.</translation>
    </message>
    <message>
        <source>These files are not RightsDesk&apos;s, and stay: {paths}</source>
        <translation>Diese Dateien gehören nicht zu RightsDesk und bleiben: {paths}</translation>
    </message>
    <message>
        <source>These logins were stored by a newer RightsDesk.</source>
        <translation>Diese Logins hat ein neueres RightsDesk gespeichert.</translation>
    </message>
    <message>
        <source>They are also in {path}</source>
        <translation>Sie stehen auch in {path}</translation>
    </message>
    <message>
        <source>They are different ones</source>
        <translation>Es sind verschiedene</translation>
    </message>
    <message>
        <source>They are made for another version of RightsDesk.</source>
        <translation>Sie sind für eine andere Version von RightsDesk gemacht.</translation>
    </message>
    <message>
        <source>They are the same recording</source>
        <translation>Es ist dieselbe Aufnahme</translation>
    </message>
    <message>
        <source>They are the same release</source>
        <translation>Es ist dasselbe Release</translation>
    </message>
    <message>
        <source>They don&apos;t match.</source>
        <translation>Stimmen nicht überein.</translation>
    </message>
    <message>
        <source>They were left as they are.</source>
        <translation>Daran wurde nichts geändert.</translation>
    </message>
    <message>
        <source>They were left unchanged.</source>
        <translation>Daran wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Third parties: off unless you switch it on. Google itself: no switch, and the terms have no word on AI.</source>
        <translation>Dritte: aus, bis du es einschaltest. Google selbst: kein Schalter, und die Bedingungen haben kein Wort zu KI.</translation>
    </message>
    <message>
        <source>Third-party AI</source>
        <translation>Third-party AI</translation>
    </message>
    <message>
        <source>Third-party AI and your stories</source>
        <translation>Third-party AI and your stories</translation>
    </message>
    <message>
        <source>Third-party training</source>
        <translation>Training durch Drittanbieter</translation>
    </message>
    <message>
        <source>This</source>
        <translation>Das</translation>
    </message>
    <message>
        <source>This FLAC file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Diese FLAC-Datei ist beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This FLAC file&apos;s comments are full, so RightsDesk leaves it alone.</source>
        <translation>Die Kommentare dieser FLAC-Datei sind voll, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel.</source>
        <translation>Dieses Google-Konto hat keinen YouTube-Kanal.</translation>
    </message>
    <message>
        <source>This M4A file ends in a form that RightsDesk can&apos;t add XMP to.</source>
        <translation>Diese M4A-Datei endet in einer Form, an die RightsDesk kein XMP anfügen kann.</translation>
    </message>
    <message>
        <source>This M4A file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Diese M4A-Datei ist beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This M4A file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Diese M4A-Datei ist voll (4 GB), darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This M4A file keeps its tags in a form that RightsDesk can&apos;t write yet.</source>
        <translation>Diese M4A-Datei speichert ihre Tags in einer Form, die RightsDesk noch nicht schreiben kann.</translation>
    </message>
    <message>
        <source>This M4A file points at its audio in a way that RightsDesk can&apos;t keep up to date yet.</source>
        <translation>Diese M4A-Datei verweist auf eine Art auf ihr Audio, die RightsDesk noch nicht aktuell halten kann.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s copyright line can&apos;t be read, so it is left alone.</source>
        <translation>Die Copyright-Zeile dieser M4A-Datei lässt sich nicht lesen; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s index is too large for RightsDesk.</source>
        <translation>Der Index dieser M4A-Datei ist für RightsDesk zu groß.</translation>
    </message>
    <message>
        <source>This MP4 file holds no audio.</source>
        <translation>Diese MP4-Datei enthält kein Audio.</translation>
    </message>
    <message>
        <source>This Ogg file holds something that RightsDesk doesn&apos;t know.</source>
        <translation>Diese Ogg-Datei enthält etwas, das RightsDesk nicht kennt.</translation>
    </message>
    <message>
        <source>This Ogg file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Diese Ogg-Datei ist beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This XMP sidecar is damaged, so what it says is not known. RightsDesk leaves it alone.</source>
        <translation>Diese XMP-Begleitdatei ist beschädigt; darum ist nicht bekannt, was sie sagt. RightsDesk lässt sie in Ruhe.</translation>
    </message>
    <message>
        <source>This account acts for {artist}.</source>
        <translation>Dieses Konto handelt für {artist}.</translation>
    </message>
    <message>
        <source>This account is at {places}.</source>
        <translation>Dieses Konto liegt unter {places}.</translation>
    </message>
    <message>
        <source>This account is deactivated on its {service} server.</source>
        <translation>Dieses Konto ist auf seinem Server von {service} deaktiviert.</translation>
    </message>
    <message>
        <source>This account is no longer connected.</source>
        <translation>Dieses Konto ist nicht mehr verbunden.</translation>
    </message>
    <message>
        <source>This address can&apos;t be used.</source>
        <translation>Diese Adresse ist nicht brauchbar.</translation>
    </message>
    <message>
        <source>This address:</source>
        <translation>Diese Adresse:</translation>
    </message>
    <message>
        <source>This also makes WordPress.com turn AI crawlers away in the site&apos;s robots.txt. It says nothing about what was passed on before.</source>
        <translation>Damit weist WordPress.com in der robots.txt der Website auch KI-Crawler ab. Über das, was vorher weitergegeben wurde, sagt das nichts.</translation>
    </message>
    <message>
        <source>This artist is no longer on the roster.</source>
        <translation>Diesen Act gibt es hier nicht mehr.</translation>
    </message>
    <message>
        <source>This artist was removed.</source>
        <translation>Dieser Act wurde entfernt.</translation>
    </message>
    <message>
        <source>This can&apos;t be undone from the history.</source>
        <translation>Das lässt sich aus dem Verlauf nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the keys to your accounts. Choose a passphrase to protect them. RightsDesk asks for it when it first needs an account after a start.</source>
        <translation>Dieser Computer hat keinen Schlüsselbund, der die Schlüssel zu deinen Konten aufbewahren könnte. Wähle eine Passphrase, die sie schützt. RightsDesk fragt danach, wenn es nach einem Start zum ersten Mal ein Konto braucht.</translation>
    </message>
    <message>
        <source>This could belong to {names}, so it counts for none of them.</source>
        <translation>Das könnte zu {names} gehören; darum zählt es für niemanden davon.</translation>
    </message>
    <message>
        <source>This could not be read back.</source>
        <translation>Das ließ sich nicht zurücklesen.</translation>
    </message>
    <message>
        <source>This desktop has no place for programs without a window, so RightsDesk can&apos;t continue in the background. It can wait, and close when this is done.</source>
        <translation>Dieser Desktop hat keinen Platz für Programme ohne Fenster, darum kann RightsDesk nicht im Hintergrund weitermachen. Es kann warten und schließen, wenn das fertig ist.</translation>
    </message>
    <message>
        <source>This desktop shows no program icons, so there is none.</source>
        <translation>Dieser Desktop zeigt keine Programmsymbole, darum gibt es keins.</translation>
    </message>
    <message>
        <source>This is in effect, so there is nothing to redo.</source>
        <translation>Das gilt schon, also gibt es nichts wiederherzustellen.</translation>
    </message>
    <message>
        <source>This licence ends earlier: on {day}.</source>
        <translation>Diese Lizenz endet früher: am {day}.</translation>
    </message>
    <message>
        <source>This licence has ended already.</source>
        <translation>Diese Lizenz ist schon beendet.</translation>
    </message>
    <message>
        <source>This licence lets {partner} do more than before: {uses}.</source>
        <translation>Mit dieser Lizenz darf {partner} mehr als bisher: {uses}.</translation>
    </message>
    <message>
        <source>This note was deleted already.</source>
        <translation>Diese Notiz wurde schon gelöscht.</translation>
    </message>
    <message>
        <source>This undoes what you said on {what}. AI may then do more:</source>
        <translation>Das macht rückgängig, was du zu {what} gesagt hast. KI darf dann mehr:</translation>
    </message>
    <message>
        <source>This was undone already.</source>
        <translation>Das wurde schon rückgängig gemacht.</translation>
    </message>
    <message>
        <source>This would newly allow {uses}, and that was not confirmed.</source>
        <translation>Das würde neu erlauben: {uses}, und das wurde nicht bestätigt.</translation>
    </message>
    <message>
        <source>This {name} file has data after its last chunk, which may be sound, so RightsDesk leaves it alone.</source>
        <translation>Diese {name}-Datei hat nach ihrem letzten Block noch Daten, die Klang sein können, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”.</source>
        <translation>Hake „Block known artificial intelligence crawlers“ an.</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”. One box for all crawlers; it is a request.</source>
        <translation>Hake „Block known artificial intelligence crawlers“ an. Ein Kästchen für alle Crawler; es ist eine Bitte.</translation>
    </message>
    <message>
        <source>Time stamp of entry {entry}, by {source}</source>
        <translation>Zeitstempel zu Eintrag {entry}, von {source}</translation>
    </message>
    <message>
        <source>Time stamps</source>
        <translation>Zeitstempel</translation>
    </message>
    <message>
        <source>Time stamps by an authority</source>
        <translation>Zeitstempel von einer Stelle</translation>
    </message>
    <message>
        <source>Time stamps by an authority are not available on this system.</source>
        <translation>Zeitstempel von einer Stelle gibt es auf diesem System nicht.</translation>
    </message>
    <message>
        <source>Time stamps by calendars</source>
        <translation>Zeitstempel von Kalendern</translation>
    </message>
    <message>
        <source>Time zone of these days</source>
        <translation>Zeitzone dieser Tage</translation>
    </message>
    <message>
        <source>To add a folder of music, scan it.</source>
        <translation>Um einen Ordner mit Musik hinzuzufügen, lies ihn ein.</translation>
    </message>
    <message>
        <source>To allow that too, answer it yourself under “Choose each use”.</source>
        <translation>Um auch das zu erlauben, beantworte es selbst unter „Jede Nutzung einzeln wählen“.</translation>
    </message>
    <message>
        <source>To confirm, type: {words}</source>
        <translation>Zum Bestätigen eintippen: {words}</translation>
    </message>
    <message>
        <source>Undo that in the history, or add a new licence.</source>
        <translation>Mach das im Verlauf rückgängig oder füge eine neue Lizenz hinzu.</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>Rückgängig: {what}</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Rückgängig…</translation>
    </message>
    <message>
        <source>Update RightsDesk first.</source>
        <translation>Aktualisiere zuerst RightsDesk.</translation>
    </message>
    <message>
        <source>Update now</source>
        <translation>Jetzt aktualisieren</translation>
    </message>
    <message>
        <source>Upload asks for AI use in audio and artwork of new tracks: a disclosure, no consent.</source>
        <translation>Beim Hochladen wird nach KI in Audio und Cover-Bild neuer Tracks gefragt: Das legt offen und ist keine Zustimmung.</translation>
    </message>
    <message>
        <source>Use a name as in: Europe/Berlin, America/New_York, UTC</source>
        <translation>Nimm einen Namen wie: Europe/Berlin, America/New_York, UTC</translation>
    </message>
    <message>
        <source>Use a source of OpenTimestamps, or RightsDesk for Windows on Intel processors.</source>
        <translation>Nutze eine Quelle von OpenTimestamps oder RightsDesk für Windows auf Intel-Prozessoren.</translation>
    </message>
    <message>
        <source>Use codes of two letters (ISO 3166), EU or world, as in: EU, CH except FR</source>
        <translation>Nimm Codes aus zwei Buchstaben (ISO 3166), EU oder world, etwa so: EU, CH except FR</translation>
    </message>
    <message>
        <source>User field allow_ai_attribution, default false; track field no_ai_use.</source>
        <translation>Feld allow_ai_attribution beim Nutzer, Standard false; Feld no_ai_use beim Track.</translation>
    </message>
    <message>
        <source>Users can opt out of training Pinterest Canvas in their settings.</source>
        <translation>Nutzer können in ihren Einstellungen dem Training von Pinterest Canvas widersprechen.</translation>
    </message>
    <message>
        <source>Users may not train AI on any part of the service or its content.</source>
        <translation>Nutzer dürfen KI mit keinem Teil des Dienstes oder seiner Inhalte trainieren.</translation>
    </message>
    <message>
        <source>Versions, the log and crash reports are in it, without passwords and keys. RightsDesk sends it nowhere: look through it, then pass it on to the makers of RightsDesk if you like.</source>
        <translation>Versionen, das Log und Absturzberichte sind darin, ohne Passwörter und Schlüssel. RightsDesk schickt es nirgendwohin: Sieh es durch und gib es dann, wenn du möchtest, an die Leute weiter, die RightsDesk machen.</translation>
    </message>
    <message>
        <source>Vimeo promised in May 2024 to ask first. The newest terms held forbid automated access; of AI they mention only Vimeo&apos;s own tools.</source>
        <translation>Vimeo hat im Mai 2024 zugesagt, vorher zu fragen. Die neuesten vorliegenden Bedingungen verbieten automatischen Zugriff; bei KI nennen sie nur Vimeos eigene Werkzeuge.</translation>
    </message>
    <message>
        <source>Vimeo will not let generative AI be trained on hosted videos without explicit consent.</source>
        <translation>Vimeo lässt generative KI nicht ohne ausdrückliche Zustimmung mit den Videos dort trainieren.</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Sichtbarkeit</translation>
    </message>
    <message>
        <source>Voice given to ElevenLabs may train its models, analyses say. The place of an opt-out was not found.</source>
        <translation>Stimmen, die ElevenLabs bekommt, können seine Modelle trainieren, sagen Analysen. Wo man widerspricht, war nicht zu finden.</translation>
    </message>
    <message>
        <source>Voice recordings may be used to train models.</source>
        <translation>Sprachaufnahmen dürfen zum Trainieren von Modellen genutzt werden.</translation>
    </message>
    <message>
        <source>Waiting at {n} of {all}</source>
        <translation>Wartet bei {n} von {all}</translation>
    </message>
    <message>
        <source>Warner Music Group announced on 10 June 2026 that it acquired Sureel AI.</source>
        <translation>Warner Music Group gab am 10. Juni 2026 bekannt, dass es Sureel AI gekauft hat.</translation>
    </message>
    <message>
        <source>Watch the terms of the platforms I use</source>
        <translation>Die Bedingungen der Plattformen beobachten, die ich nutze</translation>
    </message>
    <message>
        <source>WeTransfer states at the head of its terms that content does not train AI.</source>
        <translation>WeTransfer erklärt am Anfang seiner Bedingungen, dass Inhalte keine KI trainieren.</translation>
    </message>
    <message>
        <source>Weak: easy to guess. Several words that don&apos;t belong together are better.</source>
        <translation>Schwach: leicht zu erraten. Mehrere Wörter, die nicht zusammengehören, sind besser.</translation>
    </message>
    <message>
        <source>Weak: one text reports it, so it is not offered as a step.</source>
        <translation>Schwach: Ein Text berichtet davon, darum wird es nicht als Schritt angeboten.</translation>
    </message>
    <message>
        <source>Web address of the partner</source>
        <translation>Webadresse des Partners</translation>
    </message>
    <message>
        <source>WebDAV does not show who owns a file and who may read it. The server may set owner, permissions and access list again. If visitors can&apos;t read the file then, the old one is restored.</source>
        <translation>WebDAV zeigt nicht, wem eine Datei gehört und wer sie lesen darf. Vielleicht setzt der Server Besitzer, Zugriffsrechte und Zugriffsliste neu. Wenn die Datei dann nicht mehr öffentlich lesbar ist, wird die alte zurückgespielt.</translation>
    </message>
    <message>
        <source>This disk can only be read, not written.</source>
        <translation>Diese Festplatte lässt sich nur lesen, nicht beschreiben.</translation>
    </message>
    <message numerus="yes">
        <source>%n Own site own sites</source>
        <translation>
            <numerusform>%n eigene Website</numerusform>
            <numerusform>%n eigene Websites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n allow more</source>
        <translation>
            <numerusform>%n erlaubt mehr</numerusform>
            <numerusform>%n erlauben mehr</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n can&apos;t be changed</source>
        <translation>
            <numerusform>%n lässt sich nicht ändern</numerusform>
            <numerusform>%n lassen sich nicht ändern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed without RightsDesk</source>
        <translation>
            <numerusform>%n ohne RightsDesk geändert</numerusform>
            <numerusform>%n ohne RightsDesk geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connected</source>
        <translation>
            <numerusform>%n verbunden</numerusform>
            <numerusform>%n verbunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files and folders</source>
        <translation>
            <numerusform>%n Datei oder Ordner</numerusform>
            <numerusform>%n Dateien und Ordner</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name other artists, such as {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n Datei nennt einen anderen Act: {other}. Alle Dateien hier werden {artist} gehören: Wähle einen Ordner mit einem einzigen Act und füge andere später hinzu.</numerusform>
            <numerusform>%n Dateien nennen andere Acts, zum Beispiel {other}. Alle Dateien hier werden {artist} gehören: Wähle einen Ordner mit einem einzigen Act und füge andere später hinzu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or folders are not there any more, such as {path}.</source>
        <translation>
            <numerusform>%n Datei oder Ordner ist nicht mehr da: {path}.</numerusform>
            <numerusform>%n Dateien oder Ordner sind nicht mehr da, zum Beispiel {path}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n go back to what they said before</source>
        <translation>
            <numerusform>%n sagt wieder, was vorher dort stand</numerusform>
            <numerusform>%n sagen wieder, was vorher dort stand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items on platforms</source>
        <translation>
            <numerusform>%n Eintrag auf Plattformen</numerusform>
            <numerusform>%n Einträge auf Plattformen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known by their terms only</source>
        <translation>
            <numerusform>%n nur durch ihre Bedingungen bekannt</numerusform>
            <numerusform>%n nur durch ihre Bedingungen bekannt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone: changed since, or no longer matching your consent.</source>
        <translation>
            <numerusform>%n nicht angerührt: seither geändert, oder passt nicht mehr zu deiner Wahl.</numerusform>
            <numerusform>%n nicht angerührt: seither geändert, oder passt nicht mehr zu deiner Wahl.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more done</source>
        <translation>
            <numerusform>%n weitere erledigt</numerusform>
            <numerusform>%n weitere erledigt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moved</source>
        <translation>
            <numerusform>%n verschoben</numerusform>
            <numerusform>%n verschoben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer there</source>
        <translation>
            <numerusform>%n nicht mehr da</numerusform>
            <numerusform>%n nicht mehr da</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n own sites</source>
        <translation>
            <numerusform>%n eigene Website</numerusform>
            <numerusform>%n eigene Websites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it again</source>
        <translation>
            <numerusform>%n sagt es wieder</numerusform>
            <numerusform>%n sagen es wieder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say what you chose</source>
        <translation>
            <numerusform>%n sagt, was du gewählt hast</numerusform>
            <numerusform>%n sagen, was du gewählt hast</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform}</source>
        <translation>
            <numerusform>%n Track auf {platform}</numerusform>
            <numerusform>%n Tracks auf {platform}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait until you say which recordings they are (Artist › Match tracks).</source>
        <translation>
            <numerusform>%n wartet, bis du sagst, welche Aufnahme das ist (Act › Tracks zuordnen).</numerusform>
            <numerusform>%n warten, bis du sagst, welche Aufnahmen das sind (Act › Tracks zuordnen).</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Forget everything</source>
        <translation>Alles &amp;vergessen</translation>
    </message>
    <message>
        <source>&amp;Forget everything…</source>
        <translation>Alles &amp;vergessen…</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}, and let AI do more</source>
        <translation>&amp;Wiederherstellen, und KI darf mehr: {what}</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Redo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Wiederherstellen, und KI darf mehr: %n Aufnahme</numerusform>
            <numerusform>&amp;Wiederherstellen, und KI darf mehr: %n Aufnahmen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Save with the log…</source>
        <translation>Mit dem Log &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;Take it back first…</source>
        <translation>Erst &amp;zurücknehmen…</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}, and let AI do more</source>
        <translation>&amp;Rückgängig, und KI darf mehr: {what}</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Undo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Rückgängig, und KI darf mehr: %n Aufnahme</numerusform>
            <numerusform>&amp;Rückgängig, und KI darf mehr: %n Aufnahmen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Write to {what}</source>
        <translation>In {what} &amp;schreiben</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with these {what}</source>
        <translation>&amp;Ja, {partners} mehr erlauben: {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with this {noun}</source>
        <translation>&amp;Ja, {partners} mehr erlauben: {noun}</translation>
    </message>
    <message>
        <source>Adding the artists…</source>
        <translation>Acts werden hinzugefügt …</translation>
    </message>
    <message>
        <source>Asking for a time stamp …</source>
        <translation>Zeitstempel wird angefordert …</translation>
    </message>
    <message>
        <source>Back to Platforms</source>
        <translation>Zurück zu den Plattformen</translation>
    </message>
    <message>
        <source>Choose an artist to tell which.</source>
        <translation>Wähle einen Act, um sie zu nennen.</translation>
    </message>
    <message>
        <source>Choose who stamps it…</source>
        <translation>Wählen, wer es stempelt…</translation>
    </message>
    <message>
        <source>Correct it, or move it away. To see one that works: rightsdesk config init FILE</source>
        <translation>Korrigiere sie oder verschieb sie an einen anderen Ort. Um eine zu sehen, die funktioniert: rightsdesk config init FILE</translation>
    </message>
    <message>
        <source>Facts about platforms of {version} installed; before: {before}</source>
        <translation>Fakten zu Plattformen ({version}) installiert; vorher: {before}</translation>
    </message>
    <message>
        <source>Forget everything</source>
        <translation>Alles vergessen</translation>
    </message>
    <message>
        <source>It has “{key}”. Known are: {known}.</source>
        <translation>Darin steht „{key}“. Bekannt sind: {known}.</translation>
    </message>
    <message>
        <source>It is a login page.</source>
        <translation>Es ist eine Anmeldeseite.</translation>
    </message>
    <message>
        <source>It is a notice about cookies.</source>
        <translation>Es ist ein Hinweis auf Cookies.</translation>
    </message>
    <message>
        <source>It is a page that asks whether a person is reading.</source>
        <translation>Es ist eine Seite, die fragt, ob ein Mensch liest.</translation>
    </message>
    <message>
        <source>It is an error page.</source>
        <translation>Es ist eine Fehlerseite.</translation>
    </message>
    <message>
        <source>It is in no language that RightsDesk knows, or it is no text.</source>
        <translation>Er ist in keiner Sprache, die RightsDesk kennt, oder es ist kein Text.</translation>
    </message>
    <message>
        <source>It is no text in UTF-8.</source>
        <translation>Sie ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>It is too large for a config file.</source>
        <translation>Sie ist zu groß für eine Konfigurationsdatei.</translation>
    </message>
    <message>
        <source>Its address for RFC 3161, from its own site. Empty: no time stamps.</source>
        <translation>Ihre Adresse für RFC 3161, von ihrer eigenen Website. Leer: keine Zeitstempel.</translation>
    </message>
    <message>
        <source>Letter to {name}</source>
        <translation>Brief an {name}</translation>
    </message>
    <message>
        <source>No artist has “{text}” in their name.</source>
        <translation>Kein Act hat „{text}“ im Namen.</translation>
    </message>
    <message>
        <source>No artist is listed.</source>
        <translation>Kein Act ist aufgelistet.</translation>
    </message>
    <message>
        <source>Or import a library…</source>
        <translation>Oder eine Bibliothek übernehmen …</translation>
    </message>
    <message>
        <source>Put it back, or scan the folder where it is now.</source>
        <translation>Leg sie zurück, oder lies den Ordner ein, in dem sie jetzt ist.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Report {name}</source>
        <translation>Bericht {name}</translation>
    </message>
    <message>
        <source>RightsDesk had noted the newest hash outside the database.</source>
        <translation>RightsDesk hatte den neuesten Hash außerhalb der Datenbank vermerkt.</translation>
    </message>
    <message>
        <source>Said about a part of the site only: no {uses}.</source>
        <translation>Nur für einen Teil der Website gesagt: Nein zu {uses}.</translation>
    </message>
    <message>
        <source>Saved. {what}</source>
        <translation>Gespeichert. {what}</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>This file belongs to {owners} here.</source>
        <translation>Diese Datei gehört hier zu {owners}.</translation>
    </message>
    <message>
        <source>This file can&apos;t be read.</source>
        <translation>Diese Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes. Changing it would break them.</source>
        <translation>Diese Datei trägt Content Credentials, die über ihre Bytes signiert sind. Eine Änderung würde sie ungültig machen.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Diese Datei trägt Content Credentials, die über ihre Bytes signiert sind: Jede Änderung würde sie ungültig machen. An der Datei wurde nichts geändert. Stimm dem zu, dann wird auch sie geändert.</translation>
    </message>
    <message>
        <source>This file changed while RightsDesk was reading it.</source>
        <translation>Diese Datei wurde geändert, während RightsDesk sie gelesen hat.</translation>
    </message>
    <message>
        <source>This file ends too early, so RightsDesk leaves it alone.</source>
        <translation>Diese Datei endet zu früh, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file has a second name elsewhere (a hard link), which would not follow.</source>
        <translation>Diese Datei hat anderswo einen zweiten Namen (einen Hardlink), der nicht mitziehen würde.</translation>
    </message>
    <message>
        <source>This file has no place for XMP; the other fields are written.</source>
        <translation>Diese Datei hat keinen Platz für XMP; die anderen Felder werden geschrieben.</translation>
    </message>
    <message>
        <source>This file has too many ID3 tags, so RightsDesk leaves it alone.</source>
        <translation>Diese Datei hat zu viele ID3-Tags, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file holds an ID3 tag but no MP3 audio, so it is left alone.</source>
        <translation>Diese Datei enthält einen ID3-Tag, aber kein MP3-Audio; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>Diese Datei ist leer.</translation>
    </message>
    <message>
        <source>This file or its folder is read-only.</source>
        <translation>Diese Datei oder ihr Ordner ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>This file was changed by something else in the meantime.</source>
        <translation>Diese Datei wurde inzwischen von etwas anderem geändert.</translation>
    </message>
    <message>
        <source>This file was changed, and then the disk reported an error.</source>
        <translation>Diese Datei wurde geändert, und dann hat die Festplatte einen Fehler gemeldet.</translation>
    </message>
    <message>
        <source>This file was moved, and several could be it: {names}.</source>
        <translation>Diese Datei wurde verschoben, und mehrere könnten es sein: {names}.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag carries a checksum, which RightsDesk can&apos;t keep up to date yet.</source>
        <translation>Der ID3-Tag dieser Datei trägt eine Prüfsumme, die RightsDesk noch nicht aktuell halten kann.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is damaged, so RightsDesk leaves it alone.</source>
        <translation>Der ID3-Tag dieser Datei ist beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is full, so RightsDesk leaves it alone.</source>
        <translation>Der ID3-Tag dieser Datei ist voll, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>Der ID3-Tag dieser Datei hat eine Version, die RightsDesk nicht kennt; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that can&apos;t carry XMP.</source>
        <translation>Der ID3-Tag dieser Datei hat eine Version, die kein XMP tragen kann.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is too large for RightsDesk.</source>
        <translation>Der ID3-Tag dieser Datei ist für RightsDesk zu groß.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag unpacks to far more data than a tag holds, so RightsDesk leaves it alone.</source>
        <translation>Der ID3-Tag dieser Datei entpackt sich zu weit mehr Daten, als in einen Tag gehören, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag uses a form that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>Der ID3-Tag dieser Datei benutzt eine Form, die RightsDesk nicht kennt; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so RightsDesk leaves the file alone.</source>
        <translation>Das XMP-Paket dieser Datei ist beschädigt, darum lässt RightsDesk die Datei in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so what it declares is not known.</source>
        <translation>Das XMP-Paket dieser Datei ist beschädigt; darum ist nicht bekannt, was es erklärt.</translation>
    </message>
    <message>
        <source>This file&apos;s comments are damaged, so RightsDesk leaves it alone.</source>
        <translation>Die Kommentare dieser Datei sind beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is full, so RightsDesk leaves it alone.</source>
        <translation>Die Copyright-Zeile dieser Datei ist voll, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is in an unknown encoding, so this can&apos;t be written to it.</source>
        <translation>Die Copyright-Zeile dieser Datei hat eine unbekannte Kodierung, darum lässt sich das nicht hineinschreiben.</translation>
    </message>
    <message>
        <source>This folder is not there. RightsDesk shows it as it was last read.</source>
        <translation>Dieser Ordner ist nicht da. RightsDesk zeigt ihn so, wie er zuletzt gelesen wurde.</translation>
    </message>
    <message>
        <source>This happened {number} times in a row.</source>
        <translation>Das ist {number} Mal hintereinander passiert.</translation>
    </message>
    <message>
        <source>This holds no certificates that can be read.</source>
        <translation>Darin sind keine lesbaren Zertifikate.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk</source>
        <translation>Das ist ein Fehler von RightsDesk</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk, not yours.</source>
        <translation>Das ist ein Fehler von RightsDesk, nicht von dir.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what it got from {name}.</source>
        <translation>Das ist ein Fehler von RightsDesk: Es ist an dem gescheitert, was es von {name} bekommen hat.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what “{label}” holds.</source>
        <translation>Das ist ein Fehler von RightsDesk: Es ist an dem gescheitert, was „{label}“ enthält.</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: it begins with an APE tag.</source>
        <translation>Diese Art von Datei kann RightsDesk noch nicht schreiben: Sie beginnt mit einem APE-Tag.</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: {name}.</source>
        <translation>Diese Art von Datei kann RightsDesk noch nicht schreiben: {name}.</translation>
    </message>
    <message>
        <source>This is a link that leads in a circle.</source>
        <translation>Das ist ein Link, der im Kreis führt.</translation>
    </message>
    <message>
        <source>This is a mail address. “{field}” is given by the platform&apos;s page for apps.</source>
        <translation>Das ist eine Mailadresse. „{field}“ steht auf der Seite der Plattform für Apps.</translation>
    </message>
    <message>
        <source>This is a note for your distributor&apos;s staff. In the messages themselves, no means that the use type is left out.</source>
        <translation>Das ist ein Hinweis für die Leute bei deinem Vertrieb. In den Meldungen selbst heißt Nein, dass die Nutzungsart weggelassen wird.</translation>
    </message>
    <message>
        <source>This is a piece of a stream without its index, so RightsDesk leaves it alone.</source>
        <translation>Das ist ein Stück eines Streams ohne seinen Index, darum lässt RightsDesk es in Ruhe.</translation>
    </message>
    <message>
        <source>This is a proposal that RightsDesk reads but does not write.</source>
        <translation>Das ist ein Vorschlag, den RightsDesk liest, aber nicht schreibt.</translation>
    </message>
    <message>
        <source>This is a signal, not a lock: no AI company is known to read signals inside audio files. It is a machine-readable reservation of rights in the EU, and evidence.</source>
        <translation>Das ist ein Signal, kein Schloss: Von keinem KI-Unternehmen ist bekannt, dass es Signale in Audiodateien liest. Es ist ein maschinenlesbarer Nutzungsvorbehalt in der EU und ein Beleg.</translation>
    </message>
    <message>
        <source>This is a video, not an audio file.</source>
        <translation>Das ist ein Video, keine Audiodatei.</translation>
    </message>
    <message>
        <source>This is an address. “{field}” is the row of letters and digits next to it.</source>
        <translation>Das ist eine Adresse. „{field}“ ist die Reihe von Buchstaben und Ziffern daneben.</translation>
    </message>
    <message>
        <source>This is job {job}: its undo is reviewed before anything is written.</source>
        <translation>Das ist Vorgang {job}: Sein Rückgängig siehst du durch, bevor etwas geschrieben wird.</translation>
    </message>
    <message>
        <source>This is no file of facts about platforms.</source>
        <translation>Das ist keine Datei mit Fakten zu Plattformen.</translation>
    </message>
    <message>
        <source>This is no signed file of facts about platforms.</source>
        <translation>Das ist keine signierte Datei mit Fakten zu Plattformen.</translation>
    </message>
    <message>
        <source>This is not a file but a device or a pipe.</source>
        <translation>Das ist keine Datei, sondern ein Gerät oder eine Pipe.</translation>
    </message>
    <message>
        <source>This is not a file but a folder, a device or a pipe.</source>
        <translation>Das ist keine Datei, sondern ein Ordner, ein Gerät oder eine Pipe.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows.</source>
        <translation>Das ist keine Audiodatei, die RightsDesk kennt.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows: {name}.</source>
        <translation>Das ist keine Audiodatei, die RightsDesk kennt: {name}.</translation>
    </message>
    <message>
        <source>This is not one well-formed ISRC. It is in {named}, and was not used.</source>
        <translation>Das ist nicht genau ein wohlgeformter ISRC. Er steht in {named} und wurde nicht verwendet.</translation>
    </message>
    <message>
        <source>This is not something a person sets.</source>
        <translation>Das ist nichts, was ein Mensch einstellt.</translation>
    </message>
    <message>
        <source>This is not the id of a Cloudflare zone.</source>
        <translation>Das ist nicht die ID einer Cloudflare-Zone.</translation>
    </message>
    <message>
        <source>This is not the right passphrase.</source>
        <translation>Das ist nicht die richtige Passphrase.</translation>
    </message>
    <message>
        <source>This is the login of {name}, which is not the account to connect again.</source>
        <translation>Das ist der Login von {name}, und das ist nicht das Konto, das neu verbunden werden soll.</translation>
    </message>
    <message>
        <source>This item holds no recordings.</source>
        <translation>Dieser Eintrag enthält keine Aufnahmen.</translation>
    </message>
    <message>
        <source>This job stopped before its end: {number} left.</source>
        <translation>Dieser Vorgang hat vor dem Ende angehalten: {number} übrig.</translation>
    </message>
    <message>
        <source>This key lacks a permission in the bucket {bucket}.</source>
        <translation>Diesem Schlüssel fehlt eine Berechtigung im Bucket {bucket}.</translation>
    </message>
    <message>
        <source>This lets AI do more</source>
        <translation>Damit darf KI mehr</translation>
    </message>
    <message>
        <source>This login is connected for {name} already.</source>
        <translation>Dieser Login ist schon für {name} verbunden.</translation>
    </message>
    <message>
        <source>This only keeps crawlers off your own site; it says nothing about copies elsewhere.</source>
        <translation>Das hält Crawler nur von deiner eigenen Website fern; über Kopien anderswo sagt es nichts.</translation>
    </message>
    <message>
        <source>This only points to your RSL file, which holds the answers.</source>
        <translation>Das verweist nur auf deine RSL-Datei, in der die Antworten stehen.</translation>
    </message>
    <message>
        <source>This recording belongs to another artist.</source>
        <translation>Diese Aufnahme gehört einem anderen Act.</translation>
    </message>
    <message>
        <source>This recording is no longer in the catalogue.</source>
        <translation>Diese Aufnahme ist nicht mehr im Katalog.</translation>
    </message>
    <message>
        <source>This recording was removed.</source>
        <translation>Diese Aufnahme wurde entfernt.</translation>
    </message>
    <message>
        <source>This release was removed.</source>
        <translation>Dieses Release wurde entfernt.</translation>
    </message>
    <message>
        <source>This site asks for a user name and a password before WordPress answers.</source>
        <translation>Diese Website verlangt Benutzername und Passwort, bevor WordPress antwortet.</translation>
    </message>
    <message>
        <source>This site calls itself {address}.</source>
        <translation>Diese Website nennt sich {address}.</translation>
    </message>
    <message>
        <source>This token lacks the permission for this zone.</source>
        <translation>Diesem Token fehlt die Berechtigung für diese Zone.</translation>
    </message>
    <message>
        <source>This track is no longer there.</source>
        <translation>Dieser Track ist nicht mehr da.</translation>
    </message>
    <message>
        <source>This track&apos;s account is no longer connected.</source>
        <translation>Das Konto dieses Tracks ist nicht mehr verbunden.</translation>
    </message>
    <message>
        <source>This video was changed on YouTube since RightsDesk read it.</source>
        <translation>Dieses Video wurde auf YouTube geändert, seit RightsDesk es gelesen hat.</translation>
    </message>
    <message>
        <source>This was changed again since, so undoing it would undo the later change too.</source>
        <translation>Das wurde seitdem noch einmal geändert; Rückgängig würde auch die spätere Änderung aufheben.</translation>
    </message>
    <message>
        <source>This was changed by something else since it was last read.</source>
        <translation>Das wurde seit dem letzten Lesen von etwas anderem geändert.</translation>
    </message>
    <message>
        <source>This was sent already and is not confirmed yet.</source>
        <translation>Das wurde schon gesendet und ist noch nicht bestätigt.</translation>
    </message>
    <message>
        <source>This was sent before the program stopped, and does not show. It is not sent again before {when}: check again after that.</source>
        <translation>Das wurde gesendet, bevor das Programm angehalten hat, und ist nicht zu sehen. Es wird nicht vor {when} noch einmal gesendet: Prüfe danach erneut.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it reads differently from what was written. It can be planned again.</source>
        <translation>Das wurde gesendet, und {waited} später steht dort etwas anderes, als geschrieben wurde. Es lässt sich noch einmal planen.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it still does not show: it was not taken. It can be planned again.</source>
        <translation>Das wurde gesendet, und {waited} später ist es noch nicht zu sehen: Es wurde nicht angenommen. Es lässt sich noch einmal planen.</translation>
    </message>
    <message>
        <source>This was written, and is no longer there. It can be planned again.</source>
        <translation>Das wurde geschrieben und ist nicht mehr da. Es lässt sich noch einmal planen.</translation>
    </message>
    <message>
        <source>This zone only has the older switch for AI bots.</source>
        <translation>Diese Zone hat nur den älteren Schalter für KI-Bots.</translation>
    </message>
    <message>
        <source>This {name} file doesn&apos;t say how long it is, so RightsDesk leaves it alone.</source>
        <translation>Diese {name}-Datei sagt nicht, wie lang sie ist, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This {name} file has an ID3 tag before it, where many programs expect none, so RightsDesk leaves it alone.</source>
        <translation>Diese {name}-Datei hat vorn einen ID3-Tag, wo viele Programme keinen erwarten, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This {name} file holds no audio, so it is left alone.</source>
        <translation>Diese {name}-Datei enthält kein Audio; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This {name} file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Diese {name}-Datei ist beschädigt, darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This {name} file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Diese {name}-Datei ist voll (4 GB), darum lässt RightsDesk sie in Ruhe.</translation>
    </message>
    <message>
        <source>This {name} file is too long a chain of streams.</source>
        <translation>Diese {name}-Datei ist eine zu lange Kette von Streams.</translation>
    </message>
    <message>
        <source>This {name} file mixes several streams, which RightsDesk can&apos;t write yet.</source>
        <translation>Diese {name}-Datei mischt mehrere Streams; das kann RightsDesk noch nicht schreiben.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are full, so it is left alone.</source>
        <translation>Die Kommentare dieser {name}-Datei sind voll; darum bleibt sie, wie sie ist.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are too large for RightsDesk.</source>
        <translation>Die Kommentare dieser {name}-Datei sind für RightsDesk zu groß.</translation>
    </message>
    <message>
        <source>This {service} account asks for a code at sign-in, which RightsDesk can&apos;t enter.</source>
        <translation>Dieses Konto bei {service} verlangt bei der Anmeldung einen Code, den RightsDesk nicht eingeben kann.</translation>
    </message>
    <message>
        <source>This {service} account has moved to another server ({home}).</source>
        <translation>Dieses Konto bei {service} ist auf einen anderen Server umgezogen ({home}).</translation>
    </message>
    <message>
        <source>This {service} server does not have this account any more.</source>
        <translation>Dieser Server von {service} hat dieses Konto nicht mehr.</translation>
    </message>
    <message>
        <source>Time to check a switch</source>
        <translation>Zeit, einen Schalter zu prüfen</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Title and creators are needed; ISRC, ISWC, UPC and the date help.</source>
        <translation>Titel und Urheberschaft sind nötig; ISRC, ISWC, UPC und das Datum helfen.</translation>
    </message>
    <message>
        <source>Title differs</source>
        <translation>Titel verschieden</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Zu tun</translation>
    </message>
    <message>
        <source>To extend it, change it: that lets its partner do more.</source>
        <translation>Um sie zu verlängern, ändere sie: Damit darf ihr Partner mehr.</translation>
    </message>
    <message>
        <source>To join or to leave, look for the programme in SymphonicMS, or ask your contact at Symphonic.</source>
        <translation>Zum Ein- oder Aussteigen such das Programm in SymphonicMS oder frag deinen Kontakt bei Symphonic.</translation>
    </message>
    <message>
        <source>To join or to leave, open landr.com/fairai and sign in. You can leave at any time.</source>
        <translation>Zum Ein- oder Aussteigen öffne landr.com/fairai und melde dich an. Aussteigen kannst du jederzeit.</translation>
    </message>
    <message>
        <source>To let none of them train, leave it off. To let only some, choose which.</source>
        <translation>Damit niemand trainieren darf, lass es aus. Damit nur einige dürfen, wähle welche.</translation>
    </message>
    <message>
        <source>To move it: close RightsDesk, move the folder, and start with --data-dir and its new place, or set RIGHTSDESK_DATA_DIR.</source>
        <translation>So zieht er um: Schließ RightsDesk, verschieb den Ordner und starte mit --data-dir und dem neuen Ort, oder setz RIGHTSDESK_DATA_DIR.</translation>
    </message>
    <message>
        <source>To undo a job&apos;s changes on {platform} later, connect the same login again.</source>
        <translation>Um Änderungen eines Vorgangs auf {platform} später rückgängig zu machen, verbinde denselben Login neu.</translation>
    </message>
    <message>
        <source>To write</source>
        <translation>Zu schreiben</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}, answered on {answered}</source>
        <translation>An {name}, gesendet am {sent}, beantwortet am {answered}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Tools and artwork</source>
        <translation>Werkzeuge und Cover-Bilder</translation>
    </message>
    <message>
        <source>Tracks that are wholly your own.</source>
        <translation>Tracks, die ganz dir gehören.</translation>
    </message>
    <message>
        <source>Tracks that couldn&apos;t be read</source>
        <translation>Nicht lesbare Tracks</translation>
    </message>
    <message>
        <source>Tracks that need matching</source>
        <translation>Tracks ohne Zuordnung</translation>
    </message>
    <message>
        <source>Tracks to match</source>
        <translation>Tracks zum Zuordnen</translation>
    </message>
    <message>
        <source>Train Pinterest Canvas</source>
        <translation>Train Pinterest Canvas</translation>
    </message>
    <message>
        <source>Transparency Tags</source>
        <translation>Transparency Tags</translation>
    </message>
    <message>
        <source>Tried to read it {when}.</source>
        <translation>Zu lesen versucht: {when}.</translation>
    </message>
    <message>
        <source>Tries the sign-in and reads what {platform} says now. Changes nothing there.</source>
        <translation>Probiert die Anmeldung aus und liest, was {platform} jetzt sagt. Ändert dort nichts.</translation>
    </message>
    <message>
        <source>True Audio</source>
        <translation>True Audio</translation>
    </message>
    <message>
        <source>Try again (account check).</source>
        <translation>Versuch es noch einmal (account check).</translation>
    </message>
    <message>
        <source>Try again in a few minutes.</source>
        <translation>Versuch es in ein paar Minuten noch einmal.</translation>
    </message>
    <message>
        <source>Try again later, or choose other calendars.</source>
        <translation>Versuch es später noch einmal oder wähle andere Kalender.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Try again later. If it happens again, connect the account again.</source>
        <translation>Versuch es später noch einmal. Wenn es wieder passiert, verbinde das Konto neu.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the page may have moved.</source>
        <translation>Versuch es später noch einmal. Wenn es so bleibt, ist die Seite vielleicht umgezogen.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the service may have moved.</source>
        <translation>Versuch es später noch einmal. Wenn es so bleibt, ist der Dienst vielleicht umgezogen.</translation>
    </message>
    <message>
        <source>Try again later: RightsDesk can&apos;t tell whether it has read the whole list.</source>
        <translation>Versuch es später noch einmal: RightsDesk weiß nicht, ob es die ganze Liste gelesen hat.</translation>
    </message>
    <message>
        <source>Try again now. If that fails, sign in again.</source>
        <translation>Versuch es jetzt noch einmal. Wenn das nicht geht, melde dich neu an.</translation>
    </message>
    <message>
        <source>Try again, and allow it when your system asks.</source>
        <translation>Versuch es noch einmal und erlaube es, wenn dein System fragt.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Try again. If it is lost, reconnect an account with a new key.</source>
        <translation>Versuch es noch einmal. Wenn sie verloren ist, verbinde ein Konto mit einem neuen Schlüssel neu.</translation>
    </message>
    <message>
        <source>Twitch uses data to develop or deploy its generative AI models and services.</source>
        <translation>Twitch nutzt Daten, um seine generativen KI-Modelle und -Dienste zu entwickeln oder einzusetzen.</translation>
    </message>
    <message>
        <source>Two choices since 19 March 2026; the default asks not to train unless that would stop credit and links.</source>
        <translation>Zwei Möglichkeiten seit 19. März 2026; die Voreinstellung bittet, nicht zu trainieren, außer wenn das Namensnennung und Links verhindern würde.</translation>
    </message>
    <message>
        <source>Two guides of 2026.</source>
        <translation>Zwei Anleitungen von 2026.</translation>
    </message>
    <message>
        <source>Two privacy settings: one for usage data, one for your content. Look at both; the default was not found.</source>
        <translation>Zwei Datenschutzeinstellungen: eine für Nutzungsdaten, eine für deine Inhalte. Sieh dir beide an; der Standard war nicht zu finden.</translation>
    </message>
    <message>
        <source>Two settings decide what may train Canva&apos;s AI.</source>
        <translation>Zwei Einstellungen entscheiden, was Canvas KI trainieren darf.</translation>
    </message>
    <message>
        <source>Type that text again.</source>
        <translation>Tipp diesen Text noch einmal ein.</translation>
    </message>
    <message>
        <source>UPC {code}</source>
        <translation>UPC {code}</translation>
    </message>
    <message>
        <source>Udio has a licence with Merlin; members may take part.</source>
        <translation>Udio hat eine Lizenz mit Merlin; Mitglieder können mitmachen.</translation>
    </message>
    <message>
        <source>Under Publication details, or under Privacy, find “Block AI training”.</source>
        <translation>Such unter „Publication details“ oder unter „Privacy“ nach „Block AI training“.</translation>
    </message>
    <message>
        <source>Under Visibility, switch “Prevent third-party sharing” on.</source>
        <translation>Schalte unter „Sichtbarkeit“ die Option „Weitergabe an Dritte verhindern“ ein.</translation>
    </message>
    <message>
        <source>Under “Model training and improvements”, switch “Allow GitHub to use my data for AI model training” off.</source>
        <translation>Schalte unter „Model training and improvements“ die Option „Allow GitHub to use my data for AI model training“ aus.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo decision {later_id} first.</source>
        <translation>Mach erst Entscheidung {later_id} rückgängig.</translation>
    </message>
    <message>
        <source>Undo it</source>
        <translation>Rückgängig machen</translation>
    </message>
    <message>
        <source>Undo it there: rightsdesk undo {job}</source>
        <translation>Mach es dort rückgängig: rightsdesk undo {job}</translation>
    </message>
    <message>
        <source>Undo the job as soon as the site can be reached.</source>
        <translation>Mach den Vorgang rückgängig, sobald die Website erreichbar ist.</translation>
    </message>
    <message>
        <source>Undo the job, or repeat it, when the site can be reached.</source>
        <translation>Mach den Vorgang rückgängig oder wiederhole ihn, wenn die Website erreichbar ist.</translation>
    </message>
    <message>
        <source>Undo the later change first, or set what you want now.</source>
        <translation>Mach zuerst die spätere Änderung rückgängig, oder stell jetzt ein, was du willst.</translation>
    </message>
    <message>
        <source>Undo {subject}</source>
        <translation>Rückgängig: {subject}</translation>
    </message>
    <message>
        <source>Undo: {deed}</source>
        <translation>Rückgängig: {deed}</translation>
    </message>
    <message>
        <source>Undo: {subject}</source>
        <translation>Rückgängig: {subject}</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>Rückgängig gemacht.</translation>
    </message>
    <message>
        <source>Undone: {subject}</source>
        <translation>Rückgängig gemacht: {subject}</translation>
    </message>
    <message>
        <source>Undone: {subject}.</source>
        <translation>Rückgängig gemacht: {subject}.</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation>Entsperre ihn und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Unlock the keyring, then try again.</source>
        <translation>Entsperre den Schlüsselbund und versuch es dann noch einmal.</translation>
    </message>
    <message>
        <source>Until then, RightsDesk neither reads nor writes there.</source>
        <translation>Bis dahin liest und schreibt RightsDesk dort nichts.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to it. Every answer can be undone.</source>
        <translation>Bis du antwortest, wird dort nichts geschrieben. Jede Antwort lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to these tracks.</source>
        <translation>Bis du antwortest, wird in diese Tracks nichts geschrieben.</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
    <message>
        <source>Update RightsDesk, or reconnect your accounts.</source>
        <translation>Aktualisiere RightsDesk oder verbinde deine Konten neu.</translation>
    </message>
    <message>
        <source>Update RightsDesk, then restore it.</source>
        <translation>Aktualisiere RightsDesk und spiel sie dann zurück.</translation>
    </message>
    <message>
        <source>Update RightsDesk. If that does not help, another program changed its data: restore a backup (rightsdesk restore FILE).</source>
        <translation>Aktualisiere RightsDesk. Wenn das nicht hilft, hat ein anderes Programm die Daten geändert: Spiel eine Sicherung zurück (rightsdesk restore FILE).</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Use a folder, or an address with sftp://, webdavs:// or s3://.</source>
        <translation>Nimm einen Ordner oder eine Adresse mit sftp://, webdavs:// oder s3://.</translation>
    </message>
    <message>
        <source>Use a separate account without two-factor sign-in for this.</source>
        <translation>Nimm dafür ein eigenes Konto ohne Zwei-Faktor-Anmeldung.</translation>
    </message>
    <message>
        <source>Use an app password: it works without one.</source>
        <translation>Nimm ein App-Passwort: Damit geht es ohne Code.</translation>
    </message>
    <message>
        <source>Use the &amp;artist&apos;s choice</source>
        <translation>Wahl des &amp;Acts übernehmen</translation>
    </message>
    <message>
        <source>Use the address of {host} that begins with https://.</source>
        <translation>Nimm die Adresse von {host}, die mit https:// beginnt.</translation>
    </message>
    <message>
        <source>Use the choice of the re&amp;lease</source>
        <translation>Wahl des &amp;Releases übernehmen</translation>
    </message>
    <message>
        <source>Use the path that was scanned.</source>
        <translation>Nimm den Pfad, der eingelesen wurde.</translation>
    </message>
    <message>
        <source>Use these a&amp;nswers</source>
        <translation>Diese A&amp;ntworten übernehmen</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Verification failed: the disk returned different data than was written.</source>
        <translation>Die Kontrolle schlug fehl: Die Festplatte gab andere Daten zurück, als geschrieben wurden.</translation>
    </message>
    <message>
        <source>Verify audio</source>
        <translation>Audio prüfen</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>W64 (a large WAV of Sony&apos;s)</source>
        <translation>W64 (Sonys großes WAV)</translation>
    </message>
    <message>
        <source>Wait until it has finished, or stop it there.</source>
        <translation>Warte, bis es fertig ist, oder halte es dort an.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Warten</translation>
    </message>
    <message>
        <source>Waiting for {platform} to answer.</source>
        <translation>Warten auf die Antwort von {platform}.</translation>
    </message>
    <message>
        <source>WavPack</source>
        <translation>WavPack</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>What AI may do stays the same everywhere.</source>
        <translation>Was KI darf, bleibt überall gleich.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of the artist is deleted: choices, accounts, keys, and what jobs have left to do there. Your files and platforms stay as they are, and keep saying what they say.</source>
        <translation>Was RightsDesk über den Act weiß, wird gelöscht: jede Wahl, Konten, Schlüssel und was Vorgänge dort noch zu tun haben. Deine Dateien und Plattformen bleiben, wie sie sind, und sagen weiter, was sie sagen.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of {found} is deleted, with your matches.</source>
        <translation>Was RightsDesk über {found} weiß, wird gelöscht, samt deinen Zuordnungen.</translation>
    </message>
    <message>
        <source>What RightsDesk wrote there</source>
        <translation>Was RightsDesk dort geschrieben hat</translation>
    </message>
    <message>
        <source>What TIDAL&apos;s terms say about training was not found. Its AI policy is about music made with AI.</source>
        <translation>Was TIDALs Bedingungen zum Training sagen, war nicht zu finden. In der KI-Richtlinie geht es um Musik, die mit KI gemacht ist.</translation>
    </message>
    <message>
        <source>What a declaration does, and what it does not</source>
        <translation>Was eine Erklärung bewirkt und was nicht</translation>
    </message>
    <message>
        <source>What and why…</source>
        <translation>Was und warum…</translation>
    </message>
    <message>
        <source>What beets, Music or rekordbox knows of your music</source>
        <translation>Was beets, Musik oder rekordbox über deine Musik weiß</translation>
    </message>
    <message>
        <source>What blocking costs</source>
        <translation>Was Blockieren kostet</translation>
    </message>
    <message>
        <source>What can be decided: {kinds}.</source>
        <translation>Was sich entscheiden lässt: {kinds}.</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>What crawlers may not fetch carries no AIPREF preference.</source>
        <translation>Was Crawler nicht abrufen dürfen, trägt keine AIPREF-Vorgabe.</translation>
    </message>
    <message>
        <source>What holds by default is not known</source>
        <translation>Was ohne dein Zutun gilt, ist nicht bekannt</translation>
    </message>
    <message>
        <source>What holds if you do nothing is not known.</source>
        <translation>Was gilt, wenn du nichts tust, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>What holds was not found.</source>
        <translation>Was gilt, war nicht zu finden.</translation>
    </message>
    <message>
        <source>What is known</source>
        <translation>Was bekannt ist</translation>
    </message>
    <message>
        <source>What is shared with AI at Meta improves AI at Meta unless you objected.</source>
        <translation>Was mit KI bei Meta geteilt wird, verbessert KI bei Meta, wenn du nicht widersprochen hast.</translation>
    </message>
    <message>
        <source>What it covers</source>
        <translation>Wofür es gilt</translation>
    </message>
    <message>
        <source>What it means for you</source>
        <translation>Was es für dich bedeutet</translation>
    </message>
    <message>
        <source>What may AI do with your music?</source>
        <translation>Was darf KI mit deiner Musik?</translation>
    </message>
    <message>
        <source>What may AI do?</source>
        <translation>Was darf KI?</translation>
    </message>
    <message>
        <source>What one partner may do. Everyone else may do no more than before.</source>
        <translation>Was ein Partner darf. Alle anderen dürfen nicht mehr als bisher.</translation>
    </message>
    <message>
        <source>What they take from what you give them, and where you can object.</source>
        <translation>Was sie von dem nehmen, was du ihnen gibst, und wo du widersprechen kannst.</translation>
    </message>
    <message>
        <source>What this entry is about no longer exists.</source>
        <translation>Worum es in diesem Eintrag geht, gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>What was chosen, found and done, in a form that holds elsewhere.</source>
        <translation>Was gewählt, gefunden und getan wurde, in einer Form, die auch anderswo gilt.</translation>
    </message>
    <message>
        <source>What was found…</source>
        <translation>Was gefunden wurde…</translation>
    </message>
    <message>
        <source>What was ignored is not known any more.</source>
        <translation>Was ignoriert wurde, ist nicht mehr bekannt.</translation>
    </message>
    <message>
        <source>What was matched can be written from Platforms.</source>
        <translation>Was zugeordnet ist, lässt sich von der Seite Plattformen aus schreiben.</translation>
    </message>
    <message>
        <source>What was not done</source>
        <translation>Was nicht erledigt wurde</translation>
    </message>
    <message>
        <source>What was there before is not known: it was done by an earlier version.</source>
        <translation>Was vorher dort war, ist nicht bekannt: Das hat eine frühere Version gemacht.</translation>
    </message>
    <message>
        <source>What was under way has stopped; no file is left half written. Please send these details to the makers of RightsDesk. Passwords and keys are never part of them.</source>
        <translation>Was gerade lief, hat angehalten; keine Datei ist halb geschrieben. Bitte schick diese Details an die Leute, die RightsDesk machen. Passwörter und Schlüssel sind nie dabei.</translation>
    </message>
    <message>
        <source>What was written reads back differently.</source>
        <translation>Was geschrieben wurde, liest sich anders zurück.</translation>
    </message>
    <message>
        <source>What you declared on {platform} stays there, and your files stay as they are.</source>
        <translation>Was du auf {platform} erklärt hast, bleibt dort, und deine Dateien bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>When a check finds a change, a platform wants you to sign in again, or work ended while the window was hidden. Off until you ask for it.</source>
        <translation>Wenn eine Prüfung eine Änderung findet, eine Plattform eine neue Anmeldung will oder Arbeit fertig wurde, während das Fenster verborgen war. Aus, bis du es einschaltest.</translation>
    </message>
    <message>
        <source>When signed in to Grok you choose whether your content is used.</source>
        <translation>Wenn du bei Grok angemeldet bist, wählst du, ob deine Inhalte genutzt werden.</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Where a no can be stated for all of your music, and what societies do for members.</source>
        <translation>Wo sich ein Nein für deine ganze Musik sagen lässt und was Gesellschaften für Mitglieder tun.</translation>
    </message>
    <message>
        <source>Where are the files of the site?</source>
        <translation>Wo liegen die Dateien der Website?</translation>
    </message>
    <message>
        <source>Where else is your music?</source>
        <translation>Wo ist deine Musik noch?</translation>
    </message>
    <message>
        <source>Where every recording stands.</source>
        <translation>Der Stand jeder Aufnahme.</translation>
    </message>
    <message>
        <source>Where is the music of {artist}?</source>
        <translation>Wo ist die Musik von {artist}?</translation>
    </message>
    <message>
        <source>Where is the music?</source>
        <translation>Wo ist die Musik?</translation>
    </message>
    <message>
        <source>Where is “{folder}” now?</source>
        <translation>Wo ist „{folder}“ jetzt?</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Wo es steht</translation>
    </message>
    <message>
        <source>Where it is, word by word</source>
        <translation>Wo es steht, Wort für Wort</translation>
    </message>
    <message>
        <source>Where its files are</source>
        <translation>Wo ihre Dateien liegen</translation>
    </message>
    <message>
        <source>Where you stand</source>
        <translation>Dein Stand</translation>
    </message>
    <message>
        <source>Where: {url}</source>
        <translation>Wo: {url}</translation>
    </message>
    <message>
        <source>Whether AI use is prohibited</source>
        <translation>Ob KI-Nutzung verboten ist</translation>
    </message>
    <message>
        <source>Whether files go to AI partners at all. In 2023 the features did not exist in the EEA, the UK and Canada.</source>
        <translation>Ob Dateien überhaupt an KI-Partner gehen. 2023 gab es die Funktionen im EWR, im Vereinigten Königreich und in Kanada nicht.</translation>
    </message>
    <message>
        <source>Which backup?</source>
        <translation>Welche Sicherung?</translation>
    </message>
    <message>
        <source>Which change</source>
        <translation>Welche Änderung</translation>
    </message>
    <message>
        <source>Which do you use?</source>
        <translation>Welche nutzt du?</translation>
    </message>
    <message>
        <source>Which platforms do your artists use?</source>
        <translation>Welche Plattformen nutzen deine Acts?</translation>
    </message>
    <message>
        <source>Which recording is this?</source>
        <translation>Welche Aufnahme ist das?</translation>
    </message>
    <message>
        <source>Which recordings they are.</source>
        <translation>Welche Aufnahmen das sind.</translation>
    </message>
    <message>
        <source>Who can hear, fork and use a track depends on Private, Public or Forkable; the default is Private.</source>
        <translation>Wer einen Track hören, forken und nutzen kann, hängt von Private, Public oder Forkable ab; der Standard ist Private.</translation>
    </message>
    <message>
        <source>Who holds the rights</source>
        <translation>Wer die Rechte hat</translation>
    </message>
    <message>
        <source>Who is the artist?</source>
        <translation>Wie heißt der Act?</translation>
    </message>
    <message>
        <source>Who obeys it</source>
        <translation>Wer sich daran hält</translation>
    </message>
    <message>
        <source>Who reads this?</source>
        <translation>Wer liest das?</translation>
    </message>
    <message>
        <source>Who reads what RightsDesk writes</source>
        <translation>Wer liest, was RightsDesk schreibt</translation>
    </message>
    <message>
        <source>Who says so</source>
        <translation>Wer das sagt</translation>
    </message>
    <message>
        <source>Whoever queries the registry. No AI company is known to document that it does.</source>
        <translation>Wer das Register abfragt. Von keinem KI-Unternehmen ist dokumentiert, dass es das tut.</translation>
    </message>
    <message>
        <source>Whole: {entries} and {stamps} fit. Head: {hash}…</source>
        <translation>Vollständig: {entries} und {stamps} passen. Kopf: {hash}…</translation>
    </message>
    <message>
        <source>Whom to ask for a licence</source>
        <translation>Wen man nach einer Lizenz fragt</translation>
    </message>
    <message>
        <source>Whom to ask has to be a mail address or a web address that begins with https://.</source>
        <translation>„Wen fragen“ muss eine Mailadresse sein oder eine Webadresse, die mit https:// beginnt.</translation>
    </message>
    <message>
        <source>Whose account is it?</source>
        <translation>Wem gehört das Konto?</translation>
    </message>
    <message>
        <source>Whose is it?</source>
        <translation>Wem gehört es?</translation>
    </message>
    <message>
        <source>Whose music is this?</source>
        <translation>Wessen Musik ist das?</translation>
    </message>
    <message>
        <source>Why RightsDesk does not query it</source>
        <translation>Warum RightsDesk es nicht abfragt</translation>
    </message>
    <message>
        <source>Why? For example: the disk is in the archive</source>
        <translation>Warum? Zum Beispiel: Die Festplatte liegt im Archiv</translation>
    </message>
    <message>
        <source>Windows Media</source>
        <translation>Windows Media</translation>
    </message>
    <message>
        <source>With an account, RightsDesk reads what {name} says, and can write there.</source>
        <translation>Mit einem Konto liest RightsDesk, was {name} sagt, und kann dort schreiben.</translation>
    </message>
    <message>
        <source>With {first} and {last}</source>
        <translation>Mit {first} und {last}</translation>
    </message>
    <message>
        <source>With {what}</source>
        <translation>Mit {what}</translation>
    </message>
    <message>
        <source>Without motion nothing moves, fades or spins.</source>
        <translation>Ohne Bewegung wandert, blendet und dreht sich nichts.</translation>
    </message>
    <message>
        <source>Without your label&apos;s yes your music is not part of these licences.</source>
        <translation>Ohne das Ja deines Labels gehört deine Musik nicht zu diesen Lizenzen.</translation>
    </message>
    <message>
        <source>Without your yes you are not in the programme. To say no, do nothing.</source>
        <translation>Ohne dein Ja bist du nicht im Programm. Um Nein zu sagen, tu nichts.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s source code. When it is on, the site&apos;s robots.txt refuses the crawlers of many AI makers.</source>
        <translation>Quellcode von WordPress.com. Wenn es an ist, weist die robots.txt der Website die Crawler vieler KI-Firmen ab.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s switch is neither on nor off.</source>
        <translation>Der Schalter von WordPress.com ist weder an noch aus.</translation>
    </message>
    <message>
        <source>WordPress.com, which then does not share your site, and refuses AI crawlers.</source>
        <translation>WordPress.com, das deine Website dann nicht weitergibt und KI-Crawler abweist.</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>In Arbeit…</translation>
    </message>
    <message>
        <source>Works of members may not be used for commercial text and data mining, training of generative AI included.</source>
        <translation>Werke von Mitgliedern dürfen nicht für kommerzielles Text und Data Mining genutzt werden, auch nicht zum Training generativer KI.</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Write &amp;to platforms…</source>
        <translation>A&amp;uf Plattformen schreiben…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms} ({n})…</source>
        <translation>A&amp;uf {platforms} schreiben ({n})…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms}…</source>
        <translation>A&amp;uf {platforms} schreiben…</translation>
    </message>
    <message>
        <source>Write a letter…</source>
        <translation>Brief schreiben…</translation>
    </message>
    <message>
        <source>Write another letter.</source>
        <translation>Schreib einen anderen Brief.</translation>
    </message>
    <message>
        <source>Write days as in 2027-12-31.</source>
        <translation>Schreib Tage so: 2027-12-31.</translation>
    </message>
    <message>
        <source>Write it as in: https://example.com</source>
        <translation>Schreib es etwa so: https://example.com</translation>
    </message>
    <message>
        <source>Write there…</source>
        <translation>Dort schreiben…</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n files</source>
        <translation>
            <numerusform>In %n Datei schreiben</numerusform>
            <numerusform>In %n Dateien schreiben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Write to %n {platform} tracks</source>
        <translation>
            <numerusform>Auf %n {platform}-Track schreiben</numerusform>
            <numerusform>Auf %n {platform}-Tracks schreiben</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to files…</source>
        <translation>In Dateien schreiben…</translation>
    </message>
    <message>
        <source>Write to {name}…</source>
        <translation>Auf {name} schreiben…</translation>
    </message>
    <message>
        <source>Write your choice there ({command}).</source>
        <translation>Schreib deine Wahl dorthin ({command}).</translation>
    </message>
    <message>
        <source>Write your choice there. You see every change before it is made.</source>
        <translation>Schreib deine Wahl dorthin. Du siehst jede Änderung, bevor sie gemacht wird.</translation>
    </message>
    <message>
        <source>Writes: {what}.</source>
        <translation>Schreibt: {what}.</translation>
    </message>
    <message>
        <source>Write…</source>
        <translation>Schreiben…</translation>
    </message>
    <message>
        <source>Writing and membership</source>
        <translation>Schreiben und Mitgliedschaft</translation>
    </message>
    <message>
        <source>Writing {path} …</source>
        <translation>{path} wird geschrieben …</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Geschrieben</translation>
    </message>
    <message>
        <source>Written, but it could not be read back: {why} The next check settles it.</source>
        <translation>Geschrieben, aber nicht zurückzulesen: {why} Das klärt die nächste Prüfung.</translation>
    </message>
    <message>
        <source>Written, but it reads back differently for now. It is not sent again: the next check settles it, and until then it can be undone.</source>
        <translation>Geschrieben, aber im Moment steht dort noch etwas anderes. Es wird nicht noch einmal gesendet: Das klärt die nächste Prüfung, und bis dahin lässt es sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Written, not shown yet</source>
        <translation>Geschrieben, noch nicht zu sehen</translation>
    </message>
    <message>
        <source>XMP in the file, or in a sidecar next to it.</source>
        <translation>XMP in der Datei oder in einer Begleitdatei daneben.</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>Yes, it is</source>
        <translation>Ja, gehört dazu</translation>
    </message>
    <message>
        <source>Yes, it is the same</source>
        <translation>Ja, es ist derselbe</translation>
    </message>
    <message numerus="yes">
        <source>Yes, let AI do more with these %n recordings</source>
        <translation>
            <numerusform>Ja, KI darf mit dieser Aufnahme mehr</numerusform>
            <numerusform>Ja, KI darf mit diesen %n Aufnahmen mehr</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Yes, {partner} may do more with these %n recordings</source>
        <translation>
            <numerusform>Ja, {partner} darf mit dieser Aufnahme mehr</numerusform>
            <numerusform>Ja, {partner} darf mit diesen %n Aufnahmen mehr</numerusform>
        </translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>You are looking at all artists. A choice is always one artist&apos;s own.</source>
        <translation>Du siehst gerade alle Acts. Eine Wahl gehört immer genau einem Act.</translation>
    </message>
    <message>
        <source>You are not on {platform}</source>
        <translation>Du bist nicht auf {platform}</translation>
    </message>
    <message>
        <source>You are on {platform}</source>
        <translation>Du bist auf {platform}</translation>
    </message>
    <message>
        <source>You can close this window and go back.</source>
        <translation>Du kannst dieses Fenster schließen und zurückgehen.</translation>
    </message>
    <message>
        <source>You can close this window.</source>
        <translation>Du kannst dieses Fenster schließen.</translation>
    </message>
    <message>
        <source>You can end it in your settings at {name}, among the apps that may use your account.</source>
        <translation>Du kannst sie in deinen Einstellungen bei {name} beenden, bei den Apps, die dein Konto benutzen dürfen.</translation>
    </message>
    <message>
        <source>You can undo all of it afterwards.</source>
        <translation>Du kannst danach alles rückgängig machen.</translation>
    </message>
    <message>
        <source>You changed your choice {day}.</source>
        <translation>Du hast deine Wahl {day} geändert.</translation>
    </message>
    <message>
        <source>You chose not to allow it.</source>
        <translation>Du hast gewählt, es nicht zu erlauben.</translation>
    </message>
    <message>
        <source>You don&apos;t have permission to write in {shown}.</source>
        <translation>Du darfst nicht in {shown} schreiben.</translation>
    </message>
    <message>
        <source>You have changed the consent since you agreed to this. Compare again to see what there is to do now.</source>
        <translation>Du hast deine Wahl geändert, seit du dem zugestimmt hast. Vergleiche erneut, um zu sehen, was jetzt zu tun ist.</translation>
    </message>
    <message>
        <source>You have changed the consent since, so this was not restored. Compare again, or undo the first job once more.</source>
        <translation>Du hast deine Wahl seitdem geändert, darum wurde das nicht zurückgeholt. Vergleiche erneut oder mach den ersten Vorgang noch einmal rückgängig.</translation>
    </message>
    <message>
        <source>You have no permission to read this file or folder.</source>
        <translation>Du darfst diese Datei oder diesen Ordner nicht lesen.</translation>
    </message>
    <message>
        <source>You said {day} that you don&apos;t use {name}.</source>
        <translation>Du hast {day} gesagt, dass du {name} nicht nutzt.</translation>
    </message>
    <message>
        <source>You said {day}: {value}.</source>
        <translation>Du hast {day} gesagt: {value}.</translation>
    </message>
    <message>
        <source>You said: {consent}.</source>
        <translation>Du hast gesagt: {consent}.</translation>
    </message>
    <message>
        <source>You stopped it: this is what was read so far.</source>
        <translation>Du hast es angehalten: So viel wurde bis dahin gelesen.</translation>
    </message>
    <message>
        <source>You then see only these, and what you have to do there yourself.</source>
        <translation>Du siehst dann nur diese und was du dort selbst tun musst.</translation>
    </message>
    <message>
        <source>You use {name}.</source>
        <translation>Du nutzt {name}.</translation>
    </message>
    <message>
        <source>You want: {choice}</source>
        <translation>Du willst: {choice}</translation>
    </message>
    <message>
        <source>YouTube Studio</source>
        <translation>YouTube Studio</translation>
    </message>
    <message>
        <source>YouTube applies its switch to other companies. It does not limit what Google itself does. The description is read by people.</source>
        <translation>YouTube wendet seinen Schalter auf andere Unternehmen an. Was Google selbst tut, begrenzt er nicht. Die Beschreibung lesen Menschen.</translation>
    </message>
    <message>
        <source>YouTube doesn&apos;t have this video any more.</source>
        <translation>YouTube hat dieses Video nicht mehr.</translation>
    </message>
    <message>
        <source>YouTube help, answer 15509944. The settings have no address of their own.</source>
        <translation>YouTube-Hilfe, Antwort 15509944. Die Einstellungen haben keine eigene Adresse.</translation>
    </message>
    <message>
        <source>YouTube takes no “&lt;” and no “&gt;” in a description. Use other characters in your own copyright sentence, your name, contact or terms, then repeat.</source>
        <translation>YouTube nimmt in einer Beschreibung kein „&lt;“ und kein „&gt;“ an. Nimm andere Zeichen in deinem eigenen Copyright-Satz, deinem Namen, Kontakt oder deinen Bedingungen und wiederhole es dann.</translation>
    </message>
    <message>
        <source>YouTube&apos;s answer contradicts itself.</source>
        <translation>Die Antwort von YouTube widerspricht sich.</translation>
    </message>
    <message>
        <source>Your &amp;choice</source>
        <translation>Deine &amp;Wahl</translation>
    </message>
    <message>
        <source>Your &amp;terms and contact…</source>
        <translation>Deine &amp;Bedingungen und Kontakt…</translation>
    </message>
    <message>
        <source>Your AI preferences on Bluesky were changed since RightsDesk read them.</source>
        <translation>Deine KI-Vorgaben auf Bluesky wurden geändert, seit RightsDesk sie gelesen hat.</translation>
    </message>
    <message>
        <source>Your LANDR account</source>
        <translation>Dein LANDR-Konto</translation>
    </message>
    <message>
        <source>Your account and tracks on Audius.</source>
        <translation>Dein Konto und deine Tracks auf Audius.</translation>
    </message>
    <message>
        <source>Your answer is kept with its date. It is yours: RightsDesk did not read it.</source>
        <translation>Deine Antwort wird mit ihrem Datum aufbewahrt. Es ist deine Angabe: RightsDesk hat es nicht gelesen.</translation>
    </message>
    <message>
        <source>Your app of {artist} is used for this account, too.</source>
        <translation>Deine App von {artist} wird auch für dieses Konto genutzt.</translation>
    </message>
    <message>
        <source>Your apps are at {url}.</source>
        <translation>Deine Apps findest du unter {url}.</translation>
    </message>
    <message>
        <source>Your browser shows {platform} now. Say yes there, then come back.</source>
        <translation>Dein Browser zeigt jetzt {platform}. Sag dort ja und komm dann zurück.</translation>
    </message>
    <message>
        <source>Your choice is not there yet</source>
        <translation>Deine Wahl ist dort noch nicht angekommen</translation>
    </message>
    <message>
        <source>Your choices</source>
        <translation>Deine Wahl</translation>
    </message>
    <message>
        <source>Your company or a security program may inspect connections: its certificate then has to be in this system&apos;s trust store, or in the file named by the setting REQUESTS_CA_BUNDLE. Otherwise the network may show a login page.</source>
        <translation>Vielleicht untersucht deine Firma oder ein Sicherheitsprogramm die Verbindungen: Deren Zertifikat muss dann im Zertifikatsspeicher dieses Systems sein oder in der Datei, die die Einstellung REQUESTS_CA_BUNDLE nennt. Sonst zeigt vielleicht das Netzwerk eine Anmeldeseite.</translation>
    </message>
    <message>
        <source>Your content may be used to train, test and improve TikTok&apos;s models, “subject to your Platform settings”.</source>
        <translation>Deine Inhalte dürfen genutzt werden, um TikToks Modelle zu trainieren, zu testen und zu verbessern, „vorbehaltlich deiner Plattform-Einstellungen“.</translation>
    </message>
    <message>
        <source>Your domain at Cloudflare.</source>
        <translation>Deine Domain bei Cloudflare.</translation>
    </message>
    <message>
        <source>Your label&apos;s contact at Merlin</source>
        <translation>Der Kontakt deines Labels bei Merlin</translation>
    </message>
    <message>
        <source>Your music stays where it is. RightsDesk keeps your choices, what it has read, and what it needs for an undo in this folder; sign-ins are encrypted:</source>
        <translation>Deine Musik bleibt, wo sie ist. RightsDesk bewahrt deine Wahl, was es gelesen hat und was es zum Rückgängigmachen braucht, in diesem Ordner auf; Anmeldungen sind verschlüsselt:</translation>
    </message>
    <message>
        <source>Your note says otherwise</source>
        <translation>Deine Notiz sagt etwas anderes</translation>
    </message>
    <message>
        <source>Your own sentence, whom to ask, and when .xmp sidecars are written.</source>
        <translation>Dein eigener Satz, wen man fragt, und wann .xmp-Begleitdateien geschrieben werden.</translation>
    </message>
    <message>
        <source>Your reference</source>
        <translation>Dein Aktenzeichen</translation>
    </message>
    <message>
        <source>Your site&apos;s &amp;address</source>
        <translation>&amp;Adresse deiner Website</translation>
    </message>
    <message>
        <source>Your stored logins are protected by a passphrase.</source>
        <translation>Deine gespeicherten Logins sind mit einer Passphrase geschützt.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring did not let RightsDesk in.</source>
        <translation>Der Schlüsselbund deines Systems hat RightsDesk nicht hereingelassen.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring is locked.</source>
        <translation>Der Schlüsselbund deines Systems ist gesperrt.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring opens the keys to your accounts, where there is one. A passphrase opens them, too: also if the keyring loses its entry. It replaces an earlier one.</source>
        <translation>Der Schlüsselbund deines Systems öffnet die Schlüssel zu deinen Konten, wenn es einen gibt. Eine Passphrase öffnet sie ebenfalls, auch wenn der Schlüsselbund seinen Eintrag verliert. Sie ersetzt eine frühere.</translation>
    </message>
    <message>
        <source>Your system&apos;s own settings list what starts at login.</source>
        <translation>In den Einstellungen deines Systems steht, was bei der Anmeldung startet.</translation>
    </message>
    <message>
        <source>Your terms in words, with their address, where editors and archives look.</source>
        <translation>Deine Bedingungen in Worten, mit ihrer Adresse, dort, wo Redaktionen und Archive nachsehen.</translation>
    </message>
    <message>
        <source>Your tracks on SoundCloud.</source>
        <translation>Deine Tracks auf SoundCloud.</translation>
    </message>
    <message>
        <source>Your website</source>
        <translation>Deine Website</translation>
    </message>
    <message>
        <source>Zone id</source>
        <translation>Zonen-ID</translation>
    </message>
    <message>
        <source>Zoom trains neither its own nor others&apos; AI on customers&apos; content.</source>
        <translation>Zoom trainiert weder eigene KI noch die anderer mit Inhalten von Kunden.</translation>
    </message>
    <message>
        <source>a 7-Zip archive</source>
        <translation>ein 7-Zip-Archiv</translation>
    </message>
    <message>
        <source>a Matroska or WebM file</source>
        <translation>eine Matroska- oder WebM-Datei</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>ein PDF-Dokument</translation>
    </message>
    <message>
        <source>a RAR archive</source>
        <translation>ein RAR-Archiv</translation>
    </message>
    <message>
        <source>a RIFF file without WAV audio</source>
        <translation>eine RIFF-Datei ohne WAV-Audio</translation>
    </message>
    <message>
        <source>a TAR archive</source>
        <translation>ein TAR-Archiv</translation>
    </message>
    <message>
        <source>a ZIP archive</source>
        <translation>ein ZIP-Archiv</translation>
    </message>
    <message>
        <source>a gzip archive</source>
        <translation>ein gzip-Archiv</translation>
    </message>
    <message>
        <source>a licence that covers AI</source>
        <translation>eine Lizenz, die KI abdeckt</translation>
    </message>
    <message>
        <source>a moment</source>
        <translation>einen Moment</translation>
    </message>
    <message>
        <source>a picture</source>
        <translation>ein Bild</translation>
    </message>
    <message>
        <source>a platform</source>
        <translation>eine Plattform</translation>
    </message>
    <message>
        <source>a text is no text</source>
        <translation>ein Text ist kein Text</translation>
    </message>
    <message>
        <source>a video</source>
        <translation>ein Video</translation>
    </message>
    <message numerus="yes">
        <source>about %n s left</source>
        <translation>
            <numerusform>noch etwa %n s</numerusform>
            <numerusform>noch etwa %n s</numerusform>
        </translation>
    </message>
    <message>
        <source>about {span} left</source>
        <translation>noch etwa {span}</translation>
    </message>
    <message>
        <source>access list</source>
        <translation>Zugriffsliste</translation>
    </message>
    <message>
        <source>access list ({kind})</source>
        <translation>Zugriffsliste ({kind})</translation>
    </message>
    <message>
        <source>account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>address of the terms</source>
        <translation>Adresse der Bedingungen</translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation>nach {time}</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>Vereinbarung</translation>
    </message>
    <message numerus="yes">
        <source>all %n say it</source>
        <translation>
            <numerusform>passt</numerusform>
            <numerusform>alle %n passen</numerusform>
        </translation>
    </message>
    <message>
        <source>allows more</source>
        <translation>erlaubt mehr</translation>
    </message>
    <message>
        <source>already right</source>
        <translation>schon richtig</translation>
    </message>
    <message>
        <source>an IFF file without AIFF audio</source>
        <translation>eine IFF-Datei ohne AIFF-Audio</translation>
    </message>
    <message>
        <source>an Ogg file</source>
        <translation>eine Ogg-Datei</translation>
    </message>
    <message>
        <source>an account&apos;s {field}</source>
        <translation>{field} eines Kontos</translation>
    </message>
    <message>
        <source>analysing content under the licence (AI is not named)</source>
        <translation>Analyse von Inhalten im Rahmen der Lizenz (KI ist nicht genannt)</translation>
    </message>
    <message>
        <source>analysing content with AI</source>
        <translation>Analyse von Inhalten mit KI</translation>
    </message>
    <message>
        <source>analysing information under the licence (AI is not named)</source>
        <translation>Analyse von Informationen im Rahmen der Lizenz (KI ist nicht genannt)</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>another program made this database</source>
        <translation>ein anderes Programm hat diese Datenbank angelegt</translation>
    </message>
    <message>
        <source>api</source>
        <translation>API</translation>
    </message>
    <message>
        <source>applying AI to content</source>
        <translation>Anwendung von KI auf Inhalte</translation>
    </message>
    <message>
        <source>artist</source>
        <translation>Act</translation>
    </message>
    <message>
        <source>asks first</source>
        <translation>fragt vorher</translation>
    </message>
    <message>
        <source>at hand</source>
        <translation>jetzt dran</translation>
    </message>
    <message>
        <source>at {time}</source>
        <translation>um {time}</translation>
    </message>
    <message>
        <source>attributes</source>
        <translation>Attribute</translation>
    </message>
    <message>
        <source>audio file</source>
        <translation>Audiodatei</translation>
    </message>
    <message>
        <source>audio files</source>
        <translation>Audiodateien</translation>
    </message>
    <message>
        <source>back to the inherited one</source>
        <translation>zurück zur übernommenen</translation>
    </message>
    <message>
        <source>before: {said}</source>
        <translation>vorher: {said}</translation>
    </message>
    <message>
        <source>best match</source>
        <translation>bester Treffer</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beides</translation>
    </message>
    <message>
        <source>building systems that create, with content</source>
        <translation>Aufbau von Systemen, die Neues schaffen, mithilfe von Inhalten</translation>
    </message>
    <message>
        <source>by {day}</source>
        <translation>bis {day}</translation>
    </message>
    <message>
        <source>captions and descriptions of the audio files, and the posts that play them</source>
        <translation>Beschriftungen und Beschreibungen der Audiodateien und die Beiträge, die sie abspielen</translation>
    </message>
    <message>
        <source>certified ({source})</source>
        <translation>zertifiziert ({source})</translation>
    </message>
    <message>
        <source>changed again since</source>
        <translation>seitdem wieder geändert</translation>
    </message>
    <message>
        <source>check again</source>
        <translation>erneut prüfen</translation>
    </message>
    <message>
        <source>checked {when}</source>
        <translation>geprüft: {when}</translation>
    </message>
    <message>
        <source>choice for {name}</source>
        <translation>Wahl für {name}</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>wählen</translation>
    </message>
    <message>
        <source>choose what has the focus</source>
        <translation>wählen, was den Fokus hat</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>zugeklappt</translation>
    </message>
    <message>
        <source>collecting content for AI</source>
        <translation>Sammeln von Inhalten für KI</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>content that AI companies or their models get</source>
        <translation>Inhalte, die KI-Unternehmen oder deren Modelle bekommen</translation>
    </message>
    <message>
        <source>continues soon</source>
        <translation>geht bald weiter</translation>
    </message>
    <message>
        <source>continues {when}</source>
        <translation>geht {when} weiter</translation>
    </message>
    <message>
        <source>copyright sentence</source>
        <translation>Copyright-Satz</translation>
    </message>
    <message>
        <source>critique</source>
        <translation>Kritik</translation>
    </message>
    <message>
        <source>data mining</source>
        <translation>Data Mining</translation>
    </message>
    <message>
        <source>decision on {title}</source>
        <translation>Entscheidung zu {title}</translation>
    </message>
    <message numerus="yes">
        <source>declarations in %n files</source>
        <translation>
            <numerusform>Erklärungen in %n Datei</numerusform>
            <numerusform>Erklärungen in %n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>details of {name}</source>
        <translation>Angaben zu {name}</translation>
    </message>
    <message>
        <source>developer-terms</source>
        <translation>Bedingungen für Entwickler</translation>
    </message>
    <message>
        <source>developing AI with content or information</source>
        <translation>Entwicklung von KI mit Inhalten oder Informationen</translation>
    </message>
    <message>
        <source>developing or improving AI systems with content or information</source>
        <translation>Entwicklung oder Verbesserung von KI-Systemen mit Inhalten oder Informationen</translation>
    </message>
    <message>
        <source>developing products, including AI, with content</source>
        <translation>Entwicklung von Produkten, auch KI, mit Inhalten</translation>
    </message>
    <message>
        <source>different</source>
        <translation>verändert</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>each site&apos;s switch against sharing with AI partners, and its robots.txt</source>
        <translation>den Schalter jeder Website gegen das Teilen mit KI-Partnern und ihre robots.txt</translation>
    </message>
    <message>
        <source>encoding</source>
        <translation>Kodierung</translation>
    </message>
    <message>
        <source>encoding ({coding})</source>
        <translation>Kodierung ({coding})</translation>
    </message>
    <message>
        <source>encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>ended on {day}</source>
        <translation>endete am {day}</translation>
    </message>
    <message>
        <source>ended on {day}, agreed until {agreed}</source>
        <translation>endete am {day}, vereinbart bis {agreed}</translation>
    </message>
    <message>
        <source>ends in {days}</source>
        <translation>läuft noch {days}</translation>
    </message>
    <message>
        <source>ends today</source>
        <translation>endet heute</translation>
    </message>
    <message>
        <source>ends tomorrow</source>
        <translation>endet morgen</translation>
    </message>
    <message>
        <source>everything in this list</source>
        <translation>alles in dieser Liste</translation>
    </message>
    <message>
        <source>exiftool and picture agencies show it. It was made for pictures and video; no AI company is known to read it in audio.</source>
        <translation>exiftool und Bildagenturen zeigen es. Es wurde für Bilder und Video gemacht; von keinem KI-Unternehmen ist bekannt, dass es das in Audiodateien liest.</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>feeding content into AI</source>
        <translation>Einspeisen von Inhalten in KI</translation>
    </message>
    <message>
        <source>for each blog</source>
        <translation>für jeden Blog</translation>
    </message>
    <message>
        <source>for each project</source>
        <translation>für jedes Projekt</translation>
    </message>
    <message>
        <source>for each publication</source>
        <translation>für jede Publikation</translation>
    </message>
    <message>
        <source>for each release</source>
        <translation>für jedes Release</translation>
    </message>
    <message>
        <source>for each track</source>
        <translation>für jeden Track</translation>
    </message>
    <message>
        <source>for the whole account</source>
        <translation>für das ganze Konto</translation>
    </message>
    <message>
        <source>for the whole site</source>
        <translation>für die ganze Website</translation>
    </message>
    <message>
        <source>forget everything</source>
        <translation>alles vergessen</translation>
    </message>
    <message>
        <source>form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>from {first} ({zone})</source>
        <translation>ab {first} ({zone})</translation>
    </message>
    <message>
        <source>from {first} until {last} ({zone})</source>
        <translation>von {first} bis {last} ({zone})</translation>
    </message>
    <message>
        <source>generating content from members&apos; content</source>
        <translation>Erzeugen von Inhalten aus Inhalten der Mitglieder</translation>
    </message>
    <message>
        <source>generating content from members&apos; information</source>
        <translation>Erzeugen von Inhalten aus Informationen der Mitglieder</translation>
    </message>
    <message>
        <source>go through tracks, artists and lists</source>
        <translation>durch Tracks, Acts und Listen gehen</translation>
    </message>
    <message>
        <source>go to the next part of the window, or the one before</source>
        <translation>zum nächsten Teil des Fensters gehen oder zum vorigen</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>handing content to AI companies or their models</source>
        <translation>Weitergabe von Inhalten an KI-Unternehmen oder deren Modelle</translation>
    </message>
    <message>
        <source>handing information to AI companies or their models</source>
        <translation>Weitergabe von Informationen an KI-Unternehmen oder deren Modelle</translation>
    </message>
    <message>
        <source>haveibeentrained.com</source>
        <translation>haveibeentrained.com</translation>
    </message>
    <message>
        <source>help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>holds until {day}</source>
        <translation>gilt bis {day}</translation>
    </message>
    <message>
        <source>holds, without an end</source>
        <translation>gilt, ohne Ende</translation>
    </message>
    <message>
        <source>img2dataset and datadiligence, tools that gather data sets, skip whatever carries it.</source>
        <translation>img2dataset und datadiligence, Werkzeuge, die Datensätze sammeln, überspringen alles, was es trägt.</translation>
    </message>
    <message>
        <source>imitating a voice, a likeness or a style</source>
        <translation>Nachahmen von Stimme, Abbild oder Stil</translation>
    </message>
    <message>
        <source>imitating voice or style</source>
        <translation>Nachahmen von Stimme oder Stil</translation>
    </message>
    <message>
        <source>improving AI features with content</source>
        <translation>Verbesserung von KI-Funktionen mit Inhalten</translation>
    </message>
    <message>
        <source>improving AI with content or information</source>
        <translation>Verbesserung von KI mit Inhalten oder Informationen</translation>
    </message>
    <message>
        <source>improving models or algorithms with content</source>
        <translation>Verbesserung von Modellen oder Algorithmen mit Inhalten</translation>
    </message>
    <message>
        <source>improving models with content</source>
        <translation>Verbesserung von Modellen mit Inhalten</translation>
    </message>
    <message>
        <source>improving models with content or information</source>
        <translation>Verbesserung von Modellen mit Inhalten oder Informationen</translation>
    </message>
    <message numerus="yes">
        <source>in %n files</source>
        <translation>
            <numerusform>in %n Datei</numerusform>
            <numerusform>in %n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>item</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>items</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>known from its terms</source>
        <translation>aus den Bedingungen bekannt</translation>
    </message>
    <message>
        <source>landr.com/fairai</source>
        <translation>landr.com/fairai</translation>
    </message>
    <message>
        <source>later</source>
        <translation>später</translation>
    </message>
    <message>
        <source>leave empty for {name}</source>
        <translation>für {name} leer lassen</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>licence of {partner}</source>
        <translation>Lizenz von {partner}</translation>
    </message>
    <message>
        <source>list</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>mail or web address</source>
        <translation>Mail- oder Webadresse</translation>
    </message>
    <message>
        <source>making synthetic media from content</source>
        <translation>Herstellung synthetischer Medien aus Inhalten</translation>
    </message>
    <message>
        <source>match of {title}</source>
        <translation>Zuordnung von {title}</translation>
    </message>
    <message>
        <source>menus, tabs and buttons</source>
        <translation>Menüs, Tabs und Knöpfe</translation>
    </message>
    <message>
        <source>metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>more than {number} files</source>
        <translation>mehr als {number} Dateien</translation>
    </message>
    <message>
        <source>name of the maker of AI</source>
        <translation>Name des KI-Herstellers</translation>
    </message>
    <message>
        <source>new name of {name}</source>
        <translation>neuer Name von {name}</translation>
    </message>
    <message>
        <source>newly allows {partners}: {uses}</source>
        <translation>erlaubt {partners} neu: {uses}</translation>
    </message>
    <message>
        <source>newly allows: {uses}</source>
        <translation>erlaubt neu: {uses}</translation>
    </message>
    <message>
        <source>news</source>
        <translation>Neuigkeiten</translation>
    </message>
    <message>
        <source>no account</source>
        <translation>kein Konto</translation>
    </message>
    <message>
        <source>no change noted</source>
        <translation>keine Änderung vermerkt</translation>
    </message>
    <message>
        <source>no choice</source>
        <translation>nicht gewählt</translation>
    </message>
    <message>
        <source>no choice of its own</source>
        <translation>keine eigene Wahl</translation>
    </message>
    <message>
        <source>no choice yet</source>
        <translation>noch nichts gewählt</translation>
    </message>
    <message>
        <source>no files</source>
        <translation>keine Dateien</translation>
    </message>
    <message>
        <source>no longer there</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>no music</source>
        <translation>keine Musik</translation>
    </message>
    <message>
        <source>no music yet</source>
        <translation>noch keine Musik</translation>
    </message>
    <message>
        <source>no recordings</source>
        <translation>keine Aufnahmen</translation>
    </message>
    <message>
        <source>no word on AI</source>
        <translation>kein Wort zu KI</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not certified ({source})</source>
        <translation>nicht zertifiziert ({source})</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>nicht gewählt</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>not noted</source>
        <translation>nicht vermerkt</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>nicht gelesen</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht eingestellt</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>note on {platform}</source>
        <translation>Notiz zu {platform}</translation>
    </message>
    <message>
        <source>noted by you</source>
        <translation>von dir notiert</translation>
    </message>
    <message numerus="yes">
        <source>notes on %n platforms</source>
        <translation>
            <numerusform>Notiz zu %n Plattform</numerusform>
            <numerusform>Notizen zu %n Plattformen</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>nothing about AI</source>
        <translation>nichts über KI</translation>
    </message>
    <message>
        <source>nothing changed</source>
        <translation>nichts geändert</translation>
    </message>
    <message>
        <source>nothing chosen yet</source>
        <translation>noch nichts gewählt</translation>
    </message>
    <message>
        <source>nothing of this recording is known there</source>
        <translation>von dieser Aufnahme ist dort nichts bekannt</translation>
    </message>
    <message>
        <source>nothing said</source>
        <translation>nichts gesagt</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>off by default</source>
        <translation>standardmäßig aus</translation>
    </message>
    <message>
        <source>on by default</source>
        <translation>standardmäßig an</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>am {day}</translation>
    </message>
    <message>
        <source>only in {places}</source>
        <translation>nur in {places}</translation>
    </message>
    <message>
        <source>open</source>
        <translation>aufgeklappt</translation>
    </message>
    <message>
        <source>opt-in</source>
        <translation>Opt-in</translation>
    </message>
    <message>
        <source>opt-out</source>
        <translation>Opt-out</translation>
    </message>
    <message>
        <source>overwritten before it was confirmed</source>
        <translation>überschrieben, bevor es bestätigt war</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>Besitzer</translation>
    </message>
    <message>
        <source>owner or group</source>
        <translation>Besitzer oder Gruppe</translation>
    </message>
    <message>
        <source>partly</source>
        <translation>teilweise</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>permissions</source>
        <translation>Zugriffsrechte</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>platforms</source>
        <translation>Plattformen</translation>
    </message>
    <message>
        <source>platforms to name</source>
        <translation>Plattformen zu nennen</translation>
    </message>
    <message>
        <source>policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>principles</source>
        <translation>Grundsätze</translation>
    </message>
    <message>
        <source>privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>processing by AI systems that improve the service</source>
        <translation>Verarbeitung durch KI-Systeme, die den Dienst verbessern</translation>
    </message>
    <message>
        <source>processing content with AI</source>
        <translation>Verarbeitung von Inhalten mit KI</translation>
    </message>
    <message>
        <source>programme</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>properties</source>
        <translation>Eigenschaften</translation>
    </message>
    <message>
        <source>proven</source>
        <translation>nachgewiesen</translation>
    </message>
    <message>
        <source>read {when}</source>
        <translation>gelesen: {when}</translation>
    </message>
    <message>
        <source>recommendations</source>
        <translation>Empfehlungen</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>redone since</source>
        <translation>inzwischen wiederhergestellt</translation>
    </message>
    <message>
        <source>release</source>
        <translation>Release</translation>
    </message>
    <message>
        <source>reservation</source>
        <translation>Vorbehalt</translation>
    </message>
    <message>
        <source>rightsholder</source>
        <translation>Rechteinhaber</translation>
    </message>
    <message>
        <source>robots.txt (a marked block, the rest stays), tdmrep.json and an RSL file</source>
        <translation>robots.txt (ein markierter Block, der Rest bleibt), tdmrep.json und eine RSL-Datei</translation>
    </message>
    <message>
        <source>robots.txt at the top of your site.</source>
        <translation>robots.txt auf der obersten Ebene deiner Website.</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json and headers</source>
        <translation>robots.txt, tdmrep.json und Header</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json, RSL, headers and pages, as a crawler sees them</source>
        <translation>robots.txt, tdmrep.json, RSL, Header und Seiten, so wie ein Crawler sie sieht</translation>
    </message>
    <message>
        <source>rows refer to rows that are missing</source>
        <translation>Zeilen verweisen auf Zeilen, die fehlen</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>say it</source>
        <translation>passen</translation>
    </message>
    <message>
        <source>say otherwise</source>
        <translation>weichen ab</translation>
    </message>
    <message>
        <source>say something</source>
        <translation>sagen etwas</translation>
    </message>
    <message>
        <source>says it</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>says no for you</source>
        <translation>sagt für dich Nein</translation>
    </message>
    <message>
        <source>says otherwise</source>
        <translation>weicht ab</translation>
    </message>
    <message>
        <source>says something</source>
        <translation>sagt etwas</translation>
    </message>
    <message>
        <source>says {choice}</source>
        <translation>sagt „{choice}“</translation>
    </message>
    <message>
        <source>search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>settled</source>
        <translation>geregelt</translation>
    </message>
    <message>
        <source>sidecars</source>
        <translation>Begleitdateien</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>sagt nichts</translation>
    </message>
    <message>
        <source>since today</source>
        <translation>seit heute</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>seit {day}</translation>
    </message>
    <message>
        <source>site</source>
        <translation>Website</translation>
    </message>
    <message>
        <source>sites</source>
        <translation>Websites</translation>
    </message>
    <message>
        <source>something that is gone</source>
        <translation>etwas, das es nicht mehr gibt</translation>
    </message>
    <message>
        <source>source-code</source>
        <translation>Quellcode</translation>
    </message>
    <message>
        <source>starts on {day}</source>
        <translation>beginnt am {day}</translation>
    </message>
    <message>
        <source>statement</source>
        <translation>Erklärung</translation>
    </message>
    <message>
        <source>status</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>bleibt, wie es ist</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>empfohlen</translation>
    </message>
    <message>
        <source>switch</source>
        <translation>Schalter</translation>
    </message>
    <message>
        <source>systems that learn from content</source>
        <translation>Systeme, die aus Inhalten lernen</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>terms</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>terms only</source>
        <translation>nur Bedingungen</translation>
    </message>
    <message>
        <source>text and data mining</source>
        <translation>Text und Data Mining</translation>
    </message>
    <message>
        <source>that switch</source>
        <translation>diesen Schalter</translation>
    </message>
    <message>
        <source>the EU</source>
        <translation>die EU</translation>
    </message>
    <message>
        <source>the bucket {bucket}</source>
        <translation>der Bucket {bucket}</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>die Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>the history no longer has this entry as it was stamped.</source>
        <translation>im Verlauf ist dieser Eintrag nicht mehr so, wie er gestempelt wurde.</translation>
    </message>
    <message>
        <source>the same settings</source>
        <translation>dieselben Einstellungen</translation>
    </message>
    <message>
        <source>the settings of your sites can neither be read nor changed</source>
        <translation>die Einstellungen deiner Websites lassen sich weder lesen noch ändern</translation>
    </message>
    <message>
        <source>the sign-in is over. Connect it again.</source>
        <translation>Die Anmeldung gilt nicht mehr. Verbinde es neu.</translation>
    </message>
    <message>
        <source>the world</source>
        <translation>die Welt</translation>
    </message>
    <message>
        <source>title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>to write</source>
        <translation>zu schreiben</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>heute {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>track</source>
        <translation>Track</translation>
    </message>
    <message>
        <source>track {number}</source>
        <translation>Track {number}</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>Tracks</translation>
    </message>
    <message>
        <source>training AI</source>
        <translation>Training von KI</translation>
    </message>
    <message>
        <source>training AI that makes music</source>
        <translation>Training von KI, die Musik macht</translation>
    </message>
    <message>
        <source>training models</source>
        <translation>Training von Modellen</translation>
    </message>
    <message>
        <source>training models or algorithms</source>
        <translation>Training von Modellen oder Algorithmen</translation>
    </message>
    <message>
        <source>training on content</source>
        <translation>Training mit Inhalten</translation>
    </message>
    <message>
        <source>training other AI</source>
        <translation>Training anderer KI</translation>
    </message>
    <message>
        <source>training systems with content or information</source>
        <translation>Training von Systemen mit Inhalten oder Informationen</translation>
    </message>
    <message numerus="yes">
        <source>undone in part, %n left</source>
        <translation>
            <numerusform>teils rückgängig gemacht, %n übrig</numerusform>
            <numerusform>teils rückgängig gemacht, %n übrig</numerusform>
        </translation>
    </message>
    <message>
        <source>undone since</source>
        <translation>inzwischen rückgängig gemacht</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>bis {day}</translation>
    </message>
    <message>
        <source>until {day} ({zone})</source>
        <translation>bis {day} ({zone})</translation>
    </message>
    <message>
        <source>until {last} ({zone})</source>
        <translation>bis {last} ({zone})</translation>
    </message>
    <message>
        <source>until {year}</source>
        <translation>bis {year}</translation>
    </message>
    <message>
        <source>use as AI input</source>
        <translation>Nutzung als KI-Eingabe</translation>
    </message>
    <message>
        <source>use of content by AI companies</source>
        <translation>Nutzung von Inhalten durch KI-Unternehmen</translation>
    </message>
    <message>
        <source>use of content by AI features</source>
        <translation>Nutzung von Inhalten durch KI-Funktionen</translation>
    </message>
    <message>
        <source>using content as training data</source>
        <translation>Nutzung von Inhalten als Trainingsdaten</translation>
    </message>
    <message>
        <source>using content for AI</source>
        <translation>Nutzung von Inhalten für KI</translation>
    </message>
    <message>
        <source>using content in AI features</source>
        <translation>Nutzung von Inhalten in KI-Funktionen</translation>
    </message>
    <message>
        <source>using content to develop AI</source>
        <translation>Nutzung von Inhalten zur Entwicklung von KI</translation>
    </message>
    <message>
        <source>using content with AI</source>
        <translation>Nutzung von Inhalten mit KI</translation>
    </message>
    <message>
        <source>using information for AI</source>
        <translation>Nutzung von Informationen für KI</translation>
    </message>
    <message>
        <source>video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>what the zone tells AI crawlers, and which ones it blocks</source>
        <translation>was die Zone KI-Crawlern sagt und welche sie blockiert</translation>
    </message>
    <message>
        <source>what you chose</source>
        <translation>deine Wahl</translation>
    </message>
    <message>
        <source>who may train on each video, tags, descriptions and licences</source>
        <translation>wer mit jedem Video trainieren darf, Tags, Beschreibungen und Lizenzen</translation>
    </message>
    <message>
        <source>who says so</source>
        <translation>wer das sagt</translation>
    </message>
    <message>
        <source>written, not confirmed yet</source>
        <translation>geschrieben, noch nicht bestätigt</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>gestern {time}</translation>
    </message>
    <message>
        <source>your account&apos;s AI attribution and each track&apos;s “no AI use”</source>
        <translation>die KI-Zuschreibung deines Kontos und „no AI use“ jedes Tracks</translation>
    </message>
    <message>
        <source>your account&apos;s AI preferences</source>
        <translation>die KI-Vorgaben deines Kontos</translation>
    </message>
    <message>
        <source>your choice</source>
        <translation>deine Wahl</translation>
    </message>
    <message>
        <source>your items&apos; rights and licence</source>
        <translation>Rechte und Lizenz deiner Einträge</translation>
    </message>
    <message>
        <source>your own answers</source>
        <translation>deine eigenen Antworten</translation>
    </message>
    <message>
        <source>your reservation, into captions and descriptions; posts are only read</source>
        <translation>deinen Vorbehalt, in Beschriftungen und Beschreibungen; Beiträge werden nur gelesen</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions</source>
        <translation>deinen Vorbehalt, in Tags und Beschreibungen</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions; only you can set the training switch itself</source>
        <translation>deinen Vorbehalt, in Tags und Beschreibungen; den Trainingsschalter selbst kannst nur du umlegen</translation>
    </message>
    <message>
        <source>your reservation, into the rights field</source>
        <translation>deinen Vorbehalt, ins Rechtefeld</translation>
    </message>
    <message>
        <source>your switches can be read, but not changed</source>
        <translation>deine Schalter lassen sich lesen, aber nicht ändern</translation>
    </message>
    <message>
        <source>your tracks&apos; tags, descriptions and licences</source>
        <translation>Tags, Beschreibungen und Lizenzen deiner Tracks</translation>
    </message>
    <message>
        <source>your videos can neither be read nor changed</source>
        <translation>deine Videos lassen sich weder lesen noch ändern</translation>
    </message>
    <message>
        <source>your videos&apos; tags, descriptions and licences</source>
        <translation>Tags, Beschreibungen und Lizenzen deiner Videos</translation>
    </message>
    <message>
        <source>zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>zones</source>
        <translation>Zonen</translation>
    </message>
    <message>
        <source>{accounts} could not be read</source>
        <translation>{accounts} nicht lesbar</translation>
    </message>
    <message>
        <source>{artist}, {title}: {before} → {after}</source>
        <translation>{artist}, {title}: {before} → {after}</translation>
    </message>
    <message>
        <source>{carriers} could not be changed: {names}.</source>
        <translation>Nicht zu ändern: {carriers} ({names}).</translation>
    </message>
    <message>
        <source>{carrier}: nothing of this recording is known there.</source>
        <translation>{carrier}: Von dieser Aufnahme ist dort nichts bekannt.</translation>
    </message>
    <message>
        <source>{carrier}: the account is connected, and was not read yet.</source>
        <translation>{carrier}: Das Konto ist verbunden und noch nicht gelesen.</translation>
    </message>
    <message>
        <source>{carrier}: this artist has no account connected there, so nothing was read. Connect one on the page Platforms.</source>
        <translation>{carrier}: Dieser Act hat dort kein verbundenes Konto, darum wurde nichts gelesen. Verbinde eins auf der Seite Plattformen.</translation>
    </message>
    <message>
        <source>{column}. Click to sort, right-click to choose columns.</source>
        <translation>{column}. Klicken zum Sortieren, Rechtsklick für die Auswahl der Spalten.</translation>
    </message>
    <message>
        <source>{consent}, except {partners}</source>
        <translation>{consent}, außer {partners}</translation>
    </message>
    <message>
        <source>{consent}, inherited from {names}.</source>
        <translation>{consent}, übernommen von {names}.</translation>
    </message>
    <message>
        <source>{consent}, with exceptions</source>
        <translation>{consent}, mit Ausnahmen</translation>
    </message>
    <message>
        <source>{consent}. Chosen for this {scope}.</source>
        <translation>{consent}. Gewählt für: {scope}.</translation>
    </message>
    <message>
        <source>{count}, {name} first</source>
        <translation>{count}, zuerst {name}</translation>
    </message>
    <message>
        <source>{day}</source>
        <translation>{day}</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <translation>{day} um {time}</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter the day when you checked.</source>
        <translation>{day} liegt in der Zukunft. Gib den Tag ein, an dem du geprüft hast.</translation>
    </message>
    <message>
        <source>{day}, {age} ago</source>
        <translation>{day}, {age} her</translation>
    </message>
    <message>
        <source>{deed}</source>
        <translation>{deed}</translation>
    </message>
    <message>
        <source>{deed} (and {number} more)</source>
        <translation>{deed} (und {number} weitere)</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and say to {partner} what they say to everyone.</source>
        <translation>{dialects} können keinen Partner nennen und sagen {partner} dasselbe wie allen.</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and says to {partner} what it says to everyone.</source>
        <translation>{dialects} kann keinen Partner nennen und sagt {partner} dasselbe wie allen.</translation>
    </message>
    <message>
        <source>{dialect} also says “{stated}” to {uses}.</source>
        <translation>{dialect} sagt auch „{stated}“ zu: {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says nothing about {uses}.</source>
        <translation>{dialect} sagt nichts über {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says “{stated}” to {uses}, where you say “{wanted}”.</source>
        <translation>{dialect} sagt „{stated}“, wo du „{wanted}“ sagst: {uses}.</translation>
    </message>
    <message>
        <source>{ended} {job}</source>
        <translation>{ended} {job}</translation>
    </message>
    <message>
        <source>{entries}, each chained to the one before it. The newest were checked when RightsDesk opened.</source>
        <translation>{entries}, jeder mit dem davor verkettet. Die neuesten wurden geprüft, als RightsDesk geöffnet wurde.</translation>
    </message>
    <message>
        <source>{field} has to be given again: it was stored with the sign-in that does not open any more.</source>
        <translation>Gib noch einmal ein: {field}. Das war mit der Anmeldung gespeichert, die sich nicht mehr öffnen lässt.</translation>
    </message>
    <message>
        <source>{files} in {place}</source>
        <translation>{files} in {place}</translation>
    </message>
    <message>
        <source>{folder} is a file, so RightsDesk can&apos;t keep its data in it.</source>
        <translation>{folder} ist eine Datei, darum kann RightsDesk seine Daten nicht darin aufbewahren.</translation>
    </message>
    <message>
        <source>{folder} is a link to {target}, which is not there.</source>
        <translation>{folder} ist ein Link auf {target}, und das gibt es nicht.</translation>
    </message>
    <message>
        <source>{folder} is not a folder of this artist.</source>
        <translation>{folder} ist kein Ordner dieses Acts.</translation>
    </message>
    <message>
        <source>{found}, checked {when}.</source>
        <translation>{found}, geprüft: {when}.</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way ({status}).</source>
        <translation>{host} hat unerwartet geantwortet ({status}).</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way.</source>
        <translation>{host} hat unerwartet geantwortet.</translation>
    </message>
    <message>
        <source>{host} can&apos;t be reached.</source>
        <translation>{host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{host} does not know the region {region} for this bucket.</source>
        <translation>{host} kennt die Region {region} für diesen Bucket nicht.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this key with this secret key.</source>
        <translation>{host} nimmt diesen Schlüssel mit diesem geheimen Schlüssel nicht an.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password or key.</source>
        <translation>{host} nimmt diesen Benutzernamen mit diesem Passwort oder Schlüssel nicht an.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password.</source>
        <translation>{host} nimmt diesen Benutzernamen mit diesem Passwort nicht an.</translation>
    </message>
    <message>
        <source>{host} has a problem on its side ({status}).</source>
        <translation>{host} hat gerade selbst ein Problem ({status}).</translation>
    </message>
    <message>
        <source>{host} has names that can&apos;t be read.</source>
        <translation>Auf {host} sind Namen, die sich nicht lesen lassen.</translation>
    </message>
    <message>
        <source>{host} is not known yet. The fingerprint of its key is {fingerprint}.</source>
        <translation>{host} ist noch nicht bekannt. Der Fingerabdruck des Schlüssels ist {fingerprint}.</translation>
    </message>
    <message>
        <source>{host} now shows another key ({shown}). It may be a different server.</source>
        <translation>{host} zeigt jetzt einen anderen Schlüssel ({shown}). Vielleicht ist es ein anderer Server.</translation>
    </message>
    <message>
        <source>{host} redirects to another address for this bucket.</source>
        <translation>{host} leitet für diesen Bucket an eine andere Adresse weiter.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} leitet an eine andere Adresse weiter.</translation>
    </message>
    <message>
        <source>{host} refused this ({reason}).</source>
        <translation>{host} hat das abgelehnt ({reason}).</translation>
    </message>
    <message>
        <source>{host} refused this ({status}).</source>
        <translation>{host} hat das abgelehnt ({status}).</translation>
    </message>
    <message>
        <source>{host} refused this.</source>
        <translation>{host} hat das abgelehnt.</translation>
    </message>
    <message>
        <source>{host} says that this computer&apos;s clock is wrong.</source>
        <translation>{host} sagt, dass die Uhr dieses Computers falsch geht.</translation>
    </message>
    <message>
        <source>{host} sent an answer that can&apos;t be read.</source>
        <translation>{host} hat eine Antwort geschickt, die sich nicht lesen lässt.</translation>
    </message>
    <message>
        <source>{host} took too long to answer.</source>
        <translation>{host} hat zu lange für eine Antwort gebraucht.</translation>
    </message>
    <message>
        <source>{items} could not be read since {day}.</source>
        <translation>Nicht lesbar seit {day}: {items}.</translation>
    </message>
    <message>
        <source>{items} could not be read, some since {day}.</source>
        <translation>Nicht lesbar, teils seit {day}: {items}.</translation>
    </message>
    <message>
        <source>{items} on {platforms}</source>
        <translation>{items} auf {platforms}</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is up to {age} old. That is too old to say how things are now, so they count as unknown.</source>
        <translation>{items} auf {platform}: Was zuletzt gelesen wurde, ist bis zu {age} alt. Das ist zu alt, um zu sagen, wie es jetzt ist; darum gilt es als unbekannt.</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is {age} old. That is too old to say how things are now, so it counts as unknown.</source>
        <translation>{items} auf {platform}: Was zuletzt gelesen wurde, ist {age} alt. Das ist zu alt, um zu sagen, wie es jetzt ist; darum gilt es als unbekannt.</translation>
    </message>
    <message>
        <source>{items} was written and is not confirmed yet: it is not sent again. The next check settles it.</source>
        <translation>{items}: geschrieben und noch nicht bestätigt. Es wird nicht noch einmal gesendet. Das klärt die nächste Prüfung.</translation>
    </message>
    <message>
        <source>{items} were written and are not confirmed yet: they are not sent again. The next check settles it.</source>
        <translation>{items}: geschrieben und noch nicht bestätigt. Sie werden nicht noch einmal gesendet. Das klärt die nächste Prüfung.</translation>
    </message>
    <message>
        <source>{items}: what was written never showed. It is written again {when} at the earliest.</source>
        <translation>{items}: Was geschrieben wurde, war nie zu sehen. Frühestens {when} wird es noch einmal geschrieben.</translation>
    </message>
    <message>
        <source>{job} (continued)</source>
        <translation>{job} (Fortsetzung)</translation>
    </message>
    <message>
        <source>{label}: {why}</source>
        <translation>{label}: {why}</translation>
    </message>
    <message>
        <source>{login} is connected on {platform}. What is there could not be read yet; look at it again later.</source>
        <translation>{login} ist auf {platform} verbunden. Was dort ist, war noch nicht lesbar; lies es später erneut.</translation>
    </message>
    <message>
        <source>{login} on {platform} is disconnected.</source>
        <translation>{login} auf {platform} ist getrennt.</translation>
    </message>
    <message>
        <source>{missing} on {releases}: {named}.</source>
        <translation>{missing} auf {releases}: {named}.</translation>
    </message>
    <message>
        <source>{missing}.</source>
        <translation>{missing}.</translation>
    </message>
    <message>
        <source>{missing}: on {releases} ({named}), and {loose} without a release.</source>
        <translation>{missing}: auf {releases} ({named}), und {loose} ohne Release.</translation>
    </message>
    <message>
        <source>{names} and {number} more</source>
        <translation>{names} und {number} weitere</translation>
    </message>
    <message>
        <source>{names} need you</source>
        <translation>{names} brauchen dich</translation>
    </message>
    <message>
        <source>{name} ({artist})</source>
        <translation>{name} ({artist})</translation>
    </message>
    <message>
        <source>{name} ({artist}), not in the catalogue now</source>
        <translation>{name} ({artist}), zurzeit nicht im Katalog</translation>
    </message>
    <message>
        <source>{name} allows {crawlers} in their own groups: {uses}.</source>
        <translation>{name} erlaubt {crawlers} in eigenen Gruppen: {uses}.</translation>
    </message>
    <message>
        <source>{name} and {n} more</source>
        <translation>{name} und {n} weitere</translation>
    </message>
    <message>
        <source>{name} conflicts with your choice.</source>
        <translation>{name} weicht von deiner Wahl ab.</translation>
    </message>
    <message>
        <source>{name} does not apply to {crawlers}: they have groups of their own.</source>
        <translation>{name} gilt nicht für {crawlers}: Sie haben eigene Gruppen.</translation>
    </message>
    <message>
        <source>{name} does not say all that you chose.</source>
        <translation>{name} sagt nicht alles, was du gewählt hast.</translation>
    </message>
    <message>
        <source>{name} gave RightsDesk less than it asked for: {lack}.</source>
        <translation>{name} hat RightsDesk weniger gegeben, als es verlangt hat: {lack}.</translation>
    </message>
    <message>
        <source>{name} has changed its choices since {day}.</source>
        <translation>{name} hat die Auswahl seit {day} geändert.</translation>
    </message>
    <message>
        <source>{name} has no switch “{control}”.</source>
        <translation>{name} hat keinen Schalter „{control}“.</translation>
    </message>
    <message>
        <source>{name} has no word for music that a person feeds to AI themselves.</source>
        <translation>{name} hat kein Wort für Musik, mit der jemand selbst eine KI füttert.</translation>
    </message>
    <message>
        <source>{name} has not made the change yet that is taken back here.</source>
        <translation>{name} hat die Änderung, die hier zurückgenommen wird, noch nicht gemacht.</translation>
    </message>
    <message>
        <source>{name} has several switches.</source>
        <translation>{name} hat mehrere Schalter.</translation>
    </message>
    <message>
        <source>{name} is a folder. RightsDesk publishes files only.</source>
        <translation>{name} ist ein Ordner. RightsDesk veröffentlicht nur Dateien.</translation>
    </message>
    <message>
        <source>{name} is a pipe or a device. RightsDesk publishes files only.</source>
        <translation>{name} ist eine Pipe oder ein Gerät. RightsDesk veröffentlicht nur Dateien.</translation>
    </message>
    <message>
        <source>{name} is connected. Disconnect the account first.</source>
        <translation>{name} ist verbunden. Trenne erst das Konto.</translation>
    </message>
    <message>
        <source>{name} is larger than {megabytes} MB.</source>
        <translation>{name} ist größer als {megabytes} MB.</translation>
    </message>
    <message>
        <source>{name} is not connected through the browser.</source>
        <translation>{name} wird nicht über den Browser verbunden.</translation>
    </message>
    <message>
        <source>{name} needs you</source>
        <translation>{name} braucht dich</translation>
    </message>
    <message>
        <source>{name} takes {tags}: “{word}” is only added where there is room.</source>
        <translation>{name} nimmt {tags}: „{word}“ kommt nur dazu, wo Platz ist.</translation>
    </message>
    <message>
        <source>{name}&apos;s terms changed on {date}, after you checked.</source>
        <translation>Die Bedingungen von {name} haben sich am {date} geändert, nachdem du geprüft hast.</translation>
    </message>
    <message>
        <source>{name}, {since}</source>
        <translation>{name}, {since}</translation>
    </message>
    <message>
        <source>{name}: AI training is off.</source>
        <translation>{name}: KI-Training ist aus.</translation>
    </message>
    <message>
        <source>{name}: AI training is on.</source>
        <translation>{name}: KI-Training ist an.</translation>
    </message>
    <message>
        <source>{name}: extend it, or let it end</source>
        <translation>{name}: verlängern oder enden lassen</translation>
    </message>
    <message>
        <source>{name}: nothing was changed.</source>
        <translation>{name}: Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>{name}: nothing was sent.</source>
        <translation>{name}: Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>{name}: resumed, {parts}.</source>
        <translation>{name}: fortgesetzt, {parts}.</translation>
    </message>
    <message>
        <source>{name}: there was nothing left to do.</source>
        <translation>{name}: Es war nichts mehr zu tun.</translation>
    </message>
    <message>
        <source>{name}: {no_control}</source>
        <translation>{name}: {no_control}</translation>
    </message>
    <message>
        <source>{name}: {n} done.</source>
        <translation>{name}: {n} erledigt.</translation>
    </message>
    <message>
        <source>{name}: {result}</source>
        <translation>{name}: {result}</translation>
    </message>
    <message>
        <source>{new} is not a folder.</source>
        <translation>{new} ist kein Ordner.</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number} %</translation>
    </message>
    <message>
        <source>{number} brought back after being half written ({names})</source>
        <translation>{number} halb geschrieben und zurückgeholt ({names})</translation>
    </message>
    <message>
        <source>{number} could not be checked ({names})</source>
        <translation>{number} nicht zu prüfen ({names})</translation>
    </message>
    <message>
        <source>{number} could not be reached and will be checked at the next start ({names})</source>
        <translation>{number} nicht erreichbar, Prüfung beim nächsten Start ({names})</translation>
    </message>
    <message>
        <source>{number} left as found after a change by another program ({names})</source>
        <translation>{number} belassen wie vorgefunden, weil ein anderes Programm etwas geändert hat ({names})</translation>
    </message>
    <message>
        <source>{number} still to do</source>
        <translation>{number} noch zu tun</translation>
    </message>
    <message>
        <source>{number} will be checked with the platform when you resume</source>
        <translation>{number} beim Fortsetzen mit der Plattform zu prüfen</translation>
    </message>
    <message>
        <source>{number} {outcome}</source>
        <translation>{number} {outcome}</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} von {all}</translation>
    </message>
    <message>
        <source>{n} of {all}. </source>
        <translation>{n} von {all}. </translation>
    </message>
    <message>
        <source>{n} of {recordings}</source>
        <translation>{n} von {recordings}</translation>
    </message>
    <message>
        <source>{n} selected</source>
        <translation>{n} ausgewählt</translation>
    </message>
    <message>
        <source>{partners} may then do more with {what}:</source>
        <translation>Das erlaubt {partners} dann mehr mit {what}:</translation>
    </message>
    <message>
        <source>{partners}: {uses}</source>
        <translation>{partners}: {uses}</translation>
    </message>
    <message>
        <source>{parts} has another choice; this says that of {name}.</source>
        <translation>{parts} mit einer anderen Wahl; hier steht die von {name}.</translation>
    </message>
    <message>
        <source>{parts} have another choice; this says that of {name}.</source>
        <translation>{parts} mit einer anderen Wahl; hier steht die von {name}.</translation>
    </message>
    <message>
        <source>{parts}.</source>
        <translation>{parts}.</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {why}.</source>
        <translation>{path} lässt sich nicht lesen: {why}.</translation>
    </message>
    <message>
        <source>{path} may be published only in part: {why}</source>
        <translation>{path} ist vielleicht nur zum Teil veröffentlicht: {why}</translation>
    </message>
    <message>
        <source>{path} says this already, and was left as it is.</source>
        <translation>In {path} steht das schon; daran wurde nichts geändert.</translation>
    </message>
    <message>
        <source>{path} was changed by another program or person since the preview.</source>
        <translation>{path} wurde seit der Vorschau von einem anderen Programm oder von jemand anderem geändert.</translation>
    </message>
    <message>
        <source>{places}, except {without}</source>
        <translation>{places}, außer {without}</translation>
    </message>
    <message>
        <source>{place} could not be changed.</source>
        <translation>{place} ließ sich nicht ändern.</translation>
    </message>
    <message>
        <source>{place} holds different data than was sent: the server stored something else.</source>
        <translation>{place} enthält andere Daten, als gesendet wurden: Der Server hat etwas anderes gespeichert.</translation>
    </message>
    <message>
        <source>{place}, {artist}: changed without RightsDesk: {changes}.</source>
        <translation>{place}, {artist}: ohne RightsDesk geändert: {changes}.</translation>
    </message>
    <message>
        <source>{platform} ({account}): {why}</source>
        <translation>{platform} ({account}): {why}</translation>
    </message>
    <message>
        <source>{platform} can&apos;t be read</source>
        <translation>{platform} nicht lesbar</translation>
    </message>
    <message>
        <source>{platform} changed what AI may do with uploads</source>
        <translation>{platform} hat geändert, was KI mit Uploads darf</translation>
    </message>
    <message>
        <source>{platform} changed “{document}” {day}</source>
        <translation>{platform} hat „{document}“ {day} geändert</translation>
    </message>
    <message>
        <source>{platform} could not be read since {day} ({age}): {why}</source>
        <translation>{platform} nicht lesbar seit {day} ({age}): {why}</translation>
    </message>
    <message>
        <source>{platform} has several documents.</source>
        <translation>{platform} hat mehrere Dokumente.</translation>
    </message>
    <message>
        <source>{platform} is asked to end the sign-in.</source>
        <translation>{platform} wird gebeten, die Anmeldung zu beenden.</translation>
    </message>
    <message>
        <source>{platform}, {account} checked: {counts}</source>
        <translation>{platform}, {account} geprüft: {counts}</translation>
    </message>
    <message>
        <source>{platform}, {account}: {writes} settled by reading</source>
        <translation>{platform}, {account}: {writes} durch Lesen geklärt</translation>
    </message>
    <message>
        <source>{platform}, {title}</source>
        <translation>{platform}, {title}</translation>
    </message>
    <message>
        <source>{platform}, {title} in Open Terms Archive</source>
        <translation>{platform}, {title} in Open Terms Archive</translation>
    </message>
    <message>
        <source>{platform}: {control} is {value}</source>
        <translation>{platform}: {control} ist {value}</translation>
    </message>
    <message>
        <source>{platform}: {outlook}</source>
        <translation>{platform}: {outlook}</translation>
    </message>
    <message>
        <source>{proxy} (in RightsDesk&apos;s settings)</source>
        <translation>{proxy} (in RightsDesks Einstellungen)</translation>
    </message>
    <message>
        <source>{proxy} (setting of this system)</source>
        <translation>{proxy} (Einstellung dieses Systems)</translation>
    </message>
    <message>
        <source>{proxy} (setting {name})</source>
        <translation>{proxy} (Einstellung {name})</translation>
    </message>
    <message>
        <source>{recordings} for which you have not chosen yet what AI may do.</source>
        <translation>{recordings}, für die du noch nicht gewählt hast, was KI darf.</translation>
    </message>
    <message>
        <source>{recordings} look like one ({kinds}) but differ in {differing}: {named}. They were kept apart.</source>
        <translation>{recordings} sehen wie eine aus ({kinds}), unterscheiden sich aber ({differing}): {named}. Sie wurden getrennt gelassen.</translation>
    </message>
    <message>
        <source>{recordings} of this music have no choice, or one that allows training or data mining: the letter would contradict it.</source>
        <translation>Ohne Wahl oder mit einer, die Training oder Data Mining erlaubt: {recordings} von dieser Musik. Der Brief würde dem widersprechen.</translation>
    </message>
    <message>
        <source>{recordings} with files that conflict with your choice.</source>
        <translation>{recordings} mit Dateien, die von deiner Wahl abweichen.</translation>
    </message>
    <message>
        <source>{recordings} with files that do not say all that you chose.</source>
        <translation>{recordings} mit Dateien, die nicht alles sagen, was du gewählt hast.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that conflict with your choice.</source>
        <translation>{recordings} mit Einträgen auf {platform}, die von deiner Wahl abweichen.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that do not say all that you chose.</source>
        <translation>{recordings} mit Einträgen auf {platform}, die nicht alles sagen, was du gewählt hast.</translation>
    </message>
    <message>
        <source>{refused} of {known} known AI crawlers are refused.</source>
        <translation>Abgewiesen: {refused} von {known} bekannten KI-Crawlern.</translation>
    </message>
    <message>
        <source>{region}: {text}</source>
        <translation>{region}: {text}</translation>
    </message>
    <message>
        <source>{said} Left out.</source>
        <translation>{said} Weggelassen.</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose everywhere</source>
        <translation>Bei {said} von {all} Aufnahmen steht überall, was du gewählt hast</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} everywhere</source>
        <translation>Bei {said} von {all} Aufnahmen steht überall „{choice}“</translation>
    </message>
    <message>
        <source>{said}. Buttons: {acts}</source>
        <translation>{said}. Knöpfe: {acts}</translation>
    </message>
    <message>
        <source>{service} accepted this change, but doesn&apos;t show it yet.</source>
        <translation>{service} hat diese Änderung angenommen, zeigt sie aber noch nicht.</translation>
    </message>
    <message>
        <source>{service} answered in an unexpected way ({status}).</source>
        <translation>{service} hat unerwartet geantwortet ({status}).</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published.</source>
        <translation>{service} antwortet {statuses}, seit die neuen Dateien veröffentlicht sind.</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published. The old ones could not be restored: {why}</source>
        <translation>{service} antwortet {statuses}, seit die neuen Dateien veröffentlicht sind. Die alten ließen sich nicht zurückspielen: {why}</translation>
    </message>
    <message>
        <source>{service} asks for a code that was sent by mail.</source>
        <translation>{service} verlangt einen Code, der per Mail kam.</translation>
    </message>
    <message>
        <source>{service} asks for a sign-in.</source>
        <translation>{service} verlangt eine Anmeldung.</translation>
    </message>
    <message>
        <source>{service} asks for a user name and a password before it shows robots.txt.</source>
        <translation>{service} verlangt Benutzername und Passwort, bevor es robots.txt zeigt.</translation>
    </message>
    <message>
        <source>{service} blocks RightsDesk from its home page and robots.txt ({status}).</source>
        <translation>{service} sperrt RightsDesk von der Startseite und robots.txt aus ({status}).</translation>
    </message>
    <message>
        <source>{service} broke off in the middle of an answer.</source>
        <translation>{service} hat mitten in einer Antwort abgebrochen.</translation>
    </message>
    <message>
        <source>{service} can&apos;t be reached.</source>
        <translation>{service} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{service} could not prove that it is really {service}.</source>
        <translation>{service} konnte nicht nachweisen, dass es wirklich {service} ist.</translation>
    </message>
    <message>
        <source>{service} did not accept the answer from the browser.</source>
        <translation>{service} hat die Antwort aus dem Browser nicht angenommen.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in.</source>
        <translation>{service} hat die Anmeldung nicht erlaubt.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in: “{reason}”.</source>
        <translation>{service} hat die Anmeldung nicht erlaubt: „{reason}“.</translation>
    </message>
    <message>
        <source>{service} did not renew the sign-in, and did not say why.</source>
        <translation>{service} hat die Anmeldung nicht erneuert und nicht gesagt, warum.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the app password of this account any more.</source>
        <translation>{service} nimmt das App-Passwort dieses Kontos nicht mehr an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id or the client secret.</source>
        <translation>{service} nimmt die Client-ID oder das Client-Secret nicht an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id.</source>
        <translation>{service} nimmt die Client-ID nicht an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the redirect address {redirect_uri}.</source>
        <translation>{service} nimmt die Weiterleitungsadresse {redirect_uri} nicht an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this handle with this app password.</source>
        <translation>{service} nimmt dieses Handle mit diesem App-Passwort nicht an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this user name with this password.</source>
        <translation>{service} nimmt diesen Benutzernamen mit diesem Passwort nicht an.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t have this any more.</source>
        <translation>{service} hat das nicht mehr.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side ({status}).</source>
        <translation>{service} hat gerade selbst ein Problem ({status}).</translation>
    </message>
    <message>
        <source>{service} has a problem on its side and did not finish the sign-in.</source>
        <translation>{service} hat gerade selbst ein Problem und hat die Anmeldung nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side: “{reason}”</source>
        <translation>{service} hat gerade selbst ein Problem: „{reason}“</translation>
    </message>
    <message>
        <source>{service} has closed this account.</source>
        <translation>{service} hat dieses Konto geschlossen.</translation>
    </message>
    <message>
        <source>{service} has no central server, and the account names none.</source>
        <translation>{service} hat keinen zentralen Server, und das Konto nennt keinen.</translation>
    </message>
    <message>
        <source>{service} has suspended this account.</source>
        <translation>{service} hat dieses Konto gesperrt.</translation>
    </message>
    <message>
        <source>{service} named an address on another server ({host}).</source>
        <translation>{service} hat eine Adresse auf einem anderen Server genannt ({host}).</translation>
    </message>
    <message>
        <source>{service} no longer accepts this account&apos;s sign-in.</source>
        <translation>{service} nimmt die Anmeldung dieses Kontos nicht mehr an.</translation>
    </message>
    <message>
        <source>{service} refused the sign-in: “{reason}”</source>
        <translation>{service} hat die Anmeldung abgelehnt: „{reason}“</translation>
    </message>
    <message>
        <source>{service} refused this ({status}) and sent a web page instead of an answer.</source>
        <translation>{service} hat das abgelehnt ({status}) und statt einer Antwort eine Webseite geschickt.</translation>
    </message>
    <message>
        <source>{service} refused this ({status}).</source>
        <translation>{service} hat das abgelehnt ({status}).</translation>
    </message>
    <message>
        <source>{service} refused this: “{reason}”</source>
        <translation>{service} hat das abgelehnt: „{reason}“</translation>
    </message>
    <message>
        <source>{service} sent a description in an unknown shape.</source>
        <translation>{service} hat eine Beschreibung in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a description that is not text.</source>
        <translation>{service} hat eine Beschreibung geschickt, die kein Text ist.</translation>
    </message>
    <message>
        <source>{service} sent a list in an unknown shape.</source>
        <translation>{service} hat eine Liste in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of items in an unknown shape.</source>
        <translation>{service} hat eine Liste von Einträgen in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of media in an unknown shape.</source>
        <translation>{service} hat eine Liste von Medien in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of media without an end.</source>
        <translation>{service} hat eine Liste von Medien ohne Ende geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of sites in an unknown shape.</source>
        <translation>{service} hat eine Liste von Websites in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of tracks in an unknown shape.</source>
        <translation>{service} hat eine Liste von Tracks in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list of videos in an unknown shape.</source>
        <translation>{service} hat eine Liste von Videos in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a list that repeats its pages.</source>
        <translation>{service} hat eine Liste geschickt, deren Seiten sich wiederholen.</translation>
    </message>
    <message>
        <source>{service} sent a record in an unknown shape.</source>
        <translation>{service} hat einen Datensatz in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a switch that is neither on nor off.</source>
        <translation>{service} hat einen Schalter geschickt, der weder an noch aus ist.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid name.</source>
        <translation>{service} hat einen Track ohne gültigen Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid number.</source>
        <translation>{service} hat einen Track ohne gültige Nummer geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a video without a title or a category.</source>
        <translation>{service} hat ein Video ohne Titel oder Kategorie geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a video without a valid name.</source>
        <translation>{service} hat ein Video ohne gültigen Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent a {key} that is not text.</source>
        <translation>{service} hat etwas geschickt, das kein Text ist ({key}).</translation>
    </message>
    <message>
        <source>{service} sent a {name} that can&apos;t be edited.</source>
        <translation>{service} hat etwas geschickt, das sich nicht bearbeiten lässt ({name}).</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is neither on nor off.</source>
        <translation>{service} hat etwas geschickt, das weder an noch aus ist ({name}).</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is not text.</source>
        <translation>{service} hat etwas geschickt, das kein Text ist ({name}).</translation>
    </message>
    <message>
        <source>{service} sent an account without a name.</source>
        <translation>{service} hat ein Konto ohne Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent an account without a valid name.</source>
        <translation>{service} hat ein Konto ohne gültigen Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent an answer in an unknown shape.</source>
        <translation>{service} hat eine Antwort in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be read.</source>
        <translation>{service} hat eine Antwort geschickt, die sich nicht lesen lässt.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be unpacked.</source>
        <translation>{service} hat eine Antwort geschickt, die sich nicht entpacken lässt.</translation>
    </message>
    <message>
        <source>{service} sent an answer that is far too large.</source>
        <translation>{service} hat eine Antwort geschickt, die viel zu groß ist.</translation>
    </message>
    <message>
        <source>{service} sent an application password without a name.</source>
        <translation>{service} hat ein Anwendungspasswort ohne Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent an item without a valid name.</source>
        <translation>{service} hat einen Eintrag ohne gültigen Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another file than the requested one.</source>
        <translation>{service} hat eine andere Datei als die verlangte geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another item than the requested one.</source>
        <translation>{service} hat einen anderen Eintrag als den verlangten geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another record than the requested one.</source>
        <translation>{service} hat einen anderen Datensatz als den verlangten geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another site than the requested one.</source>
        <translation>{service} hat eine andere Website als die verlangte geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another track than the requested one.</source>
        <translation>{service} hat einen anderen Track als den verlangten geschickt.</translation>
    </message>
    <message>
        <source>{service} sent another video than the requested one.</source>
        <translation>{service} hat ein anderes Video als das verlangte geschickt.</translation>
    </message>
    <message>
        <source>{service} sent no page.</source>
        <translation>{service} hat keine Seite gesendet.</translation>
    </message>
    <message>
        <source>{service} sent no usable sign-in.</source>
        <translation>{service} hat keine brauchbare Anmeldung geschickt.</translation>
    </message>
    <message>
        <source>{service} sent something without a number.</source>
        <translation>{service} hat etwas ohne Nummer geschickt.</translation>
    </message>
    <message>
        <source>{service} sent something without a valid name.</source>
        <translation>{service} hat etwas ohne gültigen Namen geschickt.</translation>
    </message>
    <message>
        <source>{service} sent tags in an unknown shape.</source>
        <translation>{service} hat Tags in unbekannter Form geschickt.</translation>
    </message>
    <message>
        <source>{service} sent tags that are not text.</source>
        <translation>{service} hat Tags geschickt, die kein Text sind.</translation>
    </message>
    <message>
        <source>{service} sent us on to an address inside a private network ({host}).</source>
        <translation>{service} hat uns zu einer Adresse in einem privaten Netzwerk weitergeschickt ({host}).</translation>
    </message>
    <message>
        <source>{service} sent us on to an address with your sign-in in it.</source>
        <translation>{service} hat uns an eine Adresse weitergeleitet, in der deine Anmeldung steht.</translation>
    </message>
    <message>
        <source>{service} sent us on to another address again and again, or to a wrong one.</source>
        <translation>{service} hat uns immer wieder an eine andere Adresse weitergeleitet oder an eine falsche.</translation>
    </message>
    <message>
        <source>{service} sent {what} without a valid name.</source>
        <translation>{service} hat etwas ohne gültigen Namen geschickt ({what}).</translation>
    </message>
    <message>
        <source>{service} shows a {name} of more than {megabytes} MB, which RightsDesk does not read.</source>
        <translation>Bei {service} ist {name} größer als {megabytes} MB; das liest RightsDesk nicht.</translation>
    </message>
    <message>
        <source>{service} takes no more requests until {when}.</source>
        <translation>{service} nimmt keine Anfragen mehr an bis {when}.</translation>
    </message>
    <message>
        <source>{service} took too long to answer.</source>
        <translation>{service} hat zu lange für eine Antwort gebraucht.</translation>
    </message>
    <message>
        <source>{shown} can&apos;t be reached.</source>
        <translation>{shown} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{shown} refused this.</source>
        <translation>{shown} hat das abgelehnt.</translation>
    </message>
    <message>
        <source>{shown} refused this: {reason}.</source>
        <translation>{shown} hat das abgelehnt: {reason}.</translation>
    </message>
    <message>
        <source>{source} is no backup of RightsDesk.</source>
        <translation>{source} ist keine Sicherung von RightsDesk.</translation>
    </message>
    <message>
        <source>{span} ago, on {day}</source>
        <translation>{span} her, am {day}</translation>
    </message>
    <message>
        <source>{status} for {path}</source>
        <translation>{status} für {path}</translation>
    </message>
    <message>
        <source>{subject}</source>
        <translation>{subject}</translation>
    </message>
    <message>
        <source>{title} on {carriers}</source>
        <translation>{title}: {carriers}</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for.</source>
        <translation>{title}: Darin muss die Adresse deiner Website stehen, und es ist nicht bekannt, für welche Website es ist.</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for. Yours are {sites}.</source>
        <translation>{title}: Darin muss die Adresse deiner Website stehen, und es ist nicht bekannt, für welche Website es ist. Deine sind {sites}.</translation>
    </message>
    <message>
        <source>{title}: there is nothing to write.</source>
        <translation>{title}: Es gibt nichts zu schreiben.</translation>
    </message>
    <message>
        <source>{today} of {updates} today, the rest {when}.</source>
        <translation>Heute {today} von {updates}, der Rest {when}.</translation>
    </message>
    <message>
        <source>{use}: “{before}” became “{now}”</source>
        <translation>{use}: aus „{before}“ wurde „{now}“</translation>
    </message>
    <message>
        <source>{value} on {name}.</source>
        <translation>{value} auf {name}.</translation>
    </message>
    <message>
        <source>{value} · {day}</source>
        <translation>{value} · {day}</translation>
    </message>
    <message numerus="yes">
        <source>{what} don&apos;t say it yet.</source>
        <translation>
            <numerusform>{what} sagt es noch nicht.</numerusform>
            <numerusform>{what} sagen es noch nicht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} go back to what was there before</source>
        <translation>
            <numerusform>{what} wird wieder wie vorher</numerusform>
            <numerusform>{what} werden wieder wie vorher</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} on {where}</source>
        <translation>{what} auf {where}</translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice}</source>
        <translation>
            <numerusform>{what} sagt dann: {choice}</numerusform>
            <numerusform>{what} sagen dann: {choice}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice} again</source>
        <translation>
            <numerusform>{what} sagt dann wieder: {choice}</numerusform>
            <numerusform>{what} sagen dann wieder: {choice}</numerusform>
        </translation>
    </message>
    <message>
        <source>{what}, {beside}: now {now}, after {after}. {note}</source>
        <translation>{what}, {beside}: jetzt {now}, danach {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}</source>
        <translation>{what}: jetzt {now}, danach {after}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}. {note}</source>
        <translation>{what}: jetzt {now}, danach {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: “{there}” there, “{here}” in your catalogue</source>
        <translation>{what}: dort „{there}“, in deinem Katalog „{here}“</translation>
    </message>
    <message>
        <source>{when}, by {who}</source>
        <translation>{when}, von {who}</translation>
    </message>
    <message>
        <source>{when}, by {who} on {seat}</source>
        <translation>{when}, von {who} auf {seat}</translation>
    </message>
    <message>
        <source>{why}.</source>
        <translation>{why}.</translation>
    </message>
    <message numerus="yes">
        <source>{words}, with %n exceptions</source>
        <translation>
            <numerusform>{words}, mit %n Ausnahme</numerusform>
            <numerusform>{words}, mit %n Ausnahmen</numerusform>
        </translation>
    </message>
    <message>
        <source>© {artist}</source>
        <translation>© {artist}</translation>
    </message>
    <message>
        <source>“None” does not always mean that you opted out. A video can also be ineligible: all rights holders must agree, and the video must be public.</source>
        <translation>„None“ heißt nicht immer, dass du widersprochen hast. Ein Video kann auch ungeeignet sein: Alle Rechteinhaber müssen zustimmen, und das Video muss öffentlich sein.</translation>
    </message>
    <message>
        <source>“{basename}” is there already.</source>
        <translation>„{basename}“ gibt es schon.</translation>
    </message>
    <message>
        <source>“{code}” is no country that this version knows.</source>
        <translation>„{code}“ ist kein Land, das diese Version kennt.</translation>
    </message>
    <message>
        <source>“{field}” is missing.</source>
        <translation>„{field}“ fehlt.</translation>
    </message>
    <message>
        <source>“{field}” never has letters like these. Copy it again.</source>
        <translation>„{field}“ enthält nie solche Zeichen. Kopiere noch einmal.</translation>
    </message>
    <message>
        <source>“{id}” can&apos;t be decided that way: {sentence}</source>
        <translation>„{id}“ lässt sich so nicht entscheiden: {sentence}</translation>
    </message>
    <message>
        <source>“{job}” was interrupted: {so_far}.</source>
        <translation>„{job}“ wurde unterbrochen: {so_far}.</translation>
    </message>
    <message>
        <source>“{job}” was interrupted; nothing is damaged: {so_far}.</source>
        <translation>„{job}“ wurde unterbrochen; nichts ist beschädigt: {so_far}.</translation>
    </message>
    <message>
        <source>“{key}” is “{value}”. It can be: {known}.</source>
        <translation>„{key}“ ist „{value}“. Möglich sind: {known}.</translation>
    </message>
    <message>
        <source>“{label}” on {name} has no value “{value}”.</source>
        <translation>„{label}“ auf {name} hat keinen Wert „{value}“.</translation>
    </message>
    <message>
        <source>“{label}” was read to allow more than you chose ({items}): {uses}.</source>
        <translation>„{label}“ erlaubt, so wie es gelesen wurde, mehr, als du gewählt hast ({items}): {uses}.</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>„{name}“</translation>
    </message>
    <message>
        <source>“{name}” is no name for a letter.</source>
        <translation>„{name}“ ist kein Name für einen Brief.</translation>
    </message>
    <message>
        <source>“{name}” is no name for a report.</source>
        <translation>„{name}“ ist kein Name für einen Bericht.</translation>
    </message>
    <message>
        <source>“{name}” is no time zone that this computer knows.</source>
        <translation>„{name}“ ist keine Zeitzone, die dieser Computer kennt.</translation>
    </message>
    <message>
        <source>“{name}” is on the roster already.</source>
        <translation>„{name}“ gibt es hier schon.</translation>
    </message>
    <message>
        <source>“{name}” is too large to keep.</source>
        <translation>„{name}“ ist zu groß zum Aufbewahren.</translation>
    </message>
    <message>
        <source>“{number}” can&apos;t be ignored: {sentence}</source>
        <translation>„{number}“ lässt sich nicht ignorieren: {sentence}</translation>
    </message>
    <message>
        <source>“{path}” is not an absolute path.</source>
        <translation>„{path}“ ist kein absoluter Pfad.</translation>
    </message>
    <message>
        <source>“{scope}” is missing</source>
        <translation>„{scope}“ fehlt</translation>
    </message>
    <message>
        <source>“{site}” is no web address.</source>
        <translation>„{site}“ ist keine Webadresse.</translation>
    </message>
    <message>
        <source>“{site}” is not a web address.</source>
        <translation>„{site}“ ist keine Webadresse.</translation>
    </message>
    <message>
        <source>“{target}” is a folder.</source>
        <translation>„{target}“ ist ein Ordner.</translation>
    </message>
    <message>
        <source>“{text}” is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>„{text}“ ist ein SOCKS-Proxy, den RightsDesk nicht benutzen kann.</translation>
    </message>
    <message>
        <source>“{text}” is no day.</source>
        <translation>„{text}“ ist kein Tag.</translation>
    </message>
    <message>
        <source>“{text}” is not an ISCC.</source>
        <translation>„{text}“ ist kein ISCC.</translation>
    </message>
    <message>
        <source>“{text}” is not the address of a proxy.</source>
        <translation>„{text}“ ist keine Adresse eines Proxys.</translation>
    </message>
    <message>
        <source>“{value}” is no value of {name}.</source>
        <translation>„{value}“ ist kein Wert für {name}.</translation>
    </message>
    <message>
        <source>“{value}” unless you choose</source>
        <translation>„{value}“, bis du wählst</translation>
    </message>
    <message>
        <source>•  {use}: {after}</source>
        <translation>•  {use}: {after}</translation>
    </message>
    <message>
        <source>•  {use}: {before} → {after}</source>
        <translation>•  {use}: {before} → {after}</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>… und mehr</translation>
    </message>
    <message>
        <source>… and more; “Copy” gives them all.</source>
        <translation>… und mehr; „Kopieren“ gibt dir alle.</translation>
    </message>
</context>
</TS>
