"""The session: takes intents, makes records. It owns the log, the turn that runs, and what waits.

Everything here happens on one event loop. `send` never waits: what takes time is the turn's task or one of `_chores`,
and `close` ends them all.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import assert_never

from claw_core.attachment import attach
from claw_core.catalog import ModelCard
from claw_core.characters import whole_characters
from claw_core.command import run_command
from claw_core.compaction import Compaction
from claw_core.config.trust import FolderTrust
from claw_core.error import SessionError
from claw_core.event import (
    MAIN,
    EffortSwitched,
    Event,
    Mode,
    ModelReplied,
    ModelSwitched,
    ModeSwitched,
    NoticeRaised,
    PromptQueued,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionEnded,
    SessionNamed,
    ShellStarted,
    TurnFailed,
    TurnInterrupted,
    TurnStop,
)
from claw_core.fallback import OpenModel
from claw_core.harness import Harness
from claw_core.intent import (
    GoBack,
    Intent,
    Interrupt,
    Prompt,
    Rename,
    Respond,
    Retract,
    RunCommand,
    RunShell,
    SwitchMode,
    SwitchModel,
    TypeKeys,
)
from claw_core.loop import run_turn
from claw_core.sent import request_bytes
from claw_core.session.inbox import Inbox
from claw_core.session.log import Log
from claw_core.session.stream import PASSING, Stream
from claw_core.session.title import Title
from claw_core.session.under_way import UnderWay
from claw_core.session.way_back import WayBack
from claw_core.shell_line import ShellLines
from claw_core.switching import auto_is_edits, switch_notice
from claw_core.usage import Totals

Trust = Callable[[bool | None], Awaitable[FolderTrust]]
"""Remembers whether the person trusts the workspace folder, and has that hold from now on; with None it only tells."""


class Session:
    """A conversation with its log, open for work."""

    def __init__(
        self,
        *,
        id: str,
        root: Path,
        stream: Stream,
        log: Log,
        harness: Harness,
        open_model: OpenModel,
        continued_from: int = 0,
        owns_provider: bool = True,
    ) -> None:
        """`owns_provider`: whether the harness's provider is closed with the session."""
        self.trust: Trust | None = None
        """Says how the folder stands, and remembers what the person says; None where nobody may say."""
        self.id = id
        self.continued_from = continued_from
        """The last record of the processes that wrote it before; 0 for a new session."""
        self.root = root
        self.stream = stream
        self._log = log
        self._harness = harness
        self._open_model = open_model
        self._turn_number = max((record.turn for record in stream.records), default=0)
        self._turn: asyncio.Task[TurnStop] | None = None
        self._chores: set[asyncio.Task[Event | None]] = set()
        self._syncs: set[asyncio.Task[None]] = set()
        self._switching = asyncio.Lock()
        self._closing = False
        self._inbox = Inbox(partial(attach, harness), self._deliver)
        self._shell = ShellLines(harness.workspace, self._tell, lambda: harness.policy.trusted)
        self.rewind = WayBack(harness.workspace, stream, self._emit, lambda: self.running, self._deliver)
        """Takes it back to an earlier moment, while no turn runs."""
        self._under_way = UnderWay()
        self._stopped: tuple[str, ...] = ()
        self._own_providers = [harness.provider] if owns_provider else []
        self._title = Title()
        for record in stream.records:
            self._fold(record)
        self._under_way.clear()
        harness.workspace.background.tell = self._tell

    # ---- what a screen shows beside the records

    @property
    def running(self) -> bool:
        """Whether a turn runs."""
        return self._turn is not None

    @property
    def mode(self) -> Mode:
        """How permissions are decided now."""
        return self._harness.policy.mode

    @property
    def sandbox(self) -> str:
        """What of a sandbox there is for commands in mode auto, in a word or two."""
        return self._harness.policy.sandbox.word

    @property
    def provider(self) -> str:
        """Whom the next call goes to."""
        return self._harness.provider.name

    @property
    def model(self) -> str:
        """The model that answers next."""
        return self._harness.model

    @property
    def window(self) -> int | None:
        """Tokens that the model can take in; None where that is unknown."""
        return self._harness.card.window

    @property
    def sees(self) -> bool | None:
        """Whether the model sees pictures; None where that is unknown."""
        return self._harness.card.images

    @property
    def compact_at(self) -> float:
        """The share of the window at which room is made in it."""
        return self._harness.compact_at

    @property
    def totals(self) -> Totals:
        """Tokens and money so far."""
        return self._harness.totals

    @property
    def fresh_records(self) -> list[Record]:
        """What happened since this process opened the session."""
        return [record for record in self.stream.records if record.seq > self.continued_from]

    @property
    def title(self) -> str:
        """The session's name, or the first line of its first prompt."""
        return self._title.text

    @property
    def compaction(self) -> Compaction:
        """Makes room in the conversation, while no turn runs."""
        return Compaction(self._harness, self._emit)

    async def system(self) -> str:
        """The system prompt as the next turn would have it."""
        return await self._harness.system(self._harness)

    def think(self, effort: str | None) -> None:
        """How hard the model thinks from the next call on; None for its own way."""
        self._harness.effort = effort
        self._tell(EffortSwitched(effort=effort))

    @property
    def card(self) -> ModelCard:
        """What is known of the model that answers next."""
        return self._harness.card

    @property
    def effort(self) -> str | None:
        """How hard the model thinks; None for its own way."""
        return self._harness.effort

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a `model.called` record tells of, byte for byte."""
        return request_bytes(self.stream.records, record.seq, self._harness.blobs)

    def begin(self, words: Iterable[Event]) -> None:
        """Record how the session was opened."""
        for event in words:
            self._emit(event)

    # ---- intents

    def send(self, intent: Intent) -> None:
        """Do what is asked; what comes of it are records. After `close` began, nothing does."""
        if self._closing:
            return
        match intent:
            case Prompt():
                self._inbox.put(replace(intent, text=whole_characters(intent.text)))
                self._deliver()
            case RunShell(line=line):
                self._shell.run(whole_characters(line))
            case Retract():
                if self._inbox.take_back():
                    self._show_inbox()
            case Interrupt():
                self._interrupt()
            case Respond(ask=ask, answer=answer, by=by):
                self._harness.asks.answer(ask, answer, by)
            case SwitchMode(mode=mode):
                self._harness.standing.switch(mode)
                self._tell(ModeSwitched(mode=mode))
                sandbox = self._harness.policy.sandbox
                if mode == "auto" and not sandbox.holds:
                    self._tell(auto_is_edits(sandbox.why_not))
            case SwitchModel(model=model):
                self._soon(self._switch_model(model))
            case RunCommand(name=name, words=words):
                self._soon(run_command(self, name, words))
            case GoBack():
                self._soon(self.rewind.follow(intent))
            case Rename(title=name):
                self._tell(SessionNamed(title=whole_characters(name)))
            case TypeKeys(call=call, text=keys):
                if not self._harness.workspace.background.type_keys(call, keys.encode("utf-8", "replace")):
                    self._tell(NoticeRaised(level="info", message="That command takes no keys any more."))
            case _:
                assert_never(intent)

    async def rest(self) -> None:
        """Until no turn runs and nothing waits to be delivered."""
        while self._turn is not None or self._inbox.is_reading or self.rewind.under_way:
            if self._turn is not None:
                await asyncio.wait({self._turn})
            else:
                await self._inbox.read()
                await self.rewind.over()

    async def close(self, reason: str = "") -> None:
        """Stop what runs, say goodbye in the log, let go of everything.

        A session in which nothing was asked is removed. Closing again does nothing.
        """
        if self._closing:
            return
        self._closing = True
        self._inbox.clear()
        self._stop_turn()
        await self.rest()
        await self._shell.close()
        await self._harness.workspace.background.close()
        for chore in self._chores:
            chore.cancel()
        if pending := self._chores | self._syncs:
            await asyncio.wait(pending)
        for provider in self._own_providers:
            await provider.close()
        await self._harness.fallback.close()
        self._tell(SessionEnded(reason=reason))
        await self._sync()
        self._log.close()
        self.stream.end()
        await asyncio.to_thread(shutil.rmtree, self._harness.grounds.temp, ignore_errors=True)
        if not any(isinstance(record.event, PromptSubmitted | ShellStarted) for record in self.stream.records):
            await asyncio.to_thread(self._log.discard)

    # ---- turns

    def _deliver(self) -> None:
        """Start a turn on the oldest prompt, or show what waits for the one that runs."""
        if self._turn is None and not self.rewind.under_way and (said := self._inbox.take()) is not None:
            self._turn_number += 1
            if self._tell(said.submitted):
                self._shell.is_latest = False
                turn = run_turn(self._harness, self._emit, self._steering)
                self._turn = asyncio.create_task(turn, name=f"turn {self._turn_number}")
                self._turn.add_done_callback(self._turn_ended)
            else:
                self._inbox.put_back(said)
        self._show_inbox()

    def _turn_ended(self, turn: "asyncio.Task[TurnStop]") -> None:
        """Record how it ended where it could not do so itself, and go on with what waits."""
        if turn.cancelled():
            self._tell(TurnInterrupted(stopped=self._stopped))
        elif error := turn.exception():
            self._tell(TurnFailed.of(error))
        self._under_way.clear()
        self._turn = None
        task = asyncio.ensure_future(self._sync())
        self._syncs.add(task)
        task.add_done_callback(self._syncs.discard)
        self._deliver()

    async def _sync(self) -> None:
        """Have the disk hold what was written."""
        try:
            await asyncio.to_thread(self._log.sync)
        except SessionError as error:
            self.stream.show(TurnFailed.of(error), turn=self._turn_number)

    def _steering(self) -> tuple[PromptSteered, ...]:
        """What the person said while the turn ran, taken from the inbox."""
        words: list[PromptSteered] = []
        while (said := self._inbox.take()) is not None:
            words.append(said.steered)
        if words:
            self._show_inbox()
        return tuple(words)

    def _interrupt(self) -> None:
        """Stop what was begun last."""
        if not (self._turn is None or self._shell.is_latest) or not self._shell.stop():
            self._stop_turn()

    def _stop_turn(self) -> None:
        """A second time would only disturb its cleaning up."""
        if self._turn is not None and not self._turn.cancelling():
            self._stopped = self._under_way.words
            self._turn.cancel()

    def _show_inbox(self) -> None:
        self.stream.append(PromptQueued(texts=self._inbox.texts), turn=self._turn_number)

    # ---- chores

    def _soon(self, chore: Coroutine[None, None, Event | None]) -> None:
        """Do it beside the turn; what it returns is recorded, and what it raises is a notice."""
        task = asyncio.ensure_future(chore)
        self._chores.add(task)
        task.add_done_callback(self._chore_ended)

    def _chore_ended(self, chore: "asyncio.Task[Event | None]") -> None:
        self._chores.discard(chore)
        if chore.cancelled():
            return
        if error := chore.exception():
            failure = TurnFailed.of(error)
            self._tell(NoticeRaised(level="error", message=failure.message, hint=failure.hint))
        elif (event := chore.result()) is not None:
            self._tell(event)

    async def _switch_model(self, wanted: str) -> Event:
        async with self._switching:
            provider, model, card = await self._open_model(wanted)
            self._own_providers.append(provider)
            self._harness.provider, self._harness.model, self._harness.card = provider, model, card
            switched = ModelSwitched(provider=provider.name, model=model)
            if (notice := switch_notice(provider, model, card, self._harness.transcript.messages)) is None:
                return switched
            self._tell(switched)
            return notice

    # ---- records

    def _tell(self, event: Event) -> bool:
        """Record it; where the log cannot be written, say that to who reads, and False."""
        try:
            self._emit(event)
        except SessionError as error:
            self.stream.show(TurnFailed.of(error), turn=self._turn_number)
            return False
        return True

    def _emit(self, event: Event, agent: str = MAIN) -> Record:
        record = self.stream.append(event, turn=self._turn_number, agent=agent)
        if type(event) not in PASSING:  # nothing depends on what whoever resumes the session will not find in its log
            self._fold(record)
        return record

    def _fold(self, record: Record) -> None:
        self._harness.transcript.add(record)
        self._harness.desk.add(record)
        self._harness.provenance.add(record)
        if self._harness.nested is not None:
            self._harness.nested.add(record)
        self._harness.totals.add(record)
        self._harness.sent.add(record)
        self._title.add(record)
        self._under_way.add(record)
        if isinstance(record.event, ModelReplied):
            self._harness.call_ids.update(call.id for call in record.event.message.calls)
