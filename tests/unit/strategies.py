"""Values for property tests: consents, declarations, and the fields they are written into."""

import datetime

from hypothesis import strategies as st

from rightsdesk.consent import Consent, Declaration, Permission, Use
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.territory import parse_territory
from rightsdesk.sentences import SKELETONS, Counted, Dated, Listed, Sentence

consents = st.dictionaries(st.sampled_from(Use), st.sampled_from(Permission)).map(Consent)

addresses = st.sampled_from(["", "https://label.example/ai-policy", "https://ümlaut.example/ä?b=1"])

lines = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    ["© 2026 Velvet Owl", "(c) 2019 Label. All rights reserved.", "ノイズ | 2024"]
)

declarations = st.builds(
    Declaration,
    consent=consents,
    rightsholder=lines,
    contact=st.sampled_from(["", "ana@velvetowl.example", "https://velvetowl.example/contact"]),
    terms_url=addresses,
    date=st.none() | st.just(datetime.date(2026, 11, 22)),
    sentence=st.none() | st.just("") | st.just("No robots, please. Ask ana@velvetowl.example."),
    former_sentences=st.just(()) | st.just(("Hands off, robots.",)),
)

grants = st.builds(
    Grant,
    partner=st.sampled_from(["Klay", "KLAY", "Müller «KI»", 'Quote " and \\']),
    uses=st.frozensets(st.sampled_from(Use), min_size=1),
    territory=st.sampled_from(["world", "EU", "EU except FR", "DE, US", "world except US"]).map(
        parse_territory
    ),
    period=st.builds(
        Period,
        last=st.none() | st.dates(datetime.date(2027, 1, 1), datetime.date(2027, 3, 1)),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"]),
    ),
    site=st.sampled_from(["", "https://klay.example"]),
)
licensed_to = st.lists(grants, max_size=4).map(tuple)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """The text with up to three small damages: letters missing, doubled, swapped, or cut off.

    Nothing is inserted that could spell a grant.
    """
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        kind = draw(st.sampled_from(["drop", "double", "swap", "cut", "case", "junk"]))
        letter = text[at : at + 1]
        put = {
            "drop": "",
            "double": letter * 2,
            "swap": text[at + 1 : at + 2] + letter,
            "cut": "",
            "case": letter.swapcase(),
            "junk": letter + draw(st.sampled_from('{}[]<>",;:=#\\ \n\x00é')),
        }[kind]
        rest = "" if kind == "cut" else text[at + (2 if kind == "swap" else 1) :]
        text = text[:at] + put + rest
    return text


def _sentence(named: dict[str, str], literals: list[str]) -> str:
    """A sentence with each value at a place of its own."""
    quoted = [text.replace("{", "{{").replace("}", "}}") for text in literals]
    places = [f"{{{name}}}" for name in named]
    texts = [part for pair in zip(quoted, [*places, ""], strict=False) for part in pair]
    return Sentence("".join(texts), named)


_foreign = st.text(st.characters(), max_size=20)  # with halves of surrogate pairs
_names = st.sampled_from(["path", "why", "number", "self", "text_1", "größe"])


def _with_forms(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(_sentence, st.dictionaries(_names, inner, max_size=3), st.lists(_foreign)),
        st.builds(Listed, _foreign, st.lists(inner, max_size=3).map(tuple), st.booleans()),
    )


sentences = st.recursive(
    st.one_of(
        _foreign,
        st.builds(Counted, _foreign, st.integers(0, 2**31 - 1), _foreign, _foreign),
        st.builds(
            Dated,
            _foreign,
            st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
            st.sampled_from(sorted(SKELETONS)),
        ),
    ),
    _with_forms,
    max_leaves=8,
)
"""Texts of the engine with any form, and plain ones."""
