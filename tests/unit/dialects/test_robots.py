"""robots.txt: what the whole file says, and how our block is added to an existing file."""

import re
from collections.abc import Callable, Mapping
from urllib.robotparser import RobotFileParser

import http_sf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.web.ai_crawlers import KINDS, AiCrawlers
from rightsdesk.consent.dialects.web.aipref_robots import AiprefRobots
from rightsdesk.consent.dialects.web.content_signals import MEANING, ContentSignals
from rightsdesk.consent.dialects.web.robots import FIELD, RobotsPart, parse_robots, product_token
from rightsdesk.consent.dialects.web.robots_block import (
    BEGIN,
    END,
    block_in,
    merge_block,
    put_back,
    write_block,
)
from rightsdesk.consent.dialects.web.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.dialects.web.rsl_link import RslLink
from rightsdesk.consent.fields import Fields, edited
from rightsdesk.consent.words import listed
from rightsdesk.resources.crawlers import crawler_list
from tests.unit.strategies import declarations

NO, YES = Permission.PROHIBITED, Permission.ALLOWED
G, T, S = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.SEARCH
NO_AI = Declaration(PRESETS[Preset.NO_AI])
FEW = {"GPTBot": ("training",), "ChatGPT-User": ("input",), "CCBot": ("training", "mining")}
ENGINES = ["Googlebot", "Bingbot", "DuckDuckBot", "Applebot", "OAI-SearchBot"]
SITE = "https://label.example"

FILES = [
    "",
    "User-agent: *\nDisallow: /private/\n\nSitemap: https://label.example/sitemap.xml\n",
    "User-agent: *\nDisallow: /",
    "\ufeffUser-agent: BadBot\r\nUser-agent: Googlebot\r\nDisallow: /shop\r\nAllow: /shop/a\r\n",
    "User-agent: Googlebot\n# nothing yet",
    "# BEGIN Other tool\nUser-agent: *\nCrawl-delay: 5\nDisallow:\n# END Other tool\n",
]


def robots(text: str) -> Fields:
    return {FIELD: (text,)}


def merged(text: str, declaration: Declaration, dialect: RobotsTxt | None = None) -> str:
    before = robots(text) if text else {}
    edit = (dialect or RobotsTxt(FEW)).edit(before, declaration)
    return edited(before, edit).get(FIELD, ("",))[0]


def test_the_block_uses_every_language() -> None:
    dialect = RobotsTxt(FEW, licence_url=f"{SITE}/rsl.xml")
    assert dialect.encode(NO_AI)[FIELD] == (
        "# BEGIN RightsDesk\n" + "".join(f"{line}\n" for line in MEANING) + "User-agent: GPTBot\n"
        "User-agent: ChatGPT-User\n"
        "User-agent: CCBot\n"
        "License: https://label.example/rsl.xml\n"
        "Disallow: /\n"
        "\n"
        "User-agent: *\n"
        "Content-Usage: train-ai=n, ai-use=n\n"
        "Content-Signal: search=yes, ai-input=no, ai-train=no\n"
        "License: https://label.example/rsl.xml\n"
        "Disallow:\n"
        "# END RightsDesk\n",
    )
    assert dialect.decode(dialect.encode(NO_AI)) == Consent(
        dict.fromkeys((G, T, Use.AI_INPUT, Use.DATA_MINING), NO) | {S: YES}
    )


@pytest.mark.parametrize(
    "consent", [{Use.LIKENESS: NO}, {Use.DATA_MINING: NO}, {Use.RECOMMENDATION: YES}]
)
def test_an_empty_licence_is_not_linked(consent: dict[Use, Permission]) -> None:
    """RSL 1.0, 4.2: what cannot be fetched is unlicensed, and that closes search as well."""
    declaration = Declaration(Consent(consent))
    assert Rsl().encode(declaration) == {}
    url = f"{SITE}/rsl.xml"
    assert "License:" not in str(RobotsTxt(FEW, licence_url=url).encode(declaration))
    assert RslLink(url).encode(declaration) == {}
    assert "License:" in str(RobotsTxt(FEW, licence_url=url).encode(NO_AI))


def test_only_crawlers_for_a_use_that_is_not_allowed_are_blocked() -> None:
    answering = Declaration(Consent({Use.AI_INPUT: Permission.CONSTRAINED, G: YES, T: YES}))
    assert AiCrawlers(FEW).turned_away(answering) == ["ChatGPT-User"]
    assert AiCrawlers(FEW).turned_away(Declaration(PRESETS[Preset.OPEN])) == []


@given(declaration=declarations)
def test_search_engines_are_never_blocked(declaration: Declaration) -> None:
    text = merged("", declaration, RobotsTxt(crawler_list().kinds))
    judge = Protego.parse(text)
    assert all(judge.can_fetch(f"{SITE}/music/", engine) for engine in ENGINES)


@pytest.mark.parametrize("existing", FILES)
@pytest.mark.parametrize("tail", ["", "User-agent: LateBot\nDisallow: /late\n", "Disallow: /x\n"])
def test_other_crawlers_see_the_same_site_as_before(existing: str, tail: str) -> None:
    dialect = RobotsTxt(FEW)
    after = merged(existing, NO_AI, dialect) + tail
    # Lines that are appended later join the last group, so our block must close an open group.
    before, now = Protego.parse(f"{existing}\nDisallow:\n{tail}"), Protego.parse(after)
    for agent in ("Googlebot", "BadBot", "LateBot"):
        for path in ("/", "/private/a", "/shop", "/shop/a", "/late", "/music/"):
            url = SITE + path
            assert now.can_fetch(url, agent) == before.can_fetch(url, agent), (agent, path)
    assert not any(now.can_fetch(f"{SITE}/music/", agent) for agent in FEW)


@given(
    existing=st.lists(
        st.sampled_from(
            [
                "User-agent: *",
                "User-agent: GPTBot",
                "Allow: /",
                "Allow: /a$",
                "Disallow: /",
                "Disallow: /*.mp3$",
                "Disallow: *",
                "Disallow:",
                "Content-Signal: ai-train=yes",
                "# note",
                "",
            ]
        ),
        max_size=8,
    ).map("\n".join)
)
def test_another_parser_agrees_on_what_is_blocked(existing: str) -> None:
    said = AiCrawlers({"GPTBot": ("training",)}).read(parse_robots(existing))
    judge = Protego.parse(existing)
    # A site that blocks every crawler reserves everything, even if it lets some crawlers in.
    barred = not (judge.can_fetch(f"{SITE}/", "GPTBot") and judge.can_fetch(f"{SITE}/", "Any"))
    assert (G in said) is barred


@pytest.mark.parametrize("existing", FILES)
def test_the_rest_of_the_file_stays_unchanged(existing: str) -> None:
    once = merged(existing, NO_AI)
    assert once.startswith(existing)
    assert merged(once, NO_AI) == once
    assert merged(once, Declaration()).rstrip() == existing.rstrip()
    edited_after = once + "# later\n"
    asked = merged(edited_after, Declaration(PRESETS[Preset.OPEN]))
    assert asked.startswith(existing)
    assert asked.endswith("# later\n")
    assert block_in(asked).count(BEGIN) == block_in(asked).count(END) == 1


def test_a_group_left_open_does_not_capture_our_rules_for_crawlers() -> None:
    text = merged("User-agent: Googlebot", NO_AI)
    assert text.splitlines()[1:4] == ["", BEGIN, "Disallow:"]
    assert Protego.parse(text).can_fetch(f"{SITE}/", "Googlebot")


def test_line_ends_are_those_of_the_file() -> None:
    text = merged("User-agent: *\r\nDisallow: /a\r\n", NO_AI)
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("text", [f"{BEGIN}\nDisallow: /", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_a_damaged_block_is_left_alone(text: str) -> None:
    with pytest.raises(DialectError):
        merge_block(text, "")


@given(declaration=declarations)
def test_another_parser_reads_the_usage_rule(declaration: Declaration) -> None:
    for line in AiprefRobots().rules(declaration):
        name, value = line.split(": ", 1)
        assert name == "Content-Usage"
        assert http_sf.parse(value.encode(), tltype="dictionary")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("User-Agent: *\nAllow: /\nContent-Usage: train-ai=n", {G: NO}),
        ("User-Agent: *\nContent-Usage: /ai-ok/ train-ai=y", {}),
        ("User-Agent: *\ncontent-usage: / train-ai=y, search=y", {G: YES, S: YES}),
        ("User-Agent: *\nContent-Usage: train-ai=y\nContent-Usage: /music/ train-ai=n", {G: NO}),
        ("User-Agent: FriendBot\nContent-Usage: train-ai=y", {}),
        ("User-Agent: GPTBot\nContent-Usage: train-ai=n", {G: NO}),
        ("Content-Usage: train-ai=y", {}),
        ("User-Agent: *\nContent-Usage: train-genai=y, bots=y", {}),
        # attach-05, section 3.1: the longest path is selected; a missing one has no length.
        ("User-Agent: *\nContent-Usage: train-ai=n\nContent-Usage: / train-ai=y", {G: YES}),
        ("User-Agent: *\nContent-Usage: / train-ai=n\nContent-Usage: /* train-ai=y", {G: YES}),
        ("User-Agent: *\nContent-Usage: train-ai=y\nContent-Usage: / train-ai=n", {G: NO}),
        ("User-Agent: *\nContent-Usage: / train-ai=y\nContent-Usage: / train-ai=n", {G: NO}),
        ("User-Agent: *\nContent-Usage: train-ai=n\nContent-Usage: / search=n", {S: NO}),
        (
            "User-Agent: *\nContent-Usage: train-ai=n\n\nUser-Agent: *\n"
            "Content-Usage: / train-ai=y",
            {G: YES},
        ),
        ("# User-Agent: *\n# Content-Usage: train-ai=y", {}),
    ],
)
def test_a_grant_counts_only_if_it_applies_to_every_crawler(
    text: str, said: Mapping[Use, Permission]
) -> None:
    assert AiprefRobots().decode(robots(text)) == Consent(said)


@pytest.mark.parametrize("value", ["train-ai=n search=y", "Train-AI=n", "train-ai=n,, search=y"])
def test_a_usage_rule_that_does_not_parse_is_refused(value: str) -> None:
    with pytest.raises(DialectError):
        RobotsTxt().decode(robots(f"User-agent: *\nContent-Usage: {value}"))


def test_a_rule_that_opens_a_part_of_the_site_is_named() -> None:
    """attach-05, section 3.1: a rule for another path has no effect if a longer path matches."""
    for rule, opened in (("train-ai=y", True), ("search=n", True), ("train-ai=n", False)):
        text = f"User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /music/ {rule}"
        notes = [note for note in AiprefRobots().notes_on(robots(text)) if "/music/" in note]
        assert bool(notes) is opened, rule


@pytest.mark.parametrize(
    ("dialect", "no", "yes"),
    [
        (AiprefRobots(), "Content-Usage: train-ai=n", "Content-Usage: train-ai=y"),
        (ContentSignals(), "Content-Signal: ai-train=no", "Content-Signal: ai-train=yes"),
    ],
)
def test_a_crawler_with_more_rights_than_the_others_is_named(
    dialect: AiprefRobots | ContentSignals, no: str, yes: str
) -> None:
    text = f"User-agent: *\n{no}\n\nUser-agent: FriendBot\n{yes}\n"
    assert dialect.decode(robots(text))[G] is NO
    assert any("allows friendbot" in note for note in dialect.notes_on(robots(text)))
    same = f"User-agent: *\n{no}\n\nUser-agent: FriendBot\n{no}\n"
    assert dialect.notes_on(robots(same)) == ()


def test_the_signals_are_explained_next_to_their_line() -> None:
    """Content Signals: the policy, and its reservation of rights, are comments of robots.txt."""
    block = ContentSignals().encode(NO_AI)[FIELD][0]
    comments = [line for line in block.splitlines() if line.startswith("#")]
    assert any("reservation of rights" in line for line in comments)
    assert any("Directive (EU) 2019/790" in line for line in comments)
    for signal in ("search:", "ai-input:", "ai-train:"):
        assert sum(signal in line for line in comments) == 1
    only_aipref = Declaration(Consent({G: NO}))
    assert "Content-Signal" in RobotsTxt().encode(only_aipref)[FIELD][0]
    assert ContentSignals().comments(Declaration(Consent({Use.LIKENESS: NO}))) == ()


CLOUDFLARE = """\
# As managed for the site by its host
User-agent: *
Content-Signal: search=yes,ai-train=no,use=reference
Allow: /

User-agent: GPTBot
Disallow: /
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CLOUDFLARE, {S: YES, G: NO, T: NO}),
        ("User-agent: *\nContent-Signal: ai-train=YES", {G: YES, T: YES}),
        ("User-agent: *\nContent-Signal: ai-train=maybe, ai-input", {}),
        (
            "User-agent: *\nContent-Signal: ai-train=yes\nContent-Signal: ai-train=no",
            {G: NO, T: NO},
        ),
        ("User-agent: X\nContent-Signal: search=yes", {}),
        (
            "User-agent: *\nContent-Signal: ai-train=yes\nContent-Signal: use=reference",
            dict.fromkeys((G, T), Permission.CONSTRAINED),
        ),
        ("User-agent: *\nContent-Signal: search=yes\nContent-Signal: use=full", {S: YES}),
    ],
)
def test_content_signals(text: str, said: Mapping[Use, Permission]) -> None:
    assert ContentSignals().decode(robots(text)) == Consent(said)


def test_the_training_signal_is_yes_only_if_both_uses_are_allowed() -> None:
    def rules(**answers: Permission) -> list[str]:
        return list(
            ContentSignals().rules(Declaration(Consent({Use[u]: p for u, p in answers.items()})))
        )

    assert rules(GENERATIVE_TRAINING=YES) == []
    assert rules(GENERATIVE_TRAINING=YES, OTHER_TRAINING=NO) == ["Content-Signal: ai-train=no"]
    assert rules(GENERATIVE_TRAINING=YES, OTHER_TRAINING=YES) == ["Content-Signal: ai-train=yes"]


def test_a_site_that_blocks_all_crawlers_contradicts_a_yes_to_search() -> None:
    text = "User-agent: *\nDisallow: /\nContent-Signal: search=yes"
    assert ContentSignals().decode(robots(text))[S] is YES
    assert AiCrawlers().decode(robots(text))[S] is NO
    assert RobotsTxt().decode(robots(text))[S] is NO


def test_a_note_counts_the_crawlers() -> None:
    text = "User-agent: gptbot/1.1\nDisallow: /\n"
    assert AiCrawlers(FEW).decode(robots(text)) == Consent({G: NO, T: NO})
    assert AiCrawlers(FEW).notes_on(robots(text)) == ("1 of 2 known AI crawlers are refused.",)
    assert AiprefRobots().notes_on(robots("User-agent: X\nContent-Usage: train-ai=n")) == (
        "Said to some crawlers only: no training AI that makes music.",
    )


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (ContentSignals(), "Content-Signal: /blog/ ai-train=no"),
        (ContentSignals(), "Content-Signal: use=reference\nContent-Signal: /blog/ ai-train=yes"),
        (AiprefRobots(), "Content-Usage: /blog/ train-ai=n"),
    ],
)
def test_a_note_says_that_a_no_is_about_a_part_of_the_site(dialect: RobotsPart, text: str) -> None:
    site = robots(f"User-agent: *\n{text}\n")
    uses = listed(dialect.decode(site))
    assert uses
    assert dialect.notes_on(site) == (f"Said about a part of the site only: no {uses}.",)


def test_letting_a_crawler_in_is_no_permission_to_train() -> None:
    assert AiCrawlers(FEW).decode(robots("User-agent: GPTBot\nAllow: /")) == Consent()


def test_the_crawler_list_has_a_date_and_no_search_engines() -> None:
    known = crawler_list()
    assert known.licence == "MIT"
    assert known.source.startswith("https://github.com/")
    assert known.date.year >= 2026
    assert len(known.kinds) == len(known.crawlers) > 60
    for crawler in known.crawlers:
        assert crawler.kinds <= {*KINDS, "search"}
        assert crawler.respects in ("yes", "no", "unclear", "discretion")
        assert crawler.function
    assert {"GPTBot", "ClaudeBot", "CCBot", "Bytespider", "anthropic-ai"} <= set(known.kinds)
    assert not set(AiCrawlers(known.kinds).crawlers) & set(ENGINES)


def test_crawlers_with_their_own_groups_get_the_rule_again() -> None:
    """They ignore the group for all crawlers (RFC 9309, section 2.2.1)."""
    theirs = (
        "User-agent: Googlebot\nUser-agent: FriendBot/2.0\nDisallow: /private\n\n"
        "User-agent: GPTBot\nDisallow: /\n\nUser-agent: BadBot\nDisallow: /\n"
    )
    text = merged(theirs, NO_AI, RobotsTxt(FEW, licence_url=f"{SITE}/rsl.xml"))
    said = {
        agent: [
            value
            for group in parse_robots(text)
            if agent in group.agents
            for name, value in group.lines
            if name == "content-usage"
        ]
        for agent in ("googlebot", "friendbot", "*", "gptbot", "badbot")
    }
    rule = ["train-ai=n, ai-use=n"]
    assert said == {"googlebot": rule, "friendbot": rule, "*": rule, "gptbot": [], "badbot": []}
    assert "User-agent: FriendBot\n" in text
    assert merged(text, NO_AI, RobotsTxt(FEW, licence_url=f"{SITE}/rsl.xml")) == text
    assert AiprefRobots().notes_on(robots(text)) == ()
    assert merged(text, Declaration(), RobotsTxt(FEW)) == theirs
    assert Protego.parse(text).can_fetch(f"{SITE}/music", "Googlebot")
    assert not Protego.parse(text).can_fetch(f"{SITE}/private", "Googlebot")


def test_tokens_of_the_list_are_product_tokens() -> None:
    for crawler in crawler_list().crawlers:
        assert product_token(crawler.token) == crawler.token.lower()
        assert re.fullmatch(r"[A-Za-z0-9_-]+", crawler.token)
    spelt_out = "User-agent: Kangaroo Bot\nUser-agent: ChatGPT Agent\nUser-agent: Brightbot 1.0\n"
    said = AiCrawlers({"Kangaroo": ["training"]}).decode(robots(spelt_out + "Disallow: /"))
    assert said == Consent({G: NO, T: NO})
    away = {"Kangaroo", "Sidetrade", "Brightbot", "GoogleOther-Video", "YaK", "Crawl4AI"}
    assert away <= set(AiCrawlers(crawler_list().kinds).turned_away(NO_AI))


@pytest.mark.parametrize(
    "search",
    [
        "Googlebot",
        "bingbot",
        "Baiduspider",
        "YandexBot",
        "DuckDuckBot",
        "Slurp",
        "Sogou web spider",
    ],
)
def test_no_search_engine_is_blocked_by_a_part_of_its_name(search: str) -> None:
    """Some readers search for the token anywhere in a crawler's name."""
    (text,) = RobotsTxt(crawler_list().kinds).encode(NO_AI)["robots.txt"]
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.can_fetch(search, "https://label.example/music/")
    assert Protego.parse(text).can_fetch("https://label.example/music/", search)
    assert not parser.can_fetch("GPTBot", "https://label.example/music/")


BLOCK = write_block(["GPTBot"], ["Content-Usage: train-ai=n"])
OLDER = write_block([], ["Content-Usage: train-ai=y"])
THEIRS = "User-agent: *\nDisallow: /private/\n"
PAGE = "<html>not a robots.txt</html>\n"


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (THEIRS, lambda now: now, THEIRS),
        (
            THEIRS,
            lambda now: f"# mine\n{now}\nSitemap: /s.xml\n",
            f"# mine\n{THEIRS}\nSitemap: /s.xml\n",
        ),
        (THEIRS, lambda now: now.replace("\n", "\r\n"), THEIRS.replace("\n", "\r\n")),
        (THEIRS, lambda now: f"\ufeff{now}", f"\ufeff{THEIRS}"),
        ("", lambda now: now, ""),
        ("", lambda now: f"{now}User-agent: a\nDisallow: /\n", "User-agent: a\nDisallow: /\n"),
        (THEIRS, lambda now: f"{now}Disallow: /x\n", None),
        (THEIRS, lambda now: f"{now}Crawl-delay: 3\n", None),
        (
            THEIRS,
            lambda now: f"User-agent: a\n{now[len(THEIRS) :]}User-agent: b\nDisallow: /\n",
            None,
        ),
        (THEIRS, lambda now: now.replace("GPTBot", "Other"), None),
        (THEIRS, lambda now: now.replace(END, ""), None),
        (THEIRS, lambda now: THEIRS, None),
        (PAGE, lambda now: f"{now}# mine\n", None),
    ],
)
def test_our_block_is_removed_and_every_other_line_stays(
    before: str, edit: Callable[[str], str], after: str | None
) -> None:
    written = merge_block("" if before == PAGE else before, BLOCK)
    assert put_back(edit(written), written, before) == after


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_older_block_is_replaced_in_its_place(ends: str) -> None:
    before = merge_block(THEIRS, OLDER)
    written = merge_block(before, BLOCK)
    now = f"# mine\n{written}\nSitemap: /s.xml\n".replace("\n", ends)
    back = put_back(now, written, before)
    assert back == f"# mine\n{before}\nSitemap: /s.xml\n".replace("\n", ends)
