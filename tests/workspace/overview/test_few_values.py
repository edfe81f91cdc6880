"""A mapping of many numbers to few values answers like a dict."""

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.workspace.overview.few_values import FewValues

NUMBERS = st.one_of(st.integers(0, 60), st.integers(0, 2**62))


@given(st.dictionaries(NUMBERS, st.sampled_from("abc")), st.lists(st.integers(-3, 2**63)))
def test_it_answers_like_a_dict(pairs: dict[int, str], others: list[int]) -> None:
    made = FewValues(pairs)
    assert dict(made) == pairs
    assert list(made) == sorted(pairs)
    assert len(made) == len(pairs)
    asked = [*pairs, *others]
    assert [made.get(number) for number in asked] == [pairs.get(number) for number in asked]
    assert list(made.each(asked, "-")) == [pairs.get(number, "-") for number in asked]
