"""The config file: what holds where no option, variable or setting says otherwise.

A TOML file, in the system's folder for configuration or where `--config` or RIGHTSDESK_CONFIG says.
It is read strictly: an unknown key or a value of the wrong kind is refused, so that a mistake in it
is noticed. It holds no secrets, and RightsDesk never changes it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

VARIABLE = "RIGHTSDESK_CONFIG"
NAME = "config.toml"
LARGEST = 100_000
"""Bytes of the largest file that is read."""

LANGUAGES = ("en", "de", "es", "fr")
LOG_LEVELS = ("off", "info", "debug")

TEMPLATE = """\
# RightsDesk's config file. Take the "#" away from a line to use it.
# What is here holds where no option, variable or setting says otherwise.
# Never put a password or key in this file: RightsDesk keeps those in its vault.

# The folder of RightsDesk's own data. "~" is your home folder; other paths start at this file.
# Stronger: --data-dir, RIGHTSDESK_DATA_DIR.
#data-dir = "~/RightsDesk"

# The language of the window: "en", "de", "es" or "fr". Stronger: the window's settings.
#language = "de"

# The proxy for all requests: "none", or an address without a user name and password.
# Stronger: rightsdesk settings proxy, and the window's settings.
#proxy = "http://proxy.example:8080"

# What is logged: "off", "info", or "debug" with the addresses of requests.
#log = "info"
"""


_PROXY = re.compile(r"none|(?:https?://)?(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?/?")


class ConfigFlawed(KnownError):
    """The config file can't be used as it is."""

    cause = Cause.CONFIG_FLAWED


@dataclass(frozen=True, slots=True)
class Config:
    """What a config file says; "" where it says nothing. `path` is the file, whether it is there
    or not."""

    path: Path
    data_dir: str = ""
    language: str = ""
    proxy: str = ""
    log: str = ""

    @property
    def data_folder(self) -> Path | None:
        """The data folder as an absolute path; None where none is named."""
        if not self.data_dir:
            return None
        return (self.path.absolute().parent / Path(self.data_dir).expanduser()).absolute()


class _Used:
    """The config of this process."""

    config: Config | None = None


def use(config: Config | None) -> None:
    """Note which config holds: rooms that are not called with it ask `in_use`."""
    _Used.config = config


def in_use() -> Config:
    """The config that holds; an empty one before any was read."""
    return _Used.config or Config(Path(NAME))


def place(named: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The file that `--config` names, else the environment, else the system's place for it."""
    if named is not None:
        return named
    if given := environment.get(VARIABLE):
        return Path(given)
    return user_config_path("RightsDesk", False) / NAME


def read(named: Path | None = None) -> Config:
    """The config file's content; an empty one if there is none and none was named.

    Raises ConfigFlawed.
    """
    path = place(named)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        if missing and named is None and not os.environ.get(VARIABLE):
            return Config(path)
        raise _flawed(path, f"{error.strerror or type(error).__name__}.") from error
    import tomllib  # most people have no such file

    if len(content) > LARGEST:
        raise _flawed(path, "It is too large for a config file.")
    try:
        found = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise _flawed(path, "It is no text in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise _flawed(path, f"{error}.") from error
    return _checked(path, found)


def read_again() -> Config:
    """Read the file of the config that holds; an empty one if it is not there.

    Raises ConfigFlawed.
    """
    path = in_use().path
    return read(path) if path.exists() else Config(path)


def _checked(path: Path, found: Mapping[str, object]) -> Config:
    """Raises ConfigFlawed for what is not known or of the wrong kind."""
    import msgspec

    class Keys(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
        data_dir: str = ""
        language: str = ""
        proxy: str = ""
        log: str = ""

    for key in found:
        if key not in Keys.__struct_encode_fields__:
            known = ", ".join(Keys.__struct_encode_fields__)
            raise _flawed(path, worded("It has “{key}”. Known are: {known}.", key=key, known=known))
    try:
        keys = msgspec.convert(found, Keys)
    except msgspec.ValidationError as error:
        raise _flawed(path, f"{error}.") from error
    for key, value, known_values in (
        ("language", keys.language, LANGUAGES),
        ("log", keys.log, LOG_LEVELS),
    ):
        if value and value not in known_values:
            raise _flawed(
                path,
                worded(
                    "“{key}” is “{value}”. It can be: {known}.",
                    key=key,
                    value=value,
                    known=", ".join(known_values),
                ),
            )
    if "@" in keys.proxy:
        raise _flawed(path, "“proxy” has a user name or password in it, which it must not have.")
    if keys.proxy and not _PROXY.fullmatch(keys.proxy):
        raise _flawed(path, "“proxy” is neither “none” nor an address: http://proxy.example:8080")
    return Config(path, keys.data_dir, keys.language, keys.proxy, keys.log)


def _flawed(path: Path, why: str) -> ConfigFlawed:
    return ConfigFlawed(
        worded("The config file {path} can't be used: {why}", path=path, why=why),
        untouched="Nothing was changed.",
        advice="Correct it, or move it away. To see one that works: rightsdesk config init FILE",
    )
