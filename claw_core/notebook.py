"""Notebooks as their cells: what is written, what it printed, what it drew."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, cast

from claw_core.error import ToolError
from claw_core.native.shell import plain

MOST_OUTPUT = 8_000
"""Characters of the outputs of one cell."""
MOST = 120_000
"""Characters of all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A notebook for reading."""

    text: str
    count: int
    """Cells in all."""
    pictures: tuple[tuple[int, bytes], ...]
    """What cells drew: the cell's number, from 1, and a file."""


def cells(source: str, shown: str) -> Cells:
    """The cells of a notebook, from its file's text. Raises ToolError where it is none."""
    try:
        notebook: Any = json.loads(source)
        found = cast("list[dict[str, Any]]", [cell for cell in notebook["cells"] if isinstance(cell, dict)])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = "Read the lines of the file: say offset=1."
        raise ToolError(f"{shown} is no notebook that can be read: {error}.", hint) from error
    pictures: list[tuple[int, bytes]] = []
    parts: list[str] = [f"{shown} is a notebook with {len(found):,} cells."]
    room = MOST
    for number, cell in enumerate(found, 1):
        part = _cell(number, cell, pictures)
        room -= len(part)
        if room < 0:
            parts.append(f"[Cell {number} and those after it are left out. Say offset to read the lines of the file.]")
            break
        parts.append(part)
    return Cells(text="\n\n".join(parts), count=len(found), pictures=tuple(pictures))


def _cell(number: int, cell: dict[str, Any], pictures: list[tuple[int, bytes]]) -> str:
    kind = str(cell.get("cell_type", "code"))
    head = f"## Cell {number}, {kind}"
    if isinstance(ran := cell.get("execution_count"), int):
        head += f", run as {ran}"
    outputs = cell.get("outputs")
    printed = [_output(number, output, pictures) for output in _dicts(outputs)]
    text = "\n".join(each for each in printed if each)
    if len(text) > MOST_OUTPUT:
        head_part, tail_part = text[: MOST_OUTPUT * 2 // 3], text[-MOST_OUTPUT // 3 :]
        text = f"{head_part}\n[{len(text) - MOST_OUTPUT:,} characters are left out.]\n{tail_part}"
    return "\n".join([head, _joined(cell.get("source")), *(["→ gave", text] if text else [])])


def _output(number: int, output: dict[str, Any], pictures: list[tuple[int, bytes]]) -> str:
    if "traceback" in output:
        return plain(_joined(output["traceback"], "\n"))
    if "text" in output:
        return plain(_joined(output["text"])).rstrip("\n")
    data = output.get("data")
    if not isinstance(data, dict):
        return ""
    forms = cast("dict[str, Any]", data)
    for form in ("image/png", "image/jpeg"):
        if form in forms:
            try:
                pictures.append((number, base64.b64decode(_joined(forms[form]))))
            except (binascii.Error, ValueError):
                return "[A picture that cannot be read.]"
            return "[A picture.]"
    return plain(_joined(forms.get("text/plain") or forms.get("text/markdown") or "")).rstrip("\n")


def _dicts(value: object) -> list[dict[str, Any]]:
    found = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", each) for each in found if isinstance(each, dict)]


def _joined(value: object, between: str = "") -> str:
    """A text, which notebooks keep as one or as a list of its lines."""
    return between.join(map(str, cast("list[object]", value))) if isinstance(value, list) else str(value or "")
