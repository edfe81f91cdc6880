"""One account's connection to one platform: what is sent, how often, and to whom.

Bytes from a server are hostile until read: answers are limited in size and in time,
redirects are followed by hand and never carry a token to another server, and nothing that
a server sends decides where a token goes. `transport` moves the bytes: it is imported with
the first client, so that whoever only asks what a platform can do does not load it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http import proxies
from rightsdesk.platforms.http.address import join, origin_of, redirected
from rightsdesk.platforms.http.answer import (
    Answer,
    cleaned_details,
    is_html,
    read_json,
    retry_after,
)
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    BrokenOff,
    ItemGone,
    NeedsReconnect,
    Offline,
    PlatformError,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.http.limits import LONGEST_PAUSE, Limiter

if TYPE_CHECKING:
    import requests
    from requests.auth import AuthBase

    from rightsdesk.platforms.http.watchdog import Limit, Watchdog

LARGEST_ANSWER = 10 * 1024 * 1024
LARGEST_SENT = LARGEST_ANSWER + 1024 * 1024
"""Bytes on the line for one answer: with its headers, trailers and what frames its chunks."""

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 60.0
ATTEMPTS = 3
FIRST_PAUSE = 0.4
MOST_REDIRECTS = 5
IDEMPOTENT = frozenset({"GET", "PUT"})
PASSING = frozenset({500, 502, 503, 504})
STOPPED = frozenset({403, 406})
"""How firewalls refuse, with a page of their own. APIs say why in theirs."""

MOVED = frozenset({301, 302, 303, 307, 308})

_log = logging.getLogger(__name__)


def is_401(answer: Answer) -> bool:
    """How most platforms say that a token no longer holds (RFC 6750, section 3.1)."""
    return answer.status == 401


class Authorizer(Protocol):
    """Where a client gets its Authorization header from; one for each account."""

    def header(self) -> str:
        """The header's value; may renew a token that is about to end."""
        ...

    def renew(self, rejected: str) -> str:
        """Another value, once the platform answered 401 to `rejected`."""
        ...

    def give_up(self) -> PlatformError:
        """Note that a renewed value was rejected too; the error to raise, now and later."""
        ...


class Client:
    """Sends requests for one account. Safe to use from several threads; close it at the end.

    `base_url` is where the platform's API is; `auth_url` its second host, where it has one
    (SoundCloud signs out there). Only these two are ever sent the account's token.
    `rejected` tells the answers by which the platform says that a token no longer holds.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limiter: Limiter,
        service: str,
        authorize: Authorizer | None = None,
        auth_url: str = "",
        rejected: Callable[[Answer], bool] = is_401,
        clock: Clock = SYSTEM,
        jitter: Callable[[], float] = random.random,
        timeouts: tuple[float, float, float] = (CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS),
        watchdog: Watchdog | None = None,
    ) -> None:
        from rightsdesk.platforms.http import transport

        self.base_url = base_url
        self.auth_url = auth_url or base_url
        self.service = service
        self._trusted = {origin_of(base_url), origin_of(self.auth_url)}
        self._limiter = limiter
        self._authorize = authorize
        self._rejected = rejected
        self._clock = clock
        self._jitter = jitter
        self._watchdog = watchdog or transport.WATCHDOG
        self._connect_seconds, self._read_seconds, self._whole_seconds = timeouts
        self._session = transport.session(loopback=origin_of(base_url).is_loopback)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.base_url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @property
    def clock(self) -> Clock:
        """The time that this client goes by."""
        return self._clock

    @property
    def units_left(self) -> int | None:
        """What is left of today's allowance for this client id; None where none is counted."""
        return self._limiter.units_left

    @property
    def paced(self) -> bool:
        """Whether its calls are spaced as the platform wants, whoever makes them."""
        return self._limiter.paced

    def outlook(self, updates: int) -> str:
        """How far today's allowance takes this many changes, as a sentence in the person's own
        time zone; "" where there is none to count."""
        return self._limiter.outlook(updates, self._clock.now().astimezone())

    def get(self, target: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON that a path (or a whole address on this platform) answers with."""
        return read_json(self.request("GET", target, params=params), self.service)

    def request(
        self,
        method: str,
        target: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        multipart: Iterable[tuple[str, str]] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Container[int] = (),
    ) -> Answer:
        """Send one request and return its answer: any 2xx, or a status in `expect`.

        `target` is a path below the base address, or a whole address on one of the two
        trusted servers. `multipart` are the fields of a form that is sent as
        `multipart/form-data`, in which names can stand twice; `content` is a body as it is.
        Raises a `PlatformError` for everything else: see `errors`.
        """
        url = join(self.base_url, target)
        if origin_of(url) not in self._trusted:
            raise AddressRefused(
                f"{self.service} sent us to another server ({origin_of(url).host}).",
                advice="RightsDesk did not follow, as that could give your sign-in away.",
            )
        header = self._authorize.header() if self._authorize else ""
        files = [(name, (None, text)) for name, text in multipart] if multipart else None
        data = form if content is None else content
        parts = {"params": params, "json": json, "data": data, "files": files, "headers": headers}
        answer = self._persist(method, url, header, parts)
        if self._authorize and answer.status not in expect and self._rejected(answer):
            header = self._authorize.renew(header)
            answer = self._persist(method, url, header, parts)
            if self._rejected(answer):
                raise self._authorize.give_up()
        if 200 <= answer.status < 300 or answer.status in expect:
            self._limiter.answered()
            return answer
        sent = json if isinstance(json, dict) else {}
        texts = [value for value in sent.values() if isinstance(value, str)]
        secrets = [header, header.partition(" ")[2], *(form or {}).values(), *texts]
        raise self._failure(answer, cleaned_details(answer, secrets))

    def _persist(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """One request, asked again a few times where asking twice does no harm.

        Not where the first try took a person's whole patience: a server that is silent now
        is so in a moment, too.
        """
        attempts = ATTEMPTS if method in IDEMPOTENT else 1
        start = self._clock.monotonic()
        for attempt in range(1, attempts + 1):
            self._limiter.before_call(method, urlsplit(url).path)
            try:
                answer = self._follow(method, url, header, parts)
            except Interrupted as interrupted:
                tried_long = self._clock.monotonic() - start >= self._read_seconds
                if attempt == attempts or tried_long:
                    raise interrupted.known from None
            else:
                told = answer.status == 503 and self._told_wait(answer) is not None
                if answer.status not in PASSING or attempt == attempts or told:
                    return answer
            pause = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
            self._clock.sleep(pause * (0.5 + self._jitter() / 2))
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """Send to an address and to where it redirects, by our rules."""
        start, shown = origin_of(url), header.partition(" ")[2]
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send(method, url, header, parts)
            if answer.status == 401 and self._authorize and not header:
                break  # from a server that never saw our token: says nothing about it
            if answer.status not in MOVED:
                return answer
            if method != "GET" or not answer.headers.get("Location"):
                break
            if shown and shown in unquote(answer.headers["Location"]):
                raise AddressRefused(
                    f"{self.service} sent us on to an address with your sign-in in it.",
                    advice="RightsDesk did not follow, as that could give your sign-in away.",
                )
            url = redirected(url, answer.headers["Location"])
            origin = origin_of(url)
            if origin.is_loopback and not start.is_loopback:
                break
            if origin not in self._trusted:
                header = ""
            parts = {}
        raise BadAnswer(
            f"{self.service} sent us on to another address again and again, or to a wrong one.",
            advice="Try again later. If it stays, the service may have moved.",
        )

    def _send(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """One request, one answer, whatever its status, within limits of size and time that
        hold from the first byte to the last. Raises `Interrupted`."""
        with self._watchdog.limit(self._whole_seconds, LARGEST_SENT) as limit:
            try:
                answer = self._sent(method, url, header, parts)
            except Exception:
                self._blame(limit, url)
                raise
            self._blame(limit, url)  # a line that was cut looks like an answer's end
            return answer

    def _blame(self, limit: Limit, url: str) -> None:
        """Raise what there is to say of a line that was cut, if it was."""
        if limit.is_too_large:
            raise self._bad_answer("sent an answer that is far too large") from None
        if limit.is_late:
            proxy = self._proxy_for(url)
            known = proxies.silent(proxy, self.service) if proxy else None
            raise Interrupted(known or self._offline("took too long to answer")) from None

    def _proxy_for(self, url: str) -> str:
        return proxies.proxy_for(url) if self._session.trust_env else ""

    def _sent(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        import requests
        from urllib3.exceptions import DecodeError
        from urllib3.exceptions import HTTPError as TransportError

        start = self._clock.monotonic()
        proxy = self._proxy_for(url)
        try:
            with self._session.request(
                method,
                url,
                auth=self._auth(url, header),
                timeout=(self._connect_seconds, self._read_seconds),
                allow_redirects=False,
                stream=True,
                **parts,
            ) as response:
                if response.status_code < 200:
                    # Only an end of the connection keeps the real answer from being taken
                    # for that to the next request.
                    raise self._bad_answer(
                        f"answered in an unexpected way ({response.status_code})"
                    )
                body = self._read(response, start)
                answer = Answer(response.status_code, response.headers, body)
        except requests.exceptions.SSLError as error:
            raise self._unproven(error) from None
        except requests.exceptions.Timeout:
            if proxy:
                raise Interrupted(proxies.silent(proxy, self.service)) from None
            raise Interrupted(self._offline("took too long to answer")) from None
        except requests.exceptions.ProxyError as error:
            raise proxies.trouble(proxy, url, error) from None
        except requests.exceptions.ConnectionError as error:
            if proxy:
                raise Interrupted(proxies.trouble(proxy, url, error)) from None
            if _is_no_http(error):
                raise self._bad_answer("sent an answer that can't be read") from None
            raise Interrupted(self._offline("can't be reached")) from None
        except requests.exceptions.RequestException as error:
            if proxy:  # an address that is none, or a kind of proxy that requests can't use
                raise proxies.trouble(proxy, url, error) from None
            raise self._bad_answer(f"could not be asked ({type(error).__name__})") from None
        except DecodeError:
            raise self._bad_answer("sent an answer that can't be unpacked") from None
        except TransportError:
            sentence = f"{self.service} broke off in the middle of an answer."
            raise Interrupted(BrokenOff(sentence, advice="Try again later.")) from None
        _log.debug("%s %s: %d", method, url.partition("?")[0], answer.status)
        return answer

    def _unproven(self, error: Exception) -> AddressRefused:
        """The error for a server whose certificate is not believed, with what it may be."""
        said = str(error)
        advice = "Check this computer's date, and whether the network shows a login page."
        if "self-signed" in said or "self signed" in said or "local issuer" in said:
            advice = (
                "Your company or a security program may inspect connections: its certificate "
                "then has to be in this system's trust store, or in a file that the setting "
                "REQUESTS_CA_BUNDLE names. Else the network may show a login page."
            )
        return AddressRefused(
            f"{self.service} could not prove that it is really {self.service}.", advice=advice
        )

    def _auth(self, url: str, header: str) -> AuthBase:
        """What shows whose request it is; a platform that signs each by itself has its own."""
        from rightsdesk.platforms.http.transport import Header

        return Header(header)

    def _read(self, response: requests.Response, start: float) -> bytes:
        """The whole body, decoded, within limits of size and time."""
        body = bytearray()
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise self._bad_answer("sent an answer that is far too large")
            if self._clock.monotonic() - start > self._whole_seconds:
                raise Interrupted(self._offline("took too long to answer"))
        return bytes(body)

    def _told_wait(self, answer: Answer) -> float | None:
        """Seconds to wait, where an answer names more than a worker may be held for."""
        wait = retry_after(answer, self._clock.now())
        return wait.total_seconds() if wait and wait.total_seconds() > LONGEST_PAUSE else None

    def _failure(self, answer: Answer, details: Mapping[str, str]) -> PlatformError:
        """The error that an answer's status stands for."""
        status = answer.status
        if status == 429 or (status == 503 and self._told_wait(answer) is not None):
            until = self._limiter.told_to_wait(retry_after(answer, self._clock.now()))
            return self._limiter.refusal(until, details)
        if refused := self._limiter.refused(details.get("reason", ""), details):
            return refused
        words_in = ("message", "error_description", "detail", "error")
        said = next((details[name] for name in words_in if details.get(name)), "")
        words = f": “{said}”" if said else f" ({status})."
        if status == 401:
            return NeedsReconnect(
                f"{self.service} asks for a sign-in.", advice="Connect the account again."
            )
        if status in (404, 410):
            return ItemGone(f"{self.service} doesn't have this any more.", details=details)
        if status >= 500:
            return ServerTrouble(
                f"{self.service} has a problem on its side{words}",
                advice="Try again later.",
                details=details,
            )
        if status in STOPPED and not details and is_html(answer):
            return Refused(
                f"{self.service} refused this ({status}), with a web page in place of an answer.",
                advice="A firewall or a check for robots may be in front of it: let it pass this "
                "computer, or ask whoever runs it.",
            )
        if 400 <= status < 500:
            return Refused(f"{self.service} refused this{words}", details=details)
        return self._bad_answer(f"answered in an unexpected way ({status})")

    def _offline(self, what: str) -> Offline:
        return Offline(
            f"{self.service} {what}.", advice="Check the internet connection and try again."
        )

    def _bad_answer(self, what: str) -> BadAnswer:
        return BadAnswer(f"{self.service} {what}.", advice="Try again later.")


class Interrupted(Exception):
    """Trouble on the way, which may be over in a moment; `known` is what to say if not."""

    def __init__(self, known: PlatformError) -> None:
        super().__init__(known.sentence)
        self.known = known


def _is_no_http(error: BaseException) -> bool:
    """Whether what came can't be an answer in HTTP (endless headers, another protocol), rather
    than that nothing or too little came."""
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected

    found: BaseException | None = error
    while found is not None:
        for one in (found, *found.args):
            if isinstance(one, HTTPException):
                return not isinstance(one, RemoteDisconnected | IncompleteRead)
        found = found.__context__
    return False
