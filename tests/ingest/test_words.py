"""Words in arrays are the words that are found one by one; hashes of runs are those of their strings."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.hashes import HashSet, scattered, set_hashes, spaced, string_hashes
from ingest.normalize import Token, tokens
from ingest.words import words

ODD = st.sampled_from("as'’_ .\u0301\u0e31がﾞท病2é½\u3099\u093e\n\U0001d51e\ud800")


@given(st.text() | st.text(ODD))
def test_words_are_tokens(text: str) -> None:
    found = words(text)
    places = zip(found.starts.tolist(), found.ends.tolist(), found.numbers.tolist(), strict=True)
    assert [Token(start, end, found.forms[number]) for start, end, number in places] == tokens(text)


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6))
def test_a_hash_is_made_of_those_of_the_words(parts: list[str]) -> None:
    plus, times = spaced(string_hashes(parts), np.array([len(part) for part in parts]))
    run = string_hashes(parts[-1:])
    for i in reversed(range(len(parts) - 1)):
        run = plus[i : i + 1] + times[i : i + 1] * run
    assert run.tolist() == string_hashes([" ".join(parts)]).tolist()


@given(st.lists(st.sets(st.text(min_size=1, max_size=3), max_size=5), max_size=5))
def test_the_hash_of_a_set_forgets_order(sets: list[set[str]]) -> None:
    hashes = set_hashes([sorted(words) for words in sets])
    assert hashes.tolist() == set_hashes([sorted(words, reverse=True) for words in sets]).tolist()
    assert len(set(hashes.tolist())) == len({frozenset(words) for words in sets})


@given(st.sets(st.integers(0, 500), max_size=300), st.lists(st.integers(0, 500), max_size=50))
def test_a_set_of_hashes_holds_what_was_put_in(held: set[int], wanted: list[int]) -> None:
    hashes = HashSet(np.sort(scattered(np.array(sorted(held), np.uint64))))
    asked = scattered(np.array(wanted, np.uint64))
    assert hashes.holds(asked).tolist() == [number in held for number in wanted]
