"""Posts that play a file: read with the file, never written, and not recordings."""

from collections.abc import Iterator

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset, Use
from rightsdesk.consent.dialects.files.sentence import standard_sentence, stated_by
from rightsdesk.consent.dialects.platforms.wordpress import POST
from rightsdesk.platforms.http.errors import RateLimited
from rightsdesk.platforms.interface import Bookmark
from rightsdesk.platforms.wordpress import WordPress
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.wordpress import PracticeWordPress
from tests.fake_clock import FakeClock
from tests.platforms.sites.changes import Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI])
SENTENCE = standard_sentence(NO_AI)
SAID = stated_by(SENTENCE)
BLOCK = """<!-- wp:audio {"id":11} -->
<figure class="wp-block-audio"><audio controls src="/files/11.mp3"></audio></figure>
<!-- /wp:audio -->

<!-- wp:paragraph -->
<p>%s</p>
<!-- /wp:paragraph -->"""


@pytest.fixture
def server() -> Iterator[PracticeWordPress]:
    with PracticeWordPress({"mara": [{"title": "Low Tide"}, {"title": "Salt"}]}) as server:
        yield server


@pytest.fixture
def site(server: PracticeWordPress, fake_clock: FakeClock) -> Iterator[Place]:
    secret = server.passwords["mara"]
    found = place(
        WordPress(), server.base_url, identifier="mara", secret=secret, fake_clock=fake_clock
    )
    yield found
    found.client.close()


@pytest.mark.parametrize(
    "plays",
    [
        BLOCK,
        '[audio mp3="https://www.127.0.0.1/files/11.mp3?_=1"][/audio]\n%s',
        "[audio /files/11.mp3 https://127.0.0.1/files/11.mp3]\n\n<p>%s</p>",
        '<audio controls><source src="/files/11.mp3" type="audio/mpeg"></audio><br />%s',
        "<audio src='//127.0.0.1/files/11.mp3'></audio><p><em>So:</em> %s</p>",
    ],
)
def test_the_reservation_of_a_post_is_reported_with_the_file_it_plays(
    server: PracticeWordPress, site: Place, plays: str
) -> None:
    server.posts = [plays % SENTENCE]
    tide, salt = site.platform.items(site.client)
    [statement] = tide.fields[POST]
    assert statement.startswith(f"{server.base_url}/?p=501\n")
    assert site.platform.suite.read(tide.fields).consent == SAID
    assert salt.fields == {}
    assert site.platform.item(site.client, tide.remote_id) == tide


@pytest.mark.parametrize(
    "text",
    [
        "No audio here. " + SENTENCE,
        '<audio src="https://elsewhere.example/files/11.mp3"></audio>' + SENTENCE,
        BLOCK % "Nothing said.",
        '<!-- wp:audio {"id":11 --> ' + SENTENCE,
        '<!-- wp:audio {"id":"11"} --> ' + SENTENCE,
        "[audio" + "[audio" * 20_000 + SENTENCE,
    ],
)
def test_a_post_without_a_file_or_a_reservation_does_not_count(
    server: PracticeWordPress, site: Place, text: str
) -> None:
    server.posts = [text]
    assert [item.fields for item in site.platform.items(site.client)] == [{}, {}]


def test_a_post_is_never_written(server: PracticeWordPress, site: Place) -> None:
    server.posts = [BLOCK % standard_sentence(Declaration(PRESETS[Preset.NO_GENERATIVE]))]
    before = list(server.posts)
    tide, _ = site.platform.items(site.client)
    done = site.declare(NO_AI, tide.remote_id)
    assert done.after.fields[POST] == tide.fields[POST]
    assert site.undo(done).fields == tide.fields
    assert server.posts == before
    assert server.count("POST /wp-json/wp/v2/posts") == 0


def test_a_damaged_sentence_in_a_post_states_nothing(
    server: PracticeWordPress, site: Place
) -> None:
    server.posts = [BLOCK % SENTENCE.replace("training", "taming")]
    tide, _ = site.platform.items(site.client)
    says = site.platform.suite.read(tide.fields)
    assert says.problems
    assert Use.GENERATIVE_TRAINING not in says.consent


def test_posts_without_access_hide_no_file(server: PracticeWordPress, site: Place) -> None:
    server.posts = [BLOCK % SENTENCE]
    server.faults.add(Fault(FaultKind.ERROR, on="GET /wp-json/wp/v2/p", times=0, status=403))
    assert [item.fields for item in site.platform.items(site.client)] == [{}, {}]


def test_posts_are_read_by_page_and_only_once(server: PracticeWordPress, site: Place) -> None:
    server.posts = ["audio"] * 100 + [BLOCK % SENTENCE]
    tide, salt = site.platform.items(site.client)
    assert POST in tide.fields
    asked = server.count("GET /wp-json/wp/v2/posts")
    assert asked == 3
    site.platform.item(site.client, salt.remote_id)
    assert server.count("GET /wp-json/wp/v2/posts") == asked


@pytest.mark.parametrize(
    ("listed", "passed", "asked"),
    [("posts", 1, 2), ("posts", 2, 1), ("pages", 0, 1), ("media", 0, 0)],
)
def test_reading_posts_continues_after_a_limit(
    server: PracticeWordPress,
    site: Place,
    fake_clock: FakeClock,
    listed: str,
    passed: int,
    asked: int,
) -> None:
    """What was read is stored with the cursor, for files that come later."""
    server.posts = [BLOCK % SENTENCE, *["audio"] * 100]
    on, mark = f"GET /wp-json/wp/v2/{listed}", Bookmark()
    if passed:
        server.faults.add(Fault(FaultKind.SLOW, on=on, times=passed))
    server.faults.add(Fault(FaultKind.TOO_MANY, on=on, retry_after="3600"))
    with pytest.raises(RateLimited):
        list(WordPress().items(site.client, mark))
    fake_clock.move(hours=2)
    server.seen.clear()
    tide, _ = WordPress().items(site.client, mark)
    assert tide.fields[POST]
    assert server.count("GET /wp-json/wp/v2/posts") == asked


@pytest.mark.parametrize("odd", ["posts", "posts x", "media 1", "posts 999999", "posts -1"])
def test_an_invalid_cursor_for_posts_starts_again(
    server: PracticeWordPress, site: Place, odd: str
) -> None:
    server.posts = [BLOCK % SENTENCE]
    tide, _ = WordPress().items(site.client, Bookmark(before_at=odd, before={"x": ["y"]}))
    assert tide.fields[POST]
