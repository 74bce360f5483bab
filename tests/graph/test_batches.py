"""Values taken a few at a time: none is lost, and none is taken before it is needed."""

from hypothesis import given
from hypothesis import strategies as st

from graph.batches import batches, weighed_batches

VALUES = st.lists(st.text(max_size=4), max_size=20)


@given(VALUES, st.integers(1, 5))
def test_all_values_come_in_order_in_lists_of_one_size(values: list[str], size: int) -> None:
    some = list(batches(values, size))
    assert [value for batch in some for value in batch] == values
    assert all(len(batch) == size for batch in some[:-1])
    assert all(0 < len(batch) <= size for batch in some)


@given(VALUES, st.integers(1, 9))
def test_a_list_ends_with_the_value_that_fills_it(values: list[str], full: int) -> None:
    some = list(weighed_batches(values, full, weight=len))
    assert [value for batch in some for value in batch] == values
    weights = [[max(len(value), 1) for value in batch] for batch in some]
    assert all(sum(own[:-1]) < full for own in weights)
    assert all(sum(own) >= full for own in weights[:-1])


def test_no_value_is_taken_before_it_is_needed() -> None:
    values = iter("abcdef")
    assert next(weighed_batches(values, 2, weight=len)) == ["a", "b"]
    assert next(values) == "c"
