"""Secrets that a test hands out, and the search for them in every spelling."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from rightsdesk.practice.faults import Fault
from rightsdesk.practice.http import PracticeServer, Reply, Request


def spellings(secret: str) -> dict[str, bytes]:
    """How a secret can appear in a file: unchanged, or in the encodings that programs use."""
    plain = secret.encode()
    found = {
        "plain": plain,
        "percent": quote(secret, safe="").encode(),
        "form": quote_plus(secret).encode(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "UTF-16 little": secret.encode("utf-16-le"),
        "UTF-16 big": secret.encode("utf-16-be"),
        "backwards": plain[::-1],
    }
    # Base64 counts in threes, so it differs after other text. Characters at the edges, which depend
    # on the neighbouring bytes, are left out.
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + plain)
        middle = whole[4 if shift else 0 : -4 if (shift + len(plain)) % 3 else None]
        found[f"base64 +{shift}"] = middle
        found[f"base64url +{shift}"] = middle.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def found_in(places: Mapping[str, bytes], secrets: Iterable[str]) -> list[str]:
    """Where a secret appears, and in which spelling. Never the secret itself."""
    return [
        f"{name}: secret {number}, {how}"
        for number, secret in enumerate(sorted(secrets))
        for how, spelled in spellings(secret).items()
        for name, content in places.items()
        if spelled in content
    ]


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, including hidden files and SQLite's own files."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def arguments_of_programs() -> dict[str, bytes]:
    """The arguments of every running program, as any user of the machine can read them."""
    arguments = {}
    for program in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments[str(program)] = program.read_bytes()
        except OSError:
            continue  # it has ended
    return arguments


@dataclass
class EchoingServer:
    """Makes a practice server echo what it received, as a malicious server might."""

    server: PracticeServer
    status: int = 0
    """The status of its answers while it echoes; 0: it behaves."""
    elsewhere: str = ""
    """Where it redirects to, with the token in the address."""
    received: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        behaves = self.server.answer

        def answer(request: Request) -> tuple[Reply, Fault | None]:
            shown = request.headers.get("Authorization", "")
            if shown:
                self.received.add(shown.partition(" ")[2])
            if not self.status:
                return behaves(request)
            return self._repeat(request, shown), None

        self.server.answer = answer  # type: ignore[method-assign]

    def _repeat(self, request: Request, shown: str) -> Reply:
        token = shown.partition(" ")[2]
        said = f"{shown} {token} {request.body.decode(errors='replace')[:400]}"
        members = ("error", "error_description", "message", "detail", "code", "type")
        reply = Reply.of_json(dict.fromkeys(members, said), self.status)
        where = f"{self.elsewhere or 'https://elsewhere.example'}/?access_token={quote(token)}"
        return Reply(reply.status, reply.body, {**reply.headers, "Location": where})
