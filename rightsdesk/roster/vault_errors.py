"""Why a stored login can't be used: each state of the keyring is told apart.

People were told "wrong passphrase" when their keyring was merely locked, and gave up. So
absent, locked, denied, emptied, wrong and damaged are six causes with six ways out.
No error here carries a secret, nor the words of a library that might.
"""

from __future__ import annotations

from rightsdesk.errors import KnownError

_KEPT = "The stored logins were left as they are."


class VaultError(KnownError):
    """The vault cannot be opened or read."""

    cause = "vault"


class KeyringAbsent(VaultError):
    """There is no keyring on this system, or none that keeps secrets encrypted."""

    cause = "keyring-absent"

    def __init__(self) -> None:
        super().__init__(
            "RightsDesk found no keyring on this computer to keep logins safe.",
            advice="Start your system's keyring, or choose a passphrase for RightsDesk.",
            untouched=_KEPT,
        )


class KeyringLocked(VaultError):
    """The keyring is there, and locked."""

    cause = "keyring-locked"

    def __init__(self) -> None:
        super().__init__(
            "Your system's keyring is locked.",
            advice="Unlock it, then try again.",
            untouched=_KEPT,
        )


class KeyringDenied(VaultError):
    """The keyring, or the person at its prompt, said no."""

    cause = "keyring-denied"

    def __init__(self) -> None:
        super().__init__(
            "Your system's keyring did not let RightsDesk in.",
            advice="Try again, and allow it when your system asks.",
            untouched=_KEPT,
        )


class KeyMissing(VaultError):
    """The keyring opens, but the vault's key is no longer in it."""

    cause = "key-missing"

    def __init__(self) -> None:
        super().__init__(
            "The key to your stored logins is no longer in the keyring.",
            advice="Bring the keyring back from a backup, or reconnect your accounts.",
            untouched=_KEPT,
        )


class PassphraseNeeded(VaultError):
    """The vault opens by a passphrase, and none was given."""

    cause = "passphrase-needed"

    def __init__(self) -> None:
        super().__init__(
            "Your stored logins are protected by a passphrase.",
            advice="Enter it, or set RIGHTSDESK_PASSPHRASE.",
            untouched=_KEPT,
        )


class WrongPassphrase(VaultError):
    """The passphrase is not the one that the vault was made with."""

    cause = "wrong-passphrase"

    def __init__(self) -> None:
        super().__init__("This is not the right passphrase.", advice="Try again.", untouched=_KEPT)


class SecretDamaged(VaultError):
    """What is stored was changed, or was made with another key."""

    cause = "secret-damaged"

    def __init__(self, sentence: str = "The stored login of this account is damaged.") -> None:
        super().__init__(sentence, advice="Reconnect the account.")
