"""Posts that play a file: read with it, never written, and no recording of their own."""

from collections.abc import Iterator

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset, Use
from rightsdesk.consent.dialects.files.sentence import said_by, standard_sentence
from rightsdesk.consent.dialects.platforms.wordpress import POST
from rightsdesk.platforms.wordpress import WordPress
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.wordpress import PracticeWordPress
from tests.platforms.desk import Hands
from tests.platforms.sites import Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI])
SENTENCE = standard_sentence(NO_AI)
SAID = said_by(SENTENCE)
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
def site(server: PracticeWordPress, hands: Hands) -> Iterator[Place]:
    secret = server.passwords["mara"]
    found = place(WordPress(), server.base_url, identifier="mara", secret=secret, hands=hands)
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
def test_what_a_post_reserves_is_told_with_the_file_that_it_plays(
    server: PracticeWordPress, site: Place, plays: str
) -> None:
    server.posts = [plays % SENTENCE]
    tide, salt = site.platform.items(site.client)
    [said] = tide.fields[POST]
    assert said.startswith(f"{server.base_url}/?p=501\n")
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
def test_what_plays_no_file_of_the_library_or_says_nothing_counts_for_none(
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


def test_a_damaged_sentence_in_a_post_claims_nothing(
    server: PracticeWordPress, site: Place
) -> None:
    server.posts = [BLOCK % SENTENCE.replace("training", "taming")]
    tide, _ = site.platform.items(site.client)
    says = site.platform.suite.read(tide.fields)
    assert says.problems
    assert Use.GENERATIVE_TRAINING not in says.consent


def test_posts_that_the_account_may_not_see_hide_no_file(
    server: PracticeWordPress, site: Place
) -> None:
    server.posts = [BLOCK % SENTENCE]
    server.faults.add(Fault(Kind.ERROR, on="GET /wp-json/wp/v2/p", times=0, status=403))
    assert [item.fields for item in site.platform.items(site.client)] == [{}, {}]


def test_posts_are_looked_through_page_by_page_and_once(
    server: PracticeWordPress, site: Place
) -> None:
    server.posts = ["audio"] * 100 + [BLOCK % SENTENCE]
    tide, salt = site.platform.items(site.client)
    assert POST in tide.fields
    asked = server.count("GET /wp-json/wp/v2/posts")
    assert asked == 3
    site.platform.item(site.client, salt.remote_id)
    assert server.count("GET /wp-json/wp/v2/posts") == asked
