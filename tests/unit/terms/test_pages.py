"""The text of fetched pages: no clause is lost, and what is around the terms is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.terms.pages import needs_scripts, page_text
from rightsdesk.terms.paragraphs import paragraphs
from rightsdesk.terms.trees import PageTooLarge

CLAUSE = "We may use your content to train our models."
CHOICE = "You can opt out of this in your settings at any time."
FILL = "".join(
    f"<p>We host your songs for the other members, as section {n} of these terms says.</p>"
    for n in range(20)
)
MENU = "<ul>" + "".join(f"<li><a href='/{n}'>Menu entry {n}</a></li>" for n in range(20)) + "</ul>"
COOKIES = (
    '<div role="dialog" class="banner"><p>We and our 812 partners store cookies.</p>'
    "<button>Accept all</button></div>"
)
FOOT = "<footer>" + "".join(f"<a href='/f{n}'>Footer {n}</a> " for n in range(9)) + "</footer>"

KEPT = {
    "main": f"<main>{FILL}<p>{CLAUSE}</p><p>{CHOICE}</p></main>",
    "divs": f"<div><div>{FILL.replace('<p', '<div').replace('</p', '</div')}"
    f"<div>{CLAUSE}</div><div><span>{CHOICE}</span></div></div></div>",
    "list": f"<ol><li>{FILL}<ol type=a><li>{CLAUSE}</li><li>{CHOICE}</li></ol></li></ol>",
    "table": f"{FILL}<table><tr><td>{CLAUSE}</td><td>{CHOICE}</td></tr></table>",
    "links": f"{FILL}<p><a href='/a'>{CLAUSE}</a></p><p>{CHOICE} <a href=/b>More</a></p>",
    "details": f"{FILL}<details><summary>AI</summary><p>{CLAUSE}</p></details><p>{CHOICE}</p>",
    "accordion": f"{FILL}<button aria-controls=p1>AI</button><div id=p1 hidden>{CLAUSE}</div>"
    f"<a href='#p2'>Choices</a><div id=p2 style='display: none'>{CHOICE}</div>",
    "aria-hidden": f"{FILL}<div aria-hidden=true>{CLAUSE}</div><p>{CHOICE}</p>",
    "odd names": f"{FILL}<section class='comment'>{CLAUSE}</section>"
    f"<div class='share footer-note'>{CHOICE}</div>",
    "breaks": f"<div>{FILL}{CLAUSE}<br><br>{CHOICE}</div>",
    "pre": f"{FILL}<pre>{CLAUSE}\n\n{CHOICE}</pre>",
    "repeated": f"<h2>EU</h2>{FILL}<p>{CLAUSE}</p><h2>Elsewhere</h2><p>{CLAUSE}</p>{CHOICE}",
}


def whole(body: str) -> str:
    return f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("kind", KEPT)
def test_no_clause_is_lost_and_nothing_around_it_stays(kind: str) -> None:
    text = page_text(whole(MENU + COOKIES + KEPT[kind] + FOOT))
    assert CLAUSE in text
    assert CHOICE in text
    for other in ("Menu entry 7", "812 partners", "Footer 3"):
        assert other not in text


def test_text_that_is_never_shown_is_left_out() -> None:
    hidden = "<p hidden>We never train.</p><div style='display:none'><p>Old words.</p></div>"
    text = page_text(whole(f"{FILL}{hidden}<p>{CLAUSE}</p>"))
    assert CLAUSE in text
    assert "never train" not in text
    assert "Old words" not in text


def test_a_list_keeps_its_opening_line() -> None:
    page = whole(f"{FILL}<p>We will not use uploads to:</p><ul><li>train AI;</li></ul>")
    [item] = [one for one in paragraphs(page_text(page)) if "train AI" in one.text]
    assert item.lead == "We will not use uploads to:"


def test_a_page_of_scripts_says_so() -> None:
    page = whole(f'<div id="root"></div><script>const terms = "{CLAUSE}"</script>')
    text = page_text(page)
    assert CLAUSE not in text
    assert needs_scripts(page, text)
    assert not needs_scripts(whole(FILL + "<script>1</script>"), page_text(whole(FILL)))


@pytest.mark.parametrize("kind", KEPT)
def test_the_text_reads_back_as_the_page(kind: str) -> None:
    page = whole(KEPT[kind])
    assert [one.key for one in paragraphs(page_text(page))] == [one.key for one in paragraphs(page)]


@given(st.text(alphabet="<>/abdivnul =\"'#&;\n", max_size=300))
def test_any_page_can_be_read(noise: str) -> None:
    text = page_text(whole(noise))
    assert "\0" not in text
    paragraphs(text)


@pytest.mark.parametrize("depth", [260, 3_000, 9_000])
@pytest.mark.parametrize("ended", [False, True])
def test_deeply_nested_pages_are_read(depth: int, ended: bool) -> None:
    """libxml2 drops what is deeper than 256 elements, and everything after that."""
    deep = "<div>" * depth + CLAUSE + "</div>" * depth * ended + f"<p>{CHOICE}</p>"
    assert page_text(whole(FILL + deep)).endswith(f"{CLAUSE}\n\n{CHOICE}")
    assert [one.text for one in paragraphs(whole(FILL + deep))][-2:] == [CLAUSE, CHOICE]


def test_what_is_hidden_stays_so_however_deep_it_is() -> None:
    hidden = "<div hidden>" + "<div>" * 3_000 + "Old words." + "</div>" * 3_001
    text = page_text(whole(f"{FILL}{hidden}<p>{CLAUSE}</p>"))
    assert text.endswith(CLAUSE)
    assert "Old words" not in text


def test_many_links_that_never_end_are_read() -> None:
    assert page_text(whole(FILL + "<p>" + "<a href=x>word " * 20_000)).endswith("word word")


@pytest.mark.parametrize(
    "page",
    ["<b>" * 400_000 + CLAUSE, "<b>" * 9_000 + "</i>" * 100_000 + CLAUSE],
    ids=["endless", "ends that open nothing"],
)
def test_a_page_that_would_take_too_long_is_refused(page: str) -> None:
    with pytest.raises(PageTooLarge, match="too many elements inside each other"):
        page_text(whole(page))


@pytest.mark.parametrize(
    "mark", ["&#1;", "\x0b", "&#xffff;", "<o:p>", "<a @click=x :y=1>", "<?x?>"]
)
def test_marks_that_xml_does_not_know_lose_no_text(mark: str) -> None:
    text = page_text(whole(f"{FILL}<p hidden>no</p>{mark} {CLAUSE}<nav>no</nav>{mark}"))
    assert text.rpartition("\n")[2] == CLAUSE


def test_what_follows_the_end_of_the_body_is_read() -> None:
    page = f"<html><body>{FILL}<p>{CLAUSE}</p></body></html><p>{CHOICE}</p></html> End."
    assert page_text(page).endswith(f"{CLAUSE}\n\n{CHOICE}\n\nEnd.")
