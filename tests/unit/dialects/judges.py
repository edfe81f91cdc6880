"""For each dialect, a reader that is not ours: what it concludes from what we write.

A judge is a published parser, a specification's schema, or a table from the specification. Each
names its place in the specification. None of them uses our encoders or decoders.

A reader returns what the standard permits. `ALLOWED` means that nothing forbids the use.
`CONSTRAINED` means that a person can be asked for it. `PROHIBITED` means that it is forbidden. An
absent use is neither allowed nor refused. A text that a standard calls invalid states nothing.
"""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import http_sf
from jsonschema import Draft202012Validator as Validator
from protego import Protego
from requests.utils import parse_header_links

from rightsdesk.consent import Permission, Use
from rightsdesk.consent.consent import strictest
from rightsdesk.consent.dialects.platforms.described import DESCRIBED
from rightsdesk.consent.fields import Fields

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, M = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING
I_, L, S, R = Use.AI_INPUT, Use.LIKENESS, Use.SEARCH, Use.RECOMMENDATION
SITE = "https://label.example"

Conclusion = Mapping[Use, Permission]
Reader = Callable[[Fields], Conclusion]


@dataclass(frozen=True)
class Judge:
    """Its source, and one reader for each part that can be read separately."""

    source: str
    readers: tuple[Reader, ...]

    def together(self, fields: Fields) -> Conclusion:
        """The conclusion of a reader that respects all parts."""
        return strictest(reader(fields) for reader in self.readers)


def each(uses: Iterable[Use], answer: Permission) -> dict[Use, Permission]:
    return dict.fromkeys(uses, answer)


# --- RFC 9651 dictionaries --------------------------------------------------------------------


def dictionary(value: str) -> dict[str, Any]:
    """A dictionary as the published parser http-sf reads it, each member with its parameters."""
    parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary")
    assert isinstance(parsed, dict)
    return parsed


def members(value: str) -> dict[str, str]:
    """The members by name, without parameters; those that are not tokens are left out."""
    try:
        parsed = dictionary(value)
    except (ValueError, http_sf.StructuredFieldError):
        return {}
    found = {key: item[0] if isinstance(item, tuple) else item for key, item in parsed.items()}
    return {key: str(item) for key, item in found.items() if isinstance(item, http_sf.Token)}


# Our own field: docs/files.md, the first row of the table.
AI_CONSENT_KEYS = {
    "generative-training": G,
    "other-training": T,
    "likeness": L,
    "ai-input": I_,
    "data-mining": M,
    "search": S,
    "recommendation": R,
}
AI_CONSENT_TOKENS = {"y": YES, "n": NO, "ask": ASK}


def ai_consent(fields: Fields) -> Conclusion:
    return strictest(
        {AI_CONSENT_KEYS[key]: AI_CONSENT_TOKENS[token]}
        for value in fields.get("AI-CONSENT", ())
        for key, token in members(value).items()
        if key in AI_CONSENT_KEYS and token in AI_CONSENT_TOKENS
    )


# draft-ietf-aipref-vocab-08: 4.1 to 4.3 (what each covers); 6.1 and 6.2 (labels, y and n); 5.1 (of
# several statements the most restrictive counts); 4.3 (search overrides inside search).
AIPREF_LABELS = {"train-ai": (G,), "ai-use": (I_,), "search": (S,)}
AIPREF_INSIDE_SEARCH = (G, T, I_)


def aipref_statement(value: str) -> Conclusion:
    said = members(value)
    uses = {u: said[label] for label, us in AIPREF_LABELS.items() for u in us if label in said}
    tokens = {"y": YES, "n": NO}
    return {use: tokens[token] for use, token in uses.items() if token in tokens}


def inside_search(stated: Conclusion) -> Conclusion:
    """What the operator of a search engine may do inside that engine."""
    return each(AIPREF_INSIDE_SEARCH, YES) if stated.get(S) is YES else {}


def aipref(field: str) -> tuple[Reader, Reader]:
    def plain(fields: Fields) -> Conclusion:
        return strictest(aipref_statement(value) for value in fields.get(field, ()))

    return plain, lambda fields: inside_search(plain(fields))


# --- robots.txt -------------------------------------------------------------------------------


def group_for_all(text: str, name: str) -> list[str]:
    """RFC 9309, 2.2: the values of one rule, collected from all groups for `*`."""
    agents: set[str] = set()
    after_rule, found = True, []
    for raw in text.splitlines():
        key, _, value = raw.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            agents = {value} if after_rule else agents | {value}
            after_rule = False
        elif key:
            after_rule = True
            if key == name and "*" in agents:
                found.append(value)
    return found


def aipref_rules(fields: Fields) -> Conclusion:
    """draft-ietf-aipref-attach-05, 3.1 and 3.2, for the site's root."""
    for text in fields.get("robots.txt", ()):
        if not Protego.parse(text).can_fetch(f"{SITE}/", "SomeBot"):
            continue
        rules: dict[int, list[Conclusion]] = {}
        for value in group_for_all(text, "content-usage"):
            path, _, rest = value.partition(" ") if value.startswith("/") else ("", "", value)
            if not path or not Protego.parse(f"User-agent: *\nDisallow: {path}").can_fetch(
                f"{SITE}/", "SomeBot"
            ):
                rules.setdefault(len(path.encode()), []).append(aipref_statement(rest.strip()))
        if rules:
            return strictest(rules[max(rules)])
    return {}


# contentsignals.org, policy (a) yes: may collect; (b) no: may not; (c) left out: neither.
# Announcement of 2026-07-01: `use` is a ceiling.
SIGNALS = {"search": (S,), "ai-input": (I_,), "ai-train": (G, T)}
UNDER = {"full": {"search", "ai-input", "ai-train"}, "reference": {"search"}, "immediate": set()}


def content_signals(fields: Fields) -> Conclusion:
    found: list[tuple[str, str]] = []
    for text in fields.get("robots.txt", ()):
        for value in group_for_all(text, "content-signal"):
            if value.startswith("/"):
                continue
            for member in value.lower().split(","):
                name, _, answer = member.partition("=")
                found.append((name.strip(), answer.strip()))
    free = set(SIGNALS)
    for name, answer in found:
        if name == "use":
            free &= UNDER.get(answer, set())
    said: list[Conclusion] = []
    for name, answer in found:
        if name in SIGNALS and answer in ("yes", "no"):
            said.append(each(SIGNALS[name], NO if answer == "no" else YES if name in free else ASK))
    return strictest(said)


# What an operator says that its crawler collects for: the crawlers' own documentation.
CRAWLERS = {
    "GPTBot": (G, T),
    "ClaudeBot": (G, T),
    "Google-Extended": (G, T),
    "CCBot": (M,),
    "ChatGPT-User": (I_,),
    "PerplexityBot": (),
    "Googlebot": (S,),
    "bingbot": (S,),
}


def crawlers(fields: Fields) -> Conclusion:
    """RFC 9309, 2.2.2: a crawler that may not fetch the site cannot use it.

    Permission to fetch grants nothing.
    """
    texts = fields.get("robots.txt", ())
    barred = [
        name
        for name in CRAWLERS
        if any(not Protego.parse(text).can_fetch(f"{SITE}/music/", name) for text in texts)
    ]
    return each((use for name in barred for use in CRAWLERS[name]), NO)


# --- TDMRep -----------------------------------------------------------------------------------

# TDM Reservation Protocol, "tdm-reservation": 1 reserved, 0 not reserved, else unset.
# DSM Directive, Art. 2(2): mining is any automated analysis, training included (recital 8).
TDM = (G, T, M)
TDM_BITS = {"1": NO, "0": YES}


def tdm_bit(field: str) -> Reader:
    def reads(fields: Fields) -> Conclusion:
        values = [value.strip() for value in fields.get(field, ())]
        return strictest(each(TDM, TDM_BITS[value]) for value in values if value in TDM_BITS)

    return reads


# "TDM File on the Origin Server": an array of rules, location and tdm-reservation mandatory.
TDMREP_FILE_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["location", "tdm-reservation"],
        "properties": {
            "location": {"type": "string", "minLength": 1},
            "tdm-policy": {"type": "string"},
        },
    },
}
# "Specification of the TDM Policy".
TDM_POLICY_SCHEMA = {
    "type": "object",
    "required": ["@context", "@type", "profile", "uid", "assigner", "permission"],
    "not": {"anyOf": [{"required": ["prohibition"]}, {"required": ["obligation"]}]},
    "properties": {
        "@context": {
            "const": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"]
        },
        "@type": {"const": "Offer"},
        "profile": {"const": "http://www.w3.org/ns/tdmrep"},
        "uid": {"type": "string", "format": "uri"},
        "assigner": {
            "type": "object",
            "required": ["uid"],
            "properties": {
                "vcard:fn": {"type": "string"},
                "vcard:hasEmail": {"pattern": "^mailto:"},
                "vcard:hasURL": {"pattern": "^https?://"},
            },
        },
        "permission": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["action"],
                "properties": {
                    "target": {"type": "string", "pattern": "^[a-z]+:"},
                    "action": {"const": "tdm:mine"},
                    "duty": {
                        "type": "array",
                        "items": {
                            "properties": {"action": {"enum": ["obtainConsent", "compensate"]}}
                        },
                    },
                },
            },
        },
    },
}


TDMREP_FILE, TDM_POLICY = Validator(TDMREP_FILE_SCHEMA), Validator(TDM_POLICY_SCHEMA)


def loaded(text: str, schema: Validator) -> Any:
    """The document, or None if its schema rejects it."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if schema.is_valid(document) else None


def tdmrep_file(fields: Fields) -> Conclusion:
    """The first rule in sequence that matches; its patterns are those of robots.txt."""
    asked = any(loaded(text, TDM_POLICY) for text in fields.get("tdm-policy.json", ()))
    for text in fields.get("tdmrep.json", ()):
        for rule in loaded(text, TDMREP_FILE) or ():
            pattern = Protego.parse(f"User-agent: *\nDisallow: {rule['location']}")
            if pattern.can_fetch(f"{SITE}/music/a.mp3", "SomeBot"):
                continue
            bit = rule["tdm-reservation"]
            if type(bit) is not int or bit not in (0, 1):
                return {}
            reserved = ASK if asked and rule.get("tdm-policy") else NO
            return each(TDM, reserved if bit else YES)
    return {}


# --- RSL 1.0 ----------------------------------------------------------------------------------

# 3.4: tokens. 3.5: `permits` closes the list. 3.6: prohibited beats permitted. 3.7: no payment is
# free. Errata 2026-08-07: other namespaces are ignored. `rest` are the uses without a token.
RSL = "{https://rslstandard.org/rsl}"
RSL_AI = {"ai-train", "ai-input", "ai-index"}
RSL_ALL = {*RSL_AI, "search", "rest"}
RSL_ELEMENTS = {"permits", "prohibits", "payment", "reporting", "legal"}
RSL_WIDE = {"all": RSL_ALL, "ai-all": RSL_AI}
RSL_USES = {"ai-train": (G, T), "ai-input": (I_,), "ai-index": (), "search": (S,), "rest": (M,)}


def rsl(fields: Fields) -> Conclusion:
    said: list[Conclusion] = []
    for text in fields.get("rsl.xml", ()):
        root = ElementTree.fromstring(text)
        licences = list(root.iter(f"{RSL}license"))
        inside = {child.tag for licence in licences for child in licence}
        if any(tag.startswith(RSL) and tag.removeprefix(RSL) not in RSL_ELEMENTS for tag in inside):
            return {}  # not RSL 1.0: like a licence that cannot be fetched
        offers: dict[str, set[Permission]] = {token: set() for token in RSL_ALL}
        for licence in licences:
            lists = [*licence.iter(f"{RSL}permits"), *licence.iter(f"{RSL}prohibits")]
            for_everybody = all(group.get("type") == "usage" for group in lists)  # 3.4: user, geo
            unpaid = all(p.get("type") == "free" for p in licence.iter(f"{RSL}payment"))
            free = for_everybody and unpaid
            for token in rsl_offer(licence):
                offers.setdefault(token, set()).add(YES if free else ASK)
        for token, found in offers.items() if licences else ():
            answer = YES if YES in found else ASK if ASK in found else NO
            said.append(each(RSL_USES.get(token, ()), answer))
    return {use: answer for statement in said for use, answer in statement.items()}


def rsl_most_restrictive(fields: Fields) -> Conclusion:
    """3.1.1: of licences of the same scope that differ, the most restrictive counts."""
    refused: set[str] = set()
    for text in fields.get("rsl.xml", ()):
        for licence in ElementTree.fromstring(text).iter(f"{RSL}license"):
            refused |= rsl_tokens(licence, "prohibits") or set()
    return each((use for token in refused for use in RSL_USES.get(token, ())), NO)


def rsl_offer(licence: ElementTree.Element) -> set[str]:
    permitted = rsl_tokens(licence, "permits")
    refused = rsl_tokens(licence, "prohibits") or set()
    return (RSL_ALL if permitted is None else permitted) - refused


def rsl_tokens(licence: ElementTree.Element, verb: str) -> set[str] | None:
    """None if there is no list of uses."""
    lists = [e.text or "" for e in licence.iter(f"{RSL}{verb}") if e.get("type") == "usage"]
    words = [word for group in lists for word in group.split()]
    if len(lists) > 1:  # "at most one per type": a file that breaks this rule licenses nothing
        return set() if verb == "permits" else RSL_ALL
    return {t for w in words for t in RSL_WIDE.get(w, {w})} if lists else None


def rsl_link(fields: Fields) -> Conclusion:
    """RFC 8288 as requests parses it.

    The link points to a licence (RSL 4.3) and states nothing more.
    """
    for value in fields.get("link", ()):
        (link,) = parse_header_links(value)
        assert link["rel"] == "license"
        assert link["type"] == "application/rsl+xml"
        assert link["url"].startswith("https://")
    return {}


# --- noai -------------------------------------------------------------------------------------

# DeviantArt's announcement and terms of 2022: training and use as input. img2dataset 1.47: the
# word among the directives said to all robots, in any case.
NOAI = (G, T, I_)


def noai_header(fields: Fields) -> Conclusion:
    found: set[str] = set()
    for value in fields.get("x-robots-tag", ()):
        agent, colon, _ = value.partition(":")
        if not colon:
            found |= {part.strip().lower() for part in agent.split(",")}
    return each(NOAI, NO) if "noai" in found else {}


class RobotsMeta(HTMLParser):
    """The directives of `<meta name="robots">`, by Python's own HTML parser."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") == "robots":
            self.found |= {part.strip().lower() for part in (given.get("content") or "").split(",")}


def noai_meta(fields: Fields) -> Conclusion:
    parser = RobotsMeta()
    for value in fields.get("meta:robots", ()):
        parser.feed(f'<meta name="robots" content="{html.escape(value)}">')
    return each(NOAI, NO) if "noai" in parser.found else {}


# --- words for people -------------------------------------------------------------------------

# docs/files.md, "copyright line": what each phrase means in English.
PHRASES = {
    "training of generative AI": G,
    "training of other AI": T,
    "imitation of voice or style": L,
    "use as AI input": I_,
    "text and data mining": M,
    "search indexing": S,
    "recommendation": R,
}


def sentence(text: str) -> Conclusion:
    """As a person reads it: what follows “no” and “licence required for”."""
    said: list[Conclusion] = []
    for part in text.split("AI rights reserved: ")[1:]:
        body = re.split(r" \(|; see |\.(?:\s|$)", part, maxsplit=1)[0]
        for clause in body.split("; "):
            for opening, answer in (("no ", NO), ("licence required for ", ASK)):
                if clause.startswith(opening):
                    named = clause.removeprefix(opening).split(", ")
                    said.append(each((PHRASES[name] for name in named), answer))
    return strictest(said)


def sentences(*names: str, of_html: bool = False) -> Reader:
    def reads(fields: Fields) -> Conclusion:
        texts = [text for name in names for text in fields.get(name, ())]
        return strictest(sentence(html.unescape(t) if of_html else t) for t in texts)

    return reads


# Flickr's machine tags of 2007, namespace:predicate=value, here with the namespace `ai`.
TAG_ANSWERS = {"yes": YES, "no": NO, "ask": ASK}
MACHINE_TAG = re.compile(r'"?ai:([a-z-]+)=([a-z]+)"?', re.IGNORECASE)


def tags(fields: Fields, name: str, separator: str) -> Conclusion:
    said: list[Conclusion] = []
    for value in fields.get(name, ()):
        for tag in value.split(separator) if separator else [value]:
            if tag.strip('"').lower() == "noai":
                said.append(each(NOAI, NO))
            elif found := MACHINE_TAG.fullmatch(tag):
                said.append({AI_CONSENT_KEYS[found[1].lower()]: TAG_ANSWERS[found[2].lower()]})
    return strictest(said)


# --- XMP --------------------------------------------------------------------------------------

# PLUS LDF, vocabulary of Data Mining, each value by its label. Source: IPTC Photo Metadata Standard
# 2023.1 and later. It states what each value prohibits and allows.
PLUS_VALUES: Mapping[str, Conclusion] = {
    "DMI-UNSPECIFIED": {},
    "DMI-ALLOWED": each(TDM, YES),
    "DMI-PROHIBITED-AIMLTRAINING": each((G, T), NO),
    "DMI-PROHIBITED-GENAIMLTRAINING": each((G,), NO),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {**each((*TDM, I_, R), NO), S: YES},
    "DMI-PROHIBITED": each((*TDM, I_, R, S), NO),
    "DMI-PROHIBITED-SEECONSTRAINT": each(TDM, NO),
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": each(TDM, NO),
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": each(TDM, NO),
}
PLUS_PREFIX = re.compile(r"(https?://ns\.useplus\.org/ldf/vocab/)?(DMI-[A-Z-]+)")


def plus(fields: Fields) -> Conclusion:
    said: list[Conclusion] = []
    for value in fields.get("plus:DataMining", ()):
        found = PLUS_PREFIX.fullmatch(value.strip())
        meaning = PLUS_VALUES.get(found[2], {}) if found else {}
        if found and found[2].endswith("SEECONSTRAINT"):
            meaning = {**meaning, **sentences("plus:OtherConstraints")(fields)}
        said.append(meaning)
    return strictest(said)


# --- Content Credentials ----------------------------------------------------------------------


def training_mining_schema(prefix: str) -> Mapping[str, Any]:
    """The CDDL of CAWG 1.1 (and C2PA 1.4, 19.23) as a JSON schema."""
    entry = {
        "type": "object",
        "required": ["use"],
        "properties": {
            "use": {"enum": ["allowed", "notAllowed", "constrained"]},
            "constraint_info": {"type": "string", "minLength": 1},
        },
        "additionalProperties": False,
    }
    labels = ("data_mining", "ai_inference", "ai_training", "ai_generative_training")
    entries = {"type": "object", "properties": {f"{prefix}.{label}": entry for label in labels}}
    return {"type": "object", "required": ["entries"], "properties": {"entries": entries}}


# "Overview": what each entry means; constrained without information is notAllowed.
TRAINING_MINING = {
    "ai_generative_training": G,
    "ai_training": T,
    "ai_inference": I_,
    "data_mining": M,
}


def training_mining(prefix: str) -> Reader:
    schema = Validator(training_mining_schema(prefix))

    def reads(fields: Fields) -> Conclusion:
        said: list[Conclusion] = []
        for text in fields.get(f"{prefix}.training-mining", ()):
            document = loaded(text, schema) or {"entries": {}}
            for label, use in TRAINING_MINING.items():
                entry = document["entries"].get(f"{prefix}.{label}")
                if entry:
                    informed = ASK if entry.get("constraint_info", "").strip() else NO
                    words = {"allowed": YES, "notAllowed": NO, "constrained": informed}
                    said.append({use: words[entry["use"]]})
        return strictest(said)

    return reads


# --- platforms --------------------------------------------------------------------------------

# community.lexicon.preference.ai (b4a2b19): required members, types, and each description.
WHEN = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
PREFERENCE = {
    "type": "object",
    "required": ["allow", "updatedAt"],
    "properties": {"allow": {"type": "boolean"}, "updatedAt": WHEN},
}
BLUESKY_SCHEMA = {
    "type": "object",
    "required": ["updatedAt", "scope", "preferences"],
    "properties": {
        "$type": {"const": "community.lexicon.preference.ai"},
        "updatedAt": WHEN,
        "scope": {"type": "object", "required": ["$type"]},
        "preferences": {
            "type": "object",
            "properties": dict.fromkeys(
                ("training", "inference", "syntheticContent", "embedding"), PREFERENCE
            ),
        },
    },
}
BLUESKY_USES = {
    "training": (G, T),  # "training, fine-tuning, distillation, or RLHF of ML models"
    "inference": (I_,),  # "at inference time for retrieval, RAG, or context injection"
    "syntheticContent": (L,),  # "synthetic content or interactions derived from user data"
    "embedding": (M, S, R),  # "vector embeddings or semantic indexing"
}
LEXICON = "community.lexicon.preference.ai"
BLUESKY_EVERYBODY = re.compile(r"(community\.lexicon\.preference\.ai)?#globalScope")


BLUESKY = Validator(BLUESKY_SCHEMA)


def bluesky(fields: Fields) -> Conclusion:
    said: list[Conclusion] = []
    for text in fields.get("community.lexicon.preference.ai", ()):
        record = loaded(text, BLUESKY)
        to_all = record and BLUESKY_EVERYBODY.fullmatch(str(record["scope"]["$type"]))
        for name, preference in record["preferences"].items() if to_all else ():
            allowed = YES if preference["allow"] else NO
            said.append(each(BLUESKY_USES.get(name, ()), allowed))
    return strictest(said)


def bluesky_intents(fields: Fields) -> Conclusion:
    """bluesky-social/proposals 0008, "Intents": a missing `allow` is undefined."""
    said: list[Conclusion] = []
    for text in fields.get("org.user-intents.declaration", ()):
        record = json.loads(text)
        for name, uses in {"syntheticContentGeneration": (G,), "bulkDataset": (M,)}.items():
            allow = record.get(name, {}).get("allow")
            if isinstance(allow, bool):
                said.append(each(uses, YES if allow else NO))
    return strictest(said)


def audius_user(fields: Fields) -> Conclusion:
    """Audius API, user: “Allow AI-generated music based on my likeness”."""
    bits = {("true",): YES, ("false",): NO}
    held = tuple(fields.get("allow_ai_attribution", ()))
    return {L: bits[held]} if held in bits else {}


def audius_track(fields: Fields) -> Conclusion:
    """Audius API, track: “Whether AI use is prohibited”, false by default."""
    return each((G, T, L, I_, M), NO) if fields.get("no_ai_use") == ("true",) else {}


def youtube(fields: Fields) -> Conclusion:
    """YouTube Data API, videoTrainability: all, none, or the companies that may."""
    permitted = [value.strip().lower() for value in fields.get("permitted", ())]
    if permitted in (["all"], ["none"]):
        return each((G, T), YES if permitted == ["all"] else NO)
    return each((G, T), ASK) if permitted else {}


def wordpress_com(fields: Fields) -> Conclusion:
    """WordPress.com support, “Prevent third-party sharing”: off by default."""
    return {G: NO} if fields.get("wpcom_data_sharing_opt_out") == ("true",) else {}


# Cloudflare API, PUT /zones/{zone_id}/bot_management. Blog of 2026-07-01: from 2026-09-15, crawlers
# with several purposes fall under the strictest rule. So a block of training hits Googlebot.
CLOUDFLARE: Mapping[tuple[str, str], tuple[Use, ...]] = {
    ("ai_training", "disallow"): (G, T),
    ("ai_training", "block"): (G, T, S),
    ("ai_bots_protection", "block"): (G, T, S),
    ("ai_user", "block"): (I_,),
    ("ai_search", "block"): (S,),
}


def cloudflare(fields: Fields) -> Conclusion:
    held = [(name, value) for name, values in fields.items() for value in values]
    return each((use for purpose in held for use in CLOUDFLARE.get(purpose, ())), NO)


# DDEX allowed value sets, version 9, UseType: each is a grant under the parties' agreement.
DDEX = {
    "UseForTrainingGenerativeAI": G,
    "UseForTrainingNonGenerativeAI": T,
    "UseForDataMining": M,
}


def ddex(fields: Fields) -> Conclusion:
    types = [word for value in fields.get("UseType", ()) for word in value.split()]
    said: list[Conclusion] = [{DDEX[word]: YES} for word in types if word in DDEX]
    for text in fields.get("ddex-note.csv", ()):
        words = {"no": NO, "on request": ASK}
        for row in csv.DictReader(io.StringIO(text)):
            said.append({DDEX[row["UseType"]]: words[row["Granted"]]})
    return strictest(said)


# docs.tdmai.org, 2025-11-04: iscc and tdm-reservation required, a policy only with 1.
TDM_AI_SCHEMA = {
    "type": "object",
    "required": ["iscc", "tdm-reservation"],
    "properties": {
        "iscc": {"type": "string", "pattern": "^ISCC:[A-Z2-7]{10,73}$"},
        "tdm-reservation": {"type": "integer", "enum": [0, 1]},
        "tdm-policy": {"type": "string", "pattern": "^https?://"},
    },
    "if": {"properties": {"tdm-reservation": {"const": 0}}},
    "then": {"not": {"required": ["tdm-policy"]}},
    "additionalProperties": False,
}


TDM_AI = Validator(TDM_AI_SCHEMA)


def tdm_ai(fields: Fields) -> Conclusion:
    documents = [loaded(text, TDM_AI) for text in fields.get("tdm-ai.json", ())]
    return strictest(
        each(TDM, NO if document["tdm-reservation"] else YES) for document in documents if document
    )


# --- the table --------------------------------------------------------------------------------

VOCAB = "draft-ietf-aipref-vocab-08, 4.1 to 4.3, 5.1, 6 (parser: http-sf)"
TDMREP = "TDM Reservation Protocol, 2024-05-10, “tdm-reservation”"
WORDS = "Plain English, the sentence of docs/files.md"

JUDGES: Mapping[str, Judge] = {
    "ai-consent": Judge("docs/files.md; RFC 9651, 3.2 (parser: http-sf)", (ai_consent,)),
    "aipref": Judge(VOCAB, aipref("CONTENT-USAGE")),
    "aipref-header": Judge(VOCAB, aipref("content-usage")),
    "aipref-robots": Judge(
        f"draft-ietf-aipref-attach-05, 3.1 and 3.2 (parser: Protego); {VOCAB}",
        (aipref_rules, lambda fields: inside_search(aipref_rules(fields))),
    ),
    "tdmrep": Judge(TDMREP, (tdm_bit("TDM-RESERVATION"),)),
    "tdmrep-xmp": Judge(TDMREP, (tdm_bit("tdm:reservation"),)),
    "tdmrep-header": Judge(TDMREP, (tdm_bit("tdm-reservation"),)),
    "tdmrep-meta": Judge(TDMREP, (tdm_bit("meta:tdm-reservation"),)),
    "tdmrep-file": Judge(
        f"{TDMREP}, “TDM File on the Origin Server”, “Specification of the TDM Policy” "
        "(schema: jsonschema; patterns: Protego)",
        (tdmrep_file,),
    ),
    "copyright-sentence": Judge(WORDS, (sentences("COPYRIGHT", "COPYRIGHT-2"),)),
    "xmp-rights": Judge(WORDS, (sentences("xmpRights:UsageTerms", "dc:rights"),)),
    "plus": Judge("PLUS LDF, Data Mining, by the labels of its nine values", (plus,)),
    "cawg": Judge("CAWG 1.1, CDDL and Overview (jsonschema)", (training_mining("cawg"),)),
    "c2pa-training-mining": Judge("C2PA 1.4, 19.23 (jsonschema)", (training_mining("c2pa"),)),
    "noai-header": Judge("DeviantArt 2022; img2dataset 1.47, as it reads headers", (noai_header,)),
    "noai-meta": Judge("DeviantArt 2022 (parser: html.parser)", (noai_meta,)),
    "robots-txt": Judge(
        "RFC 9309, 2.2 (parser: Protego), attach-05, contentsignals.org",
        (
            crawlers,
            aipref_rules,
            lambda fields: inside_search(aipref_rules(fields)),
            content_signals,
        ),
    ),
    "content-signals": Judge(
        "contentsignals.org, policy (a) to (c), and the announcement of 2026-07-01",
        (content_signals,),
    ),
    "ai-crawlers": Judge("RFC 9309, 2.2.2 (parser: Protego)", (crawlers,)),
    "rsl": Judge(
        "RSL 1.0, 3.1.1, 3.4 to 3.7, errata of 2026-08-07 (ElementTree)",
        (rsl, rsl_most_restrictive),
    ),
    "rsl-link": Judge("RFC 8288, as requests reads it; RSL 1.0, 4.3", (rsl_link,)),
    "soundcloud": Judge(
        f"Machine tags of 2007; {WORDS}",
        (lambda fields: tags(fields, "tag_list", " "), sentences("description")),
    ),
    "youtube-video": Judge(
        f"Machine tags of 2007; {WORDS}",
        (lambda fields: tags(fields, "tags", ""), sentences("description")),
    ),
    **{
        described.id: Judge(
            f"DeviantArt 2022; {WORDS}",
            (lambda fields: tags(fields, "tags", ""), sentences("description")),
        )
        for described in DESCRIBED
    },
    "archive-rights": Judge(WORDS, (sentences("rights"),)),
    "wordpress-media": Judge(
        f"{WORDS} (entities: html)", (sentences("description", "caption", of_html=True),)
    ),
    "wordpress-post": Judge(WORDS, (sentences("post"),)),
    "wordpress-com": Judge("WordPress.com support, third-party sharing, 2024", (wordpress_com,)),
    "bluesky-ai": Judge(
        "community.lexicon.preference.ai, b4a2b19, as a schema (jsonschema)", (bluesky,)
    ),
    "bluesky-intents": Judge("bluesky-social/proposals 0008", (bluesky_intents,)),
    "audius-user": Judge("Audius API v1, user", (audius_user,)),
    "audius-track": Judge("Audius API v1, track", (audius_track,)),
    "youtube-trainability": Judge("YouTube Data API v3, videoTrainability", (youtube,)),
    "cloudflare": Judge("Cloudflare API v4, bot_management; blog of 2026-07-01", (cloudflare,)),
    "ddex": Judge("DDEX allowed value sets 9, UseType; RFC 4180 (csv)", (ddex,)),
    "tdm-ai": Judge("docs.tdmai.org, 2025-11-04, as a schema (jsonschema)", (tdm_ai,)),
}
