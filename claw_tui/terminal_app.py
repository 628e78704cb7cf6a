"""What panes ask of the terminal: to copy, to print, to be lent to the person's editor."""

from collections.abc import Callable
from pathlib import Path

from textual import on
from textual.app import App

from claw_core.error import UsageError
from claw_tui import editor
from claw_tui.clipboard import osc52
from claw_tui.pane import Pane


class TerminalApp(App[int]):
    """An app that does what panes ask of the terminal."""

    def write_out(self, sequence: str) -> None:
        """To the terminal itself."""
        if sequence and self._driver is not None:
            self._driver.write(sequence)

    @on(Pane.Copy)
    def copy(self, event: Pane.Copy) -> None:
        """Into the clipboard, through the terminal."""
        event.stop()
        if not event.text:
            return
        sequence, whole = osc52(event.text)
        self.write_out(sequence)
        self._clipboard = event.text
        said = f"Copied the {event.what}: {len(event.text):,} characters" + ("" if whole else ", cut to what fits")
        self.notify(said, timeout=3, markup=False)

    @on(Pane.OpenText)
    def open_text(self, event: Pane.OpenText) -> None:
        """Read in the person's editor."""
        event.stop()
        self.run_worker(self._edit(event.text, event.suffix), group="editor")

    @on(Pane.OpenFile)
    def open_file(self, event: Pane.OpenFile) -> None:
        """In the person's editor."""
        event.stop()
        self.run_worker(self._visit(event.path, event.line, event.done), group="editor")

    async def _visit(self, path: Path, line: int, done: Callable[[], None] | None) -> None:
        try:
            await editor.visit_in(self, path, line)
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False)
        if done is not None:
            done()

    @on(Pane.PrintText)
    def print_text(self, event: Pane.PrintText) -> None:
        """To the terminal's own scrollback."""
        event.stop()
        self.run_worker(self._print_below(event.text), group="editor")

    async def _print_below(self, text: str) -> None:
        from claw_tui.scrollback import print_in

        try:
            await print_in(self, text)
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False)

    @on(Pane.EditText)
    def edit_text(self, event: Pane.EditText) -> None:
        """Write in the person's editor."""
        event.stop()
        self.run_worker(self._edit(event.text, ".md", event.done), group="editor")

    async def _edit(self, text: str, suffix: str, done: Callable[[str], None] | None = None) -> None:
        try:
            written = await editor.edit_in(self, text, suffix=suffix)
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if done is not None:
            done(written.rstrip("\n"))
