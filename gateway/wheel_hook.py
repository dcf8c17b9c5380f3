"""Refuses to build a wheel without the pages; hatchling runs it."""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
PAGES = {"GraphiQL": HERE / "graphiql" / "built", "the diary": HERE / "diary" / "built"}
NAMED = re.compile(r"""(?:src|href)="[^"]*assets/([^"]+)\"""")


class PagesHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # it has the folder of the source
            return
        for name, built in PAGES.items():
            if missing := missing_files(built):
                self.app.abort(
                    f"The wheel would lack {name} ({missing[0]} is missing). Build it first, with"
                    " `make setup`."
                )


def missing_files(built: Path) -> list[Path]:
    """What the page needs and is not there."""
    index = built / "index.html"
    if not index.exists():
        return [index]
    assets = [built / "assets" / name for name in NAMED.findall(index.read_text())]
    return [path for path in assets or [built / "assets"] if not path.exists()]
