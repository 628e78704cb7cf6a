"""The plain conversation: lines out, lines in, nothing drawn. For screen readers, and for terminals that draw nothing.

What is typed is a prompt, or the answer where something waits for one. Since a request may come while somebody types,
a line that was finished in the first moment after it is not taken for its answer.
"""

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO, get_args

from claw_core.ask import By
from claw_core.error import SessionError
from claw_core.event import Mode
from claw_core.intent import Intent, Interrupt, Prompt, Respond, RunCommand, SwitchMode, SwitchModel
from claw_tui.doors import OpenSession
from claw_tui.feed import SessionFace
from claw_tui.line import clean
from claw_tui.spoken import Telling, understood, whole

GRACE = 0.5
"""Seconds in which a request takes no answer that has just come, or come first since another was settled."""

HELP = """\
Type what is to be done, and press Enter. While claw works, a line is delivered at the next pause.
/stop interrupts. /mode plan, ask, edits or auto switches the permission mode. /model NAME switches the model.
/waiting says again what waits for you. /quit leaves. Control C interrupts; at rest it leaves."""


class Conversation:
    """A session, told and answered in lines."""

    def __init__(
        self, session: SessionFace, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._say = say
        self._clock = clock
        self._telling = Telling()
        self._asked = 0.0
        self.over = asyncio.Event()
        """The person leaves."""

    async def tell(self) -> None:
        """Say what happens, until the session ends."""
        cursor = self._session.stream.cursor()
        try:
            async for record in cursor:
                before = tuple(self._telling.open)
                for line in self._telling.say(record):
                    self._say(line)
                now = tuple(self._telling.open)
                if now[:1] != before[:1] or len(now) > len(before):
                    self._asked = self._clock()
        finally:
            cursor.close()

    def hear(self, line: str) -> None:
        """The person typed a line."""
        words = line.strip()
        if not words:
            return
        if words.startswith("/"):
            self._command(*words[1:].partition(" ")[::2])
        elif self._telling.open:
            self._answer(words)
        else:
            self._send(Prompt(text=words))

    def interrupt(self) -> None:
        """Control C: stop what runs, or leave."""
        if self._session.running:
            self._send(Interrupt())
        else:
            self.over.set()

    def _answer(self, words: str) -> None:
        ask = next(iter(self._telling.open.values()))
        if self._clock() - self._asked < GRACE:
            self._say("Another request came while you typed, so this was not taken as its answer. Please say it again.")
        elif words.lower() == "show":
            for line in whole(ask):
                self._say(line)
        else:
            answer = understood(words, ask)
            if isinstance(answer, str):
                self._say(answer)
            else:
                self._send(Respond(ask=ask.id, answer=answer, by=By(kind="person", name="words")))

    def _command(self, name: str, words: str) -> None:
        match name:
            case "quit" | "exit":
                self.over.set()
            case "help":
                self._say(HELP)
            case "stop":
                self._send(Interrupt())
            case "waiting":
                waiting = list(self._telling.open.values())
                self._say(f"{len(waiting)} waiting." if waiting else "Nothing waits for you.")
                for ask in waiting:
                    for line in whole(ask):
                        self._say(line)
            case "mode":
                modes = {mode: mode for mode in get_args(Mode) if mode != "bypass"}
                if words.strip() in modes:
                    self._send(SwitchMode(mode=modes[words.strip()]))
                else:
                    self._say(f"The modes are {', '.join(modes)}.")
            case "model" if words.strip():
                self._send(SwitchModel(model=words.strip()))
            case _:
                self._send(RunCommand(name=name, words=words))

    def _send(self, intent: Intent) -> None:
        try:
            self._session.send(intent)
        except SessionError as error:
            self._say(clean(str(error)))


async def talk(open_session: OpenSession, *, out: TextIO | None = None) -> int:
    """Hold a conversation at the terminal until the person leaves; the exit status. Raises ClawError."""
    stream = out or sys.stdout

    def say(text: str) -> None:
        stream.write(text + "\n")
        stream.flush()

    session = await open_session()
    conversation = Conversation(session, say)
    status = 0

    def leave(number: int) -> None:
        nonlocal status
        status = 128 + number
        conversation.over.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, conversation.interrupt)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, leave, number)
    say(f"claw in {session.root}, model {session.model}, permission mode {session.mode}. Type /help for help.")
    telling = asyncio.create_task(conversation.tell())
    threading.Thread(target=_listen, args=(loop, conversation), name="claw input", daemon=True).start()
    try:
        await conversation.over.wait()
    finally:
        await session.close()
        await asyncio.wait({telling}, timeout=1.0)
        telling.cancel()
    if session.title:
        say(f"Session {session.id}. Continue it: claw --screen-reader --resume {session.id}")
    return status


def _listen(loop: asyncio.AbstractEventLoop, conversation: Conversation) -> None:
    """Hand on the lines that are typed. A thread of its own, since a read of a terminal cannot be called off."""
    try:
        for line in sys.stdin:
            loop.call_soon_threadsafe(conversation.hear, line)
        loop.call_soon_threadsafe(conversation.over.set)
    except (OSError, RuntimeError, ValueError):  # the terminal or the loop is gone
        return
