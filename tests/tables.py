"""What tables hold, whole, so that a test can say that nothing was changed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests import cluster


async def texts(
    fetch: Callable[[str], Awaitable[list[Any]]], of: Mapping[str, str]
) -> dict[str, list[str]]:
    """The rows of tables as text, in order; each table with its condition, or none."""
    each = [
        f"SELECT '{name}' AS name, array_agg(t::text ORDER BY t::text) AS rows"
        f' FROM "{name}" t {where}'
        for name, where in of.items()
    ]
    # One statement where that is possible: a hundred of them take ten times as long.
    queries = each if cluster.workers() else [" UNION ALL ".join(each)]
    found = [row for query in queries for row in await fetch(query)]
    return {row["name"]: row["rows"] or [] for row in found}
