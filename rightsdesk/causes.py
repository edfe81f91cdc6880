"""The causes of failures: the one list.

Failures of one cause are shown together, and mended in the same way. The values are stored in the
journal and printed as JSON, so they stay as they are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Cause(StrEnum):
    """Why something was not done.

    `Cause(text)` never fails for a text: a cause of another version keeps its text, is equal to no
    member, and is called `UNKNOWN`.
    """

    NONE = ""
    """Nothing failed, or the cause was not recorded."""
    OTHER = "other"
    """None of the others."""
    BUG = "bug"
    CANCELLED = "cancelled"
    USAGE = "usage"
    WIDENING = "widening"
    """It widens a use, and nobody agreed to that."""

    # Changes
    AMBIGUOUS = "ambiguous"
    BEFORE_IMAGE_DAMAGED = "before-image-damaged"
    CHANGED_CHOICE = "changed-choice"
    """The consent changed since a person agreed."""
    CHANGED_SINCE = "changed-since"
    HALF_WRITTEN = "half-written"
    NOT_CONFIRMED = "not-confirmed"
    NOT_READ_BACK = "not-read-back"
    NOT_SHOWN_YET = "not-shown-yet"
    STOPPED = "stopped"
    """An earlier failure on the same account ended its changes. This one can resume."""
    UNREAD = "unread"
    """A file that could not be read for the plan."""

    # Files
    CHANGED_ON_DISK = "changed-on-disk"
    DAMAGED = "damaged"
    DAMAGED_RECORD = "damaged-record"
    DAMAGED_XMP = "damaged-xmp"
    DISK_FULL = "disk-full"
    DISK_TROUBLE = "disk-trouble"
    EMPTY = "empty"
    FILE = "file"
    GONE = "gone"
    HARD_LINK = "hard-link"
    IN_USE = "in-use"
    LINK_LOOP = "link-loop"
    NAME_TOO_LONG = "name-too-long"
    NOT_A_FILE = "not-a-file"
    NOT_AUDIO = "not-audio"
    NOT_KEPT = "not-kept"
    READ_ONLY = "read-only"
    READ_ONLY_DISK = "read-only-disk"
    SHARE_GONE = "share-gone"
    SYSTEM = "system"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    UNREAD_MANIFEST = "unread-manifest"
    UNSUPPORTED = "unsupported"
    WOULD_HARM = "would-harm"

    # Platforms, and what is between us and them
    ADDRESS_REFUSED = "address-refused"
    BAD_ANSWER = "bad-answer"
    DOES_NOT_FIT = "does-not-fit"
    IGNORED = "ignored"
    ITEM_GONE = "item-gone"
    NOT_MADE_YET = "not-made-yet"
    NOT_SEEN = "not-seen"
    NOT_SERVED = "not-served"
    OFFLINE = "offline"
    PLATFORM = "platform"
    PROXY = "proxy"
    PROXY_ADDRESS = "proxy-address"
    RATE_LIMITED = "rate-limited"
    REFUSED = "refused"
    SERVER_TROUBLE = "server-trouble"
    SITE_DISK_FULL = "site-disk-full"
    SPAM_WARNING = "spam-warning"
    TRUST_UNREADABLE = "trust-unreadable"
    UNKNOWN_HOST = "unknown-host"
    UNKNOWN_PLATFORM = "unknown-platform"
    UNREADABLE_DECLARATION = "unreadable-declaration"

    # Accounts and signing in
    ACCOUNT_AWAY = "account-away"
    ACCOUNT_TAKEN = "account-taken"
    ANOTHER_LOGIN = "another-login"
    APP_REFUSED = "app-refused"
    FORM_FLAWED = "form-flawed"
    NEEDS_RECONNECT = "needs-reconnect"
    NO_ACCOUNT = "no-account"
    NO_SUCH_ACCOUNT = "no-such-account"
    PORT_TAKEN = "port-taken"
    REDIRECT_REFUSED = "redirect-refused"
    RENEWED_ELSEWHERE = "renewed-elsewhere"
    SIGN_IN_CANCELLED = "sign-in-cancelled"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_TIMED_OUT = "sign-in-timed-out"

    # The vault, and the system's keyring
    KEYRING_ABSENT = "keyring-absent"
    KEYRING_DENIED = "keyring-denied"
    KEYRING_LOCKED = "keyring-locked"
    KEYRING_UNKNOWN = "keyring-unknown"
    KEY_MISSING = "key-missing"
    PASSPHRASE_NEEDED = "passphrase-needed"
    PASSPHRASE_REFUSED = "passphrase-refused"
    PASSPHRASE_TOO_WEAK = "passphrase-too-weak"
    SECRET_DAMAGED = "secret-damaged"
    VAULT = "vault"
    WRONG_PASSPHRASE = "wrong-passphrase"

    # RightsDesk's own data
    ANOTHER_AT_WORK = "another-at-work"
    CONFIG_FLAWED = "config-flawed"
    DATABASE = "database"
    DATABASE_DAMAGED = "database-damaged"
    DATA_FOLDER = "data-folder"
    NEWER_SCHEMA = "newer-schema"
    """A newer version migrated the database."""
    NOT_TAKEN_BACK = "not-taken-back"
    NO_BACKUP = "no-backup"
    NO_HOME = "no-home"

    # The catalogue, artists and imports
    ARTIST_EXISTS = "artist-exists"
    BUILT_UPON = "built-upon"
    DETAILS_FLAWED = "details-flawed"
    FOLDER_NOT_REMEMBERED = "folder-not-remembered"
    LIBRARY_UNREADABLE = "library-unreadable"
    MUSIC_FOLDER_NEEDED = "music-folder-needed"
    NAME_MISSING = "name-missing"
    NOTHING_CHOSEN = "nothing-chosen"
    NOTHING_TO_IMPORT = "nothing-to-import"
    NOT_A_LIBRARY = "not-a-library"
    NOT_FOUND = "not-found"
    NOT_THAT_FOLDER = "not-that-folder"
    NOT_TO_DECIDE = "not-to-decide"
    NO_LONGER_THERE = "no-longer-there"
    NO_SUCH_ARTIST = "no-such-artist"
    NO_SUCH_DECISION = "no-such-decision"
    NO_SUCH_FINDING = "no-such-finding"

    # Jobs and the history
    JOB_TO_REVIEW = "job-to-review"
    NOTHING_TO_UNDO = "nothing-to-undo"
    NOT_READ = "not-read"
    NOT_UNDOABLE = "not-undoable"
    NO_SUCH_DEED = "no-such-deed"
    NO_SUCH_JOB = "no-such-job"

    # Licences, letters, time stamps, reports
    LETTER_FIXED = "letter-fixed"
    LETTER_OPEN = "letter-open"
    LICENCE_FLAW = "licence-flaw"
    NOTHING_RESERVED = "nothing-reserved"
    NOT_STAMPED = "not-stamped"
    NO_CERTIFICATE = "no-certificate"
    NO_DOCUMENT = "no-document"
    NO_STAMP_SOURCE = "no-stamp-source"
    NO_SUCH_FORM = "no-such-form"
    NO_SUCH_LETTER = "no-such-letter"
    NO_SUCH_LICENCE = "no-such-licence"
    NO_SUCH_STAMP = "no-such-stamp"

    # Exports
    ALREADY_THERE = "already-there"
    NOTHING_TO_SAY = "nothing-to-say"
    NOT_SAVED = "not-saved"
    NO_ADDRESS = "no-address"
    NO_ISCC = "no-iscc"
    NO_SUCH_EXPORT = "no-such-export"
    SITE_NOT_KNOWN = "site-not-known"

    # Facts about platforms, their terms, and new versions
    FACTS_FILE = "facts-file"
    FACTS_NOT_NEWER = "facts-not-newer"
    FEED_FILE = "feed-file"
    NOTHING_TOLD = "nothing-told"
    NOTHING_TO_WATCH = "nothing-to-watch"
    NOT_OFFERED = "not-offered"
    NOT_TERMS = "not-terms"
    NO_FEED_ADDRESS = "no-feed-address"
    NO_SUCH_ALARM = "no-such-alarm"
    NO_SUCH_DAY = "no-such-day"
    OLDER_FEED = "older-feed"
    REFUSED_FACTS = "refused-facts"
    REFUSED_FEED = "refused-feed"

    # The window and the terminal
    AUTOSTART = "autostart"
    LOCALE = "locale"
    NOT_TEXT = "not-text"
    NO_PICTURE = "no-picture"
    NO_TERMINAL = "no-terminal"
    NO_WINDOW = "no-window"
    OUTPUT = "output"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_, unknown._value_ = "UNKNOWN", value
        return unknown
