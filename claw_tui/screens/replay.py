"""Replay: the workbench on a session that has happened, with a bar to move through it."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from claw_core.error import ClawError
from claw_tui.amount import seconds
from claw_tui.feed import ReplayFace
from claw_tui.keymap import bindings, hints
from claw_tui.line import Span, fit, spread
from claw_tui.playhead import Playhead
from claw_tui.screens.workbench import RunCommand, Workbench
from claw_tui.strip_text import rich_text
from claw_tui.theme import Theme

AT_ONCE = 0.003
"""Seconds that making ready for seeking takes from keys and paints at once."""

BETWEEN = 0.001
"""Seconds that it leaves to them, at least."""

HINTS = ("play", "previous", "next", "next_turn", "next_call", "go_to", "fork")
"""The keys that the bar names."""


class TransportBar(Widget, can_focus=True):
    """Where the replay stands, and the keys that move it."""

    BINDINGS = bindings("replay")
    DEFAULT_CSS = """
    TransportBar { height: 4; border: round $line-border; border-title-color: $text-muted; }
    TransportBar:focus { border: round $line-focus; border-title-color: $text-strong; }
    """

    def __init__(
        self,
        theme: Callable[[], Theme],
        head: Playhead,
        fork: Callable[[int], None],
        verify: Callable[[], Awaitable[str]] | None,
    ) -> None:
        super().__init__(id="transport")
        self._fork = fork
        self._verify = verify
        self._sought = ""
        self._theme = theme
        self._head = head
        self._timer: Timer | None = None
        self.border_title = "replay"

    def render(self) -> Text:
        """Two rows: the line of time, and what can be pressed."""
        width = max(10, self.content_size.width)
        text = rich_text(transport_line(self._head, width), self._theme())
        keys: list[Span] = []
        for key, word in hints(f"replay.{name}" for name in HINTS):
            keys += [(f"{key} ", "text.key"), (f"{word}   ", "text.muted")]
        text.append("\n")
        text.append_text(rich_text(fit(keys, width), self._theme()))
        return text

    # ---- keys

    def action_play(self) -> None:
        """Play from here, or pause; at the end, from the beginning."""
        self._head.playing = not self._head.playing
        if self._head.playing and self._head.at_end:
            self.go_to(0)
        self._plan()
        self.refresh()

    def action_step(self, by: int) -> None:
        """One record on or back."""
        self._stand(self._head.at + by)

    def action_turn(self, by: int) -> None:
        """The next turn, or the one before."""
        self._stand(self._head.beside(self._head.turns, by))

    def action_call(self, by: int) -> None:
        """The next call, or the one before."""
        self._stand(self._head.beside(self._head.calls, by))

    def action_ask_place(self) -> None:
        """Where to?"""
        from claw_tui.dialogs.words import WordsDialog

        dialog = WordsDialog(
            self._theme,
            "go to",
            lambda width: [
                fit(((f"a record's number up to {self._head.length}, a time or a part", "text.body"),), width)
            ],
            placeholder="120, 2:05 or 50%",
            check=self._head.place,
        )
        self.app.push_screen(dialog, self._named)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open

    def action_search(self) -> None:
        """Which words?"""
        from claw_tui.dialogs.words import WordsDialog

        dialog = WordsDialog(
            self._theme,
            "search",
            lambda width: [fit((("to the next record that holds these words", "text.body"),), width)],
            placeholder="words",
        )
        self.app.push_screen(dialog, self._search)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open

    def _search(self, words: str | None) -> None:
        if words:
            self._sought = words
            self.action_search_on(1)

    def action_search_on(self, by: int) -> None:
        """The next record that holds them, or the one before."""
        if self._sought:
            self.run_worker(self._seek_words(by), group="search", exclusive=True)

    async def _seek_words(self, by: int) -> None:
        found = await asyncio.to_thread(self._head.holding, self._sought, by)
        if found is None:
            self.notify(f"Nothing {'further' if by > 0 else 'earlier'} holds “{self._sought}”.", markup=False)
        else:
            self._stand(found)

    def action_verify(self) -> None:
        """Do it again, and compare."""
        if self._verify is not None:
            self.run_worker(self._tell_verified(self._verify), group="verify", exclusive=True)

    async def _tell_verified(self, verify: Callable[[], Awaitable[str]]) -> None:
        try:
            said = await verify()
        except ClawError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.notify(said, title="verified", timeout=20, markup=False)

    def on_click(self, event: events.Click) -> None:
        """A click on the line of time goes there; one on the sign plays or pauses."""
        width = max(10, self.content_size.width)
        column, row = event.x - 1, event.y - 1
        if row != 0:
            return
        start, room = line_of_time(self._head, width)
        if column < start:
            self.action_play()
        elif column < start + room:
            self._stand(round(self._head.length * (column - start) / max(1, room - 1)))

    def _named(self, words: str | None) -> None:
        if words is not None:
            self._stand(self._head.place(words))

    def action_pauses(self) -> None:
        """Skip them, or not."""
        self._head.skips_pauses = not self._head.skips_pauses
        self.refresh()

    def action_fork(self) -> None:
        """Leave the replay for a live session that shares what happened so far."""
        if self._head.at:
            self._fork(self._head.replay.records[self._head.at - 1].seq)

    def _stand(self, position: int) -> None:
        self._head.playing = False
        self.go_to(position)

    def action_jump(self, to: int) -> None:
        """The beginning, or the end."""
        self._stand(self._head.length if to else 0)

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        self._head.faster(by)
        self.refresh()

    def go_to(self, position: int) -> None:
        """Stand there, and show it."""
        anew = self._head.seek(position)
        screen = self.screen
        if isinstance(screen, Workbench):
            if anew:
                screen.show_all()
            else:
                screen.frame()
        self.refresh()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._head.playing:
            self._timer = self.set_timer(max(0.01, self._head.wait()), self._next)

    def _next(self) -> None:
        """The next record, and all that are due with it."""
        if not self._head.playing:
            return
        position = self._head.at + 1
        self.go_to(position)
        if self._head.at_end:
            self._head.playing = False
            self.refresh()
        self._plan()


def transport_line(head: Playhead, width: int) -> tuple[Span, ...]:
    """`▶ ━━━━━━──── 12 of 40  12:03:04  prompt.submitted`."""
    sign = "⏸" if head.playing else "▶"
    said, speed = _said(head), _speed(head)
    _, room = line_of_time(head, width)
    done = round(room * head.at / head.length) if head.length else 0
    left: tuple[Span, ...] = (
        (f" {sign} ", "state.running bold"),
        ("━" * done, "line.focus"),
        ("─" * (room - done), "line.guide"),
        (said, "text.body"),
    )
    return spread(left, ((speed, "text.muted"),), width)


def line_of_time(head: Playhead, width: int) -> tuple[int, int]:
    """Where the line begins, in cells, and how long it is."""
    return 3, max(4, width - len(_said(head)) - len(_speed(head)) - 8)


def _said(head: Playhead) -> str:
    said = f" {head.at} of {head.length}"
    if head.at:
        record, first = head.replay.records[head.at - 1], head.replay.records[0].at
        said += f"  +{seconds((record.at - first).total_seconds())}  {record.event.kind}"
    return said


def _speed(head: Playhead) -> str:
    return f"{head.speed:g}×" + (" no pauses" if head.skips_pauses else "")


class ReplayBench(Workbench):
    """The workbench, with the transport bar where the prompt was."""

    def __init__(
        self,
        replay: ReplayFace,
        *,
        theme: Callable[[], Theme],
        command: RunCommand,
        fork: Callable[[int], None],
        verify: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        """`fork` goes on from a record, by its number, in a session of its own; `verify` does it all again, and says
        how that went."""
        self.head = Playhead(replay)
        super().__init__(theme=theme, command=command, root=replay.root, clock=self._time, live=False)
        self.bar = TransportBar(theme, self.head, fork, verify)
        self.prompt.display = False

    def _time(self) -> datetime:
        return self.head.now() or datetime.min.replace(tzinfo=UTC)

    def compose(self) -> ComposeResult:
        """As ever, and the bar below. Called by Textual."""
        yield from super().compose()
        yield self.bar

    def begin(self) -> None:
        """Stand where the replay stands, and make ready to stand anywhere."""
        self.attach(self.head.feed)
        self.run_worker(self._prepare(), group="prepare")

    async def _prepare(self) -> None:
        gc.freeze()  # what there is, and what is made now, stays: to look through it would hold up the keys
        gc.disable()
        try:
            while not self.head.is_prepared:
                if self.head.prepare(AT_ONCE):
                    self.show_all()
                await asyncio.sleep(BETWEEN)
        finally:
            gc.freeze()
            gc.enable()

    def action_prompt(self) -> None:
        """Back to the bar."""
        self.bar.focus()
