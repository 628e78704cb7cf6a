"""What a GGUF file says of its model, read from its first bytes without loading it.

The file may be anybody's: every length is checked before it is believed, and no more is read than the part that comes
before the vocabulary.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from claw_core.error import ModelFileUnusable

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_ENTRIES = 100_000
LONGEST_TEXT = 1 << 20
"""Bytes of a text that is read; none of what is wanted comes near."""
LONGEST_LIST = 1 << 16
"""Entries of a list before the vocabulary: numbers of heads, layer by layer."""
VOCABULARY = "tokenizer."
"""How the names begin of what comes after all that is wanted."""

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A model, as its file describes it."""

    architecture: str
    """`llama`, `smollm3` ...; `clip` for what only turns pictures into something that another model reads."""
    name: str = ""
    window: int = 0
    """Tokens that it was trained for; 0 where the file does not say."""
    token_bytes: int = 0
    """Bytes of memory that each token of a conversation takes; 0 where the file does not say."""


def read_header(path: Path) -> Header:
    """What the file at `path` says. Raises ModelFileUnusable where there is none, or where it is no GGUF file."""
    try:
        with path.open("rb") as file:
            return _header(_entries(file))
    except OSError as error:
        raise ModelFileUnusable(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except (ValueError, struct.error, OverflowError) as error:
        raise ModelFileUnusable(f"{path} is no model in the GGUF format: {error}.", "Choose another file.") from error


def _entries(file: BinaryIO) -> dict[str, object]:
    """The entries before the vocabulary, by their names."""
    if file.read(4) != MAGIC:
        raise ValueError("it does not begin like one")
    version, _, count = _unpack(file, "IQQ")
    if version not in VERSIONS:
        raise ValueError(f"its version is {version}")
    if count > MOST_ENTRIES:
        raise ValueError(f"it claims to have {count} entries")
    found: dict[str, object] = {}
    for _ in range(count):
        name = _text(file)
        if name.startswith(VOCABULARY):
            break
        found[name] = _value(file, _unpack(file, "I")[0])
    return found


def _value(file: BinaryIO, kind: int) -> object:
    if kind in _NUMBERS:
        return _unpack(file, _NUMBERS[kind])[0]
    if kind == _TEXT:
        return _text(file)
    if kind != _LIST:
        raise ValueError(f"an entry has the unknown kind {kind}")
    inner, count = _unpack(file, "IQ")
    if count > LONGEST_LIST:
        raise ValueError(f"a list claims to have {count} entries")
    if inner == _LIST:
        raise ValueError("a list holds lists")
    return [_value(file, inner) for _ in range(count)]


def _text(file: BinaryIO) -> str:
    (size,) = _unpack(file, "Q")
    if size > LONGEST_TEXT:
        raise ValueError(f"a text claims to have {size} bytes")
    data = file.read(size)
    if len(data) < size:
        raise ValueError("it ends in the middle")
    return data.decode(errors="replace")


def _unpack(file: BinaryIO, form: str) -> tuple[int, ...]:
    form = f"<{form}"
    data = file.read(struct.calcsize(form))
    if len(data) < struct.calcsize(form):
        raise ValueError("it ends in the middle")
    return struct.unpack(form, data)


def _header(entries: dict[str, object]) -> Header:
    architecture = entries.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise ValueError("it does not say what kind of model it holds")

    def number(name: str) -> int:
        value = entries.get(f"{architecture}.{name}")
        numbers = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)]  # pyright: ignore[reportUnknownVariableType] - from the file
        return max(0, *numbers) if numbers else 0

    heads = number("attention.head_count")
    wide = number("embedding_length") // heads if heads else 0
    each = (number("attention.key_length") or wide) + (number("attention.value_length") or wide)
    name = entries.get("general.name")
    return Header(
        architecture=architecture,
        name=name if isinstance(name, str) else "",
        window=number("context_length"),
        token_bytes=2 * number("block_count") * (number("attention.head_count_kv") or heads) * each,
    )
