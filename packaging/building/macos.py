"""Makes the disk image for macOS of the built application: signed and notarised where keys are.

`RIGHTSDESK_SIGN_IDENTITY` names a "Developer ID Application" certificate of the keychain, and
`RIGHTSDESK_NOTARY_PROFILE` the profile that `xcrun notarytool store-credentials` made. Without the
first, the application is signed for this Mac only.
"""

import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

from setting_up.places import PACKAGING
from setting_up.words import say

from building.folder import build_folder
from building.share import version
from building.tools import OUTPUT, megabytes, run

IDENTITY, PROFILE = "RIGHTSDESK_SIGN_IDENTITY", "RIGHTSDESK_NOTARY_PROFILE"

QUICK_ACTION = "Protect with RightsDesk.workflow"
"""Finder's entry for folders and audio files: a person opens it, and macOS offers to install it."""


def build_image() -> Path:
    """Returns the disk image, freshly built. Raises CannotStart."""
    build_folder()
    application = OUTPUT / "RightsDesk.app"
    run(sign_command(application, os.environ), "sign the application")
    run(["codesign", "--verify", "--deep", "--strict", application], "check the signature")
    content = OUTPUT / "image"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    shutil.copytree(application, content / application.name, symlinks=True)
    (content / "Applications").symlink_to("/Applications")
    shutil.copytree(PACKAGING / "macos" / QUICK_ACTION, content / QUICK_ACTION)
    target = OUTPUT / f"RightsDesk-{version()}-{platform.machine()}.dmg"
    image = ["hdiutil", "create", "-volname", "RightsDesk", "-srcfolder", str(content)]
    run([*image, "-ov", "-format", "ULFO", str(target)], "make the disk image")
    for command in notary_commands(target, os.environ):
        run(command, "have it notarised by Apple")
    say(f"{target}: {megabytes(target.stat().st_size)}")
    return target


def sign_command(application: Path, environment: Mapping[str, str]) -> list[str]:
    """codesign's command line; "-" is a signature that holds on this Mac only."""
    identity = environment.get(IDENTITY) or "-"
    hardened = ["--options", "runtime", "--timestamp"] if identity != "-" else []
    entitlements = str(PACKAGING / "macos/entitlements.plist")
    options = ["--force", "--deep", *hardened, "--entitlements", entitlements]
    return ["codesign", *options, "--sign", identity, str(application)]


def notary_commands(image: Path, environment: Mapping[str, str]) -> list[list[str]]:
    """What sends the image to Apple and attaches the answer; nothing without a profile."""
    if not (profile := environment.get(PROFILE)):
        return []
    submit = ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"]
    return [submit, ["xcrun", "stapler", "staple", str(image)]]
