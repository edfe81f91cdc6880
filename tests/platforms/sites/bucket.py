"""Object storage with one bucket and few checks: the S3 protocol, and its failures."""

import hashlib
from dataclasses import dataclass, field

from rightsdesk.practice.http import PracticeServer, Reply, Request


@dataclass
class Bucket(PracticeServer):
    """Object storage with one bucket, `mara`, that accepts any key."""

    region: str = "us-east-1"
    knows_conditions: bool = True
    shows_versions: bool = True
    says: tuple[int, str] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        PracticeServer.__init__(self)

    def handle(self, request: Request) -> Reply:
        self.sent.append(request)
        signed = request.headers.get("Authorization", "")
        if f"/{self.region}/s3/aws4_request" not in signed:
            return self.error(400, "AuthorizationHeaderMalformed", Region=self.region)
        if self.says:
            return self.error(*self.says)
        key = request.path.removeprefix("/mara").strip("/")
        asked = {
            n: request.headers[n] for n in ("If-Match", "If-None-Match") if n in request.headers
        }
        if asked and not self.knows_conditions:
            return self.error(501, "NotImplemented")
        if not all(self._holds(key, name, value) for name, value in asked.items()):
            return self.error(412, "PreconditionFailed")
        match request.method:
            case "PUT":
                self.files[key] = request.body
            case "DELETE":
                self.files.pop(key, None)
                return Reply(204)
            case _ if key and key not in self.files:
                return self.error(404, "NoSuchKey")
        return Reply(200, self.files.get(key, b""), self._version(key))

    def error(self, status: int, message: str, **more: str) -> Reply:
        parts = "".join(f"<{name}>{text}</{name}>" for name, text in more.items())
        return Reply(status, f"<Error><Code>{message}</Code>{parts}</Error>".encode())

    def _version(self, key: str) -> dict[str, str]:
        has_version = self.shows_versions and key in self.files
        return {"ETag": f'W/"{self._digest(key)}"'} if has_version else {}

    def _digest(self, key: str) -> str:
        return hashlib.md5(self.files[key], usedforsecurity=False).hexdigest()

    def _holds(self, key: str, name: str, value: str) -> bool:
        if name == "If-None-Match":
            return key not in self.files
        return key in self.files and value == f'"{self._digest(key)}"'
