"""Reports that are made in the background, by the rights of whoever asked for them."""

from datetime import date
from typing import TYPE_CHECKING, Any

from db.reading.own_data import account_of_export
from domain.errors import Problem
from gateway.reports import MADE
from gateway.reports.asking import Asking, ReportRequest
from gateway.reports.parts import Making
from resolvers.context import Context
from resolvers.own_data import Told
from resolvers.viewer import load_viewer

if TYPE_CHECKING:
    from gateway.process import Process


class Background:
    """Makes the report of an export."""

    def __init__(self, process: "Process") -> None:
        self.process = process

    async def __call__(self, export: Any, told: Told) -> bytes | None:
        """None where whoever asked for it may not have it, or has asked for nothing that there
        is."""
        store = self.process.store

        async def fresh() -> Context:
            account = await store.first(account_of_export, account=export.author_id)
            return Context(store, None if account is None else await load_viewer(store, account))

        making = Making(Asking(self.process.engine, fresh), _asked(export), told, at_once=False)
        try:
            made = await MADE[export.kind](making)
        except Problem:
            return None
        job = {"draw": "report", "format": export.format.lower(), "report": made}
        return await self.process.drawer.draw(job)


def _asked(export: Any) -> ReportRequest:
    asked = export.asked
    return ReportRequest(
        asked["of"],
        export.language,
        asked.get("year"),
        asked.get("period"),
        _day(asked.get("from")),
        _day(asked.get("to")),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
