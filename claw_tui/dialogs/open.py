"""Opening what a text names: the whole of it is shown, and what can be done with it, before anything is."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from claw_tui.dialog import Words
from claw_tui.line import Line, clean, wrap
from claw_tui.picker import Entry, Picker
from claw_tui.reference import Reference, host_of
from claw_tui.theme import Theme

EDITOR, HERE, BROWSER, COPY = "editor", "here", "browser", "copy"
"""What can be done with it."""


class OpenDialog(Picker[str]):
    """Returns what is to be done with it."""

    def __init__(self, theme: Callable[[], Theme], reference: Reference, *, editor: str, browser: bool) -> None:
        """`editor`: the name of the person's editor, empty for none; `browser`: whether addresses can be opened."""
        super().__init__(theme, "open", ways(reference, editor=editor, browser=browser))
        self.reference = reference

    def inside(self) -> ComposeResult:
        """What it is, whole, and what can be done."""
        yield Words(self.theme, lambda width: what_lines(self.reference, width))
        yield from super().inside()


def what_lines(reference: Reference, width: int) -> list[Line]:
    """The file, or the address with the host it leads to."""
    if reference.kind == "file":
        line = (f", line {reference.line}", "text.muted") if reference.line else ("", "text.muted")
        return wrap(((clean(reference.target), "text.strong bold"), line), width, words=False)
    lines = wrap(((clean(reference.target), "text.body"),), width, words=False)
    return [*lines, *wrap((("leads to ", "text.muted"), (clean(host_of(reference.target)), "text.strong bold")), width)]


def ways(reference: Reference, *, editor: str, browser: bool) -> Sequence[Entry[str]]:
    """What can be done with it, the likeliest first."""
    if reference.kind == "address":
        opened = [Entry(label="open it in the browser", value=BROWSER)] if browser else []
        return [*opened, Entry(label="copy the address", value=COPY)]
    edited = [Entry(label=f"open it in {editor}", value=EDITOR)] if editor else []
    return [*edited, Entry(label="look at it here", value=HERE), Entry(label="copy the path", value=COPY)]


def named_entries(found: Sequence[Reference]) -> Sequence[Entry[Reference]]:
    """Several, to pick one from."""
    return [
        Entry(
            label=f"{one.target}:{one.line}" if one.line else one.target,
            detail=host_of(one.target) if one.kind == "address" else "",
            value=one,
        )
        for one in found
    ]
