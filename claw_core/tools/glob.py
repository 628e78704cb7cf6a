"""Find files by their names.

Use it when you know, or can guess, how a file is called: `*.toml`, `test_*.py`, `src/**/*.{ts,tsx}`,
`**/migrations/*`. A pattern without a slash fits names at any depth; one with a slash fits the whole path from
`path`. `*` is the pattern for all files. To find files by what they say, use `grep`; to see what one folder holds,
`read` it.

You get the files' paths, sorted, at most `limit` of them, and how many there are. Folders are not listed. What git
ignores is left out, and so are hidden files unless `path` or the pattern names them (`.github/**`).
"""

import asyncio
from pathlib import Path

from pydantic import Field

from claw_core.block import ListingBlock, ListingRow
from claw_core.characters import whole_characters
from claw_core.error import ToolError
from claw_core.file_globs import names_hidden, rooted, split_globs
from claw_core.native.search import FindResult, find
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import FOLDER, ToolInput, also
from claw_core.truncation import shorten

READS_ONLY = True


class Input(ToolInput):
    """Arguments of `glob`."""

    pattern: str = Field(
        min_length=1,
        description="What the files' names or paths look like.",
        validation_alias=also("pattern", "glob", "glob_pattern", "query", "name", "file_pattern"),
    )
    path: str = Field(
        default="", description="The folder to look in; the workspace root if left out.", validation_alias=FOLDER
    )
    limit: int = Field(
        default=200,
        ge=1,
        description="The most paths to return.",
        validation_alias=also("limit", "max_results", "maxResults", "head_limit"),
    )


def _place(input: Input) -> tuple[str, str]:
    """Where to look, and for what: a pattern may bring its own folder."""
    folder, pattern = rooted(input.pattern)
    if not folder:
        return input.path, pattern
    elsewhere = folder == "~" or folder.startswith(("/", "~/"))
    return (folder if elsewhere or not input.path else f"{input.path}/{folder}"), pattern


def wants(input: Input) -> tuple[Want, ...]:
    """It reads the names below the path."""
    return (Want(action="read", subject=_place(input)[0] or "."),)


def target(input: Input) -> str:
    """The pattern, and where."""
    return f"{input.pattern} in {input.path}" if input.path else input.pattern


async def run(input: Input, context: ToolContext) -> ToolResult:
    """The files."""
    workspace = context.workspace
    folder, pattern = _place(input)
    root = workspace.resolve(folder)
    try:
        found = await find(
            split_globs(pattern), root, hidden=names_hidden(folder, pattern), limit=input.limit, sort="path"
        )
    except ValueError as error:
        raise ToolError(f"This is no pattern: {error}", "Correct it.") from error
    except OSError as error:
        raise workspace.explain(error, root, "searched") from error
    return await asyncio.to_thread(_result, found, context, root)


def _result(found: FindResult, context: ToolContext, root: Path) -> ToolResult:
    workspace = context.workspace
    paths = [workspace.show(root / path) for path in found if not context.forbids(root / path)]
    withheld = len(found) - len(paths)
    lines = paths or [f"No file below {workspace.show(root)} has such a name."]
    if found.truncated:
        lines = [*lines, f"[{len(paths):,} of {found.total:,} files. Narrow the pattern or raise limit.]"]
    if withheld:
        lines = [*lines, f"[{withheld:,} left out: a permission rule is about reading there.]"]
    lines = [*lines, *(f"[{whole_characters(problem)}]" for problem in found.problems[:5])]
    if len(found.problems) > 5:
        lines.append(f"[{len(found.problems) - 5:,} more could not be looked at.]")
    told = shorten("\n".join(lines), workspace.scratch, name="glob")
    total = found.total - withheld
    block = ListingBlock(rows=tuple(ListingRow(path=path) for path in paths), total=total)
    return ToolResult.of(told.text, block, summary=f"{total:,} file{'s' * (total != 1)}")
