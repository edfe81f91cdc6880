"""A sync of many items of an account: its calls, and its duration under the rate limit.

Client, limiter, engine and journal are the program's own. The platform is in memory, with a
latency per call. The clock skips the time in which all threads wait (see `clock`).
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter
from sqlalchemy import insert
from urllib3 import HTTPResponse

from rightsdesk.changes.types import JobReport, Plan
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sign_in.tokens import TokenSet
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.roster.accounts import account_with_place, keep_account
from rightsdesk.store.schema import recordings
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.bench.clock import SkippingClock
from tests.bench.measuring import Cost, Line, expect

EVERYTHING = Filter()
ADDRESS = "http://127.0.0.1:9"
CLIENT_ID = "bench"
PAGE = 200
PER_SECOND, LATENCY = 10.0, 0.1

_URN = "soundcloud:tracks:"
_Fields = dict[str, str]


@dataclass
class Platform(BaseAdapter):
    """A SoundCloud with `number` tracks, as a transport of `requests`, without a network.

    It stores almost nothing per track, so that the measured memory is the program's own.
    """

    number: int
    clock: Clock = SYSTEM
    latency: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    _fields: dict[int, _Fields] = field(default_factory=dict)
    _by_body: dict[str, _Fields] = field(default_factory=dict)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the response, after the latency."""
        if self.latency:
            self.clock.sleep(self.latency)
        url = urlsplit(request.url or "")
        name = "list" if url.path == "/me/tracks" else "item"
        self.calls[f"{request.method} {name}"] += 1
        if name == "list":
            answer: Any = self._page(int(parse_qs(url.query).get("cursor", ["0"])[0]))
        else:
            track = int(url.path.rpartition(":")[2])
            if request.method == "PUT":
                body = request.body or ""
                self._set(track, body if isinstance(body, str) else body.decode())
            answer = self._track(track)
        return _response(request, json.dumps(answer).encode())

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def _page(self, start: int) -> dict[str, Any]:
        end = min(start + PAGE, self.number)
        page: dict[str, Any] = {"collection": [self._track(n) for n in range(start, end)]}
        if end < self.number:
            page["next_href"] = f"{ADDRESS}/me/tracks?cursor={end}&limit={PAGE}"
        return page

    def _set(self, track: int, body: str) -> None:
        """Set a track's fields. Equal fields are stored only once."""
        self._fields[track] = self._by_body.setdefault(body, json.loads(body)["track"])

    def _track(self, number: int) -> dict[str, Any]:
        return {
            "urn": f"{_URN}{number}",
            "title": f"Track {number}",
            "isrc": _isrc(number),
            "duration": 180_000,
            "user": {"username": "Bench"},
            "permalink_url": f"https://soundcloud.com/bench/{number}",
            **self._fields.get(number, {}),
        }


def _response(request: requests.PreparedRequest, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.request, response.url = request, request.url or ""
    response.headers["Content-Type"] = "application/json"
    response.raw = HTTPResponse(BytesIO(body), status=200, preload_content=False)
    return response


def _isrc(number: int) -> str:
    return f"DEA1{number // 100_000:01d}26{number % 100_000:05d}"


class Items:
    """A workspace with an artist, `number` recordings, and an account with as many tracks.

    The account's client is set without a sign-in, so no keyring is touched.
    """

    def __init__(
        self,
        data: Path,
        number: int,
        *,
        per_second: float | None = None,
        latency: float = 0.0,
        clock: Clock = SYSTEM,
    ) -> None:
        self.number = number
        self.platform = Platform(number, clock, latency)
        self.workspace = Workspace.open(data)
        artist = self.workspace.artists.add("Bench").id
        self.workspace.consents.set(Scope(ScopeKind.ARTIST, artist), PRESETS[Preset.NO_AI])
        database = self.workspace._database
        with database.write() as connection:
            rows = (
                {
                    "artist_id": artist,
                    "title": f"Track {n}",
                    "isrc": _isrc(n),
                    "duration_ms": 180_000,
                    "key": str(n),
                }
                for n in range(number)
            )
            connection.execute(insert(recordings), list(rows))
        account = keep_account(
            database,
            artist_id=artist,
            platform=CarrierId.SOUNDCLOUD,
            remote_id="soundcloud:users:1",
            name="Bench",
            base_url=ADDRESS,
            client_id=CLIENT_ID,
        )
        limits = Limits(clock=clock)
        limits.of(service="SoundCloud", host=ADDRESS, client_id=CLIENT_ID, per_second=per_second)
        client = SoundCloud().client(
            Endpoints(ADDRESS, ADDRESS),
            CLIENT_ID,
            Credentials(tokens=TokenSet("token")),
            save=lambda _credentials: None,
            limits=limits,
            clock=clock,
        )
        client._session.mount("http://", self.platform)
        _, place = account_with_place(database, account)
        self.workspace._connections._clients[account] = place, client

    def __enter__(self) -> Items:
        return self

    def __exit__(self, *_: object) -> None:
        self.workspace.close()

    @property
    def pages(self) -> int:
        """The number of list calls, by page size."""
        return math.ceil(self.number / PAGE)

    def sync(self) -> tuple[Plan, JobReport]:
        """Read, plan, apply."""
        plan = self.workspace.jobs.plan_sync(EVERYTHING)
        return plan, self.workspace.jobs.apply(plan)


def lines(work: Path, number: int, *, fewer: int = 0) -> Iterator[Line]:
    """Yield the results for `number` items.

    Memory is compared with `fewer` items, by default a tenth.
    """
    skipping = SkippingClock()
    options: dict[str, Any] = {"per_second": PER_SECOND, "latency": LATENCY}
    with Items(work / f"items-{number}", number, clock=skipping.clock, **options) as items:
        start = skipping.seconds()
        _, report = items.sync()
        took = skipping.seconds() - start
        expect(report.counts, {"done": number})
        calls = items.platform.calls
        expected = {"GET list": items.pages, "GET item": 2 * number, "PUT item": number}
        expect(dict(calls), expected)
        yield _seconds(
            f"sync, {number:,} items changed",
            took,
            f"{calls.total():,} calls at {PER_SECOND:g}/s",
            calls.total() / PER_SECOND,
            1.1,
        )
        calls.clear()
        start = skipping.seconds()
        plan, _ = items.sync()
        took = skipping.seconds() - start
        expect((plan.changes, dict(calls)), ((), {"GET list": items.pages}))
        yield _seconds(
            f"sync, {number:,} items unchanged",
            took,
            f"{items.pages} list calls, no write",
            items.pages / PER_SECOND,
            0,
        )
    fewer = fewer or number // 10
    plain, ours = (_peak(work / f"memory-{n}", n) for n in (fewer, number))
    yield Line(
        f"memory, {number:,} items",
        Cost(ours, ours),
        f"{fewer:,} items",
        Cost(plain, plain),
        reach=1.25,
        at_most=True,
        note="megabytes, not seconds",
    )


def _peak(data: Path, number: int) -> float:
    """Return the peak memory of a process for `number` items, in MB."""
    command = [sys.executable, "-m", "tests.bench.items_memory", str(data), str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _seconds(job: str, took: float, yardstick: str, plain: float, reach: float) -> Line:
    note = f"an answer takes {LATENCY * 1000:g} ms; waiting is skipped"
    return Line(
        job, Cost(took, took), yardstick, Cost(plain, plain), reach=reach, at_most=True, note=note
    )
