"""Facts about platforms, and what people attested there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import NAMES, platform_by_id
from rightsdesk.roster import artists as roster
from rightsdesk.sentences import worded
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.guided import AnsweredLast, Attestation, GuidedView, Open, Signals
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.resources.facts import PlatformFacts


class Platforms:
    """Facts about platforms, and what people attested there.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database

    def connectable(self) -> list[tuple[str, str]]:
        """The platforms that can be connected: (id, name)."""
        return list(NAMES.items())

    def signs_in_by(self, platform: str) -> str:
        """How a platform signs in: browser, password or token. See `SignInBy`."""
        return platform_by_id(CarrierId(platform)).sign_in.value

    def sign_in_steps(self, platform: str) -> tuple[str, ...]:
        """The steps to get what a platform's sign-in needs; empty if unknown."""
        from rightsdesk.workspace.sign_in import form as signing_in

        facts = signing_in.form_of(platform).facts
        link = (worded("Where: {url}", url=facts.apps_url),) if facts.apps_url else ()
        return (*facts.steps, *link)

    def facts(self, platforms: frozenset[str] | None = None) -> tuple[PlatformFacts, ...]:
        """The facts of all platforms or of these, by name; the same for every artist."""
        from rightsdesk.resources.facts import all_facts, facts_of

        return all_facts() if platforms is None else facts_of(platforms)

    def guided(self, artist_id: int) -> list[GuidedView]:
        """Every platform for one artist: terms, switches with steps, and attestations."""
        from rightsdesk.workspace.guided.views import views

        return views(self._database, artist_id)

    def signals(self, artist_id: int, platform: str) -> Signals | None:
        """What our declarations say on a platform; None if none can be written."""
        from rightsdesk.workspace.guided.platform_readings import signals

        consent = consents.of_scope(self._database, Scope(ScopeKind.ARTIST, artist_id)).effective
        return signals(self._database, artist_id, platform, consent)

    def open_elsewhere(self) -> list[Open]:
        """For each artist, what there is to do on guided platforms."""
        from rightsdesk.workspace.guided.views import overview

        return overview(self._database)

    def attest(
        self,
        artist_id: int,
        platform: str,
        control: str,
        value: str,
        note: str = "",
        *,
        on: datetime.date | None = None,
        remind_on: datetime.date | None = None,
    ) -> Attestation:
        """Store what a person says is set on a platform, as of a day (default: today).

        Raises NotOffered if the platform has no such switch or value, and NoSuchDay.
        """
        from rightsdesk.workspace.guided import attestations

        roster.artist_by_id(self._database, artist_id)
        return attestations.attest(
            self._database,
            artist_id=artist_id,
            platform=platform,
            control=control,
            value=value,
            note=note,
            on=on,
            remind_on=remind_on,
        )

    def withdraw(self, artist_id: int, platform: str, control: str = "") -> None:
        """Withdraw an attestation; it stays on record. Raises NothingAttested."""
        from rightsdesk.workspace.guided import attestations

        attestations.withdraw(
            self._database, artist_id=artist_id, platform=platform, control=control
        )

    def take_back(self, attestation_id: int) -> None:
        """Undo one attestation: the one before it counts again. Raises NothingAttested."""
        from rightsdesk.workspace.guided import attestations

        attestations.take_back(self._database, attestation_id)

    def attest_again(self, attestation_id: int) -> Attestation:
        """Undo a withdrawal. Raises NothingAttested."""
        from rightsdesk.workspace.guided import attestations

        return attestations.attest_again(self._database, attestation_id)

    def place(self, artist_id: int, platform: str, *, here: bool | None) -> Attestation | None:
        """Store whether an artist is on a platform; None withdraws that."""
        from rightsdesk.workspace.guided import attestations

        roster.artist_by_id(self._database, artist_id)
        if here is None:
            attestations.clear_presence(self._database, artist_id=artist_id, platform=platform)
            return None
        return attestations.set_presence(
            self._database, artist_id=artist_id, platform=platform, here=here
        )

    def place_all(self, artist_id: int, answers: Mapping[str, bool | None]) -> list[int]:
        """The same for several platforms, all or none. Returns the ids of the deeds."""
        from rightsdesk.workspace.guided import attestations

        roster.artist_by_id(self._database, artist_id)
        return attestations.set_presences(self._database, artist_id, answers)

    def answered_last(self, artist_id: int) -> AnsweredLast | None:
        """What another artist uses, for whom that was answered last; None before the first."""
        from rightsdesk.workspace.guided import attestations

        return attestations.answered_last(self._database, artist_id)

    def attestations(self, artist_id: int | None = None) -> list[Attestation]:
        """All attestations, including withdrawn and replaced ones, newest first."""
        from rightsdesk.workspace.guided import attestations

        return attestations.history(self._database, artist_id)
