"""A report as JSON, part by part: the shape of `resources/report/report.schema.json`, version 1.

Keys may be added, never renamed. Values are codes, not words; sentences are in English. It is
ASCII: undecodable bytes of paths are `\\udcXX`, and so round-trip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any

from rightsdesk.consent import Consent
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.presets import preset_of
from rightsdesk.resources.wording import wording
from rightsdesk.workspace.reports.gathering import Report
from rightsdesk.workspace.reports.types import ChosenConsent, FileLine, HistoryLine, RecordingLine

FORMAT, VERSION = "rightsdesk-report", 1
Shape = dict[str, Any]


def json_parts(report: Report) -> Iterator[str]:
    """The parts of one JSON document, to be written in turn."""
    yield "{\n"
    for name, value in _head(report).items():
        yield f"{_dumped(name)}: {_dumped(value)},\n"
    lists: dict[str, Iterable[Shape]] = {
        "choices": map(_chosen, report.chosen()),
        "accounts": map(_plain, report.accounts),
        "noted_switches": map(_plain, report.noted),
        "terms": map(_plain, report.terms),
        "held_terms": map(_plain, report.held),
        "licences": (
            {
                **one.agreement.to_json(),
                "state": one.state,
                "last_day": one.last_day,
                "ended_on": one.ended_on,
                "covers": list(one.covers),
                "recordings": one.recordings,
            }
            for one in report.licences
        ),
        "open_points": map(_plain, report.open_points),
        "history": map(_entry, report.history()),
        "recordings": map(_recording, report.recordings(hashed=True)),
    }
    for at, (name, rows) in enumerate(lists.items(), 1):
        yield f"{_dumped(name)}: "
        yield from _array(rows)
        yield ",\n" if at < len(lists) else "\n"
    yield "}\n"


def _array(rows: Iterable[Shape]) -> Iterator[str]:
    between = "[\n"
    for row in rows:
        yield between + _dumped(row)
        between = ",\n"
    yield "[]" if between == "[\n" else "\n]"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _head(report: Report) -> Shape:
    text = wording("en")
    return {
        "format": FORMAT,
        "version": VERSION,
        "made": {
            "at": report.made_at.isoformat(timespec="seconds"),
            "by": report.made_by,
            "program": f"RightsDesk {report.version}",
        },
        "about": {"kind": report.about.value, "name": report.name},
        "artists": [
            {
                "name": owner.name,
                "rightsholder": owner.rightsholder,
                "contact": owner.contact,
                "terms_url": owner.terms_url,
                "folders": list(owner.folders),
            }
            for owner in report.owners
        ],
        "totals": _plain(report.totals),
        "consents": [
            {"consent": consent.to_json(), "preset": _preset(consent), "recordings": number}
            for consent, number in report.consents
        ],
        "carriers": [
            {
                "carrier": one.carrier,
                "name": one.name,
                "standings": {standing.value: n for standing, n in one.standings.items()},
                "evidence": one.evidence.value,
                "first_read": one.first_read,
                "last_read": one.last_read,
            }
            for one in report.carriers
        ],
        "seal": {
            "entry": report.seal.entry,
            "entries": report.seal.entries,
            "head": report.seal.head,
            "stamps": [_plain(stamp) for stamp in report.seal.stamps],
        },
        "history_numbers": text("check.numbers") if report.numbers_missing else "",
        "files_hashed": report.hashed,
        "shows": [text(f"shows.{key}") for key in ("one", "two", "three")],
        "does_not_show": [text(f"not_shows.{key}") for key in ("one", "two", "three", "four")],
        "caution": text("caution.text"),
        "attribution": text("attribution.terms"),
    }


def _preset(consent: Consent) -> str | None:
    preset = preset_of(consent)
    return preset.value if preset else None


def _chosen(one: ChosenConsent) -> Shape:
    return {**_plain(one), "preset": _preset(one.consent)}


def _plain(line: Any) -> Shape:
    """A line by its fields. `dataclasses.asdict` would copy each value, which takes long."""
    return {name: _value(getattr(line, name)) for name in line.__dataclass_fields__}


def _value(value: object) -> object:
    if isinstance(value, Consent):
        return _stated(value)
    if isinstance(value, tuple):
        return [_plain(one) if is_dataclass(one) else one for one in value]
    return value


@lru_cache(maxsize=4096)
def _stated(consent: Consent) -> dict[str, str]:
    return consent.to_json()


def _entry(line: HistoryLine) -> Shape:
    deed = line.deed
    return {
        "id": deed.id,
        "at": deed.at,
        "who": deed.who,
        "seat": deed.seat,
        "kind": deed.kind.value,
        "scope": _plain(deed.scope),
        "names": dict(deed.names),
        "before": deed.before,
        "after": deed.after,
        "undoes": deed.undoes,
        "undone_by": line.undone_by,
        "job": deed.job_id,
        "result": dict(line.result),
        "sentence": str(line.words),
    }


def _file(file: FileLine) -> Shape:
    shape = _plain(file)
    del shape["grants"]
    return {**shape, "licensed": _licensed(file.grants)}


def _licensed(grants: Grants) -> list[Shape]:
    return [grant.to_json() for grant in grants]


def _recording(line: RecordingLine) -> Shape:
    return {
        "artist": line.artist,
        "release": line.release,
        "upc": line.upc,
        "title": line.title,
        "track": line.track,
        "isrc": line.isrc,
        "duration_ms": line.duration_ms,
        "consent": _stated(line.consent),
        "set_for": line.set_for.value if line.set_for else None,
        "standings": {carrier: standing.value for carrier, standing in line.standings.items()},
        "licensed": _licensed(line.grants),
        "files": [_file(file) for file in line.files],
        "items": [_plain(item) for item in line.items],
    }
