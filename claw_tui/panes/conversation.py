"""The conversation pane: what was said and done, streaming, searchable, foldable."""

from bisect import bisect_left
from collections.abc import Hashable, Sequence

from textual import on
from textual.app import ComposeResult

from claw_tui.item import AnswerItem, AnyItem, CallItem, PromptItem, ThoughtItem
from claw_tui.item_lines import LONG, Situation, draw, words_of
from claw_tui.keymap import bindings
from claw_tui.line import Line
from claw_tui.line_view import LineView
from claw_tui.markdown import Piece
from claw_tui.painter import source
from claw_tui.pane import Pane, PaneContext
from claw_tui.search_line import SearchLine
from claw_tui.transcript_text import transcript_text
from claw_tui.views.conversation import ConversationView


class ConversationLines(LineView):
    """The items as lines."""

    FOLLOWS = True

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="conversation-lines")
        self._around = context
        self.view = ConversationView()
        self.unfolded: set[int] = set()
        """The ids of items that the person opened."""
        self.beat = 0

    def count(self) -> int:
        """How many items there are."""
        return len(self.view.items)

    def key(self, index: int) -> Hashable:
        """Changes with the item, when it is unfolded, and with time while it runs."""
        item = self.view.items[index]
        moving = isinstance(item, CallItem) and not item.ended
        return item.stamp.id, item.version, item.stamp.id in self.unfolded, self.beat if moving else 0

    def estimate(self, index: int, width: int) -> int:
        """From the length of its words."""
        match self.view.items[index]:
            case AnswerItem(piece=Piece(source=text)):
                return 1 + text.count("\n") + len(text) // width
            case PromptItem(text=text):
                return min(1 + text.count("\n") + len(text) // width, LONG + 1)
            case CallItem() | ThoughtItem():
                return 1
            case _:
                return 2

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """An item's rows."""
        item = self.view.items[index]
        situation = Situation(
            previous=self.view.items[index - 1] if index else None,
            open=item.stamp.id in self.unfolded,
            beat=self.beat,
            now=self._around.clock(),
        )
        return draw(item, width, situation)

    def words(self, index: int) -> str:
        """For searching."""
        return words_of(self.view.items[index])

    def to_prompt(self, direction: int) -> None:
        """To the next or previous thing the person said."""
        index = self.cursor + direction
        while 0 <= index < self.count():
            if isinstance(self.view.items[index], PromptItem):
                self.move(index, at_top=True)
                return
            index += direction


class ConversationPane(Pane[ConversationView]):
    """What was said and done."""

    NAME = "conversation"
    VIEW = "conversation"
    TITLE = "conversation"
    PLACE = "main"
    BINDINGS = bindings("conversation")

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = ConversationLines(context)
        self.search = SearchLine(id="conversation-search")
        self._stable = 0

    def compose(self) -> ComposeResult:
        """The lines, and below them the search line while it is open."""
        yield self.lines
        yield self.search

    def show(self, view: ConversationView) -> None:
        """The view changed."""
        since = self._stable
        if view is not self.lines.view:
            since = _shared(self.lines.view.items, view.items)
            if not since:  # another session: nothing that was painted or unfolded is of it
                self.lines.unfolded.clear()
                self.lines.repaint()
        self.lines.view = view
        self._stable = view.stable
        self.lines.changed(since)

    def tick(self) -> None:
        """What runs shows its time."""
        if self.lines.view.running or self.lines.view.shell is not None:
            self.lines.beat += 1
            self.lines.freshen()

    def take_focus(self) -> None:
        """To the lines."""
        self.lines.focus()

    def go_to(self, seq: int) -> None:
        """Show the item that record `seq` belongs to."""
        index = self.lines.view.index_of(seq)
        if index is not None:
            self.lines.move(index)

    @on(LineView.Picked)
    def unfold(self, event: LineView.Picked) -> None:
        """Open or close what can be opened."""
        event.stop()
        if event.index >= self.lines.count():
            return
        item = self.lines.view.items[event.index]
        if isinstance(item, CallItem | ThoughtItem | PromptItem):
            self.lines.unfolded ^= {item.stamp.id}
            self.lines.changed(event.index)
            self.lines.show_item(event.index)

    # ---- keys

    def action_first(self) -> None:
        """To the very beginning."""
        self.lines.action_first()

    def action_next_prompt(self, direction: int) -> None:
        """To the next or previous thing the person said."""
        self.lines.to_prompt(direction)

    def action_search(self) -> None:
        """Look for words."""
        self.search.open()

    def action_next_match(self, direction: int) -> None:
        """To the next or previous item that holds the words."""
        sought = self.lines.sought.lower()
        count = self.lines.count()
        for step in range(1, count + 1) if sought else ():
            index = (self.lines.cursor + direction * step) % count
            if sought in self.lines.words(index).lower():
                self.lines.move(index)
                return
        self.notify(f"Nothing holds {self.lines.sought!r}." if sought else "Press / to look for words.", timeout=3)

    @on(SearchLine.Sought)
    def look(self, event: SearchLine.Sought) -> None:
        """Mark what is sought, and go there when the words are final."""
        event.stop()
        self.lines.sought = event.words
        self.lines.repaint()
        if event.final:
            self.lines.focus()
            if event.words and event.words.lower() not in self.lines.words(self.lines.cursor).lower():
                self.action_next_match(-1)

    def action_copy(self) -> None:
        """Copy the message under the cursor, as it was written."""
        item = self._current()
        if item is None:
            return
        text = self.lines.view.source(item) if isinstance(item, AnswerItem) else copied(item)
        self.post_message(self.Copy(text, "message"))

    def action_copy_block(self) -> None:
        """Copy only the block under the cursor: of code, without its fence."""
        item = self._current()
        if item is not None:
            text = self.lines.view.block(item) if isinstance(item, AnswerItem) else copied(item)
            self.post_message(self.Copy(text, "block"))

    def action_transcript(self) -> None:
        """Open the whole conversation in the person's editor."""
        self.post_message(self.OpenText(transcript_text(self.lines.view.items)))

    def action_print(self) -> None:
        """Print the whole conversation to the terminal's own scrollback."""
        self.post_message(self.PrintText(transcript_text(self.lines.view.items)))

    def _current(self) -> AnyItem | None:
        items = self.lines.view.items
        return items[self.lines.cursor] if items else None


def _shared(one: Sequence[AnyItem], other: Sequence[AnyItem]) -> int:
    """How many items both begin with. Two views of one session share what is settled, and nothing behind that."""
    return bisect_left(range(min(len(one), len(other))), True, key=lambda index: one[index] is not other[index])


def copied(item: AnyItem) -> str:
    """What a copy of an item is."""
    if isinstance(item, CallItem) and item.blocks:
        return "\n".join(source(block) for block in item.blocks)
    return words_of(item)
