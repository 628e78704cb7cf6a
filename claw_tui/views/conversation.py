"""The conversation: prompts, answers, thoughts, calls and notices, in the order they happened."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

from claw_core.block import DiffBlock
from claw_core.event import (
    MAIN,
    AskAnswered,
    AskOpened,
    CallDelta,
    CallFinished,
    CallProgressed,
    CallStarted,
    CommandRan,
    ContextCompacted,
    ContextRestored,
    Event,
    McpChanged,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    ModeSwitched,
    NoticeRaised,
    PromptQueued,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionForked,
    SessionRewound,
    ShellFinished,
    ShellProgressed,
    ShellStarted,
    TextDelta,
    ThoughtDelta,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_core.message import Text
from claw_core.usage import Spent
from claw_tui.item import (
    AnswerItem,
    AnyItem,
    CallItem,
    CommandItem,
    NoticeItem,
    PromptItem,
    RestItem,
    Stamp,
    ThoughtItem,
)
from claw_tui.markdown import Piece
from claw_tui.reply import Reply, add_pieces, join_pieces, whole_block
from claw_tui.told import made_room, went_back
from claw_tui.view import Growth

_STOPS = {
    "max_turns": "the limit of turns was reached",
    "max_budget": "the budget was reached",
    "denied": "a person said stop",
    "length": "the answer was cut: the model may write no more",
    "refusal": "the model declined",
}


class ConversationView:
    """The items, oldest first."""

    ONLY_GROW: ClassVar = frozenset[str]()

    def __init__(self) -> None:
        self.version = 0
        self.items: list[AnyItem] = []
        self._settled = 0
        self.queued: tuple[str, ...] = ()
        """What the person said that is not delivered yet."""
        self.running = False
        self.shell: CallItem | None = None
        """The person's own shell line that runs."""
        self._ids = 0
        self._calls: dict[str, CallItem] = {}
        self._asked: dict[str, CallItem] = {}
        self._reply: Reply | None = None
        self._spent = Spent()
        self._began: datetime | None = None
        self._calls_of_turn = 0
        self._seq = 0
        self._at = datetime.min.replace(tzinfo=UTC)

    @property
    def stable(self) -> int:
        """Items before this index never change again."""
        self._settle()
        return self._settled

    def _settle(self) -> None:
        end = len(self.items) if self._reply is None else self._reply.start
        while self._settled < end and _is_settled(self.items[self._settled]):
            self._settled += 1

    def growing(self) -> Mapping[str, Growth]:
        """Items stay, and settle one after the other."""
        return {"items": Growth(self.stable)}

    def index_of(self, seq: int) -> int | None:
        """The last item that was there when record `seq` came; None where there is none."""
        found = None
        for index in range(len(self.items) - 1, -1, -1):
            if self.items[index].stamp.seq <= seq:
                found = index
                break
        return found

    def source(self, item: AnyItem) -> str:
        """The whole source of the answer that a piece belongs to."""
        return join_pieces(self._pieces(item.message)) if isinstance(item, AnswerItem) else ""

    def block(self, item: AnswerItem) -> str:
        """The source of the paragraph, the code or the like that a piece belongs to; of code, without its fence."""
        pieces = self._pieces(item.message)
        at = next(at for at, piece in enumerate(pieces) if piece is item.piece)
        return whole_block(pieces, at)

    def _pieces(self, message: int) -> list[Piece]:
        return [one.piece for one in self.items if isinstance(one, AnswerItem) and one.message == message]

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        self._seq, self._at = record.seq, record.at
        if record.agent != MAIN:
            self._sub_agent(record)
        elif self._call(record.event) or self._speech(record.event) or self._turn(record) or self._aside(record.event):
            self.version += 1

    def _stamp(self) -> Stamp:
        self._ids += 1
        return Stamp(self._ids, self._seq, self._at)

    # ---- each returns whether the record was about something shown

    def _speech(self, event: Event) -> bool:
        match event:
            case PromptSubmitted() | PromptSteered():
                self.items.append(prompt_item(self._stamp(), event))
            case PromptQueued(texts=texts):
                self.queued = texts
            case ModelCalled():
                self._reply = Reply(self.items, self._stamp)
            case TextDelta(text=text):
                self._writing().words(text)
            case ThoughtDelta(text=text):
                self._writing().muse(text)
            case CallDelta(id=call):
                self._calls[call] = self._writing().call(event, self._calls.get(call))
            case ModelRetried():
                self._void(event)
            case ModelReplied():
                self._forget(self._writing().settle(event))
                self._reply = None
                self._spent.add(event)
            case _:
                return self._shell(event)
        return True

    def _shell(self, event: Event) -> bool:
        """A shell line of the person's own looks like a call, and may run before, during and after a turn."""
        match event:
            case ShellStarted(id=id, line=line):
                item = CallItem(stamp=self._stamp(), call=id, name="!", target=line, is_own=True)
                item.state, item.began = "running", self._at
                self.shell = item
                self.items.append(item)
            case ShellProgressed(text=text) if self.shell is not None:
                self.shell.printed(text)
                self.shell.version += 1
            case ShellFinished() if self.shell is not None:
                item, self.shell = self.shell, None
                item.state, item.summary, item.elapsed = event.outcome, event.summary, event.elapsed
                item.blocks, item.live = event.blocks, None
                item.told = "\n".join(part.text for part in event.parts if isinstance(part, Text))
                item.version += 1
            case _:
                return False
        return True

    def _writing(self) -> Reply:
        if self._reply is None:
            self._reply = Reply(self.items, self._stamp)
        return self._reply

    def _void(self, event: ModelRetried) -> None:
        """What streamed so far does not count."""
        self._forget(self._writing().drop())
        self._reply = None
        message = f"{event.error}: {event.message}"
        hint = f"Attempt {event.attempt} failed; the next one follows in {event.wait:.0f} s."
        self.items.append(NoticeItem(stamp=self._stamp(), level="warning", message=message, hint=hint))

    def _fall_back(self, reason: str) -> None:
        """Where a model could not be had, what it had streamed does not count."""
        if reason and self._reply is not None:
            self._forget(self._reply.drop())
            self._reply = None

    def _forget(self, gone: list[AnyItem]) -> None:
        for item in gone:
            if isinstance(item, CallItem):
                self._calls.pop(item.call, None)

    def _call(self, event: Event) -> bool:
        match event:
            case CallStarted():
                item = self._item(event.id, event.name)
                item.name, item.target, item.input = event.name, event.target, event.input
                item.state, item.began = "running", self._at
                self._calls_of_turn += 1
            case CallProgressed(id=call, text=text):
                item = self._item(call)
                item.printed(text)
            case CallFinished():
                item = self._item(event.id)
                self._calls.pop(event.id)
                item.state, item.summary, item.elapsed = event.outcome, event.summary, event.elapsed
                item.blocks, item.live, item.preview = event.blocks, None, ()
                item.told = "\n".join(part.text for part in event.parts if isinstance(part, Text))
            case AskOpened(ask=ask):
                item = self._item(ask.call)
                item.state, item.began = "waiting", self._at
                if ask.kind == "permission":
                    item.preview = ask.preview
                    item.summary = changes(ask.preview)
            case AskAnswered():
                item = self._item(event.call)
                if item.state == "waiting":
                    item.state, item.began = "running", self._at
                if event.answer.kind == "deny":
                    item.reason = event.reason or event.answer.reason
            case _:
                return False
        item.version += 1
        return True

    def _item(self, call: str, name: str = "") -> CallItem:
        item = self._calls.get(call)
        if item is None:
            if self._reply is not None:
                self._reply.close()
            item = self._calls[call] = CallItem(stamp=self._stamp(), call=call, name=name)
            self.items.append(item)
        return item

    def _turn(self, record: Record) -> bool:
        match record.event:
            case TurnStarted():
                self.running, self._began, self._spent, self._calls_of_turn = True, record.at, Spent(), 0
                return True
            case TurnFinished(stop=stop, elapsed=elapsed):
                self._rest(RestItem(stamp=self._stamp(), state="done", note=_STOPS.get(stop, ""), elapsed=elapsed))
            case TurnInterrupted(stopped=stopped):
                note = f"stopped: {', '.join(stopped)}" if stopped else ""
                self._rest(RestItem(stamp=self._stamp(), state="interrupted", note=note, elapsed=self._since()))
            case TurnFailed(error=error, message=message, hint=hint):
                self._close()
                text = f"{error}: {message}"
                self.items.append(NoticeItem(stamp=self._stamp(), level="error", message=text, hint=hint))
                self._rest(RestItem(stamp=self._stamp(), state="failed", elapsed=self._since()))
            case _:
                return False
        return True

    def _since(self) -> float:
        return (self._at - self._began).total_seconds() if self._began else 0.0

    def _close(self) -> None:
        if self._reply is not None:
            self._reply.close()
            self._reply = None
        for item in self._calls.values():
            if not item.ended:
                item.state = "interrupted"
                item.version += 1
        self._calls.clear()

    def _rest(self, item: RestItem) -> None:
        self._close()
        item.calls, item.cost = self._calls_of_turn, self._spent.price
        item.tokens = self._spent.usage.input + self._spent.usage.output
        self.items.append(item)
        self.running = False
        self._settle()

    def _aside(self, event: Event) -> bool:
        stamp = self._stamp()
        match event:
            case NoticeRaised(level=level, message=message, hint=hint):
                self.items.append(NoticeItem(stamp=stamp, level=level, message=message, hint=hint))
            case CommandRan(name=name, words=words, output=output):
                self.items.append(CommandItem(stamp=stamp, name=name, words=words))
                add_pieces(self.items, self._stamp, output)
            case ModelSwitched(provider=provider, model=model, reason=reason):
                self._fall_back(reason)
                self._info(stamp, f"From now on {model} ({provider}) answers.", reason)
            case ModeSwitched(mode=mode):
                self._info(stamp, f"Mode: {mode}.")
            case ContextCompacted() as compacted:
                self._info(stamp, *made_room(compacted))
            case ContextRestored(seq=seq):
                self._info(stamp, f"The compaction of record {seq} was undone: what it covered is sent again.")
            case SessionForked(parent=parent, seq=seq):
                hint = "The files are as they are now; `/rewind fork` puts them back to what they were then."
                self._info(stamp, f"Forked from session {parent} at record {seq}.", hint)
            case SessionRewound() as rewound:
                self._info(stamp, *went_back(rewound))
            case McpChanged(server=server, state=state):
                self._info(stamp, f"MCP server {server}: {state}.")
            case _:
                return False
        return True

    def _info(self, stamp: Stamp, message: str, hint: str = "") -> None:
        self.items.append(NoticeItem(stamp=stamp, level="info", message=message, hint=hint))

    def _sub_agent(self, record: Record) -> None:
        """A sub-agent's work shows in the row of the call that started it, and in what the turn took; the trace has the
        rest."""
        item = self._calls.get(record.agent)
        match record.event:
            case CallStarted(name=name, target=target) if item is not None:
                item.steps += 1
                item.step = f"{name} {target}".strip()
                item.version += 1
                self._calls_of_turn += 1
            case AskOpened() if item is not None:
                item.state, item.began = "waiting", self._at
                item.version += 1
            case AskAnswered() if item is not None and item.state == "waiting":
                item.state, item.began = "running", self._at
                item.version += 1
            case ModelReplied() as reply:
                self._spent.add(reply)
                return
            case NoticeRaised(level=level, message=message, hint=hint):
                self.items.append(NoticeItem(stamp=self._stamp(), level=level, message=message, hint=hint))
            case _:
                return
        self.version += 1


def _is_settled(item: AnyItem) -> bool:
    match item:
        case CallItem():
            return item.ended
        case ThoughtItem():
            return not item.open
        case _:
            return True


def prompt_item(stamp: Stamp, said: PromptSubmitted | PromptSteered) -> PromptItem:
    """What the person said, with what went along."""
    attached = tuple(f"{each.path}  {each.summary}" for each in said.attachments if not each.problem)
    refused = tuple(
        each.problem if each.path in each.problem else f"{each.path}: {each.problem}"
        for each in said.attachments
        if each.problem
    )
    return PromptItem(
        stamp=stamp,
        text=said.text,
        images=len(said.images),
        attached=attached,
        refused=refused,
        steered=isinstance(said, PromptSteered),
    )


def changes(blocks: tuple[object, ...]) -> str:
    """How many lines these diffs add and remove: `+18 −11`. Empty where there is no diff."""
    diffs = [block for block in blocks if isinstance(block, DiffBlock)]
    if not diffs:
        return ""
    return f"+{sum(diff.added for diff in diffs)} −{sum(diff.removed for diff in diffs)}"
