"""Sign requests to S3 object storage: AWS Signature Version 4.

Source: AWS, “Signature Version 4 signing process”. S3's own paths and payload hash: “Authenticating
Requests (AWS Signature Version 4)” in the S3 API reference. We don't use botocore's signer: it
comes with 31 MB, its own HTTP session, and 0.2 s of import. Signed requests go through
`http.Client`, which follows no redirects and reads no stored keys.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from requests.auth import AuthBase

ALGORITHM = "AWS4-HMAC-SHA256"
UNRESERVED = "-_.~"


class SigV4(AuthBase):
    """Signs one request for S3, just before it is sent. The secret is never part of it.

    It signs the method, the address, `Host`, all `x-amz-…` headers and the whole body. The
    signature is valid for a quarter of an hour around `now`.
    """

    def __init__(self, key_id: str, secret: str, *, region: str, now: datetime) -> None:
        self._key_id = key_id
        self._secret = secret
        self._region = region
        self._moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the signature to the request's headers."""
        body = request.body or b""
        whole = body.encode() if isinstance(body, str) else body
        payload = hashlib.sha256(whole).hexdigest()
        request.headers["x-amz-date"] = self._moment
        request.headers["x-amz-content-sha256"] = payload
        signed = _signed_headers(request)
        names = ";".join(signed)
        parts = urlsplit(str(request.url))
        canonical = "\n".join(
            [
                str(request.method),
                parts.path or "/",
                _query(parts.query),
                *(f"{name}:{value}" for name, value in signed.items()),
                "",
                names,
                payload,
            ]
        )
        day = self._moment[:8]
        scope = f"{day}/{self._region}/s3/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join([ALGORITHM, self._moment, scope, digest])
        signature = _keyed(self._key(day), text).hex()
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={self._key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return request

    def _key(self, day: str) -> bytes:
        """Return the key for one day, region and service."""
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = _keyed(key, part)
        return key


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _signed_headers(request: requests.PreparedRequest) -> dict[str, str]:
    """Return headers by lower-case name, sorted, with single spaces."""
    parts = urlsplit(str(request.url))
    default = {"http": 80, "https": 443}.get(parts.scheme)
    bare = parts.netloc.rpartition("@")[2]
    host = bare.removesuffix(f":{default}")
    found = {name.lower(): str(value) for name, value in request.headers.items()}
    ours = {name: value for name, value in found.items() if name.startswith("x-amz-")}
    return {name: " ".join(v.split()) for name, v in sorted({**ours, "host": host}.items())}


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    quoted = [(quote(name, safe=UNRESERVED), quote(v, safe=UNRESERVED)) for name, v in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(quoted))
