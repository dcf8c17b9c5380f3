"""What a field loads, worked out in a thread, where that takes longer than the event loop has."""

from asyncio import to_thread
from typing import Any

from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.readings import LoadArguments


async def worked_out(
    context: Context, loader: Loader, record: Any, arguments: LoadArguments
) -> Any:
    """What a field with these arguments shows of the record, before it is known to whom."""
    key = (record.school_id, record.id)
    found = await loader.load(context.store, context.viewer, [key], arguments.key)
    assert arguments.then is not None
    return await to_thread(arguments.then, found[key])
