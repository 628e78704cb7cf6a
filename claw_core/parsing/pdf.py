"""PDF documents as text, page by page. Runs in the parsing process alone."""

import io
import logging
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PdfReadError

from claw_core.parsing.picture import fitted

MOST_PAGE = 40_000
"""Characters of one page."""
MOST_PICTURES = 5
"""Pages without text of which the picture is given."""
LEAST_TEXT = 16
"""Characters below which a page counts as one without text."""


def pages(data: bytes, first: int, last: int) -> dict[str, Any]:
    """The pages from `first` to `last`, and how many there are; or `problem`."""
    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"problem": "it is locked with a password."}
        total = len(reader.pages)
    except PdfReadError as error:
        return {"problem": f"it is no PDF document that can be read ({error})."}
    found: list[dict[str, Any]] = []
    pictures = 0
    for number in range(first, min(last, total) + 1):
        page = reader.pages[number - 1]
        told: dict[str, Any] = {"number": number, "text": _text(page)}
        if len(told["text"].strip()) < LEAST_TEXT and pictures < MOST_PICTURES:
            picture = _picture(page)
            pictures += picture is not None
            told["picture"] = picture
        found.append(told)
    return {"pages": found, "total": total}


def _text(page: PageObject) -> str:
    try:
        text = page.extract_text()
    except Exception as error:  # noqa: BLE001 - one page that cannot be read leaves the others
        return f"[This page cannot be read: {type(error).__name__}.]"
    text = text.replace("\0", "").strip()
    more = len(text) - MOST_PAGE
    return f"{text[:MOST_PAGE]}\n[{more:,} characters of this page are left out.]" if more > 0 else text


def _picture(page: PageObject) -> dict[str, Any] | None:
    """The largest picture of a page, where it has any."""
    try:
        largest = max(page.images, key=lambda image: len(image.data), default=None)
    except Exception:  # noqa: BLE001 - as above
        return None
    if largest is None:
        return None
    told = fitted(largest.data)
    return None if "problem" in told else told
