"""The twin of the unified form in plain Python: hunks to what git reads, and what git, diff and models
write to hunks."""

import re
from dataclasses import dataclass

HunkFields = tuple[int, int, int, int, list[str]]
"""old_start, old_count, new_start, new_count, lines."""
FileFields = tuple[str | None, str | None, list[HunkFields]]
"""Old path, new path, hunks."""

_HEAD = re.compile(r"@@ -([0-9]+)(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_MEANINGS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "v": "\v", "f": "\f"}


def format_unified(path: str, hunks: list[HunkFields], change: str) -> str:
    """The hunks as a patch that `git apply` takes."""
    if change not in {"add", "edit", "delete"}:
        raise ValueError(f'change is add, edit or delete, not "{change}"')
    old, new = _quoted("a/" + path), _quoted("b/" + path)
    if not hunks:
        mode = {"add": "new file mode 100644\n", "delete": "deleted file mode 100644\n"}.get(change)
        return f"diff --git {old} {new}\n{mode}" if mode else ""
    out = [_header("--- ", "/dev/null" if change == "add" else old)]
    out.append(_header("+++ ", "/dev/null" if change == "delete" else new))
    for old_start, old_count, new_start, new_count, lines in hunks:
        out.append(f"@@ -{_range(old_start, old_count)} +{_range(new_start, new_count)} @@\n")
        out += [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
    return "".join(out)


def parse_unified(diff: str) -> list[FileFields]:
    """The files and hunks of a unified diff."""
    reader = _Reader(re.findall(r"[^\n]*\n|[^\n]+", diff))
    files: list[FileFields] = []
    while reader.at < len(reader.lines):
        line = reader.lines[reader.at]
        if reader.is_file():
            files.append(reader.file())
        elif line.startswith("diff --git "):
            if (file := reader.git_file()) is not None:
                files.append(file)
        elif line.startswith("@@ "):
            raise reader.error("a hunk comes before any file's --- and +++ lines")
        else:
            reader.at += 1
    if not files and diff.strip(" \t\n\r\f") and not diff.startswith("diff --git "):
        raise ValueError("line 1: this is not a unified diff: it has no --- and +++ lines")
    return files


def shown(line: str) -> str:
    """A line as an error message shows it: quoted, its ending visible, cut where it is long."""
    text = line.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # a byte that is no text cannot be said
    text = text if len(text) <= 80 else text[:80] + "…"
    return "'" + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


@dataclass
class _Reader:
    lines: list[str]
    at: int = 0

    def error(self, what: str) -> ValueError:
        return ValueError(f"line {self.at + 1}: {what}")

    def is_file(self) -> bool:
        both = self.lines[self.at : self.at + 2]
        return len(both) == 2 and both[0].startswith("--- ") and both[1].startswith("+++ ")

    def git_file(self) -> FileFields | None:
        old, new = _git_names(_without_end(self.lines[self.at]))
        is_told = False
        self.at += 1
        while self.at < len(self.lines):
            line = _without_end(self.lines[self.at])
            if line.startswith(("diff --git ", "@@ ")) or not line:
                break
            if line.startswith("--- "):
                return None
            if line.startswith("new file mode "):
                old, is_told = None, True
            elif line.startswith("deleted file mode "):
                new, is_told = None, True
            elif line.startswith("rename from "):
                old, is_told = _unquoted(line.removeprefix("rename from ")), True
            elif line.startswith("rename to "):
                new, is_told = _unquoted(line.removeprefix("rename to ")), True
            self.at += 1
        return (old, new, []) if is_told and (old or new) else None

    def file(self) -> FileFields:
        old_line, new_line = self.lines[self.at : self.at + 2]
        is_converted = old_line.endswith("\r\n") and new_line.endswith("\r\n")
        old, new = _paths(_without_end(old_line[4:]), _without_end(new_line[4:]))
        if old is None and new is None:
            raise self.error("both names are /dev/null")
        self.at += 2
        hunks: list[HunkFields] = []
        while self.at < len(self.lines) and self.lines[self.at].startswith("@@"):
            hunks.append(self.hunk(is_converted))
        if not hunks:
            raise self.error("a file's --- and +++ lines are followed by no hunk")
        return old, new, hunks

    def hunk(self, is_converted: bool) -> HunkFields:
        head = self.lines[self.at]
        found = _HEAD.match(_without_end(head))
        if found is None:
            raise self.error(f"not a hunk's head: {shown(head)}")
        old_start, old_count, new_start, new_count = (1 if part is None else int(part) for part in found.groups())
        self.at += 1
        lines: list[str] = []
        old_left, new_left = old_count, new_count
        while old_left > 0 or new_left > 0:
            if self.at >= len(self.lines):
                raise self.error(f"the diff ends inside a hunk: {old_left} old and {new_left} new lines are missing")
            line = _body_line(self.lines[self.at], is_converted)
            if line[0] not in " -+":
                raise self.error(f"expected a line of the hunk, found {shown(line)}")
            old_left -= line[0] != "+"
            new_left -= line[0] != "-"
            if old_left < 0 or new_left < 0:
                raise self.error("the hunk has more lines than its head says")
            lines.append(line)
            self.at += 1
            self.open_end(lines)
        self.check_end()
        return old_start, old_count, new_start, new_count, lines

    def open_end(self, lines: list[str]) -> None:
        if self.at < len(self.lines) and self.lines[self.at].startswith("\\"):
            lines[-1] = lines[-1].removesuffix("\n")
            self.at += 1

    def check_end(self) -> None:
        if self.at >= len(self.lines) or self.is_file():
            return
        line = self.lines[self.at]
        if line[0] in " -+" and line.rstrip(" \t\n\r\f") != "--":
            raise self.error("the hunk has more lines than its head says")


def _body_line(line: str, is_converted: bool) -> str:
    whole = " " + line if line in {"\n", "\r\n"} else line
    return whole[:-2] + "\n" if is_converted and whole.endswith("\r\n") else whole


def _without_end(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _range(start: int, count: int) -> str:
    return str(start) if count == 1 else f"{start},{count}"


def _header(sign: str, name: str) -> str:
    return f"{sign}{name}\t\n" if " " in name and not name.startswith('"') else f"{sign}{name}\n"


def _quoted(name: str) -> str:
    if not re.search(r'[\x00-\x1f"\\\x7f]', name):
        return name
    return '"' + re.sub(r'[\x00-\x1f"\\\x7f]', lambda found: _escaped(found[0]), name) + '"'


def _escaped(letter: str) -> str:
    return _ESCAPES.get(letter) or f"\\{ord(letter):03o}"


def _unquoted(name: str) -> str:
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


def _paths(old: str, new: str) -> tuple[str | None, str | None]:
    old, new = _unquoted(old), _unquoted(new)
    pairs = ((old, "a/"), (new, "b/"))
    is_git = all(name == "/dev/null" or name.startswith(prefix) for name, prefix in pairs)
    first, second = (None if name == "/dev/null" else name[2:] if is_git else name for name, _ in pairs)
    return first, second


def _git_names(line: str) -> tuple[str | None, str | None]:
    names = line.removeprefix("diff --git ")
    if names.startswith('"'):
        end = _quote_end(names)
        old, new = _paths(names[:end], names[end + 1 :]) if end else (None, None)
    else:
        middle = len(names) // 2
        old, new = _paths(names[:middle], names[middle + 1 :]) if names[middle : middle + 1] == " " else (None, None)
    return (old, new) if old is not None and new is not None else (None, None)
