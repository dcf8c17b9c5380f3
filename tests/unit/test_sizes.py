"""Rows that are kept count with their texts, which are most of what they take."""

from resolvers.answers.sizes import MOST_MEASURED, bytes_of

TEXT = "x" * 4_000


def test_long_texts_count_however_many_rows_there_are() -> None:
    assert bytes_of([]) == 0
    assert bytes_of([(1, None)]) < 1_000
    for number in (1, MOST_MEASURED, 10 * MOST_MEASURED):
        rows = [(TEXT, 1)] * number
        assert number * len(TEXT) < bytes_of(rows) < 4 * number * len(TEXT)
