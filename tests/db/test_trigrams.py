"""A search by trigrams misses nobody whose name contains the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db.trigrams import folded, is_part, trigrams, wanted

LETTERS = st.text(st.sampled_from("aBcIıİiñÑёЖßﬁ王小明김철수אب🔥\u200d\u0307_%' "), max_size=12)


@given(name=LETTERS, start=st.integers(0, 12), length=st.integers(1, 12))
def test_nobody_is_missed(name: str, start: int, length: int) -> None:
    query = name[start : start + length]
    if is_part(query, [name]):
        assert set(wanted(query)) <= set(trigrams([name]))


@given(text=LETTERS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(name=LETTERS)
def test_a_whole_name_is_found_in_any_case(name: str) -> None:
    for query in (name, name.upper(), name.lower()):
        assert folded(query) != folded(name) or is_part(query, [name])


@pytest.mark.parametrize(("query", "name"), [("IŞIL", "ışıl"), ("STRASSE", "straße"), ("ÉTÉ", "e\u0301te\u0301")])
def test_case_and_form_make_no_difference(query: str, name: str) -> None:
    assert folded(query) == folded(name)
