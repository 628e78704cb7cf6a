"""Pictures, documents and notebooks that tests make themselves."""

import io
import json
from typing import Any

from PIL import Image, ImageDraw


def picture(width: int = 40, height: int = 20, kind: str = "PNG", mode: str = "RGB", **how: Any) -> bytes:
    """A picture of that size."""
    file = io.BytesIO()
    Image.new(mode, (width, height), 128 if mode in {"L", "P"} else (200, 30, 30, 128)[: len(mode)]).save(
        file, kind, **how
    )
    return file.getvalue()


def noise(width: int, height: int) -> bytes:
    """A picture that no packing makes small."""
    file = io.BytesIO()
    Image.effect_noise((width, height), 100).convert("RGB").save(file, "PNG")
    return file.getvalue()


def animation(frames: int) -> bytes:
    """A GIF that moves."""
    file = io.BytesIO()
    images = [Image.new("RGB", (30, 30), (number * 9 % 255, 0, 0)) for number in range(frames)]
    images[0].save(file, "GIF", save_all=True, append_images=images[1:])
    return file.getvalue()


def scan() -> bytes:
    """A document of one page that is a picture."""
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).text((10, 10), "scanned")
    file = io.BytesIO()
    image.save(file, "PDF")
    return file.getvalue()


def document(*pages: str) -> bytes:
    """A PDF document with these texts, a page each."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(pages):
        content = b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * at)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    body, places = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + head + table + tail


def notebook(*cells: dict[str, Any]) -> str:
    """A notebook with these cells."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}, indent=1)
