"""What tables hold, whole, so that a test can say that nothing was changed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests import cluster


async def texts(
    fetch: Callable[[str], Awaitable[list[Any]]], of: Mapping[str, str]
) -> dict[str, list[str]]:
    """The rows of tables as text, in an order that is the same on a cluster, too; each table with
    its condition, or none."""
    if cluster.workers():
        return {
            name: sorted(str(row) for row in await fetch(f'SELECT * FROM "{name}" {where}'))
            for name, where in of.items()
        }
    each = [  # in one statement: a hundred of them take ten times as long
        f"SELECT '{name}' AS name, array_agg(t::text ORDER BY t::text) AS rows"
        f' FROM "{name}" t {where}'
        for name, where in of.items()
    ]
    return {row["name"]: row["rows"] or [] for row in await fetch(" UNION ALL ".join(each))}
