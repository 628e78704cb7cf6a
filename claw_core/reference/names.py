"""The twin of the names in a diff: git's prefixes, its quotes, and what stands for no file."""

import re

_MEANINGS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "v": "\v", "f": "\f"}


def unquoted(name: str) -> str:
    end = _quote_end(name) if name.startswith('"') else None
    if end is None:
        return name.split("\t", maxsplit=1)[0]
    return _with_bytes(re.sub(r"\\([0-7]{1,3}|.)", lambda found: _meant(found[1]), name[1 : end - 1], flags=re.DOTALL))


def _meant(escape: str) -> str:
    """The letter an escape stands for; a byte above ASCII as the surrogate that `_with_bytes` gathers."""
    if escape[0] not in "01234567":
        return _MEANINGS.get(escape, escape)
    value = int(escape, 8) & 0xFF
    return chr(value) if value < 0x80 else chr(0xDC00 + value)


def _with_bytes(text: str) -> str:
    """UTF-8 that was written byte by byte, as text."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _quote_end(text: str) -> int | None:
    found = re.match(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL)
    return found.end() if found else None


def paths(old: str, new: str) -> tuple[str | None, str | None]:
    old, new = unquoted(old), unquoted(new)
    pairs = ((old, "a/"), (new, "b/"))
    is_git = all(name == "/dev/null" or name.startswith(prefix) for name, prefix in pairs)
    first, second = (None if name == "/dev/null" else name[2:] if is_git else name for name, _ in pairs)
    return first, second


def git_names(line: str) -> tuple[str | None, str | None]:
    names = line.removeprefix("diff --git ")
    if names.startswith('"'):
        end = _quote_end(names)
        old, new = paths(names[:end], names[end + 1 :]) if end else (None, None)
    else:
        middle = len(names) // 2
        old, new = paths(names[:middle], names[middle + 1 :]) if names[middle : middle + 1] == " " else (None, None)
    return (old, new) if old is not None and new is not None else (None, None)
