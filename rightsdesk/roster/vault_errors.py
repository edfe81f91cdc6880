"""Why a stored login cannot be used. Each state of the keyring has its own error.

"Wrong passphrase" for a keyring that was only locked made people give up. So absent, locked,
denied, emptied, wrong and damaged are six causes with six ways out. No error contains a secret, or
the text of a library that might.
"""

from __future__ import annotations

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

_KEPT = "The stored logins were left as they are."


class VaultError(KnownError):
    """The vault cannot be opened or read."""

    cause = Cause.VAULT
    lost = False
    """Whether the stored logins can no longer be opened here. A new vault key is then offered."""
    may_be_lost = False
    """Whether they may be lost, which only the person knows: a forgotten passphrase."""


class KeyringAbsent(VaultError):
    """This system has no keyring, or none that stores secrets encrypted."""

    cause = Cause.KEYRING_ABSENT

    def __init__(self) -> None:
        super().__init__(
            "RightsDesk found no keyring on this computer to keep logins safe.",
            advice="Start your system's keyring, or choose a passphrase for RightsDesk.",
            untouched=_KEPT,
        )


class KeyringUnknown(KeyringAbsent):
    """The settings name a keyring that is not installed. `name` is that keyring's name."""

    cause = Cause.KEYRING_UNKNOWN

    def __init__(self, name: str) -> None:
        super().__init__()
        self.sentence = worded(
            "The variable PYTHON_KEYRING_BACKEND names a keyring that can't be used ({name})."
            if name
            else "The settings of keyring name a keyring that can't be used.",
            name=name,
        )
        self.advice = "Remove or correct that setting, or choose a passphrase for RightsDesk."


class KeyringLocked(VaultError):
    """The keyring exists and is locked."""

    cause = Cause.KEYRING_LOCKED

    def __init__(self) -> None:
        super().__init__(
            "Your system's keyring is locked.",
            advice="Unlock it, then try again.",
            untouched=_KEPT,
        )


class KeyringDenied(VaultError):
    """The keyring, or the person at its prompt, refused access."""

    cause = Cause.KEYRING_DENIED

    def __init__(self) -> None:
        super().__init__(
            "Your system's keyring did not let RightsDesk in.",
            advice="Try again, and allow it when your system asks.",
            untouched=_KEPT,
        )


class KeyMissing(VaultError):
    """The keyring opens, but the vault's key is no longer in it."""

    cause = Cause.KEY_MISSING
    lost = True

    def __init__(self) -> None:
        super().__init__(
            "The key to your stored logins is no longer in the keyring.",
            advice="Restore the keyring from a backup, or reconnect your accounts: RightsDesk "
            "then makes a new key.",
            untouched=_KEPT,
        )


class VaultFileGone(KeyMissing):
    """There are stored logins, but no vault.json that says how to open them."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = (
            "The file vault.json, which leads to the key of your stored logins, is no longer in "
            "RightsDesk's data folder."
        )
        self.advice = (
            "Restore it (it is in a backup, too: rightsdesk restore FILE), or reconnect your "
            "accounts: RightsDesk then makes a new key."
        )


class OtherKeyringAbsent(KeyringAbsent):
    """The key is in a keyring, and this computer has none."""

    lost = True

    def __init__(self) -> None:
        super().__init__()
        self.sentence = (
            "The key to your stored logins is in a keyring, and there is none on this "
            "computer or in this session."
        )
        self.advice = (
            "Start your system's keyring, or reconnect your accounts with a new key that a "
            "passphrase protects."
        )


class PassphraseNeeded(VaultError):
    """The vault opens by a passphrase, and none was given."""

    cause = Cause.PASSPHRASE_NEEDED
    may_be_lost = True

    def __init__(self) -> None:
        super().__init__(
            "Your stored logins are protected by a passphrase.",
            advice="Enter it, or set RIGHTSDESK_PASSPHRASE. If it is lost, reconnect an account "
            "with a new key.",
            untouched=_KEPT,
        )


class WrongPassphrase(VaultError):
    """The passphrase is not the vault's."""

    cause = Cause.WRONG_PASSPHRASE
    may_be_lost = True

    def __init__(self) -> None:
        super().__init__(
            "This is not the right passphrase.",
            advice="Try again. If it is lost, reconnect an account with a new key.",
            untouched=_KEPT,
        )


class PassphraseTooWeak(VaultError):
    """A new passphrase is too short. `sentence` gives the minimum length."""

    cause = Cause.PASSPHRASE_TOO_WEAK


class SecretDamaged(VaultError):
    """The stored secret was changed, was made with another key, or belongs to another place."""

    cause = Cause.SECRET_DAMAGED

    def __init__(
        self,
        sentence: str = (
            "The stored login of this account does not open: it is damaged, or what it "
            "belongs to (artist, platform, address) was changed outside RightsDesk."
        ),
    ) -> None:
        super().__init__(
            sentence,
            advice="Compare the account's artist and address, then reconnect it, or remove it "
            "and add it again.",
            untouched="It was not sent anywhere.",
        )


class VaultDamaged(SecretDamaged):
    """The entry or file that leads to the key of all logins is damaged."""

    lost = True

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.advice = (
            "Restore it from a backup, or reconnect your accounts: RightsDesk then makes a new key."
        )
