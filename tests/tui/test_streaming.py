"""While an answer streams, a word costs what is near it: rows painted are counted, not seconds."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from claw_core.event import MAIN, ModelCalled, Record, TextDelta, TurnStarted
from claw_tui.feed import Feed, Past
from claw_tui.item import AnswerItem
from claw_tui.line import Line
from claw_tui.pace import Pace
from claw_tui.pane import PaneContext
from claw_tui.panes.conversation import ConversationLines
from claw_tui.theme import DEFAULT, named
from claw_tui.views.conversation import ConversationView
from tests.tui.bench import BEGAN

CALLED = ModelCalled(provider="openai", model="m", dialect="d", url="u", parameters={}, lists={}, size=1)


class Counting(ConversationLines):
    """Counts the rows it paints."""

    painted = 0

    def paint(self, index: int, width: int) -> Sequence[Line]:
        rows = super().paint(index, width)
        self.painted += len(rows)
        return rows


class Conversation(App[None]):
    """The conversation alone."""

    def __init__(self) -> None:
        super().__init__()
        self.look = named(DEFAULT)
        self.register_theme(self.look.for_textual())
        self.theme = self.look.name
        context = PaneContext(
            theme=lambda: self.look,
            clock=lambda: BEGAN,
            root=Path("/work"),
            request_bytes=lambda record: b"",
            command=lambda name, words: None,
        )
        self.lines = Counting(context)
        self._seq = 0
        self.say(TurnStarted())
        self.say(CALLED)

    def compose(self) -> ComposeResult:
        yield self.lines

    @property
    def view(self) -> ConversationView:
        """What was said."""
        return self.lines.view

    def say(self, event: TurnStarted | ModelCalled | TextDelta) -> None:
        """One more record."""
        self._seq += 1
        self.view.fold(Record(seq=self._seq, at=BEGAN, turn=1, agent=MAIN, event=event))

    def painted_for(self, text: str) -> int:
        """How many rows are painted for a few more words."""
        before = self.lines.painted
        self.say(TextDelta(text=text))
        self.lines.changed(self.view.stable)
        self.lines.render_lines(self.lines.size.region)
        return self.lines.painted - before


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        ("```python\n", "    value = compute(1)  # one\n"),
        ("| a | b |\n|---|---|\n", "| some | words |\n"),
        ("- first\n", "  - and one below it\n"),
        ("", "a paragraph that grows\n"),
    ],
    ids=["fence", "table", "list", "paragraph"],
)
async def test_painted_rows_for_a_word_stay_as_few_as_at_the_beginning(opening: str, line: str) -> None:
    app = Conversation()
    async with app.run_test(size=(80, 30)) as pilot:
        app.painted_for(opening)
        early = [app.painted_for(line) for _ in range(300)]
        app.say(TextDelta(text=line * 3000))
        app.lines.changed()
        await pilot.pause()
        late = [app.painted_for(line) for _ in range(300)]
    assert max(late) <= max(early) <= 200, "a piece at most, and those whose colours it may change"
    assert sum(late) <= sum(early) * 1.5


async def test_code_that_is_settled_has_the_colours_it_has_when_it_is_painted_anew() -> None:
    code = "```java\n/** Says\n" + " * it's so\n" * 20 + " */\nclass A {}\n" + "int a = 1; // one\n" * 40 + "```\n"
    app = Conversation()
    async with app.run_test(size=(60, 70)):
        for at in range(0, len(code), 7):
            app.painted_for(code[at : at + 7])
        shown = [strip.text for strip in app.lines.render_lines(app.lines.size.region)]
        styles = [[segment.style for segment in strip] for strip in app.lines.render_lines(app.lines.size.region)]
        app.lines.repaint()
        again = app.lines.render_lines(app.lines.size.region)
    assert [strip.text for strip in again] == shown
    assert [[segment.style for segment in strip] for strip in again] == styles
    assert len([item for item in app.view.items if isinstance(item, AnswerItem)]) > 3


class Played:
    """Two records that were played."""

    id, title, root = "s", "", Path("/work")
    records = (
        Record(seq=1, at=BEGAN, turn=1, agent=MAIN, event=TurnStarted()),
        Record(seq=2, at=BEGAN, turn=1, agent=MAIN, event=CALLED),
    )
    position = 2

    def seek(self, position: int) -> int:
        return position

    def request_bytes(self, record: Record) -> bytes:
        raise LookupError


class FarLine:
    """A line to a terminal at which a key was just pressed, and the letter comes a moment later."""

    is_behind = False
    written = 0

    def __init__(self, letter: Callable[[], None]) -> None:
        self._letter = letter

    @property
    def since_key(self) -> float:
        asyncio.get_running_loop().call_soon(self._letter)
        return 0.0


async def test_a_letter_that_was_just_typed_goes_before_what_streams() -> None:
    happened: list[str] = []
    past = Past(Played())
    past.stream.end()
    line = FarLine(lambda: happened.append("letter"))
    await Feed(past, live=False).follow(lambda: happened.append("frame"), Pace(lambda: line))
    assert happened == ["letter", "frame"]
