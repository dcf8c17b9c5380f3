"""Ids that the application makes."""

from domain.ids import uuid7


def test_ids_are_unique_and_keep_the_order_in_which_a_process_makes_them() -> None:
    made = [uuid7() for _ in range(10_000)]  # thousands in a millisecond
    assert made == sorted(set(made))
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}
