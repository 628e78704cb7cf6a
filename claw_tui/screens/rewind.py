"""Going back: a list of prompts with what each changed, and what going back to before one would do to files."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen

from claw_core.error import ClawError
from claw_core.rewind import Back, Point, Preview
from claw_tui.dialog import Words
from claw_tui.keymap import bindings, hints
from claw_tui.line import Line, Span, clean, fit, one_line, spread, wrap
from claw_tui.line_view import LineView
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.painter import paint
from claw_tui.request_lines import hint_lines
from claw_tui.theme import Theme

MOST_ROWS = 2_000
"""Rows of one file's difference."""

HINTS = ("rewind.both", "rewind.talk", "rewind.files", "rewind.other", "rewind.close")

SIGNS = {"ready": ("●", "state.ok"), "changed": ("!", "state.waiting"), "lost": ("✗", "state.failed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the person wants taken back."""

    point: Point
    talk: bool
    files: bool
    over: dict[str, str] = field(default_factory=dict[str, str])
    """Files to put back though somebody else changed them, with what was seen of each."""


class Moments(LineView):
    """The moments to go back to, a row each, the latest last."""

    MARKER = 1
    ONE_ROW = True
    REFERS = False
    DEFAULT_CSS = "Moments { height: auto; max-height: 40%; }"

    def __init__(self, theme: Callable[[], Theme], points: Sequence[Point]) -> None:
        super().__init__(theme, id="rewind-moments")
        self.points = points

    def count(self) -> int:
        """Moments."""
        return len(self.points)

    def key(self, index: int) -> Hashable:
        """They do not change."""
        return index

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """`› make it async     src/auth.py and 2 more  +18 −11  12:03`."""
        point = self.points[index]
        said: Span = (one_line(point.text) or "…", "text.body")
        left: list[Span] = [("› ", "text.key"), said]
        if point.kind == "rewind":
            left = [("↶ ", "state.waiting"), ("as it was before you went back", "text.muted italic")]
        right: list[Span] = [(f"  {changed(point)}  ", "text.muted"), (f"{point.at:%H:%M} ", "text.muted")]
        return [spread(fit(left, max(8, width - sum(len(text) for text, _ in right))), right, width)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row each. Called by Textual."""
        return max(1, self.count())


class Changes(LineView):
    """What would become of files, a file an item."""

    MARKER = 0
    REFERS = False

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__(theme, id="rewind-changes")
        self.files: tuple[Back, ...] = ()
        self.said = "…"
        self.over = False
        self._version = 0

    def show_files(self, files: tuple[Back, ...], said: str) -> None:
        """Another moment's."""
        self.files, self.said = files, said
        self._version += 1
        self.cursor = 0
        self.changed()
        self.action_first()

    def count(self) -> int:
        """Files, and a row that says what they are."""
        return len(self.files) + 1

    def key(self, index: int) -> Hashable:
        """The moment and the file."""
        return self._version, index, self.over

    def estimate(self, index: int, width: int) -> int:
        """From the hunks."""
        if index == 0:
            return 2
        shown = self.files[index - 1].shown
        return 3 + (sum(len(hunk.lines) + 1 for hunk in shown.hunks) if shown.kind == "diff" else 1)

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One file: what would become of it, and the difference."""
        if index == 0:
            return [*wrap(((self.said, "text.muted"),), width), ()]
        one = self.files[index - 1]
        sign, look = SIGNS["ready" if one.state == "changed" and self.over else one.state]
        said = ", ".join(words for words in (one.note, one.why, _fate(one, over=self.over)) if words)
        head = wrap(((f"{sign} ", look), (clean(said) or "put back", "text.muted")), width)
        body = paint(one.shown, width, MOST_ROWS) if one.state != "lost" else [((clean(one.path), "text.strong"),)]
        return [*body, *head, ()]

    def action_down(self) -> None:
        """Scroll: there is no cursor here."""
        self.scroll_rows(1)

    def action_up(self) -> None:
        """Scroll."""
        self.scroll_rows(-1)


class RewindScreen(PromptlyPainted[Choice], ModalScreen[Choice]):
    """Returns what is to be taken back; None for nothing."""

    BINDINGS = bindings("rewind")
    DEFAULT_CSS = """
    RewindScreen { background: $ground-screen; layout: vertical; }
    RewindScreen > #rewind-title, RewindScreen > #rewind-what { width: 100%; height: 1; background: $ground-raised; }
    RewindScreen > #rewind-changes { width: 100%; height: 1fr; margin: 1 1 0 1; }
    RewindScreen > #rewind-hints { width: 100%; height: 1; background: $ground-raised; padding: 0 1; }
    """

    def __init__(
        self,
        theme: Callable[[], Theme],
        points: Sequence[Point],
        preview: Callable[[int], Awaitable[Preview]],
    ) -> None:
        super().__init__()
        self._look = theme
        self._points = points
        self._preview = preview
        self.shown: Preview | None = None
        """What going back to the moment under the cursor would do; None until that is known."""
        self.moments = Moments(theme, points)
        self.changes = Changes(theme)

    def compose(self) -> ComposeResult:
        """The moments, what going back would change, the keys. Called by Textual."""
        yield Words(self._look, lambda _: [((" go back to before ", "text.strong bold"),)], id="rewind-title")
        yield self.moments
        yield Words(self._look, lambda _: [((" what would change ", "text.strong bold"),)], id="rewind-what")
        yield self.changes
        yield Words(self._look, self._keys, id="rewind-hints")

    def on_mount(self) -> None:
        """The latest moment is the first one wants."""
        self.moments.focus()
        self.moments.cursor = len(self._points) - 1
        self.call_after_refresh(lambda: self.moments.move(self.moments.cursor))

    def _keys(self, width: int) -> list[Line]:
        asked = self.shown is not None and any(one.state == "changed" for one in self.shown.files)
        return hint_lines(hints((*HINTS[:3], "rewind.over", *HINTS[3:]) if asked else HINTS), width)[:1]

    @on(LineView.Moved)
    def look(self, event: LineView.Moved) -> None:
        """Another moment: what would change."""
        if event.view is self.moments:
            self.shown = None
            self.run_worker(self._load(self._points[event.index]), exclusive=True)

    @on(LineView.Picked)
    def pick(self, event: LineView.Picked) -> None:
        """A second click."""
        if event.view is self.moments:
            self.action_go(talk=True, files=True)

    async def _load(self, point: Point) -> None:
        try:
            preview = await self._preview(point.seq)
        except ClawError as error:
            self.changes.show_files((), str(error))
            return
        self.shown = preview
        self.changes.show_files(preview.files, summary(preview))
        self.query_one("#rewind-hints", Words).redraw()

    def action_go(self, talk: bool, files: bool) -> None:
        """Take it back. What would be overwritten is known by then."""
        if self.shown is None:
            return
        over = {one.path: one.seen for one in self.shown.files if one.state == "changed" and self.changes.over}
        point = self._points[self.moments.cursor]
        self.dismiss(Choice(point=point, talk=talk, files=files, over=over))

    def action_over(self) -> None:
        """Also what somebody else changed, or not."""
        self.changes.over = not self.changes.over
        self.changes.changed()

    def action_other(self) -> None:
        """Between the list and the difference."""
        (self.changes if self.moments.has_focus else self.moments).focus()

    def action_close(self) -> None:
        """Nothing is taken back."""
        self.dismiss(None)


def changed(point: Point) -> str:
    """`src/auth.py +18 −11`, `3 files +20 −11`."""
    if not point.files:
        return ""
    what = one_line(point.files[0].path) if len(point.files) == 1 else f"{len(point.files)} files"
    return f"{what} +{sum(one.added for one in point.files)} −{sum(one.removed for one in point.files)}"


def summary(preview: Preview) -> str:
    """What would become of files, in a sentence or three."""
    counts = {state: sum(one.state == state for one in preview.files) for state in SIGNS}
    told = [f"{_files(counts['ready'])} would be put back."] if counts["ready"] else []
    if counts["changed"]:
        told.append(f"{_files(counts['changed'])} changed since would be left.")
    if counts["lost"]:
        told.append(f"{_files(counts['lost'])} cannot be put back.")
    if not preview.files:
        told.append("No file would change.")
    if preview.uncovered:
        told.append(f"What commands changed is not covered: {preview.uncovered}.")
    return " ".join(told)


def _files(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def _fate(one: Back, *, over: bool) -> str:
    if one.state == "changed":
        return "would be overwritten" if over else "would be left as it is"
    return ""
