"""The entry of the command `gradebook`, before anything that another distribution may have
overwritten is imported."""

import sys
from importlib.metadata import version

from gateway.clashes import OURS, clashes


def main() -> None:
    found = clashes()
    for clash in found:
        if clash.is_broken:
            sys.exit(f"Gradebook cannot start: {clash}")
        print(f"Gradebook: {clash}", file=sys.stderr)
    if sys.argv[1:] == ["--version"]:  # the rest takes a while to import
        print(f"gradebook {version(OURS)}")
        return
    from gateway import command

    command.main()
