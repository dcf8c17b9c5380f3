"""Reads one HEIC picture from the standard input, and writes it as JPEG, and small as WebP.

A script and no module of ours: it is run by `heic.py`, knows nothing of the gateway, and takes
little memory and time. Its arguments are the most pixels, and the size of the small one.
"""

import sys
from contextlib import suppress
from io import BytesIO

import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageOps

MEMORY = 2 << 30
SECONDS = 20
DAMAGED, TOO_LARGE = 3, 4


def main() -> int:
    most, *small = map(int, sys.argv[1:])
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pi_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = most
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=["HEIF"]) as image:
            if image.width * image.height > most:
                return TOO_LARGE
            upright = ImageOps.exif_transpose(image).convert("RGB")
        kept = {"icc_profile": profile} if (profile := image.info.get("icc_profile")) else {}
        upright.info = {}
        content = _written(upright, "JPEG", quality=90, optimize=True, **kept)
        upright.thumbnail((small[0], small[1]))
        thumbnail = _written(upright, "WEBP", quality=75)
    except (Image.DecompressionBombError, MemoryError):
        return TOO_LARGE
    except Exception:
        return DAMAGED
    sys.stdout.buffer.write(len(content).to_bytes(8, "big") + content + thumbnail)
    return 0


def _written(image: Image.Image, form: str, **options: object) -> bytes:
    written = BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main())
