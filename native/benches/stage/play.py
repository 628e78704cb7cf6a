"""The workspace on a session that does as the bench says: words on one pipe, answers on another.

    python -m native.benches.stage.play IN OUT

The screen is the real one; only the session is played. A word is the name of a function below and a number.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from claw_core.ask import Allow, By, PermissionAsk
from claw_core.block import DiffBlock, Hunk
from claw_core.event import (
    MAIN,
    AskAnswered,
    AskOpened,
    CallFinished,
    CallProgressed,
    CallStarted,
    Event,
    FileChanged,
    Mode,
    ModelCalled,
    ModelReplied,
    PromptSubmitted,
    SessionStarted,
    TextDelta,
    TurnFinished,
    TurnStarted,
)
from claw_core.intent import Intent
from claw_core.message import Message, Text, Usage
from claw_core.rewind import Preview
from claw_core.session.stream import Stream
from claw_tui.app import ClawApp
from claw_tui.views.queue import QueueView
from native.benches.stage import words

ANSWER = (
    "Both callers pass a `Path`, so the change is safe:\n\n- `load` reads it\n- `save` writes it **atomically**\n\n"
    "```python\nwith path.open() as file:\n    return json.load(file)\n```\n\nNothing else depends on it.\n"
)
PERSON = By(kind="person", name="keys")
USAGE = Usage(input=1200, output=80)


def mark(number: int) -> str:
    """A word that shares no letter with the next 30, nor with any other text, so that it is drawn as a whole."""
    return chr(0x410 + number % 31) * 7


def turn(number: int) -> Iterator[Event]:
    """A turn of three messages: a prompt, a call, an answer with a mark at its end. The first prompt has one, too."""
    call = f"c{number}"
    yield PromptSubmitted(text=f"{mark(29) if number == 1 else f'module {number}'}: is it safe?")
    yield TurnStarted()
    yield CallStarted(id=call, name="read", input={"path": f"src/m{number}.py"}, target=f"src/m{number}.py")
    yield CallFinished(id=call, outcome="ok", parts=(), summary="212 lines", elapsed=0.003)
    message = Message(role="assistant", parts=(Text(text=f"{ANSWER}\nmodule {number} {mark(number % 29)}"),))
    yield ModelReplied(message=message, usage=USAGE, stop="end")
    yield TurnFinished(stop="done", elapsed=1.0)


class Played:
    """A session as the screen knows one."""

    def __init__(self) -> None:
        self.id, self.title, self.root = "bench", "bench", Path.cwd()
        self.stream = Stream()
        self.running = False
        self.mode: Mode = "ask"
        self.sandbox, self.provider, self.model = "sandbox", "openai", "bench"
        self.window: int | None = 400_000
        self.rewind = self
        self.sees: bool | None = None
        self.compact_at = 0.8
        self.append(SessionStarted(session="bench", format=1, cwd=str(self.root), version="1"), turn=0)

    def append(self, event: Any, *, turn: int = 1) -> None:
        """It happens."""
        self.stream.append(event, turn=turn, agent=MAIN)

    def send(self, intent: Intent) -> None:
        """Nothing comes of it."""

    def request_bytes(self, record: object) -> bytes:
        """There is none."""
        raise LookupError

    async def preview(self, seq: int) -> Preview:
        """No file would change."""
        return Preview(seq=seq, files=())

    async def close(self) -> None:
        """It ends."""
        self.stream.end()


class Play:
    """What the bench can ask for."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._heard = b""
        self.session = Played()
        self._opened = asyncio.Event()
        self._late: list[float] = []
        self._worked = 0
        self._busy: set[asyncio.Task[None]] = set()
        self.app = ClawApp(self._open, root=self.session.root)

    async def run(self) -> None:
        """Until the terminal goes."""
        asyncio.get_running_loop().add_reader(self._read, self._hear)
        self._keep(self._watch())
        await self.app.run_async()

    async def _open(self) -> Played:
        await self._opened.wait()
        return self.session

    def _hear(self) -> None:
        piece = os.read(self._read, 4096)
        if not piece:
            asyncio.get_running_loop().remove_reader(self._read)
        *lines, self._heard = (self._heard + piece).split(b"\n")
        for line in lines:
            name, number = line.decode().split()
            answer = getattr(self, f"do_{name}")(int(number))
            os.write(self._write, json.dumps(answer).encode() + b"\n")

    def _keep(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _watch(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(1 / 60)
            self._late.append(time.perf_counter() - start - 1 / 60)

    # ---- words

    def do_open(self, _: int) -> None:
        """The session is there."""
        self._opened.set()

    def do_late(self, _: int) -> float:
        """How late the event loop was since the last time this was asked, in all but one of twenty cases."""
        late, self._late = sorted(self._late), []
        return late[int(len(late) * 0.95)] if late else 0.0

    def do_widgets(self, _: int) -> int:
        """Widgets on the screen."""
        return len(self.app.screen.walk_children())

    def do_messages(self, count: int) -> None:
        """So many messages: a third of them prompts, a third answers, a third calls."""
        for number in range(1, count // 3 + 1):
            for event in turn(number):
                self.session.append(event, turn=number)

    def do_work(self, turns: int) -> None:
        """So many turns: a prompt, a call, every fifth time a request that a person answers, an answer that streams."""
        append = self.session.append
        for _ in range(turns):
            number = self._worked = self._worked + 1
            call = f"w{number}"
            append(PromptSubmitted(text=f"go on with part {number}"), turn=number)
            append(TurnStarted(), turn=number)
            append(CallStarted(id=call, name="bash", input={"command": "make"}, target="make"), turn=number)
            if number % 5 == 0:
                ask = PermissionAsk(
                    id=f"a{number}", call=call, tool="bash", target="make", input={}, reason="No rule.", preview=()
                )
                append(AskOpened(ask=ask), turn=number)
                append(AskAnswered(ask=ask.id, call=call, answer=Allow(), by=PERSON), turn=number)
            for line in range(10):
                append(CallProgressed(id=call, text=f"line {line} of the output\n"), turn=number)
            append(CallFinished(id=call, outcome="ok", parts=(), elapsed=0.2), turn=number)
            for at in range(0, len(ANSWER), 20):
                append(TextDelta(text=ANSWER[at : at + 20]), turn=number)
            message = Message(role="assistant", parts=(Text(text=ANSWER),))
            append(ModelReplied(message=message, usage=USAGE, stop="end"), turn=number)
            append(TurnFinished(stop="done", elapsed=1.0), turn=number)

    def do_waiting(self, _: int) -> int:
        """Requests that wait for an answer."""
        feed = self.app.workbench.feed
        view = feed.view("queue") if feed is not None else None
        return len(view.waiting) if isinstance(view, QueueView) else -1

    def do_append(self, number: int) -> None:
        """One message more, with a mark."""
        self.session.append(PromptSubmitted(text=f"appended {mark(number)}"), turn=number)

    def do_think(self, number: int) -> None:
        """A model was asked, and does not answer yet."""
        self.session.append(TurnStarted(), turn=number)
        called = ModelCalled(provider="openai", model="bench", dialect="d", url="u", parameters={}, lists={}, size=100)
        self.session.append(called, turn=number)

    def do_spans(self, count: int) -> None:
        """So many calls at once, in one turn, the last of them marked."""
        self.session.append(TurnStarted())
        for number in range(count):
            self._span(number, mark(30) if number == count - 1 else f"src/file{number}.py")

    def do_span(self, number: int) -> None:
        """One more."""
        self._span(10_000_000 + number, mark(number))

    def _span(self, number: int, target: str) -> None:
        self.session.append(CallStarted(id=f"s{number}", name="read", input={}, target=target))
        self.session.append(CallFinished(id=f"s{number}", outcome="ok", parts=(), elapsed=0.001))

    def do_finish(self, number: int) -> None:
        """The turn that runs is over."""
        self.session.append(TurnFinished(stop="done", elapsed=1.0), turn=number)

    def do_flood(self, rate: int) -> None:
        """So many records a second, for four seconds: a span is two of them."""
        self._keep(self._steadily(rate // 2, lambda number: self._span(20_000_000 + number, f"src/f{number}.py")))

    def do_output(self, rate: int) -> None:
        """A command prints so many lines a second, for four seconds."""
        self.session.append(CallStarted(id="out", name="bash", input={"command": "make"}, target="make"))
        line = "[%d] compiling src/module.c with -O2 -g -Wall -Wextra\n"
        self._keep(
            self._steadily(rate, lambda number: self.session.append(CallProgressed(id="out", text=line % number)))
        )

    def do_stream(self, rate: int) -> None:
        """An answer streams, so many chunks a second, for four seconds."""
        text = words.mixed(rate * 5 * 4)
        pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
        self._keep(self._steadily(rate, lambda number: self.session.append(TextDelta(text=pieces[number]))))

    async def _steadily(self, rate: int, do: Callable[[int], None], seconds: float = 4.0) -> None:
        start, done = time.perf_counter(), 0
        while done < rate * seconds:
            await asyncio.sleep(0.005)
            due = min(int((time.perf_counter() - start) * rate), int(rate * seconds))
            for number in range(done, due):
                do(number)
            done = due

    def do_diff(self, hunks: int) -> None:
        """A file of 50 lines a hunk was changed."""
        made: list[Hunk] = []
        for number in range(hunks):
            first = number * 50 + 1
            lines = [f" {line}\n" for line in words.CODE.rstrip().split("\n")] * 15
            lines[3:] = [f"-    old_{number} = compute(value)\n", f"+    {mark(number % 29)} = compute(value, 2)\n"]
            lines += [f" {line}\n" for line in words.CODE.rstrip().split("\n")] * 15
            made.append(Hunk(old_start=first, old_count=49, new_start=first, new_count=49, lines=tuple(lines)))
        block = DiffBlock(path="src/large.py", hunks=tuple(made))
        self.session.append(CallStarted(id="edit", name="edit", input={}, target="src/large.py"))
        self.session.append(
            FileChanged(path="src/large.py", call="edit", before="a", after="b", added=hunks, removed=hunks)
        )
        self.session.append(CallFinished(id="edit", outcome="ok", parts=(), blocks=(block,), elapsed=0.01))


if __name__ == "__main__":
    asyncio.run(Play(int(sys.argv[1]), int(sys.argv[2])).run())
