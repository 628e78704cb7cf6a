"""What keys send to a program on a terminal."""

from collections.abc import Mapping

_SEQUENCES: Mapping[str, str] = {
    "enter": "\r",
    "tab": "\t",
    "backspace": "\x7f",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "shift+tab": "\x1b[Z",
    "ctrl+up": "\x1b[1;5A",
    "ctrl+down": "\x1b[1;5B",
    "ctrl+right": "\x1b[1;5C",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+@": "\x00",
    "ctrl+backslash": "\x1c",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    "shift+enter": "\r",
    "alt+enter": "\x1b\r",
    "ctrl+j": "\n",
}


def keys_text(key: str, character: str | None) -> str:
    """What a key sends, by Textual's name of it and the character it types; empty for one that sends nothing."""
    if key in _SEQUENCES:
        return _SEQUENCES[key]
    if key.startswith("ctrl+") and len(key) == len("ctrl+") + 1 and key[-1].isascii() and key[-1].isalpha():
        return chr(ord(key[-1].lower()) & 0x1F)
    if key.startswith("alt+"):
        rest = keys_text(key.removeprefix("alt+"), key.removeprefix("alt+") if len(key) == len("alt+") + 1 else None)
        return f"\x1b{rest}" if rest else ""
    return character or ""
