"""The switches of a platform: `[[control]]` of its file.

id, label                 our id for it, and the platform's label
governs                   the uses it governs (consent.Use)
where                     the menu path, step by step
link?, link_verified?     the page itself; false: from memory, never opened
default                   the state without a choice: on, off, value, opt-in, none, unknown
default_value?            the id of the option that holds by default, if default is value
default_strength?         how well that is known, where it is less than the rest
holds_for                 what one choice covers: account, release, track, site, blog, …
covers?                   a sentence: who and what exactly
forward_only?             a choice counts from then on; what was taken before stays taken
minutes?                  the time that a person needs
set_by?, read_by?         person or api; a person by default
fields?                   the platform's fields that hold it, if RightsDesk reads it
show_as_step?             false: its name or its place is not sure, so it is not offered as a step
steps                     sentences that lead there; none if it is no step
evidence                  how this is known
strength                  document, reported or single (`findings.Strength`)
[[control.value]]         an option: id, label, and its meaning as uses and permissions, only as
    means?                far as the sources say
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec

from rightsdesk.resources.findings import Strength
from rightsdesk.resources.strict_toml import FilledText, Strict, Texts, WebLink

PROHIBITED = "prohibited"


class Default(StrEnum):
    """The state without a choice. VALUE: one of the options. NONE: there is no state to hold."""

    ON = "on"
    OFF = "off"
    VALUE = "value"
    OPT_IN = "opt-in"
    NONE = "none"
    UNKNOWN = "unknown"


class HoldsFor(StrEnum):
    """What one choice covers."""

    ACCOUNT = "account"
    RELEASE = "release"
    TRACK = "track"
    SITE = "site"
    BLOG = "blog"
    PUBLICATION = "publication"
    PROJECT = "project"


class By(StrEnum):
    """Who sets or reads a control: a person on the platform's pages, or RightsDesk."""

    PERSON = "person"
    API = "api"


class Value(Strict, frozen=True, kw_only=True):
    """An option of a control, and the permission it gives to uses."""

    id: FilledText
    label: FilledText
    means: Mapping[str, str] = {}


class Control(Strict, frozen=True, kw_only=True):
    """A choice that the platform offers; see the schema above."""

    id: FilledText
    label: FilledText
    governs: Texts
    where: Texts
    default: Default
    holds_for: HoldsFor
    evidence: FilledText
    strength: Strength
    steps: tuple[FilledText, ...] = ()
    link: WebLink = ""
    link_verified: bool = False
    default_value: str = ""
    default_strength: Strength | None = None
    covers: str = ""
    forward_only: bool = False
    minutes: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    show_as_step: bool = True
    set_by: By = By.PERSON
    read_by: By = By.PERSON
    values: tuple[Value, ...] = msgspec.field(default=(), name="value")
    fields: tuple[FilledText, ...] = ()

    def __post_init__(self) -> None:
        if (self.default is Default.VALUE) != bool(self.default_value):
            raise ValueError("default = “value” and default_value belong together")
        if self.default_value and self.value(self.default_value) is None:
            raise ValueError("default_value is none of the values")
        if not self.is_step:
            return
        if not self.steps:
            raise ValueError("a step needs sentences that lead there")
        if self.set_by is By.PERSON and len(self.values) < 2:
            raise ValueError("a person needs two values to choose from")

    @property
    def is_step(self) -> bool:
        """Whether it may be shown as something to do: its name and its place are sure."""
        return self.show_as_step and self.strength is not Strength.SINGLE

    def value(self, value_id: str) -> Value | None:
        """The value with this id, or None."""
        return next((value for value in self.values if value.id == value_id), None)

    @property
    def value_by_default(self) -> Value | None:
        """The value that holds as long as no one chooses; None if no value says it."""
        return self.value(self.default_value or self.default.value)

    @property
    def permits_by_default(self) -> bool:
        """Whether the uses are not all refused as long as no one chooses, as far as is known."""
        held = self.value_by_default
        if held is None:
            return self.default is Default.ON
        return any(held.means.get(use) != PROHIBITED for use in self.governs)
