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
from tests.platforms.desk import ARTIST, Hands
from tests.platforms.stands import YouTubeStand
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
    """Holds each exchange with the practice server against the description."""

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
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[YouTubeStand]:
    stand = YouTubeStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def inspector(stand: YouTubeStand, description: Any) -> Inspector:
    inspector = Inspector(description)
    stand.server.watch = inspector
    return inspector


def test_the_whole_job_keeps_to_the_description(stand: YouTubeStand, inspector: Inspector) -> None:
    client = stand.client()
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


def test_there_is_still_no_way_to_set_who_may_train(description: Any) -> None:
    """The day there is one, this fails, and RightsDesk can do more."""
    assert list(description["resources"]["videoTrainability"]["methods"]) == ["get"]


def test_what_we_leave_out_of_a_snippet_is_what_an_update_can_not_change(
    description: Any,
) -> None:
    described = description["schemas"]["VideoSnippet"]["properties"]
    assert set(described) >= READ_ONLY
    assert set(described) - READ_ONLY == {*MUTABLE["snippet"], "defaultAudioLanguage"}


def test_a_wrong_request_would_be_noticed(stand: YouTubeStand, inspector: Inspector) -> None:
    """The inspector itself works."""
    client = stand.client()
    for path, query in (
        ("/youtube/v3/videos", {"part": "snippet", "id": "x", "made": "up"}),
        ("/youtube/v3/videos", {"id": "x"}),
    ):
        client.request("GET", path, params=query)
    with pytest.raises(PlatformError):
        client.request("GET", "/youtube/v3/trainability")
    body = {"id": stand.server.videos(ARTIST)[0]["id"], "snippet": {"title": 7, "tag": []}}
    with pytest.raises(PlatformError):
        client.request("PUT", "/youtube/v3/videos", params={"part": "snippet"}, json=body)
    assert len(inspector.failed) == 5
