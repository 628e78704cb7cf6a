"""Opening what lines name: looked up in the workspace, shown, and only then opened as the person chooses."""

import asyncio
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.text import Text
from textual import on

from claw_core.error import UsageError
from claw_tui.editor import command
from claw_tui.line import clean, one_line
from claw_tui.pane import Pane
from claw_tui.pointing import Pointing
from claw_tui.reference import Reference, file_in
from claw_tui.terminal_app import TerminalApp
from claw_tui.theme import Theme

LARGEST = 2_000_000
"""Bytes of a file that are shown here."""


class ReferringApp(TerminalApp):
    """An app whose lines name files and addresses."""

    look: Theme

    @property
    def root(self) -> Path:
        """The workspace, whose files can be opened."""
        raise NotImplementedError

    @on(Pointing.Pointed)
    def tip(self, event: Pointing.Pointed) -> None:
        """Say what is under the mouse."""
        event.stop()
        self.run_worker(self._tip(event), group="pointing", exclusive=True)

    async def _tip(self, event: Pointing.Pointed) -> None:
        found = await asyncio.to_thread(self._there, [event.found] if event.found else [])
        event.view.tooltip = Text(f"open {clean(found[0].target)}") if found else None

    @on(Pointing.Refer)
    def refer(self, event: Pointing.Refer) -> None:
        """Show what is named, and open it as the person chooses."""
        event.stop()
        self.run_worker(self._refer(event.found, sure=event.sure), group="opening", exclusive=True)

    async def _refer(self, named: Sequence[Reference], *, sure: bool) -> None:
        from claw_tui.dialogs.open import named_entries
        from claw_tui.picker import Picker

        found = await asyncio.to_thread(self._there, named)
        if len(found) == 1:
            self._offer(found[0])
        elif found:
            self.push_screen(Picker(lambda: self.look, "open", named_entries(found)), self._offer)
        elif not sure:
            self.notify("Nothing is named here that could be opened.", timeout=3, markup=False)

    def _there(self, named: Sequence[Reference]) -> list[Reference]:
        """Addresses, and files that there are in the workspace. Reads the disk."""
        return [one for one in named if one.kind == "address" or file_in(self.root, one) is not None]

    def _offer(self, reference: Reference | None) -> None:
        if reference is None:
            return
        from claw_tui.browser import opener
        from claw_tui.dialogs.open import OpenDialog

        editor = command()[0]
        there = Path(editor).name if shutil.which(editor) else ""
        dialog = OpenDialog(lambda: self.look, reference, editor=there, browser=opener() is not None)
        self.push_screen(dialog, partial(self._open, reference))

    def _open(self, reference: Reference, way: str | None) -> None:
        from claw_tui.dialogs.open import BROWSER, COPY, EDITOR, HERE

        path = file_in(self.root, reference) if reference.kind == "file" else None
        if way == COPY:
            self.post_message(Pane.Copy(reference.target, "address" if path is None else "path"))
        elif way == BROWSER and path is None:
            self.run_worker(self._browse(reference.target), group="opening")
        elif way == EDITOR and path is not None:
            self.post_message(Pane.OpenFile(path, reference.line))
        elif way == HERE and path is not None:
            self._show_file(path, reference)

    async def _browse(self, address: str) -> None:
        from claw_tui.browser import open_address

        try:
            await asyncio.to_thread(open_address, address)
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False)

    def _show_file(self, path: Path, reference: Reference) -> None:
        from claw_tui.detail import Tab
        from claw_tui.screens.detail import DetailScreen

        page = Tab(name="file", text=partial(_text_of, path), path=path.name)
        self.push_screen(DetailScreen(lambda: self.look, one_line(reference.target), [page], line=reference.line))


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return f"It cannot be read: {error.strerror}."
    more = f"\n… the rest of it, over {LARGEST:,} bytes, is not shown" if len(content) > LARGEST else ""
    return content[:LARGEST].decode("utf-8", errors="replace") + more
