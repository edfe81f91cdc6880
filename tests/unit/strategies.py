"""Values for property tests: consents, declarations, and the fields they meet."""

import datetime

from hypothesis import strategies as st

from rightsdesk.consent import Consent, Declaration, Permission, Use

consents = st.dictionaries(st.sampled_from(Use), st.sampled_from(Permission)).map(Consent)

addresses = st.sampled_from(["", "https://label.example/ai-policy", "https://ümlaut.example/ä?b=1"])

lines = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    ["© 2026 Velvet Owl", "(c) 2019 Label. All rights reserved.", "ノイズ | 2024"]
)

declarations = st.builds(
    Declaration,
    consent=consents,
    rightsholder=lines,
    terms_url=addresses,
    date=st.none() | st.just(datetime.date(2026, 11, 22)),
    sentence=st.none() | st.just("") | st.just("No robots, please. Ask ana@velvetowl.example."),
    former_sentences=st.just(()) | st.just(("Hands off, robots.",)),
)
