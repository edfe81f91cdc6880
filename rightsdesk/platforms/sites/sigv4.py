"""Signs requests to object storage that speaks S3: AWS Signature Version 4.

Source: AWS, “Signature Version 4 signing process” and, for S3's own paths and payload hash,
“Authenticating Requests (AWS Signature Version 4)” in the S3 API reference. Our own, as botocore's
signer does not come without the rest: 31 MB, its own HTTP session, and 0.2 s to import. What this
signs goes through `http.Client`, which follows no redirect and reads no key that lies about.
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
    """Signs one request, as it is about to be sent, for S3. No secret is ever part of it.

    Signed are the method, the address, `Host`, all `x-amz-…` headers and the whole body; the
    signature holds for a quarter of an hour around `now`.
    """

    def __init__(self, key_id: str, secret: str, *, region: str, now: datetime) -> None:
        self._key_id = key_id
        self._secret = secret
        self._region = region
        self._moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the signature into the request's headers."""
        body = request.body or b""
        whole = body.encode() if isinstance(body, str) else body
        payload = hashlib.sha256(whole).hexdigest()
        request.headers["x-amz-date"] = self._moment
        request.headers["x-amz-content-sha256"] = payload
        signed = _signed_headers(request)
        names = ";".join(signed)
        parts = urlsplit(str(request.url))
        asked = "\n".join(
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
        digest = hashlib.sha256(asked.encode()).hexdigest()
        text = "\n".join([ALGORITHM, self._moment, scope, digest])
        signature = _keyed(self._key(day), text).hex()
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={self._key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return request

    def _key(self, day: str) -> bytes:
        """The key for one day, region and service."""
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = _keyed(key, part)
        return key


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _signed_headers(request: requests.PreparedRequest) -> dict[str, str]:
    """By name in small letters and in order, with single spaces."""
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
