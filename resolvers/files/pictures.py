"""Pictures: written anew without what cameras note in them, and made small."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps

from domain.media import MediaType
from resolvers.files.heic import as_jpeg
from resolvers.files.refusals import cut_off, moves_too_long, too_many_pixels

MOST_PIXELS = 50_000_000
"""Of a picture; as many as telephones take in one."""
MOST_FRAMES = 300
MOST_MOVING_PIXELS = 25_000_000
"""Of all frames of a moving picture together."""
THUMBNAIL = (320, 320)
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "image/jpeg": ("JPEG", {"quality": 90, "optimize": True}),
    "image/png": ("PNG", {}),
    "image/gif": ("GIF", {}),
    "image/webp": ("WEBP", {"quality": 90}),
}
"""How a picture of the type is read and written by Pillow."""
HEIC = "image/heic"


@dataclass(frozen=True, slots=True)
class Picture:
    """Both without metadata; the thumbnail is a WebP."""

    content: bytes
    thumbnail: bytes


def cleaned(file: IO[bytes], type_: MediaType) -> Picture:
    """The picture turned upright, with its pixels, its colours and nothing else."""
    if type_.name == HEIC:
        return Picture(*as_jpeg(file, MOST_PIXELS, THUMBNAIL))
    form, options = FORMATS[type_.name]
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which goes
            with Image.open(file, formats=[form]) as image:
                return _cleaned(image, form, options)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError):
        raise cut_off() from None
    except (Image.DecompressionBombError, MemoryError):
        raise too_many_pixels(MOST_PIXELS) from None


def _cleaned(image: Image.Image, form: str, options: dict[str, Any]) -> Picture:
    """Its size is known of the header, before anything is unpacked."""
    if (pixels := image.width * image.height) > MOST_PIXELS:
        raise too_many_pixels(MOST_PIXELS)
    frames = 1 if form == "JPEG" else getattr(image, "n_frames", 1)
    if frames > 1 and (frames > MOST_FRAMES or frames * pixels > MOST_MOVING_PIXELS):
        raise moves_too_long()
    kept = dict(options)
    if profile := image.info.get("icc_profile"):
        kept["icc_profile"] = profile
    written = BytesIO()
    if frames > 1:
        first = _write_moving(image, frames, written, form, kept)
    else:
        first = _write_still(image, written, form, kept)
    return Picture(written.getvalue(), _thumbnail(first))


def _write_still(
    image: Image.Image, written: BytesIO, form: str, kept: dict[str, Any]
) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    see_through = upright.info.get("transparency")
    upright.info = {} if see_through is None else {"transparency": see_through}
    if form == "JPEG" and upright.mode not in ("RGB", "L", "CMYK"):
        upright = upright.convert("RGB")
    upright.save(written, form, exif=b"", **kept)
    return upright


def _write_moving(
    image: Image.Image, number: int, written: BytesIO, form: str, kept: dict[str, Any]
) -> Image.Image:
    """Its frames are shown for as long as before, and as often."""
    frames, shown = [], []
    for place in range(number):
        image.seek(place)
        frame = image.convert("RGBA")
        shown.append(int(image.info.get("duration", 100)))
        frame.info = {}
        frames.append(frame)
    kept |= {"duration": shown, "loop": int(image.info.get("loop", 0))}
    frames[0].save(written, form, save_all=True, append_images=frames[1:], **kept)
    return frames[0]


def _thumbnail(image: Image.Image) -> bytes:
    """Shrinks the picture itself."""
    image.thumbnail(THUMBNAIL)
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.info = {}
    written = BytesIO()
    small.save(written, "WEBP", quality=75)
    return written.getvalue()
