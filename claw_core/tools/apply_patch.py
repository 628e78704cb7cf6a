"""Change, add, delete and move files by one patch, all of it or nothing.

Use it for changes in several files, or for many in one. The patch is an envelope:

*** Begin Patch
*** Update File: src/app.py
*** Move to: src/main.py
@@ def run():
     first()
-    second()
+    third()
*** Add File: src/new.py
+print("new")
*** Delete File: src/old.py
*** End Patch

`Move to` is optional. Each `@@` begins a change: after it, a line that stands above the place, where the lines below
could stand at several places. Then the file's lines, each with a sign before it: a space for one that stays, `-` for
one that goes, `+` for one that comes. Give three lines around each change, copied from the file without line numbers.
`*** End of File` after a change says that the file ends there. A unified diff (`---`, `+++`, `@@`) is taken as well.

Read files first: one that was not read in this session, or that changed since, is refused, and so is adding or moving
over one that exists. Where anything does not fit, nothing is changed at all and the answer says what. The person may
take only a part of it; the answer says so.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from claw_core.error import PatchConflict
from claw_core.native.patch import CancelToken, FilePatch, in_thread, parse_patch
from claw_core.replacement import patched
from claw_core.tool import Change, Proposal, ToolContext, Want
from claw_core.tool_input import PATH, ToolInput, also
from claw_core.workspace import Workspace


class Input(ToolInput):
    """Arguments of `apply_patch`."""

    patch: str = Field(
        description="The patch, from *** Begin Patch to *** End Patch.",
        validation_alias=also("patch", "input", "diff", "patch_text", "patchText", "content"),
    )
    path: str = Field(
        default="", description="The file of a diff that names none; else leave it out.", validation_alias=PATH
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It writes every path that the patch names; none where it cannot be read, since nothing is done then."""
    return tuple(Want(action="write", subject=path) for path in _paths(input))


def target(input: Input) -> str:
    """The paths."""
    first, *more = _paths(input) or [""]
    return f"{first} and {len(more)} more" if more else first


async def propose(input: Input, context: ToolContext) -> Proposal:
    """The files as they would be."""
    return await in_thread(lambda cancel: _propose(input, context.workspace, cancel))


def _paths(input: Input) -> list[str]:
    try:
        files = parse_patch(input.patch)
    except ValueError:
        return []
    named = (path for file in files for path in (file.path or input.path, file.moved_to) if path is not None)
    return list(dict.fromkeys(named))


@dataclass(slots=True)
class _File:
    """A file while the patch is made on it."""

    path: Path
    before: str | None
    after: str | None
    moved_to: Path | None = None


class _Making:
    """The patch as it is made, section by section, on what the sections before left."""

    def __init__(self, workspace: Workspace, cancel: CancelToken) -> None:
        self.workspace = workspace
        self.cancel = cancel
        self.files: dict[Path, _File] = {}
        self.notes: list[str] = []

    def make(self, patch: FilePatch, path: Path) -> None:
        """One section."""
        file = self.files.get(path)
        match patch.action:
            case "delete":
                file = file or self._known(path)
                self._require_there(file)
                file.after = None
            case "update" if not self._makes_file(patch, file, path):
                file = file or self._known(path)
                text = self._require_there(file)
                file.after, note = patched(text, patch, self.workspace.show(path), self.cancel)
                self.notes += [note] if note else []
                if patch.moved_to:
                    self._move(file, self.workspace.resolve(patch.moved_to))
            case _:
                lines = (line[1:] for chunk in patch.chunks for line in chunk.lines)
                file = file or _File(path, self._free(path), None)
                if file.after:
                    raise PatchConflict(f"{self.workspace.show(path)} is added twice.", "Add it once.")
                file.after = "".join(lines)
        self.files[path] = file

    def _makes_file(self, patch: FilePatch, file: _File | None, path: Path) -> bool:
        """Whether it is a fence that searches for nothing where there is no file."""
        only_new = all(line[0] == "+" for chunk in patch.chunks for line in chunk.lines)
        is_plain = not patch.moved_to and not any(chunk.anchors or chunk.start for chunk in patch.chunks)
        return only_new and is_plain and file is None and self.workspace.before_writing(path) is None

    def _known(self, path: Path) -> _File:
        text = self.workspace.require_fresh(path).text
        return _File(path, text, text)

    def _require_there(self, file: _File) -> str:
        if file.after is None or file.moved_to is not None:
            raise PatchConflict(
                f"{self.workspace.show(file.path)} was deleted or moved earlier in this patch. Nothing was changed.",
                "Name each file once, by the name it has now.",
            )
        return file.after

    def _free(self, path: Path) -> str | None:
        """What a new file replaces: nothing, or an empty file."""
        held = self.workspace.before_writing(path)
        if held is not None and held.text:
            raise PatchConflict(
                f"{self.workspace.show(path)} exists already. Nothing was changed.",
                "Update it, or delete it first if nothing of it shall stay.",
            )
        return None if held is None else held.text

    def _move(self, file: _File, to: Path) -> None:
        if to == file.path:
            return
        if to in self.files or self.workspace.before_writing(to) is not None:
            raise PatchConflict(
                f"{self.workspace.show(to)} exists already, so {self.workspace.show(file.path)} cannot be moved there."
                " Nothing was changed.",
                "Choose another name, or delete that file in a call before this one.",
            )
        file.moved_to = to
        self.files[to] = file


def _propose(input: Input, workspace: Workspace, cancel: CancelToken) -> Proposal:
    try:
        patches = parse_patch(input.patch, cancel=cancel)
    except ValueError as error:
        raise PatchConflict(f"The patch cannot be read. {error}. Nothing was changed.", "Correct it there.") from error
    making = _Making(workspace, cancel)
    for patch in patches:
        path = patch.path or input.path
        if not path:
            raise PatchConflict("The patch names no file.", "Begin it with *** Update File: and the path.")
        making.make(patch, workspace.resolve(path))
    files = {id(file): file for file in making.files.values()}.values()
    changes = tuple(
        Change(
            path=str(file.path),
            before=file.before,
            after=file.after,
            moved_to=str(file.moved_to) if file.moved_to else None,
        )
        for file in files
        if file.before != file.after or file.moved_to
    )
    if not changes:
        making.notes.append("The files already hold exactly this.")
    return Proposal(changes=changes, note="\n".join(making.notes))
