"""Builds the diary's page: types of the schema, a check of all types, and the bundle."""

import json
import re
from pathlib import Path
from shutil import copy

from gateway.diary import MANIFEST, WORKER
from gateway.graphiql.build import compress, find_node, install, run

HERE = Path(__file__).parent
SOURCE = HERE / "source"
ASSETS = HERE / "built" / "assets"


def main() -> None:
    install(SOURCE)
    node, _ = find_node()
    run(SOURCE, node, "codegen.mjs")
    run(SOURCE, node, "node_modules/typescript/bin/tsc", "--noEmit")
    run(SOURCE, node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "worker")
    run(SOURCE, node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    keep_assets(HERE / "built" / WORKER)
    copy(SOURCE / "generated" / MANIFEST, HERE / "built")
    compress(ASSETS, node)


def keep_assets(worker: Path) -> None:
    """Name the assets to the service worker, which keeps them."""
    names = sorted(asset.name for asset in ASSETS.iterdir())
    text, count = re.subn(r"\bSHELL\b", json.dumps(names), worker.read_text())
    assert count, "The service worker names no SHELL."
    worker.write_text(text)


if __name__ == "__main__":
    main()
