"""Builds the diary's page: types of the schema, a check of all types, and the bundle."""

from pathlib import Path

from gateway.graphiql.build import compress, find_node, install, run

HERE = Path(__file__).parent
SOURCE = HERE / "source"
ASSETS = HERE / "built" / "assets"


def main() -> None:
    install(SOURCE)
    node, _ = find_node()
    run(SOURCE, node, "codegen.mjs")
    run(SOURCE, node, "node_modules/typescript/bin/tsc", "--noEmit")
    run(SOURCE, node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    for asset in sorted(ASSETS.iterdir()):
        compress(asset)


if __name__ == "__main__":
    main()
