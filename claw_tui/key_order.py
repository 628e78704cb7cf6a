"""Keys in their order: each has done what it does before the next one is given to anybody.

Textual gives a key to whoever has the keys when it comes. But what a key does can go by messages through several parts
of the screen: a pane gets the keys, a dialog opens. What is typed right behind it would still go where the keys were.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App, ScreenStackError
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerError

PATIENCE = 1.0
"""Seconds that a key waits at most for what those before it do: what hangs takes no keys away."""

Typed = events.Key | events.Paste
"""What is typed, or pasted."""


class KeyOrder:
    """The keys of one app, which hands them in as they come."""

    def __init__(self, app: App[Any], take: Callable[[Typed], Awaitable[bool]]) -> None:
        """`take` gives a key to whoever has the keys, in the app's task; False where it was part of a chord."""
        self._app = app
        self._take = take
        self._keys = asyncio.Queue[Typed]()
        self._waits = 0
        """Keys that came and were not given to anybody."""
        self._behind: MessagePump | None = None
        """Who was given the last key; None when all that it did is done."""
        self._was_letter = False
        """Whether the last one was only written down."""
        self._screen: Screen[Any] | None = None
        """Where the last one was given away."""
        self._opening: Worker[Any] | None = None

    def wait_for(self, opening: Worker[Any]) -> None:
        """What a key asked for is on its way, perhaps a screen that is to have the next ones."""
        self._opening = opening

    async def put(self, key: Typed) -> None:
        """A key came. Called in the app's task."""
        if not self._app.screen_stack:  # the app ends
            return
        if not self._waits and self._is_letter(key) and self._was_letter:
            await self._give(key)
        else:
            self._waits += 1
            self._keys.put_nowait(key)

    async def follow(self) -> None:
        """Give keys away, one after the other, as long as this runs."""
        while True:
            key = await self._keys.get()
            with suppress(TimeoutError, ScreenStackError):  # the app ends, and has no screen any more
                async with asyncio.timeout(PATIENCE):
                    await self._settled()
            self._app.call_later(self._give, key)
            await _called(self._app.call_later)
            self._waits -= 1

    def _is_letter(self, key: Typed) -> bool:
        """Whether all it does is that it is written down."""
        writes = isinstance(self._app.focused, Input | TextArea)
        return writes and isinstance(key, events.Key) and key.is_printable

    async def _give(self, key: Typed) -> None:
        if not self._app.screen_stack:  # it was left by a key before this one
            return
        self._screen = self._app.screen
        self._behind = self._app.focused or self._screen
        letter = self._is_letter(key)
        self._was_letter = await self._take(key) and letter

    async def _settled(self) -> None:
        """What the keys before did is done."""
        if self._behind is not None:
            await self._passed(self._behind)
        if self._opening is not None:
            with suppress(WorkerError):
                await self._opening.wait()
        screen = self._app.screen
        if screen is not self._screen:  # it is not there before it has its parts
            await self._passed(self._app.focused or screen)
        if self._app.screen._callbacks:  # pyright: ignore[reportPrivateUsage]  no other way to know that some wait
            await _called(self._app.screen.call_after_refresh)
        self._behind = self._opening = None

    async def _passed(self, node: MessagePump | None) -> None:
        """Whatever waited there, and on the way from there to the app, was taken: the last thing said goes that way."""
        while node is not None and node is not self._app:
            await _called(node.call_later)
            node = node._parent  # pyright: ignore[reportPrivateUsage]  the public one raises where there is none
        await _called(self._app.call_later)


async def _called(call: Callable[[Callable[[], None]], bool]) -> None:
    """Wait until what is handed to it was called; not where nobody takes it any more."""
    done = asyncio.Event()
    if call(done.set):
        await done.wait()
