"""Work on patches stops when it is asked to, in both engines, and leaves the interpreter to others meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from claw_core.native import _native
from claw_core.native.patch import LARGEST_COMPARISON, LOOKALIKES, CancelToken, Chunk, fit_chunks, in_thread
from claw_core.reference import patch

RULES = (list(LOOKALIKES.items()), 70, 25, LARGEST_COMPARISON)
HUNK = (1, 1, 1, 1, ["-a\n", "+b\n"])
CALLS: dict[str, Callable[[Any, Any], object]] = {
    "make_hunks": lambda engine, token: engine.make_hunks("a\n", "b\n", 3, cancel=token),
    "apply_hunks": lambda engine, token: engine.apply_hunks("a\n", [HUNK], None, cancel=token),
    "format_unified": lambda engine, token: engine.format_unified("x", [HUNK], "edit", cancel=token),
    "parse_patch": lambda engine, token: engine.parse_patch("--- x\n+++ x\n@@\n-a\n+b\n", cancel=token),
    "fit_chunks": lambda engine, token: engine.fit_chunks(
        "a\n", [(1, [], ["-a\n"], False)], False, RULES, cancel=token
    ),
    "replace": lambda engine, token: engine.replace("a", [("a", "b", False)], RULES, cancel=token),
    "changed_words": lambda engine, token: engine.changed_words("a", "b", 100, cancel=token),
}


@pytest.mark.parametrize("engine", [_native, patch], ids=["rust", "python"])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_was_cancelled_says_so(name: str, engine: ModuleType) -> None:
    token = engine.CancelToken()
    assert CALLS[name](engine, token) == CALLS[name](engine, None)
    token.cancel()
    with pytest.raises(InterruptedError):
        CALLS[name](engine, token)


def test_a_search_that_would_take_hours_ends_when_its_task_is_cancelled() -> None:
    """Every row of a hundred thousand lines, each with a line less, compared with every place of the text."""
    text, lines = "a\n" * 200_000, (*(" a\n",) * 100_000, "-b\n")
    begun, ended = threading.Event(), threading.Event()

    def search(cancel: CancelToken) -> None:
        begun.set()
        try:
            fit_chunks(text, [Chunk(lines=lines)], cancel=cancel)
        except InterruptedError:
            ended.set()

    async def story() -> None:
        task = asyncio.create_task(in_thread(search))
        await asyncio.to_thread(begun.wait)
        await asyncio.sleep(0)  # the loop turns while the search goes on
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert ended.wait(60)
