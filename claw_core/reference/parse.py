"""The twin of reading patches in plain Python: a unified diff, an envelope or search/replace fences to chunks."""

from claw_core.reference import envelope, fences, unified_diff
from claw_core.reference.chunk import FileFields, lines_of, without_end


def parse_patch(patch: str) -> list[FileFields]:
    """The files and chunks of a patch, in whichever form it is written."""
    # That the patch itself does not end in a newline says nothing about the file; `\ No newline` says it.
    files = _read(lines_of(patch if patch.endswith("\n") else patch + "\n"))
    if not files:
        raise ValueError(
            "line 1: this is no patch: it has neither *** Begin Patch, nor --- and +++ lines, nor <<<<<<< SEARCH"
        )
    for _, _, _, chunks, _ in files:
        for _, _, lines, _ in chunks:
            lines[:] = [line for line in lines if len(line) > 1]  # what is empty and not ended is no line
    return files


def _read(lines: list[str]) -> list[FileFields]:
    first = next((at for at, line in enumerate(lines) if line.strip(" \t\n\r\f")), None)
    if first is None:
        return []
    if envelope.opens(lines[first].strip(" \t\n\r\f")):
        return envelope.read(lines, first)
    for at, line in enumerate(lines):
        if envelope.opens(without_end(line)):
            return envelope.read(lines, at)
        if fences.opens(line):
            return fences.read(lines)
        if unified_diff.opens(lines, at):
            return unified_diff.read(lines)
    return []
