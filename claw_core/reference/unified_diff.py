"""The twin of reading unified diffs in plain Python."""

from claw_core.reference.chunk import Chunk, ChunkFields, FileFields, Head, head_of, is_blank, kept, problem
from claw_core.reference.chunk import without_end as bare
from claw_core.reference.names import git_names, paths, unquoted
from claw_core.reference.unified import shown


def opens(lines: list[str], at: int) -> bool:
    """Whether a diff begins here."""
    return _at_names(lines, at) or lines[at].startswith(("diff --git ", "@@"))


def read(lines: list[str]) -> list[FileFields]:
    """Its files."""
    reader = _Reader(lines)
    files: list[FileFields] = []
    while reader.at < len(lines):
        line = lines[reader.at]
        if _at_names(lines, reader.at):
            files.append(reader.file(is_renamed=False))
        elif line.startswith("diff --git "):
            if (file := reader.git_file()) is not None:
                files.append(file)
        elif line.startswith("@@"):
            chunks = reader.chunks(line.endswith("\r\n"))
            if files and files[-1][0] == "update":
                files[-1][3].extend(chunks)
            else:
                files.append(_update(None, chunks))
        else:
            reader.at += 1
    return files


def _at_names(lines: list[str], at: int) -> bool:
    return lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ ")


def _update(path: str | None, chunks: list[ChunkFields]) -> FileFields:
    return "update", path, None, chunks, False


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def git_file(self) -> FileFields | None:
        old, new = git_names(bare(self.lines[self.at]))
        is_told = is_renamed = False
        self.at += 1
        while self.at < len(self.lines):
            if _at_names(self.lines, self.at):
                return self.file(is_renamed)
            line = bare(self.lines[self.at])
            if line.startswith("diff --git ") or not line:
                break
            if line.startswith("@@"):
                return _update(old if new is None else new, self.chunks(self.lines[self.at].endswith("\r\n")))
            if line.startswith(("GIT binary patch", "Binary files ")):
                raise problem(self.at, "a binary file cannot be patched")
            if line.startswith("new file mode "):
                old, is_told = None, True
            elif line.startswith("deleted file mode "):
                new, is_told = None, True
            elif line.startswith("rename from "):
                old, is_told, is_renamed = unquoted(line.removeprefix("rename from ")), True, True
            elif line.startswith("rename to "):
                new, is_told, is_renamed = unquoted(line.removeprefix("rename to ")), True, True
            self.at += 1
        return _named(old, new, is_renamed, []) if is_told else None

    def file(self, is_renamed: bool) -> FileFields:
        old_line, new_line = self.lines[self.at : self.at + 2]
        is_converted = old_line.endswith("\r\n") and new_line.endswith("\r\n")
        old_name, new_name = bare(old_line[4:]), bare(new_line[4:])
        old, new = paths(old_name, new_name)
        is_git = old_name.startswith("a/") and new_name.startswith("b/")
        names_at = self.at
        self.at += 2
        chunks = self.chunks(is_converted)
        if not chunks:
            raise problem(self.at, "a file's --- and +++ lines are followed by no hunk")
        file = _named(old, new, is_git or is_renamed, chunks)
        if file is None:
            raise problem(names_at, "both names are /dev/null")
        return file

    def chunks(self, is_converted: bool) -> list[ChunkFields]:
        chunks: list[ChunkFields] = []
        anchors: list[str] = []
        while self.at < len(self.lines):
            head_at, line = self.at, self.lines[self.at]
            if line.startswith("@@"):
                self.at += 1
                head = head_of(line)
            elif not chunks and line[0] in " +-":
                head = Head()
            else:
                break
            if head.anchor is not None:
                anchors.append(head.anchor)
            chunk = Chunk(start=head.start)
            self.body(chunk, head.counts, is_converted)
            if chunk.lines:
                chunk.anchors, anchors = anchors, []
                chunks.append(chunk.fields())
            elif head.anchor is None or not self.starts(self.at, "@@"):
                raise problem(self.at, f"a hunk has no lines: {shown(self.lines[head_at])}")
        return chunks

    def body(self, chunk: Chunk, counts: tuple[int, int] | None, is_converted: bool) -> None:
        old, new = counts or (0, 0)
        while self.at < len(self.lines):
            line = self.lines[self.at]
            is_owed = old > 0 or new > 0
            if self.ends_body(is_owed):
                break
            if line[0] == "\\":
                chunk.open_end()
                self.at += 1
                continue
            if line[0] in " -+":
                sign = ""
            elif is_blank(line):
                if not is_owed and not self.goes_on(counts is None):
                    break
                sign = " "
            elif self.goes_on_at_once():
                sign = " "
            else:
                break
            line = kept(sign, line, is_converted)
            old, new = max(old - (line[0] != "+"), 0), max(new - (line[0] != "-"), 0)
            chunk.lines.append(line)
            self.at += 1

    def ends_body(self, is_owed: bool) -> bool:
        line = self.lines[self.at]
        return (
            line.startswith(("@@", "diff --git ", "```", "*** ", "Index: "))
            or (_at_names(self.lines, self.at) and (not is_owed or self.starts(self.at + 2, "@@")))
            or (not is_owed and line.rstrip(" \t\n\r\f") == "--")
        )

    def goes_on(self, with_context: bool) -> bool:
        at = self.at
        while at < len(self.lines) and is_blank(self.lines[at]):
            at += 1
        if at == len(self.lines) or _at_names(self.lines, at):
            return False
        line = self.lines[at]
        return line[0] in ("+- " if with_context else "+-") and line.rstrip(" \t\n\r\f") != "--"

    def goes_on_at_once(self) -> bool:
        at = self.at + 1
        return at < len(self.lines) and self.lines[at][0] in " +-" and not _at_names(self.lines, at)

    def starts(self, at: int, mark: str) -> bool:
        return at < len(self.lines) and self.lines[at].startswith(mark)


def _named(old: str | None, new: str | None, is_renamed: bool, chunks: list[ChunkFields]) -> FileFields | None:
    if new is None:
        return None if old is None else ("delete", old, None, [], False)
    if old is None and all(line[0] == "+" for chunk in chunks for line in chunk[2]):
        return "add", new, None, chunks, False
    if old is not None and is_renamed and old != new:
        return "update", old, new, chunks, False
    return _update(new, chunks)
