"""Names of uses, permissions and standings for people, in window and terminal."""

from collections.abc import Iterable, Mapping

from rightsdesk.consent.compare import Standing
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import together, worded

USE_NAMES: Mapping[Use, str] = {
    Use.GENERATIVE_TRAINING: "training AI that makes music",
    Use.OTHER_TRAINING: "training other AI",
    Use.LIKENESS: "imitating voice or style",
    Use.AI_INPUT: "use as AI input",
    Use.DATA_MINING: "data mining",
    Use.SEARCH: "search",
    Use.RECOMMENDATION: "recommendations",
}

PERMISSION_NAMES: Mapping[Permission, str] = {
    Permission.PROHIBITED: "No",
    Permission.CONSTRAINED: "Ask me",
    Permission.ALLOWED: "Yes",
}

_NOTHING_STATED = worded("nothing said")

STANDING_NAMES: Mapping[Standing, str] = {
    Standing.AGREES: "says it",
    Standing.SILENT: "silent",
    Standing.CONFLICTS: "says otherwise",
    Standing.ATTESTED: "noted by you",
    Standing.TERMS_ONLY: "terms only",
    Standing.UNKNOWN: "unknown",
    Standing.UNCHOSEN: "says something",
}
"""The word for each standing. For `unknown`, the reason is shown next to it."""

SAYS_A_PART = "partly"
"""The word for a carrier that is silent about part of the consent."""

STANDING_NAMES_COUNTED: Mapping[Standing, str] = {
    **STANDING_NAMES,
}
"""The words after a count of one. Carriers that state a part count as silent."""

STANDING_NAMES_OF_MANY: Mapping[Standing, str] = {
    **STANDING_NAMES_COUNTED,
    Standing.AGREES: "say it",
    Standing.CONFLICTS: "say otherwise",
    Standing.UNCHOSEN: "say something",
}
"""The words after any other count."""

STANDING_MEANINGS: Mapping[Standing, str] = {
    Standing.AGREES: "It says what you chose.",
    Standing.SILENT: "It does not say all that you want, and nothing against it.",
    Standing.CONFLICTS: "It says something other than you want.",
    Standing.ATTESTED: "You noted this. RightsDesk can't read it there.",
    Standing.TERMS_ONLY: "RightsDesk can read nothing there. Only the platform's terms count.",
    Standing.UNKNOWN: "RightsDesk has not read it yet, or could not.",
    Standing.UNCHOSEN: "It says something, and you have not chosen yet what it should say.",
}

NOT_THERE = "not there"
"""The word if nothing of a recording is known on a carrier."""

NO_ACCOUNT = "no account"
"""The word if nothing was read because the artist has no account there."""


def standing_name(standing: Standing, says: Mapping[Use, Permission]) -> str:
    """The word for a standing of a carrier with this statement."""
    return SAYS_A_PART if standing is Standing.SILENT and says else STANDING_NAMES[standing]


def listed(uses: Iterable[Use]) -> str:
    """`data mining, search`: uses as a list within a sentence."""
    return together((USE_NAMES[use] for use in uses), ", ")


def permission_name(permission: Permission | None) -> str:
    """`No`, `Ask me`, `Yes`, or `nothing said`."""
    return _NOTHING_STATED if permission is None else PERMISSION_NAMES[permission]
