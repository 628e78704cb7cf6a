"""The twin of reading text in plain Python: a file's bytes to the text that is searched and shown."""

import codecs


def decode(data: bytes) -> str | None:
    """The text of a file, or None where it is binary: it holds a NUL and is not UTF-16.

    A byte order mark decides the encoding and is taken off; a line that is not UTF-8 is read as Latin-1.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        text = data[2:].decode(encoding, "replace")
        return None if "\0" in text else text
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_line(line) for line in data.split(b"\n")).removesuffix("\n")


def shown(line: str, max_columns: int) -> str:
    """A line without its ending, cut to `max_columns` characters, the last of them `…` where something was
    cut."""
    line = line.removesuffix("\n").removesuffix("\r")
    return line[: max_columns - 1] + "…" if 0 < max_columns < len(line) else line


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8") + "\n"
    except UnicodeDecodeError:
        return line.decode("latin-1") + "\n"
