"""tdmrep.json and its policy: the examples of the protocol, and the order of the rules."""

import json

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.web.own_site import site_suite
from rightsdesk.consent.dialects.web.path_patterns import covers_all, matches, reaches_into
from rightsdesk.consent.dialects.web.tdmrep import COVERED
from rightsdesk.consent.dialects.web.tdmrep_file import FILE, POLICY, TdmrepFile

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
TERMS, POLICY_URL = "https://label.example/ai-policy", "https://label.example/policies/1"
ASKED = Declaration(
    PRESETS[Preset.ASK_FIRST],
    rightsholder="Label",
    contact="ai@label.example",
    terms_url=TERMS,
)


def rule(location: str, bit: object, policy: str = "") -> dict[str, object]:
    return {"location": location, "tdm-reservation": bit} | (
        {"tdm-policy": policy} if policy else {}
    )


def read(*rules: object, location: str = "/") -> Permission | None:
    said = TdmrepFile(location).decode({FILE: (json.dumps(rules),)})
    assert set(said) in (set(), set(COVERED))
    return said.get(Use.DATA_MINING)


@pytest.mark.parametrize(
    ("location", "rules", "said"),
    [
        ("/", [rule("/music/", 1, POLICY_URL), rule("/", 1)], NO),
        ("/", [rule("/", 0)], YES),
        ("/", [rule("/press/", 0)], None),
        ("/", [rule("/music/", 1), rule("/", 0)], NO),
        ("/", [rule("/", 0), rule("/music/", 1)], NO),
        ("/", [rule("*.mp3", 1), rule("/", 0)], NO),
        ("/music/", [rule("/music/", 0), rule("/", 1)], YES),
        ("/music/", [rule("/", 1), rule("/music/", 0)], NO),
        ("/music/", [rule("/press/", 1), rule("/", 0)], YES),
        ("/", [rule("/", "1")], NO),
        ("/", [rule("/", True)], None),
        ("/", [rule("/", False)], None),
        ("/", [rule("/", 2)], None),
        ("/", [rule("/", None), rule("/", 0)], None),
    ],
)
def test_no_order_of_the_rules_widens(
    location: str, rules: list[dict[str, object]], said: Permission | None
) -> None:
    assert read(*rules, location=location) is said


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '[{"tdm-reservation": 0}]', "[", '["/"]', "", "[[]]"]
)
def test_any_other_file_is_refused(text: str) -> None:
    with pytest.raises(DialectError):
        TdmrepFile().decode({FILE: (text,)})


def test_the_policy_matches_the_example_in_the_protocol() -> None:
    fields = TdmrepFile(policy_url=POLICY_URL).encode(ASKED)
    assert json.loads(fields[FILE][0]) == [rule("/", 1, POLICY_URL)]
    assert json.loads(fields[POLICY][0]) == {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
        "@type": "Offer",
        "profile": "http://www.w3.org/ns/tdmrep",
        "uid": POLICY_URL,
        "assigner": {
            "uid": "https://label.example",
            "vcard:fn": "Label",
            "vcard:hasEmail": "mailto:ai@label.example",
            "vcard:hasURL": TERMS,
        },
        "permission": [
            {
                "target": "https://label.example/",
                "action": "tdm:mine",
                "duty": [{"action": "obtainConsent"}],
            }
        ],
    }
    assert TdmrepFile().decode(fields) == Consent(dict.fromkeys(COVERED, ASK))


def test_a_policy_offers_all_three_uses_or_none() -> None:
    half = Consent({**ASKED.consent, Use.DATA_MINING: NO})
    fields = TdmrepFile(policy_url=POLICY_URL).encode(Declaration(half, terms_url=TERMS))
    assert POLICY not in fields
    assert json.loads(fields[FILE][0]) == [rule("/", 1, TERMS)]


def test_a_policy_never_turns_a_reservation_into_a_grant() -> None:
    free = json.dumps({"permission": [{"action": "tdm:mine"}]})
    linked, bare = (json.dumps([rule("/", 1, url)]) for url in (POLICY_URL, ""))
    dialect = TdmrepFile()
    assert set(dialect.decode({FILE: (linked,), POLICY: (free,)}).values()) == {ASK}
    assert set(dialect.decode({FILE: (bare,), POLICY: (free,)}).values()) == {NO}
    others: tuple[dict[str, object], ...] = (
        {},
        {"permission": []},
        {"permission": [{"action": "read"}]},
        {"prohibition": 1},
    )
    for other in others:
        assert set(dialect.decode({FILE: (linked,), POLICY: (json.dumps(other),)}).values()) == {NO}


@pytest.mark.parametrize(
    ("location", "target"),
    [("/", "/"), ("/music/", "/music/"), ("/music/*.mp3$", "/music/"), ("*.mp3", "/")],
)
def test_the_policy_names_its_collection(location: str, target: str) -> None:
    """techniques/tdm-policies.md: agents group their requests by the permission's target."""
    (text,) = TdmrepFile(location, POLICY_URL).encode(ASKED)[POLICY]
    (permission,) = json.loads(text)["permission"]
    assert permission["target"] == f"https://label.example{target}"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"permission": [{"action": "tdm:mine"}]}, ASK),
        ({"permission": [{"action": "http://www.w3.org/ns/tdmrep#mine"}]}, ASK),
        ({"permission": [{"action": "mine"}]}, ASK),
        ({"permission": [{"action": "http://www.w3.org/ns/tdmrep/mine"}]}, NO),
        ({"permission": [{"action": ["tdm:mine"]}]}, NO),
        ({"@type": "Set", "permission": [{"action": "tdm:mine"}]}, NO),
        ({"@type": "Offer", "profile": "x", "permission": [{"action": "tdm:mine"}]}, NO),
        ("<html>", NO),
        ("[]", NO),
        ('{"uid": "a", "uid": "b"}', NO),
        ("[" * 100_000, NO),
    ],
)
def test_a_policy_that_cannot_be_parsed_keeps_the_reservation(
    policy: dict[str, object] | str, said: Permission
) -> None:
    """ "TDM Policy": an agent that cannot parse it knows no conditions. The reservation remains."""
    text = policy if isinstance(policy, str) else json.dumps(policy)
    fields = {FILE: (json.dumps([rule("/", 1, POLICY_URL)]),), POLICY: (text,)}
    assert set(TdmrepFile().decode(fields).values()) == {said}


def test_our_rule_comes_before_rules_that_would_shadow_it() -> None:
    site = [rule("/press/", 0), rule("/", 0) | {"note": "ours since 2024"}]
    edit = TdmrepFile("/music/").edit({FILE: (json.dumps(site),)}, ASKED)
    written = json.loads(edit[FILE][0])
    assert written == [site[0], rule("/music/", 1, TERMS), site[1]]
    again = TdmrepFile("/music/").edit({FILE: (json.dumps(written),)}, ASKED)
    assert again == {}
    gone = TdmrepFile("/music/").edit(edit, Declaration())
    assert json.loads(gone[FILE][0]) == site


def test_a_file_that_cannot_be_read_is_not_overwritten() -> None:
    with pytest.raises(DialectError):
        TdmrepFile().edit({FILE: ("[broken",)}, ASKED)


# "Processing priority": file, then header, then page; each later value replaces the earlier value.
# An absent value, or a value other than 1 and 0, resets nothing.
def effective(*bits: str) -> Permission | None:
    answers = [bit for bit in bits if bit in ("0", "1")]
    return {"1": NO, "0": YES}[answers[-1]] if answers else None


@pytest.mark.parametrize("file", ["", "0", "1", "2"])
@pytest.mark.parametrize("header", ["", "0", "1", "true"])
@pytest.mark.parametrize("page", ["", "0", "1", " "])
def test_the_last_technique_of_a_site_counts(file: str, header: str, page: str) -> None:
    fields: dict[str, tuple[str, ...]] = {
        FILE: (json.dumps([rule("/", int(file))]),) if file else (),
        "tdm-reservation": (header,) if header else (),
        "meta:tdm-reservation": (page,) if page else (),
    }
    says = site_suite({}).read({name: values for name, values in fields.items() if values})
    expected = effective(file, header, page)
    assert set(says.consent.values()) == ({expected} if expected else set())
    contradicting = len({"0", "1"} & {file, header, page}) == 2
    assert set(says.conflicts) == (set(COVERED) if contradicting else set())


def test_a_header_without_policy_keeps_the_policy_of_the_file() -> None:
    held = TdmrepFile(policy_url=POLICY_URL).encode(ASKED)
    says = site_suite({}).read({**held, "tdm-reservation": ("1",)})
    assert set(says.consent.values()) == {ASK}
    assert says.conflicts == ()


def test_reservations_in_other_languages_are_not_replaced() -> None:
    robots = "User-agent: *\nContent-Usage: train-ai=n\n"
    says = site_suite({}).read({"robots.txt": (robots,), "meta:tdm-reservation": ("0",)})
    assert says.consent[Use.GENERATIVE_TRAINING] is NO
    assert says.consent[Use.DATA_MINING] is YES
    assert says.conflicts == (Use.GENERATIVE_TRAINING,)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/music/a", True),
        ("/music", "/musical", True),
        ("/music/$", "/music/a", False),
        ("/music/$", "/music/", True),
        ("*.mp3", "/a/b.mp3", True),
        ("*.mp3$", "/a/b.mp3?x", False),
        ("/a*b*c", "/a--b--c--", True),
        ("/a*b*c", "/a--c--b", False),
        ("/a*$", "/abc", True),
        ("/a*a$", "/a", False),
        ("", "/", False),
        ("*", "/", True),
    ],
)
def test_path_patterns_are_those_of_robots_txt(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) is fits


def test_patterns_with_many_wildcards_stay_fast() -> None:
    assert not matches("*a" * 20_000 + "$", "a" * 19_999)
    assert covers_all("/*")
    assert not covers_all("/a")
    assert reaches_into("/music/live/", "/music/")
    assert not reaches_into("/", "/music/")
