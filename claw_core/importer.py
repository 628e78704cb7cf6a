"""What an importer is: it reads another agent's session as records. The importers lie in `importers/`, one an agent.

An importer's module holds

    a docstring                                           whose files it reads
    NAME                                                  what people call that agent
    def recognises(path, lines) -> bool                   whether it is one of theirs, by name and first lines
    def tell(path, lines, tale) -> None                   tells what happened
    def files(home, environ) -> Iterator[Path]            where that agent keeps its sessions' files
    def glimpse(lines) -> Glimpse                         what a file's first lines tell: title and folder

What they read was written by others: nothing in it is trusted, the files are only read, what is not understood is
counted by its kind and said. A `Tale` makes records of what is told, in the order it is told.
"""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from claw_core import __version__, importers
from claw_core.block import Block
from claw_core.characters import whole_characters
from claw_core.error import ForeignSession
from claw_core.event import (
    FORMAT,
    MAIN,
    CallFinished,
    CallStarted,
    Event,
    ModelCalled,
    ModelReplied,
    NoticeRaised,
    Outcome,
    PromptSubmitted,
    Record,
    SessionStarted,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_core.message import Call, Image, Message, Part, Shown, Usage
from claw_core.registry import load, names

MOST_BYTES = 512 * 1024 * 1024
"""Bytes of a file that is read."""
MOST_LINE = 64 * 1024 * 1024
"""Bytes of one of its lines."""
FIRST = 50
"""Lines by which a file is recognised."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Another agent's session."""

    source: str
    """The importer's name."""
    session: str
    """Its id there, or the file's name."""
    cwd: str
    records: tuple[Record, ...]
    unmapped: Counter[str]
    """What was not understood, by kind, and how often."""


def read_foreign(path: Path) -> Imported:
    """The session in a file of another agent's. Raises ForeignSession where it is none that is known."""
    lines = lines_of(path)
    for name in names(importers.__name__):
        module = load(importers.__name__, name)
        if module.recognises(path, lines[:FIRST]):
            tale = Tale(name, path.stem)
            try:
                module.tell(path, lines, tale)
            except RecursionError as error:
                raise ForeignSession(f"{path} nests too deeply to be read.", "It may be damaged.") from error
            return tale.finished(module.NAME)
    known = ", ".join(load(importers.__name__, name).NAME for name in names(importers.__name__))
    raise ForeignSession(f"{path} is no session that is known here.", f"Sessions of {known} are.")


def lines_of(path: Path) -> list[Json]:
    """Its JSON objects, a line each; a file that is one document is one. What is none is a line without a type.

    Raises ForeignSession where it cannot be read.
    """
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise ForeignSession(f"{path} is no file of at most {MOST_BYTES:,} bytes.", "Name a session's file.")
        data = path.read_bytes()
    except OSError as error:
        raise ForeignSession(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error
    whole = _object(data) if data.lstrip()[:1] == b"{" and len(data) <= MOST_LINE else None
    if whole is not None:
        return [whole]
    found = [_object(line) if len(line) <= MOST_LINE else None for line in data.splitlines() if line.strip()]
    return [{"type": "(no JSON object)"} if line is None else line for line in found]


def _object(data: bytes) -> Json | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return cast("Json", found) if isinstance(found, dict) else None


class Tale:
    """Makes records of what is told."""

    def __init__(self, source: str, session: str) -> None:
        self.source = source
        self.session = session
        self.cwd = "/"
        self.version = ""
        self.provider = source
        self.unmapped: Counter[str] = Counter()
        self._records: list[Record] = []
        self._at = datetime(1970, 1, 1, tzinfo=UTC)
        self._turn = 0
        self._running: dict[str, datetime] = {}
        """Each agent's turn that runs, and when it began."""
        self._last_reply = -1
        self.calls: dict[str, Call] = {}
        """Every call by its id."""
        self.open: dict[str, str] = {}
        """Calls without a result, with whose they are."""

    # ---- what importers tell

    def when(self, stamp: object) -> None:
        """The time of what follows: an ISO text, or milliseconds since 1970. What is none changes nothing."""
        try:
            if isinstance(stamp, str):
                read = datetime.fromisoformat(stamp)
                self._at = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
            elif isinstance(stamp, int | float) and not isinstance(stamp, bool):
                self._at = datetime.fromtimestamp(stamp / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return

    def say(self, event: Event, agent: str = MAIN) -> None:
        """It happened."""
        self._records.append(Record(seq=len(self._records) + 2, at=self._at, turn=self._turn, agent=agent, event=event))

    def prompt(self, text: str, images: tuple[Image, ...] = (), agent: str = MAIN) -> None:
        """Somebody gave a task: the turn before is over."""
        self.rest(agent)
        self._turn += agent == MAIN
        self.say(PromptSubmitted(text=whole_characters(text), images=images), agent)
        self._begin(agent)

    def reply(
        self,
        parts: Sequence[Part],
        *,
        model: str,
        usage: Usage | None = None,
        agent: str = MAIN,
        cost: float | None = None,
        request: str = "",
    ) -> None:
        """A model answered; its calls begin."""
        self._begin(agent)
        told = ModelCalled(provider=self.provider, model=model, dialect="", url="", parameters={}, lists={}, size=0)
        self.say(told, agent)
        message = Message(role="assistant", parts=tuple(parts))
        self._last_reply = len(self._records)
        stop = "calls" if message.calls else "end"
        self.say(
            ModelReplied(
                message=message, usage=usage or Usage(), stop=stop, model=model, cost=cost, request_id=request
            ),
            agent,
        )
        for call in message.calls:
            self.calls[call.id], self.open[call.id] = call, agent
            self.say(CallStarted(id=call.id, name=call.name, input=call.input, target=target(call)), agent)

    def add_usage(self, usage: Usage) -> None:
        """The last reply took so much more."""
        if self._last_reply >= 0:
            record = self._records[self._last_reply]
            reply = cast("ModelReplied", record.event)
            self._records[self._last_reply] = replace(record, event=replace(reply, usage=reply.usage + usage))

    @property
    def has_replied(self) -> bool:
        """Whether there was a reply that usage can be added to."""
        return self._last_reply >= 0

    def result(
        self,
        call: str,
        parts: tuple[Shown, ...],
        *,
        blocks: tuple[Block, ...] = (),
        outcome: Outcome = "ok",
        summary: str = "",
        elapsed: float = 0.0,
    ) -> None:
        """A call ended."""
        agent = self.open.pop(call, MAIN)
        self.say(
            CallFinished(id=call, outcome=outcome, parts=parts, blocks=blocks, summary=summary, elapsed=elapsed), agent
        )

    def interrupted(self, agent: str = MAIN) -> None:
        """The turn was stopped."""
        if self._running.pop(agent, None) is not None:
            self.say(TurnInterrupted(), agent)

    def rest(self, agent: str = MAIN) -> None:
        """The turn is over, if one runs."""
        began = self._running.pop(agent, None)
        if began is not None:
            elapsed = max(0.0, (self._at - began).total_seconds())
            self.say(TurnFinished(stop="done", elapsed=elapsed), agent)

    def left(self, kind: object) -> None:
        """Something of this kind has no place here."""
        self.unmapped[whole_characters(str(kind or "(no type)"))[:80]] += 1

    def _begin(self, agent: str) -> None:
        if agent not in self._running:
            self._turn += agent == MAIN and self._turn == 0
            self._running[agent] = self._at
            self.say(TurnStarted(), agent)

    # ---- the end

    def finished(self, name: str) -> Imported:
        """All of it, with a head, and a word about what was left out."""
        for agent in list(self._running):
            self.rest(agent)
        if self.unmapped:
            kinds = ", ".join(f"{kind} ({count})" for kind, count in self.unmapped.most_common(12))
            said = f"{self.unmapped.total()} lines of this {name} session have no place here: {kinds}."
            self.say(NoticeRaised(level="info", message=said))
        first = self._records[0].at if self._records else self._at
        version = f"{__version__}, from {name} {self.version}".strip()
        started = SessionStarted(
            session=self.session,
            format=FORMAT,
            cwd=str(Path(os.path.normpath("/" + self.cwd.lstrip("/")))),
            version=version,
        )
        head = Record(seq=1, at=first, turn=0, agent=MAIN, event=started)
        return Imported(
            source=self.source,
            session=self.session,
            cwd=started.cwd,
            records=(head, *self._records),
            unmapped=self.unmapped,
        )


_ABOUT = ("file_path", "path", "command", "cmd", "pattern", "query", "url", "description", "prompt")


def target(call: Call) -> str:
    """What a call is about, as far as its arguments tell."""
    for name in _ABOUT:
        value = call.input.get(name)
        if isinstance(value, list):
            value = " ".join(str(each) for each in cast("list[object]", value))
        if isinstance(value, str) and value.strip():
            return whole_characters(value.strip().partition("\n")[0][:200])
    return ""
