"""Refuses to build a wheel without the GraphiQL page; hatchling runs it."""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path(__file__).parent / "built"
NAMED = re.compile(r"""(?:src|href)="[^"]*assets/([^"]+)\"""")


class GraphiQLHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # it has the folder of the source
            return
        if missing := missing_files(BUILT):
            self.app.abort(
                f"The wheel would lack GraphiQL ({missing[0]} is missing). Build it first, with"
                " `make setup` or `python gateway/graphiql/build.py`."
            )


def missing_files(built: Path) -> list[Path]:
    """What the page needs and is not there."""
    index = built / "index.html"
    if not index.exists():
        return [index]
    assets = [built / "assets" / name for name in NAMED.findall(index.read_text())]
    return [path for path in assets or [built / "assets"] if not path.exists()]
