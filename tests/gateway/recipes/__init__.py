"""The recipes of `/docs`, compiled, and run by `run.mts` against a gateway."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from gateway.docs import RECIPES
from gateway.graphiql.build import find_node, install, run

GENERATED = RECIPES / "generated"
MANIFESTS = (GENERATED / "persisted-documents.json", GENERATED / "relay-documents.json")
HERE = Path(__file__).parent


def build() -> None:
    """Generate types and manifests, and check all types."""
    install(RECIPES)
    node, _ = find_node()
    run(RECIPES, node, "codegen.mjs")
    run(RECIPES, node, "node_modules/relay-compiler/cli.js", "--repersist")
    run(RECIPES, node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", HERE)


async def told(address: str, login: str, *, name: str, **asked: str) -> Any:
    """What the recipe has shown; fails with what Node says."""
    node, _ = find_node()
    arguments = ["--import", str(RECIPES / "tags.mjs"), str(HERE / "run.mts"), name, address, login]
    program = await asyncio.create_subprocess_exec(
        node,
        *arguments,
        json.dumps(asked),
        cwd=RECIPES,
        env={**os.environ, "NODE_ENV": "development"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await program.communicate()
    assert program.returncode == 0, err.decode()
    return json.loads(out)
