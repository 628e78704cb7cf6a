"""The context: which request was the last, how full the window is, and what the next compaction would do."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from claw_core.counting import Meter, tokens_of
from claw_core.event import MAIN, ModelCalled, ModelReplied, ModelSwitched, Record
from claw_core.pruning import Plan, planned
from claw_core.transcript import Piece, Transcript
from claw_tui.view import Growth
from claw_tui.views.status import Facts


class ContextView:
    """What is known of the main agent's window. Its pieces come from the exact request, which the pane looks up."""

    ONLY_GROW: ClassVar = frozenset({"_all", "_pieces", "_prompts", "_all_aside", "_made_room", "_marks"})

    def __init__(self) -> None:
        self.version = 0
        self.called: Record | None = None
        """The last request."""
        self.counted = 0
        """Tokens of that request, as the provider counted it; 0 while nobody did."""
        self.window: int | None = None
        self.compact_at = 0.0
        """The share of the window at which room is made; 0 where nobody says."""
        self.model = ""
        self._meter = Meter()
        self._transcript = Transcript()

    def growing(self) -> Mapping[str, Growth]:
        """What the conversation is made of never changes."""
        return {}

    def know(self, facts: Facts) -> None:
        """What no record tells."""
        self.window, self.compact_at = facts.window, facts.compact_at
        self.version += 1

    @property
    def size(self) -> int:
        """Tokens of the next request, as far as it is known."""
        return self._meter.context

    @property
    def ratio(self) -> float:
        """Tokens that the provider counts for one that is estimated."""
        return self._meter.ratio

    def plan(self, fixed: float) -> tuple[Plan, Sequence[Piece]] | None:
        """What the next compaction would do, and the pieces it speaks of; `fixed` are the tokens that always stay.

        None where no window is known.
        """
        if not self.window or not self.compact_at:
            return None
        pieces = self._transcript.pieces
        limit = self.window * self.compact_at
        weight = sum(map(self.weigh, pieces))
        size = max(float(self.size), fixed + weight, limit)
        return planned(pieces, self.weigh, size=size, fixed=fixed, limit=limit, asked=False), pieces

    def weigh(self, piece: Piece) -> float:
        """Tokens of a piece of the conversation."""
        return tokens_of(piece.parts) * self.ratio

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        self._transcript.add(record)
        self._meter.add(record)
        if record.agent != MAIN:
            return
        match record.event:
            case ModelCalled(model=model, window=window) as called:
                self.called, self.counted, self.model = record, 0, model
                if window:  # a replay knows no more than what was recorded
                    self.window, self.compact_at = window, called.compact_at
            case ModelReplied(usage=usage):
                self.counted = usage.input
            case ModelSwitched(model=model):
                self.model = model
            case _:
                pass
        if self._meter.context or isinstance(record.event, ModelCalled | ModelSwitched):
            self.version += 1
