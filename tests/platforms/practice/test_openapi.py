"""Our requests and the practice server's answers, checked against SoundCloud's description.

The description belongs to SoundCloud and is not part of this project. The tests run if it is in the
folder named by RIGHTSDESK_SPECS or in `../shared/specs` next to the project.

Its schemas and its own examples differ in two ways; the tests follow the examples. Values that an
example shows as null may be null, but only there. Times are “2018/01/01 12:08:25 +0000”, not the
`date-time` that the schema of a user promises.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import Reply, Request
from tests.platforms.connected import ARTIST, ConnectedAccount

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("RIGHTSDESK_SPECS") or ROOT.parent / "shared" / "specs")
FILE = FOLDER / "soundcloud-openapi.yaml"

pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"SoundCloud's OpenAPI description is not at {FILE}"
)


@pytest.fixture(scope="module")
def description() -> OpenAPI:
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    _apply_examples(document)
    # The description breaks the OpenAPI rules in places that are not ours (a default value).
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def _apply_examples(document: dict[str, Any]) -> None:
    components = document["components"]
    # `Me` has no example of its own: it is a `User` with a few more values.
    for schema, example in (("Track", "Track"), ("User", "User"), ("Me", "User")):
        for name, value in components["examples"][example]["value"].items():
            described = components["schemas"][schema]["properties"].get(name)
            if value is None and described is not None:
                described["nullable"] = True
    for moment in ("created_at", "last_modified"):
        del components["schemas"]["User"]["properties"][moment]["format"]


class Inspector:
    """Checks each exchange with the practice server against the description."""

    def __init__(self, description: OpenAPI) -> None:
        self._description = description
        self.passed: list[str] = []
        self.failed: list[str] = []

    def __call__(self, request: Request, reply: Reply) -> None:
        parts = urlsplit(request.target)
        asked = MockRequest(
            "https://api.soundcloud.com",
            request.method.lower(),
            parts.path,
            args=dict(parse_qsl(parts.query)),
            headers=dict(request.headers),
            data=request.body or None,
            content_type=request.headers.get("Content-Type", ""),
        )
        content_type = reply.headers.get("Content-Type", "")
        answered = MockResponse(reply.body, reply.status, dict(reply.headers), content_type)
        call = f"{request.method} {parts.path} {reply.status}"
        try:
            self._description.validate_request(asked)
            self._description.validate_response(asked, answered)
        except OpenAPIError as error:
            self.failed.append(f"{call}: {error} {error.__cause__}")
        else:
            self.passed.append(call)


@pytest.fixture
def inspector(description: OpenAPI, connected: ConnectedAccount) -> Inspector:
    inspector = Inspector(description)
    connected.practice.watch = inspector
    return inspector


def test_the_whole_job_follows_the_description(
    connected: ConnectedAccount, inspector: Inspector
) -> None:
    client = connected.client()
    connected.platform.whoami(client)
    for item in connected.platform.items(client):
        fields = {"tag_list": ("noai ai:generative-training=no",), "description": ("No.",)}
        connected.platform.write(client, item.remote_id, item, fields)
        after = connected.platform.item(client, item.remote_id)
        connected.platform.write(client, item.remote_id, after, {"tag_list": (), "description": ()})
    connected.platform.sign_out(client)
    assert inspector.failed == []
    assert len(inspector.passed) == 2 + 3 * 3 + 1


def test_refusals_follow_the_description(connected: ConnectedAccount, inspector: Inspector) -> None:
    client = connected.client()
    for method, path, body in (
        ("GET", "/tracks/soundcloud:tracks:404", None),
        ("PUT", f"/tracks/{_first(connected)}", {"track": {"license": "none"}}),
    ):
        with pytest.raises(PlatformError):
            client.request(method, path, json=body)
    connected.practice.revoke(ARTIST)
    with pytest.raises(PlatformError):
        connected.platform.whoami(client)
    exchanges = [line for line in (*inspector.passed, *inspector.failed) if "/oauth" not in line]
    assert [line[-3:] for line in inspector.passed] == ["404", "401"]
    # The refused body breaks the description too: that is why the server refused it.
    assert len(exchanges) == 3


def test_an_empty_page_and_a_bare_list_follow_the_description(
    connected: ConnectedAccount, inspector: Inspector
) -> None:
    client = connected.client()
    connected.practice.faults.add(Fault(FaultKind.EMPTY_PAGE))
    list(connected.platform.items(client))
    client.get("/me/tracks")
    assert inspector.failed == []
    assert len(inspector.passed) == 3


def test_a_wrong_request_would_be_noticed(
    connected: ConnectedAccount, inspector: Inspector
) -> None:
    """The inspector itself works."""
    client: Client = connected.client()
    with pytest.raises(PlatformError):
        client.get("/me/tracks", {"limit": "1000"})
    with pytest.raises(PlatformError):
        client.request("PUT", f"/tracks/{_first(connected)}", json={"track": {"tag_list": 7}})
    assert len(inspector.failed) == 2


def _first(connected: ConnectedAccount) -> str:
    return str(connected.practice.tracks(ARTIST)[0]["urn"])
