"""Search file contents for a regular expression.

Use it to find where something is defined, used or said; then `read` around what it finds. It is far quicker than grep
or rg through `bash`, and passes over what git ignores, binary files, and hidden files unless `path` or `glob` names
them.

The pattern is ripgrep's: `fn \\w+\\(`, `class (Foo|Bar)`, `TODO`. To find ( [ { . * + ? as they are, put a backslash
before them. Case matters unless `ignore_case`. A match lies within one line unless `multiline`. There is no
look-around, and there are no back references.

`output` says what comes back: `content`, unless you say otherwise, is each file's path and below it its hits as
`LINE: text`, with `context` lines around them as `LINE- text`; `files` is only the paths; `count` is how many lines
of each file match. Begin with `files` where you expect many. At most `limit` hits or files come back, and the answer
says how many there are.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field

from claw_core.block import ListingBlock, ListingRow
from claw_core.characters import whole_characters
from claw_core.error import ToolError
from claw_core.file_globs import names_hidden, split_globs
from claw_core.native.search import SearchResult, search
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import FOLDER, ToolInput, also
from claw_core.truncation import shorten

READS_ONLY = True
MAX_COLUMNS = 400

_WANTS: dict[str, Literal["lines", "counts", "files"]] = {"content": "lines", "count": "counts", "files": "files"}
_OUTPUTS = {"files_with_matches": "files", "files_only": "files", "paths": "files", "lines": "content"}


def _output(value: object) -> object:
    return _OUTPUTS.get(value, value) if isinstance(value, str) else value


def _one_string(value: object) -> object:
    """Several globs in a list are as good as several in a string."""
    if isinstance(value, list | tuple):
        return " ".join(map(str, cast("list[object]", value)))
    return value


class Input(ToolInput):
    """Arguments of `grep`."""

    pattern: str = Field(
        min_length=1,
        description="The regular expression.",
        validation_alias=also("pattern", "query", "regex", "regexp", "search", "search_pattern", "q"),
    )
    path: str = Field(
        default="",
        description="The folder or file to search; the workspace root if left out.",
        validation_alias=FOLDER,
    )
    glob: Annotated[str, BeforeValidator(_one_string)] = Field(
        default="",
        description="Only files that fit: `*.py`, `src/**/*.{ts,tsx}`, `!*_test.go`.",
        validation_alias=also("glob", "include", "globs", "include_pattern", "file_pattern", "includePattern"),
    )
    type: str = Field(
        default="",
        description="Only files of this kind, by ripgrep's names: `py`, `rust`, `js`.",
        validation_alias=also("type", "file_type", "fileType"),
    )
    output: Annotated[Literal["content", "files", "count"], BeforeValidator(_output)] = Field(
        default="content",
        description="What comes back.",
        validation_alias=also("output", "output_mode", "outputMode", "mode"),
    )
    ignore_case: bool = Field(
        default=False,
        description="Upper and lower case are the same.",
        validation_alias=also("ignore_case", "-i", "ignoreCase", "case_insensitive", "i"),
    )
    context: int = Field(
        default=0,
        ge=0,
        le=50,
        description="Lines to show before and after each hit.",
        validation_alias=also("context", "-C", "context_lines", "contextLines", "-A", "-B"),
    )
    multiline: bool = Field(default=False, description="A match may span lines, and `.` matches a line's end.")
    limit: int = Field(
        default=200,
        ge=1,
        description="The most hits, or files, to return.",
        validation_alias=also("limit", "head_limit", "max_results", "maxResults", "max_count"),
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It reads what lies below the path."""
    return (Want(action="read", subject=input.path or "."),)


def target(input: Input) -> str:
    """The pattern, and where."""
    where = " ".join(words for words in (input.glob, input.type, input.path) if words)
    return f"{input.pattern} in {where}" if where else input.pattern


async def run(input: Input, context: ToolContext) -> ToolResult:
    """What matches."""
    workspace = context.workspace
    root = workspace.resolve(input.path)
    try:
        found = await search(
            input.pattern,
            root,
            globs=split_globs(input.glob),
            types=(input.type,) if input.type else (),
            case="insensitive" if input.ignore_case else "sensitive",
            multiline=input.multiline,
            before=input.context,
            after=input.context,
            hidden=names_hidden(input.path, input.glob),
            want=_WANTS[input.output],
            limit=input.limit,
            max_columns=MAX_COLUMNS,
        )
    except ValueError as error:
        raise ToolError(
            f"This cannot be searched for: {error}", "Correct the pattern, the glob or the type."
        ) from error
    except OSError as error:
        raise workspace.explain(error, root, "searched") from error
    return await asyncio.to_thread(_result, found, input, context, root)


def _result(found: SearchResult, input: Input, context: ToolContext, root: Path) -> ToolResult:
    workspace, is_file = context.workspace, root.is_file()
    counts = {path: count for path, count in found.counts.items() if is_file or not context.forbids(root / path)}
    names = {path: workspace.show(root if is_file else root / path) for path in counts}
    if input.output == "content":
        lines, rows = _content(found, names)
        total = sum(counts.values())
    else:
        lines, rows = _files(counts, names, input)
        total = len(counts)
    left = total - len(rows)
    if not counts:
        lines = [f"No line matches in {_count(found.searched, 'file')}."]
    if left > 0:
        lines.append(f"[{left:,} of {total:,} left out. Narrow the pattern, path or glob, or raise limit.]")
    if withheld := found.files - len(counts):
        lines.append(f"[{_count(withheld, 'file')} left out: a permission rule is about reading what is in there.]")
    lines += [f"[{whole_characters(problem)}]" for problem in found.problems[:5]]
    if len(found.problems) > 5:
        lines.append(f"[{len(found.problems) - 5:,} more could not be read.]")
    told = shorten("\n".join(lines), workspace.scratch, name="grep")
    if not counts:
        hits = "no hits"
    elif input.output == "files":
        hits = _count(len(counts), "file")
    else:
        hits = f"{_count(sum(counts.values()), 'hit')} in {len(counts):,}"
    return ToolResult.of(told.text, ListingBlock(rows=rows, total=total), summary=hits)


def _content(found: SearchResult, names: dict[str, str]) -> tuple[list[str], tuple[ListingRow, ...]]:
    """Hits below their file's path, and as rows."""
    lines: list[str] = []
    rows: list[ListingRow] = []
    path = ""
    for line in found:
        if line.path not in names:
            continue
        if line.path != path:
            path = line.path
            lines.append(names[path])
        lines.append(f"{line.line_number}{':' if line.is_match else '-'} {line.text}")
        if line.is_match:
            rows.append(ListingRow(path=names[path], line=line.line_number, text=line.text))
    return lines, tuple(rows)


def _files(found: Mapping[str, int], names: dict[str, str], input: Input) -> tuple[list[str], tuple[ListingRow, ...]]:
    """Files, with their hits where those are wanted."""
    counts = list(found.items())[: input.limit]
    if input.output == "files":
        return [names[path] for path, _ in counts], tuple(ListingRow(path=names[path]) for path, _ in counts)
    rows = tuple(ListingRow(path=names[path], text=_count(count, "hit")) for path, count in counts)
    return [f"{names[path]}: {count}" for path, count in counts], rows


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
