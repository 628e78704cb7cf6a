"""The twin of reading envelopes in plain Python: `*** Begin Patch`, a section for each file, `*** End Patch`."""

from claw_core.reference.chunk import Chunk, ChunkFields, FileFields, head_of, is_blank, kept, problem, without_end
from claw_core.reference.unified import shown

_WHITE = " \t\n\r\f"
_SECTIONS = {"*** Add File: ": "add", "*** Delete File: ": "delete", "*** Update File: ": "update"}


def opens(line: str) -> bool:
    """Whether an envelope begins here."""
    return line.rstrip(_WHITE) == "*** Begin Patch" or _section(line) is not None


def _section(line: str) -> tuple[str, str] | None:
    found = ((action, line[len(mark) :].strip(_WHITE)) for mark, action in _SECTIONS.items() if line.startswith(mark))
    return next(found, None)


def read(lines: list[str], first: int) -> list[FileFields]:
    """Its files."""
    is_begun = lines[first].strip(_WHITE) == "*** Begin Patch"
    ends = [at for at, line in enumerate(lines) if at >= first and line.strip(_WHITE) == "*** End Patch"]
    if is_begun and not ends:
        raise problem(len(lines), "the patch has no *** End Patch: it may have been cut off")
    reader = _Reader(lines[: ends[-1]] if ends else lines, first + is_begun, lines[first].endswith("\r\n"))
    files: list[FileFields] = []
    while reader.at < len(reader.lines):
        line = reader.lines[reader.at]
        section = _section(line.strip(_WHITE))
        if section and section[1]:
            reader.at += 1
            files.append(reader.file(*section))
        elif not line.strip(_WHITE):
            reader.at += 1
        else:
            what = "expected *** Add File:, *** Update File: or *** Delete File: and a path, found"
            raise problem(reader.at, f"{what} {shown(line)}")
    if not files:
        raise problem(first, "the patch is empty")
    return files


class _Reader:
    def __init__(self, lines: list[str], at: int, is_converted: bool) -> None:
        self.lines = lines
        self.at = at
        self.is_converted = is_converted

    def file(self, action: str, path: str) -> FileFields:
        named_at = self.at - 1
        if action == "add":
            return action, path, None, [self.content()], True
        if action == "delete":
            return action, path, None, [], True
        moved_to = None
        if self.at < len(self.lines):
            line = self.lines[self.at].strip(_WHITE)
            if line.startswith("*** Move to: "):
                moved_to = line.removeprefix("*** Move to: ").strip(_WHITE)
                self.at += 1
        chunks = self.chunks()
        if not chunks and moved_to is None:
            raise problem(named_at, "an update says nothing that changes")
        return action, path, moved_to, chunks, True

    def content(self) -> ChunkFields:
        chunk = Chunk()
        while self.at < len(self.lines) and _section(self.lines[self.at]) is None:
            line = self.lines[self.at]
            if line.startswith("+"):
                chunk.lines.append(kept("", line, self.is_converted))
            elif not is_blank(line):
                raise problem(self.at, f"a line of a new file begins with +, found {shown(line)}")
            elif self.at + 1 < len(self.lines) and self.lines[self.at + 1].startswith("+"):
                chunk.lines.append(kept("+", line, self.is_converted))
            self.at += 1
        return chunk.fields()

    def chunks(self) -> list[ChunkFields]:
        chunks: list[ChunkFields] = []
        following = Chunk()

        def close(chunk: Chunk) -> Chunk:
            if not chunk.lines:
                return chunk
            chunks.append(chunk.fields())
            return Chunk()

        while self.at < len(self.lines) and _section(self.lines[self.at]) is None:
            line = self.lines[self.at]
            if line.startswith("@@"):
                following = close(following)
                head = head_of(line)
                following.start = head.start
                following.anchors += [] if head.anchor is None else [head.anchor]
            elif without_end(line).rstrip(_WHITE) == "*** End of File":
                following.at_end = True
                following = close(following)
            elif line[0] in " +-":
                following.lines.append(kept("", line, self.is_converted))
            elif line[0] == "\\":
                following.open_end()
            elif not is_blank(line):
                raise problem(self.at, f"a line of a change begins with a space, + or -, found {shown(line)}")
            elif self.goes_on():
                following.lines.append(kept(" ", line, self.is_converted))
            self.at += 1
        following = close(following)
        if following.anchors:
            raise problem(self.at, f"nothing follows @@ {shown(following.anchors[0])}")
        return chunks

    def goes_on(self) -> bool:
        rest = (line for line in self.lines[self.at :] if not is_blank(line))
        return next(rest, "*")[0] in " +-"
