"""How much memory rows take that are kept."""

from collections.abc import Sequence
from typing import Any

BYTES_OF_ROW = 100
BYTES_OF_VALUE = 50
BYTES_OF_CHARACTER = 2
MOST_MEASURED = 50
"""How many rows have their texts measured; of more rows, those at equal distances."""


def bytes_of(rows: Sequence[Any]) -> int:
    if not rows:
        return 0
    step = -(-len(rows) // MOST_MEASURED)
    texts = sum([len(each) for row in rows[::step] for each in row if type(each) is str])
    values = BYTES_OF_ROW + BYTES_OF_VALUE * len(rows[0])
    return values * len(rows) + BYTES_OF_CHARACTER * texts * step
