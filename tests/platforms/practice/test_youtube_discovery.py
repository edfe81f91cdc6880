"""Our requests and the practice server's answers, checked against Google's description.

The discovery document of the YouTube Data API comes with the package google-api-python-client,
which only tests need.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.youtube import READ_ONLY, YouTube
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.youtube import MUTABLE
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST
from tests.platforms.rigs import YouTubeRig
from tests.platforms.test_every_platform import NO_AI

pytest.importorskip(
    "googleapiclient", reason="google-api-python-client, with YouTube's description, is not here"
)

TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}
platform = YouTube()


@pytest.fixture(scope="module")
def description() -> Any:
    document = files("googleapiclient") / "discovery_cache" / "documents" / "youtube.v3.json"
    return json.loads(document.read_text("utf-8"))


class Inspector:
    """Checks each exchange with the practice server against the description."""

    def __init__(self, description: Any) -> None:
        self._schemas = description["schemas"]
        self._methods = {
            (method["httpMethod"], f"/{method['path']}"): method
            for resource in description["resources"].values()
            for method in resource.get("methods", {}).values()
        }
        self.passed: list[str] = []
        self.failed: list[str] = []

    def __call__(self, request: Request, reply: Reply) -> None:
        if not request.path.startswith("/youtube/"):
            return
        problems = list(self._problems(request, reply))
        self.failed += problems
        if not problems:
            self.passed.append(f"{request.method} {request.path} {reply.status}")

    def _problems(self, request: Request, reply: Reply) -> Iterator[str]:
        method = self._methods.get((request.method, request.path))
        if method is None:
            yield f"{request.method} {request.path} is not described"
            return
        parameters = method["parameters"]
        yield from (f"{name} is no parameter" for name in request.query if name not in parameters)
        for name, parameter in parameters.items():
            if parameter.get("required") and name not in request.query:
                yield f"{name} is missing"
        if request.body:
            yield from self._check(json.loads(request.body), method["request"], "body")
        if reply.status == 200:
            yield from self._check(json.loads(reply.body), method["response"], "answer")

    def _check(self, value: Any, schema: Any, where: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"]]
        if not isinstance(value, TYPES[schema["type"]]):
            yield f"{where} is not of the type {schema['type']}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of the values there are: {value}"
        elif isinstance(value, list):
            for number, element in enumerate(value):
                yield from self._check(element, schema["items"], f"{where}[{number}]")
        elif isinstance(value, dict):
            for name, element in value.items():
                if name not in schema["properties"]:
                    yield f"{where}.{name} is not described"
                else:
                    yield from self._check(element, schema["properties"][name], f"{where}.{name}")


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[YouTubeRig]:
    rig = YouTubeRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def inspector(rig: YouTubeRig, description: Any) -> Inspector:
    inspector = Inspector(description)
    rig.server.watch = inspector
    return inspector


def test_the_whole_job_follows_the_description(rig: YouTubeRig, inspector: Inspector) -> None:
    client = rig.client()
    platform.whoami(client)
    for item in list(platform.items(client)):
        edit = platform.suite.edit(item.fields, NO_AI)
        platform.write(client, item.remote_id, item, edit)
        after = platform.item(client, item.remote_id)
        platform.write(client, item.remote_id, after, {"tags": (), "description": ()})
    assert inspector.failed == []
    assert [line for line in inspector.passed if line.startswith("PUT")] == [
        "PUT /youtube/v3/videos 200"
    ] * 6
    assert {line.split("/")[-1] for line in inspector.passed} == {
        "channels 200",
        "playlistItems 200",
        "videos 200",
        "videoTrainability 200",
    }


def test_trainability_still_cannot_be_set(description: Any) -> None:
    """If Google adds a way to set it, this test fails, and RightsDesk can do more."""
    assert list(description["resources"]["videoTrainability"]["methods"]) == ["get"]


def test_the_fields_we_leave_out_of_a_snippet_are_read_only(
    description: Any,
) -> None:
    described = description["schemas"]["VideoSnippet"]["properties"]
    assert set(described) >= READ_ONLY
    assert set(described) - READ_ONLY == {*MUTABLE["snippet"], "defaultAudioLanguage"}


def test_a_wrong_request_would_be_noticed(rig: YouTubeRig, inspector: Inspector) -> None:
    """The inspector itself works."""
    client = rig.client()
    for path, query in (
        ("/youtube/v3/videos", {"part": "snippet", "id": "x", "made": "up"}),
        ("/youtube/v3/videos", {"id": "x"}),
    ):
        client.request("GET", path, params=query)
    with pytest.raises(PlatformError):
        client.request("GET", "/youtube/v3/trainability")
    body = {"id": rig.server.videos(ARTIST)[0]["id"], "snippet": {"title": 7, "tag": []}}
    with pytest.raises(PlatformError):
        client.request("PUT", "/youtube/v3/videos", params={"part": "snippet"}, json=body)
    assert len(inspector.failed) == 5
