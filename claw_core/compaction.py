"""Compaction: room is made in a model's window, in the open. What is dropped is a record, which can be undone.

Results that matter least are shortened first; where that is not enough, the model writes a brief that takes the place
of the older messages. The person's own words stay as they are, and so do instruction files, the plan and the list of
files.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from claw_core.brief import in_place, retold
from claw_core.counting import tokens, tokens_of, tokens_of_request
from claw_core.error import ContextTooLong, EmptyReply, ProviderError, UsageError
from claw_core.event import ContextCompacted, ContextRestored, NoticeRaised
from claw_core.harness import Emit, Harness
from claw_core.pruning import Plan, planned
from claw_core.transcript import Piece, compacted_pieces

Cause = Literal["asked", "full", "refused"]

WORDS = (120, 1200)
"""Words of a brief, at least and at most."""
ANSWER = 1500.0
"""Tokens that a brief may take while it is written."""
REFUSALS = 3
"""How often a provider may refuse a request as too long, and room is made in one turn."""
UNKNOWN_WINDOW = 32_000
"""Tokens of a window nobody knows, where somebody wants to make room in it."""
HEAD = """\
[The conversation up to here was shortened to make room. The person's messages above are all there, word for word, in \
their order, and answered as far as this brief says. This is what you wrote down before the rest went:]"""


class Compaction:
    """Makes room in one agent's conversation."""

    def __init__(self, harness: Harness, emit: Emit) -> None:
        self._harness = harness
        self._emit = emit
        self._refusals = 0
        self._left: float = 0
        """Tokens after the last compaction, so that one that gained little is not repeated at once."""

    # ---- when

    async def keep_room(self, system: str) -> bool:
        """Make room where the next request would fill the window too far; whether something was dropped."""
        limit, size = self._limit(), self._size(system)
        if limit is None or size < max(limit, self._left * 1.1):
            return False
        try:
            return await self.make_room(system, "full")
        except ProviderError as error:
            self._left = size
            message = f"No room could be made in the model's window: {error.message}"
            self._emit(NoticeRaised(level="warning", message=message, hint="It is tried again later."))
            return False

    async def make_room(self, system: str, cause: Cause, wish: str = "") -> bool:
        """Compact the conversation; False where nothing can be dropped. Raises ProviderError.

        `wish` says what a person wants kept.
        """
        before = self._size(system)
        if cause == "refused" and not self._learned(before):
            return False
        pieces = self._harness.transcript.pieces
        plan = self._plan(pieces, system, cause)
        if not plan.start and not plan.shortened:
            return False
        brief = ""
        if plan.start:
            async with self._harness.compacting:
                brief = await self._brief(pieces[: plan.start], system, cause, wish)
        summary = "\n\n".join(part for part in (HEAD, brief, self._harness.desk.text) if part) if brief else ""
        compacted = ContextCompacted(
            summary=summary,
            seq=pieces[plan.start - 1].seq if plan.start else 0,
            shortened=plan.shortened,
            cause=cause,
            told=self._told(pieces, plan, brief),
            before=round(before),
        )
        self._left = max(before - self._weight(pieces) + self._weight(compacted_pieces(pieces, compacted)), 1.0)
        self._emit(replace(compacted, after=round(self._left)))
        return True

    def _learned(self, size: float) -> bool:
        """The window is smaller than what was refused; False where that is learned too often to be true."""
        self._refusals += 1
        card = self._harness.card
        self._harness.card = replace(card, window=min(round(size), card.window or round(size)))
        return self._refusals <= REFUSALS

    # ---- looking and going back

    def preview(self, system: str) -> str:
        """What `/compact` would do now, as Markdown; nothing is done."""
        pieces = self._harness.transcript.pieces
        plan = self._plan(pieces, system, "asked")
        if not plan.start and not plan.shortened:
            return "There is nothing to make room with yet."
        stays = sum(piece.stays for piece in pieces[: plan.start])
        kept = len(pieces) - plan.start
        return (
            f"{self._told(pieces, plan, '')}\n\nYour own words among them ({stays} messages) stay, and so do the last "
            f"{kept} answers and results. The conversation now has about {self._size(system):,.0f} tokens."
        )

    def undo(self, system: str) -> str:
        """Send again what the last compaction covered. Raises UsageError where none holds."""
        held = self._harness.transcript.compactions
        if not held:
            raise UsageError("Nothing was compacted in this session.", "`/compact` makes room.")
        transcript = self._harness.transcript
        grown = self._weight(transcript.pieces_without(held[-1])) - self._weight(transcript.pieces)
        after = round(self._size(system) + grown)
        self._emit(ContextRestored(seq=held[-1], after=after))
        return f"Record {held[-1]} no longer holds: the conversation is whole again, about {after:,} tokens."

    # ---- how

    def _plan(self, pieces: Sequence[Piece], system: str, cause: Cause) -> Plan:
        limit, size = self._limit() or UNKNOWN_WINDOW, self._size(system)
        return planned(pieces, self._weigh, size=size, fixed=self._fixed(system), limit=limit, asked=cause != "full")

    async def _brief(self, pieces: Sequence[Piece], system: str, cause: Cause, wish: str) -> str:
        window = self._harness.card.window or UNKNOWN_WINDOW
        words = int(min(max(window / 40, WORDS[0]), WORDS[1]))
        if cause != "refused" and self._fixed(system) + self._weight(pieces) + ANSWER < window:
            try:
                return await in_place(self._harness, system, pieces, wish, words, self._emit)
            except (EmptyReply, ContextTooLong):
                pass  # the model would rather go on, or its window is smaller than its card says: tell it in words
        room = window * 0.5 / self._ratio
        while True:
            try:
                return await retold(self._harness, pieces, wish, words, room, self._emit)
            except ContextTooLong:
                if room < 500:
                    raise
                room /= 2

    def _told(self, pieces: Sequence[Piece], plan: Plan, brief: str) -> str:
        said: list[str] = []
        if plan.start:
            gone = [piece for piece in pieces[: plan.start] if not piece.stays]
            became = f"became a brief of {tokens(brief) * self._ratio:,.0f}" if brief else "become a brief"
            said.append(f"{len(gone)} answers and results ({self._weight(gone):,.0f} tokens) {became}.")
        if plan.drop:
            largest = sorted(plan.drop, key=lambda each: -each.weight)[:5]
            names = ", ".join(f"`{each.name}` ({each.weight:,.0f} tokens)" for each in largest)
            more = f" and {len(plan.drop) - len(largest)} more" if len(plan.drop) > len(largest) else ""
            stale = sum(each.superseded for each in plan.drop)
            of_them = f"; {stale} of them no longer hold" if stale else ""
            said.append(f"Results dropped: {names}{more}{of_them}.")
        elif plan.shortened:
            said.append(f"{len(plan.shortened)} recent results are cut.")
        return " ".join(said)

    # ---- sizes, in tokens

    def _limit(self) -> float | None:
        window = self._harness.card.window
        return None if window is None else window * self._harness.compact_at

    @property
    def _ratio(self) -> float:
        return self._harness.meter.ratio

    def _size(self, system: str) -> float:
        """The next request's."""
        whole = self._fixed(system) + self._weight(self._harness.transcript.pieces)
        return float(self._harness.meter.context or whole)

    def _fixed(self, system: str) -> float:
        return tokens_of_request(system, (), self._harness.specs) * self._ratio

    def _weigh(self, piece: Piece) -> float:
        return tokens_of(piece.parts) * self._ratio

    def _weight(self, pieces: Sequence[Piece]) -> float:
        return sum(map(self._weigh, pieces))
