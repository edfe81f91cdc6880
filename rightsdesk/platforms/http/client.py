"""The HTTP client of one account on one platform.

Answers are hostile until read: their size and time are limited. Redirects are followed by hand and
never carry a token to another server. Nothing that a server sends decides where a token goes.
`transport` moves the bytes. It is imported with the first client, so that listing a platform's
abilities does not load it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
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
    untrusted,
)
from rightsdesk.platforms.http.limits import LONGEST_PAUSE, Limiter
from rightsdesk.sentences import worded

if TYPE_CHECKING:
    import requests
    from requests.auth import AuthBase

    from rightsdesk.platforms.http.watchdog import Limit, Watchdog

LARGEST_ANSWER = 10 * 1024 * 1024
LARGEST_SENT = LARGEST_ANSWER + 1024 * 1024
"""Limit for the bytes received for one answer: body, headers, trailers and chunk framing."""

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 10.0, 30.0, 60.0
ATTEMPTS = 3
FIRST_PAUSE = 0.4
MOST_REDIRECTS = 5
IDEMPOTENT = frozenset({"GET", "PUT"})
PASSING = frozenset({500, 502, 503, 504})
STOPPED = frozenset({403, 406})
"""Status codes that firewalls use with a page of their own. APIs send a reason instead."""

MOVED = frozenset({301, 302, 303, 307, 308})

_log = logging.getLogger(__name__)


def is_401(answer: Answer) -> bool:
    """Whether the token was rejected, as most platforms report it (RFC 6750, section 3.1)."""
    return answer.status == 401


C = TypeVar("C", bound="Client")


def narrowed(client: Client, kind: type[C]) -> C:
    """The client as one of the kind that its platform makes. Raises TypeError for any other."""
    if not isinstance(client, kind):
        raise TypeError("this is not a client that the platform made")
    return client


class Authorizer(Protocol):
    """Supplies the Authorization header of one account."""

    def header(self) -> str:
        """Return the header's value. It may renew a token that is about to expire."""
        ...

    def renew(self, rejected: str) -> str:
        """Return another value, after the platform answered 401 to `rejected`."""
        ...

    def give_up(self) -> PlatformError:
        """Record that a renewed value was rejected too. Return the error to raise now and later."""
        ...


class Client:
    """Sends the requests of one account. Thread-safe; close it when done.

    `base_url` is the address of the API; `auth_url` is the platform's second host, if any
    (SoundCloud signs out there). Only these two get the account's token. `rejected` decides whether
    an answer means that the token no longer works.
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

    def __enter__(self) -> Self:
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
        """The clock this client uses."""
        return self._clock

    @property
    def units_left(self) -> int | None:
        """Units left of today's quota for this client id; None if no quota is counted."""
        return self._limiter.units_left

    @property
    def paced(self) -> bool:
        """Whether calls are spaced as the platform demands, across all threads."""
        return self._limiter.paced

    def outlook(self, updates: int) -> str:
        """Return one sentence: how many of `updates` changes fit into today's quota.

        Times are in the computer's time zone. Returns "" if no quota is counted.
        """
        return self._limiter.outlook(updates, self._clock.now().astimezone())

    def get(self, target: str, params: Mapping[str, str] | None = None) -> Any:
        """Send a GET and return the JSON answer. `target`: a path, or a whole trusted address."""
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

        `target` is a path below the base address, or a whole address on one of the two trusted
        servers. `multipart` holds form fields for `multipart/form-data`; names may repeat.
        `content` is a raw body. Raises a `PlatformError` for everything else: see `errors`.
        """
        url = join(self.base_url, target)
        if origin_of(url) not in self._trusted:
            raise AddressRefused(
                worded(
                    "{service} named an address on another server ({host}).",
                    service=self.service,
                    host=origin_of(url).host,
                ),
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
        """Send one request, and retry it a few times if a repetition does no harm.

        There is no retry after a first try that took as long as a read may take: a silent server
        will be silent again.
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
                    raise interrupted.error from None
            else:
                asked_to_wait = answer.status == 503 and self._long_wait(answer) is not None
                if answer.status not in PASSING or attempt == attempts or asked_to_wait:
                    return answer
            pause = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
            self._clock.sleep(pause * (0.5 + self._jitter() / 2))
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """Send to an address and follow its redirects by our rules."""
        start, token = origin_of(url), header.partition(" ")[2]
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send(method, url, header, parts)
            if answer.status == 401 and self._authorize and not header:
                break  # this server never saw our token, so its 401 says nothing about it
            if answer.status not in MOVED:
                return answer
            if method != "GET" or not answer.headers.get("Location"):
                break
            if token and token in unquote(answer.headers["Location"]):
                raise AddressRefused(
                    worded(
                        "{service} sent us on to an address with your sign-in in it.",
                        service=self.service,
                    ),
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
            worded(
                "{service} sent us on to another address again and again, or to a wrong one.",
                service=self.service,
            ),
            advice="Try again later. If it stays, the service may have moved.",
        )

    def _send(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """Send one request and return one answer, of any status.

        Size and time are limited from the first byte to the last. Raises `Interrupted`.
        """
        with self._watchdog.limit(self._whole_seconds, LARGEST_SENT) as limit:
            try:
                answer = self._sent(method, url, header, parts)
            except Exception:  # of any kind: the watchdog may have cut the connection
                self._blame(limit, url)
                raise
            self._blame(limit, url)  # a connection that was cut looks like the end of an answer
            return answer

    def _blame(self, limit: Limit, url: str) -> None:
        """Raise the error that fits if the watchdog cut the connection."""
        if limit.is_too_large:
            raise self._too_large() from None
        if limit.is_late:
            proxy = self._proxy_for(url)
            error = proxies.silent(proxy, self.service) if proxy else None
            raise Interrupted(error or self._too_slow()) from None

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
                    # Close the connection: otherwise the next request would take the real answer
                    # for its own.
                    raise self._odd_status(response.status_code)
                body = self._read(response, start)
                answer = Answer(response.status_code, response.headers, body)
        except requests.exceptions.SSLError as error:
            raise untrusted(self.service, error) from None
        except requests.exceptions.Timeout:
            if proxy:
                raise Interrupted(proxies.silent(proxy, self.service)) from None
            raise Interrupted(self._too_slow()) from None
        except requests.exceptions.ProxyError as error:
            raise proxies.trouble(proxy, url, error) from None
        except requests.exceptions.ConnectionError as error:
            if proxy:
                raise Interrupted(proxies.trouble(proxy, url, error)) from None
            if _is_no_http(error):
                raise self._bad_answer(
                    worded("{service} sent an answer that can't be read.", service=self.service)
                ) from None
            raise Interrupted(
                self._offline(worded("{service} can't be reached.", service=self.service))
            ) from None
        except requests.exceptions.RequestException as error:
            if proxy:  # not a valid address, or a kind of proxy that requests can't use
                raise proxies.trouble(proxy, url, error) from None
            raise self._bad_answer(
                worded(
                    "RightsDesk could not send this to {service} ({error}).",
                    service=self.service,
                    error=type(error).__name__,
                )
            ) from None
        except DecodeError:
            raise self._bad_answer(
                worded("{service} sent an answer that can't be unpacked.", service=self.service)
            ) from None
        except TransportError:
            sentence = worded(
                "{service} broke off in the middle of an answer.", service=self.service
            )
            raise Interrupted(BrokenOff(sentence, advice="Try again later.")) from None
        _log.debug("%s %s: %d", method, url.partition("?")[0], answer.status)
        return answer

    def _auth(self, url: str, header: str) -> AuthBase:
        """Return the request's signer. Platforms that sign every request override this."""
        from rightsdesk.platforms.http.transport import Header

        return Header(header)

    def _read(self, response: requests.Response, start: float) -> bytes:
        """Return the whole body, decoded, within the limits of size and time."""
        body = bytearray()
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise self._too_large()
            if self._clock.monotonic() - start > self._whole_seconds:
                raise Interrupted(self._too_slow())
        return bytes(body)

    def _long_wait(self, answer: Answer) -> float | None:
        """Return the seconds an answer asks us to wait, if a worker may not be held that long."""
        wait = retry_after(answer, self._clock.now())
        return wait.total_seconds() if wait and wait.total_seconds() > LONGEST_PAUSE else None

    def _failure(self, answer: Answer, details: Mapping[str, str]) -> PlatformError:
        """Return the error for an answer's status."""
        status = answer.status
        if status == 429 or (status == 503 and self._long_wait(answer) is not None):
            until = self._limiter.note_wait(retry_after(answer, self._clock.now()))
            return self._limiter.refusal(until, details)
        if refused := self._limiter.refused(details.get("reason", ""), details):
            return refused
        words_in = ("message", "error_description", "detail", "error")
        reason = next((details[name] for name in words_in if details.get(name)), "")
        if status == 401:
            return NeedsReconnect(
                worded("{service} asks for a sign-in.", service=self.service),
                advice="Connect the account again.",
            )
        if status in (404, 410):
            return ItemGone(
                worded("{service} doesn't have this any more.", service=self.service),
                details=details,
            )
        if status >= 500:
            return ServerTrouble(
                worded(
                    "{service} has a problem on its side: “{reason}”"
                    if reason
                    else "{service} has a problem on its side ({status}).",
                    service=self.service,
                    reason=reason,
                    status=status,
                ),
                advice="Try again later.",
                details=details,
            )
        if status in STOPPED and not details and is_html(answer):
            return Refused(
                worded(
                    "{service} refused this ({status}) and sent a web page instead of an answer.",
                    service=self.service,
                    status=status,
                ),
                advice="A firewall or a bot check may block RightsDesk. Let it pass this "
                "computer, or ask its administrator.",
            )
        if 400 <= status < 500:
            return Refused(
                worded(
                    "{service} refused this: “{reason}”"
                    if reason
                    else "{service} refused this ({status}).",
                    service=self.service,
                    reason=reason,
                    status=status,
                ),
                details=details,
            )
        return self._odd_status(status)

    def _too_slow(self) -> Offline:
        return self._offline(worded("{service} took too long to answer.", service=self.service))

    def _offline(self, sentence: str) -> Offline:
        return Offline(sentence, advice="Check the internet connection and try again.")

    def _too_large(self) -> BadAnswer:
        return self._bad_answer(
            worded("{service} sent an answer that is far too large.", service=self.service)
        )

    def _odd_status(self, status: int) -> BadAnswer:
        return self._bad_answer(
            worded(
                "{service} answered in an unexpected way ({status}).",
                service=self.service,
                status=status,
            )
        )

    def _bad_answer(self, sentence: str) -> BadAnswer:
        return BadAnswer(sentence, advice="Try again later.")


class Interrupted(Exception):
    """A failure that may pass quickly; `error` is what to raise if it does not."""

    def __init__(self, error: PlatformError) -> None:
        super().__init__(error.sentence)
        self.error = error


def _is_no_http(error: BaseException) -> bool:
    """Whether the bytes received can't be HTTP (endless headers, another protocol).

    False if the connection failed or ended early.
    """
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected

    found: BaseException | None = error
    while found is not None:
        for cause in (found, *found.args):
            if isinstance(cause, HTTPException):
                return not isinstance(cause, RemoteDisconnected | IncompleteRead)
        found = found.__context__
    return False
