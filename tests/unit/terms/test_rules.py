"""What the rules read in single sentences, added to or removed from terms without AI."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

from rightsdesk.speech import Speech
from rightsdesk.terms import claims
from rightsdesk.terms.judging import Judgement, compare_texts
from rightsdesk.terms.rules import RULES
from tests.unit.terms.texts import HOSTING

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))


def added(sentence: str) -> Judgement:
    """Compare terms with the same ones and this sentence at the end."""
    return compare_texts(HOSTING, f"{HOSTING}\n\n{sentence}\n")


@pytest.mark.parametrize("sentence", SENTENCES["widens"])
def test_permission_for_ai_widens(sentence: str) -> None:
    assert added(sentence).direction == "widens"
    assert compare_texts(f"{HOSTING}\n\n{sentence}", HOSTING).direction == "narrows"


@pytest.mark.parametrize("sentence", SENTENCES["narrows"])
def test_prohibition_narrows(sentence: str) -> None:
    assert added(sentence).direction == "narrows"
    assert compare_texts(f"{HOSTING}\n\n{sentence}", HOSTING).direction == "widens"


@pytest.mark.parametrize("sentence", SENTENCES["new_switch"])
def test_a_choice_is_a_new_switch(sentence: str) -> None:
    assert added(sentence).direction == "new_switch"


@pytest.mark.parametrize("sentence", SENTENCES["none"])
def test_other_sentences_about_ai_and_content_raise_no_alarm(sentence: str) -> None:
    judged = added(sentence)
    assert (judged.ai_relevant, judged.direction, judged.uses) == (False, "none", ())


def test_every_rule_is_named_by_some_sentence() -> None:
    named = " ".join(
        paragraph.why
        for sentence in itertools.chain(*SENTENCES.values())
        for paragraph in added(sentence).paragraphs
    )
    unused = [rule.id for rule in RULES.rule if rule.id not in named]
    assert unused == []


def test_every_group_of_words_is_used() -> None:
    code = "".join(file.read_text("utf-8") for file in Path(claims.__file__).parent.glob("*.py"))
    used = {group for rule in RULES.rule for group in (*rule.needs, *rule.about, *rule.without)}
    assert [group for group in RULES.words if group not in used and f'"{group}"' not in code] == []


def test_generative_and_other_training_are_told_apart() -> None:
    assert added("We train generative AI on your posts.").uses == ("generative_training",)
    assert added("We train machine learning models on your posts.").uses == ("other_training",)
    both = added("We train AI models, generative or another type, on your posts.")
    assert both.uses == ("generative_training", "other_training")


def test_the_reason_names_the_rule_and_both_texts_stand_side_by_side() -> None:
    old = "We use your posts to run the service. Your posts stay yours as long as you like."
    new = "We use your posts to run the service and to train AI models. Your posts stay yours."
    [paragraph] = compare_texts(f"{HOSTING}\n\n{old}", f"{HOSTING}\n\n{new}").paragraphs
    assert (paragraph.old, paragraph.new) == (old, new)
    assert paragraph.why.startswith("Now allowed: training AI")
    assert "train-models" in paragraph.why


class Shouted:
    """A translator that says every message in capitals, and leaves fields as they are."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def translate(self, context: str, source_text: str, *_more: object) -> str:
        self.asked.add(source_text)
        return "".join(
            part if part.startswith("{") else part.upper()
            for part in re.split(r"(\{\w+\})", source_text)
        )


@pytest.mark.parametrize("sentence", [*SENTENCES["widens"][:20], *SENTENCES["new_switch"][:5]])
def test_the_reason_is_said_in_another_language(sentence: str) -> None:
    """Each part is a message of its own: forms, and the reasons of the rules."""
    [paragraph, *_] = added(sentence).paragraphs
    shouted = Shouted()
    assert Speech("de", shouted).say(paragraph.why) == paragraph.why.upper()
    for reason in paragraph.reasons:
        assert set(reason.what) <= shouted.asked


def test_what_is_broken_is_said_in_another_language() -> None:
    why = compare_texts(HOSTING, "Not found.").broken_why
    assert why == "The new version is no whole text: There is hardly any text in it."
    assert Speech("de", Shouted()).say(why) == why.upper()


def test_a_list_under_a_prohibition_forbids() -> None:
    ours = "We will not use your content to:\n\n- train AI models\n- sell it"
    theirs = "You agree that you will not:\n\n- use the works to train AI models\n- sell it"
    assert added(ours).direction == "narrows"
    assert not added(theirs).ai_relevant


def test_a_licence_that_lets_ai_train_can_reach_prompts() -> None:
    licence = (
        "By {}, you grant us a worldwide licence to use it in any way that we like, and to let "
        "others do the same. This licence includes the training of our AI models on your content."
    )
    old, new = (
        f"{HOSTING}\n\n{licence.format(how)}"
        for how in ("posting Content", "creating prompts, outputs or other Content")
    )
    judged = compare_texts(old, new)
    assert (judged.direction, judged.uses) == ("widens", ("ai_input",))


def test_a_second_copy_of_the_whole_text_says_nothing_new() -> None:
    text = f"{HOSTING}\n\nWe train AI models on your posts.\n"
    assert not compare_texts(text, f"These terms apply soon.\n\n{text}\n{text}").ai_relevant


def test_a_sentence_copied_into_another_paragraph_counts() -> None:
    training = "We also train AI models on your posts."
    here, there = (
        f"In {place}, we use your information to run and to improve the service that you use."
        for place in ("Europe", "America")
    )
    old = f"{HOSTING}\n\n{here} {training}\n\n{there}"
    new = f"{HOSTING}\n\n{here} {training}\n\n{there} {training}"
    assert compare_texts(old, new).direction == "widens"
