"""Pictures as models take them. Runs in the parsing process alone.

A conversation may go on with another model at any time, so a picture is made to fit all of them: at most 1568 pixels
wide and high, which is what Anthropic's models see of a larger one and less than OpenAI's scale to, and 3.75 MB, which
are 5 MB in base64. One that fits stays the file it is. What a camera wrote into it, such as the place, is left behind.
"""

import base64
import io
import warnings
from typing import Any

from PIL import Image, ImageOps

EDGE = 1568
"""Pixels."""
BYTES = 3_750_000
MOST_PIXELS = 80_000_000
"""Of a picture that is decoded at all."""
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
"""What all models take."""


def fitted(data: bytes) -> dict[str, Any]:
    """The fields of a `Fitted`, or `problem`."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours
    try:
        image = Image.open(io.BytesIO(data))
    except Image.UnidentifiedImageError:
        return {"problem": "it is no picture in a known form."}
    before, frames = image.size, getattr(image, "n_frames", 1)
    if before[0] * before[1] > MOST_PIXELS:
        return {"problem": f"it has {before[0]:,} × {before[1]:,} pixels, more than {MOST_PIXELS:,}."}
    known = FORMATS.get(image.format or "")
    told = bool(image.getexif())
    if image.format == "JPEG":
        image.draft("RGB", (EDGE, EDGE))
    image.load()
    if known and frames == 1 and not told and max(before) <= EDGE and len(data) <= BYTES:
        return _told(known, data, before, "")
    image = ImageOps.exif_transpose(image)
    upright = before if (image.width >= image.height) == (before[0] >= before[1]) else before[::-1]
    image.thumbnail((EDGE, EDGE))
    notes = [f"scaled from {upright[0]:,} × {upright[1]:,}"] if max(before) > EDGE else []
    notes += [f"the first of {frames} frames"] if frames > 1 else []
    media_type, encoded = _encoded(image, photo=known == "image/jpeg")
    return _told(media_type, encoded, image.size, ", ".join(notes))


def _encoded(image: Image.Image, *, photo: bool) -> tuple[str, bytes]:
    """PNG for what was drawn; JPEG for photographs, and where PNG is too large; WebP for that where it has holes."""
    has_holes = image.has_transparency_data
    if not photo:
        drawn = _saved(image.convert("RGBA" if has_holes else "RGB"), "PNG", optimize=True)
        if len(drawn) <= BYTES:
            return "image/png", drawn
    kind = "WEBP" if has_holes else "JPEG"
    image = image.convert("RGBA" if has_holes else "RGB")
    encoded = b""
    for quality in (88, 75, 55, 35):
        encoded = _saved(image, kind, quality=quality)
        if len(encoded) <= BYTES:
            break
    return FORMATS[kind], encoded


def _saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def _told(media_type: str, data: bytes, size: tuple[int, int], note: str) -> dict[str, Any]:
    return {
        "media_type": media_type,
        "data": base64.b64encode(data).decode("ascii"),
        "width": size[0],
        "height": size[1],
        "size": len(data),
        "note": note,
    }
