"""JSON from a server that may not keep to its documentation: everything is read with an eye on its type."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TypeAlias, cast

from claw_core.characters import whole_characters

Fields: TypeAlias = Mapping[str, object]
"""A JSON object of which nothing is known."""

LARGEST = 1 << 25
"""Bytes of an answer that comes in one piece."""


async def whole_json(pieces: AsyncIterator[bytes]) -> object:
    """The JSON value that these bytes are together. Raises ValueError where they are none, or too many."""
    held = bytearray()
    async for piece in pieces:
        held += piece
        if len(held) > LARGEST:
            raise ValueError(f"more than {LARGEST} bytes in one piece")
    return json.loads(held)


def fields(value: object) -> Fields:
    """The JSON object that this is; empty where it is none."""
    return cast("Fields", value) if isinstance(value, dict) else {}


def objects(value: object) -> list[Fields]:
    """The JSON objects in the list that this is; empty where it is none."""
    if not isinstance(value, list):
        return []
    return [cast("Fields", item) for item in cast("Sequence[object]", value) if isinstance(item, dict)]


def string(value: object) -> str:
    """The string that this is; empty where it is none."""
    return value if isinstance(value, str) else ""


def count(value: object) -> int:
    """The number of something that this is; 0 where it is none."""
    return int(value) if isinstance(value, int | float) and 0 < value < 1e15 else 0


class Words:
    """Text that comes in pieces, of which no piece handed on ends within a character.

    Some servers write JSON in ASCII and cut between the two halves of a character beyond U+FFFF.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._half = ""

    def take(self, piece: str) -> str:
        """Add a piece; what can be shown of it now."""
        piece = self._half + piece
        self._half = piece[-1] if piece and "\ud800" <= piece[-1] <= "\udbff" else ""
        piece = whole_characters(piece[:-1] if self._half else piece)
        if piece:
            self._pieces.append(piece)
        return piece

    @property
    def whole(self) -> str:
        """All of it."""
        return "".join(self._pieces)
