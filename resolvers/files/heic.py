"""HEIC pictures, as telephones take them, turned into JPEG.

They are read by a library that has read beyond its memory before, so that happens in a process of
its own, which may fail: the picture is damaged then, and nothing else.
"""

import subprocess
import sys
from pathlib import Path
from typing import IO

from resolvers.files.refusals import cut_off, too_many_pixels

READER = Path(__file__).with_name("heic_reader.py")
WITHIN = 30
"""Seconds."""
TOO_LARGE = 4
"""The reader's exit status for a picture of too many pixels."""


def as_jpeg(file: IO[bytes], most_pixels: int, thumbnail: tuple[int, int]) -> tuple[bytes, bytes]:
    """The picture upright as a JPEG without metadata, and small as a WebP."""
    file.seek(0)
    sizes = map(str, (most_pixels, *thumbnail))
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(READER), *sizes],
            input=file.read(),
            capture_output=True,
            timeout=WITHIN,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise cut_off() from None
    if done.returncode == TOO_LARGE:
        raise too_many_pixels(most_pixels)
    if done.returncode != 0:
        raise cut_off()
    length = int.from_bytes(done.stdout[:8], "big")
    return done.stdout[8 : 8 + length], done.stdout[8 + length :]
