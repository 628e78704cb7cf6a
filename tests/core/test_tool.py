"""Tools made from plain functions: what the model is told, how they are called, and what cannot be one."""

import asyncio
import functools
import math
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import BaseModel

from claw_core.error import InvalidInput, UsageError
from claw_core.event import CallFinished, TurnFinished
from claw_core.message import JsonObject, Text
from claw_core.plain_function import shown
from claw_core.tool import Tool, ToolResult, from_function
from tests.core.acting import Acting, says

if TYPE_CHECKING:
    from builtins import str as Stranger  # noqa: N812 - a name that only a type checker knows


def properties(tool: Tool) -> dict[str, Any]:
    """The arguments in a tool's schema."""
    told: Any = tool.schema["properties"]
    return told


async def outcome(tmp_path: Path, tool: Tool, **arguments: Any) -> tuple[str, str]:
    """How a call in a real turn ended, and what the model heard; the turn goes on after it."""
    given: JsonObject = arguments
    acting = Acting(tmp_path, [says("", (tool.name, given)), says("ok")], more=(tool,))
    async with asyncio.timeout(60):
        await acting.ask()
    finished = acting.only(CallFinished)
    assert acting.only(TurnFinished).stop == "done"
    (part,) = finished.parts
    assert isinstance(part, Text)
    return finished.outcome, part.text


# ---- signatures


async def test_any_name_of_a_parameter_is_an_argument(tmp_path: Path) -> None:
    def strange(_x: int, json: str, model_y: str = "y", copy: bool = False) -> str:
        return f"{_x} {json} {model_y} {copy}"

    tool = from_function(strange)
    assert list(properties(tool)) == ["_x", "json", "model_y", "copy"]
    assert tool.schema["required"] == ["_x", "json"]
    assert properties(tool)["_x"] == {"type": "integer"}
    assert tool.target(tool.parse({"_x": 1, "json": "{}"})) == "_x=1, json='{}'"
    with pytest.raises(InvalidInput, match="_x"):
        tool.parse({"json": "{}"})
    assert await outcome(tmp_path, tool, _x=1, json="{}", copy=True) == ("ok", "1 {} y True")


async def test_arguments_without_names_are_left_out(tmp_path: Path) -> None:
    def log(message: str, *args: int, **kwargs: str) -> str:
        return f"{message} {args} {kwargs}"

    tool = from_function(log)
    assert list(properties(tool)) == ["message"]
    assert await outcome(tmp_path, tool, message="hi") == ("ok", "hi () {}")


async def test_places_matter_where_the_function_says_so(tmp_path: Path) -> None:
    def divide(a: float, b: float = 2, /, *, digits: int = 1) -> str:
        return f"{a / b:.{digits}f}"

    assert await outcome(tmp_path, from_function(divide), a=3) == ("ok", "1.5")
    assert from_function(math.sqrt).name == "sqrt"


async def test_what_is_bound_is_not_for_the_model(tmp_path: Path) -> None:
    def fetch(address: str, *, token: str, tries: int = 3) -> str:
        """Fetch an address."""
        return f"{address} with {token}, {tries} times"

    tool = from_function(functools.partial(functools.partial(fetch, token="secret"), tries=1))
    assert (tool.name, tool.description, list(properties(tool))) == ("fetch", "Fetch an address.", ["address"])
    assert tool.source == __name__
    assert "secret" not in str(tool.schema)
    assert await outcome(tmp_path, tool, address="here") == ("ok", "here with secret, 1 times")


async def test_a_function_without_annotations_takes_anything(tmp_path: Path) -> None:
    untyped: Callable[..., Any] = eval("lambda a, b=3: [a, b]")
    untyped.__name__ = "pair"
    tool = from_function(untyped)
    assert properties(tool) == {"a": {}, "b": {"default": 3}}
    assert await outcome(tmp_path, tool, a={"deep": [1]}) == ("ok", '[{"deep":[1]},3]')


@dataclass
class Item:
    name: str
    count: int = 1


class Price:
    """Prices."""

    def __init__(self, each: int) -> None:
        self.each = each

    async def __call__(self, item: "Item", currency: Literal["EUR", "USD"] = "EUR") -> "Stranger":
        """What an item costs."""
        await asyncio.sleep(0)
        return f"{item.name}: {item.count * self.each} {currency}"

    def total(self, items: list[Item]) -> int:
        """What many cost."""
        return sum(item.count * self.each for item in items)


async def test_objects_and_methods_are_functions_too(tmp_path: Path) -> None:
    price = Price(2)
    tool = from_function(price)
    assert (tool.name, tool.description) == ("Price", "What an item costs.")
    assert properties(tool)["currency"]["enum"] == ["EUR", "USD"]
    assert await outcome(tmp_path, tool, item={"name": "pear", "count": 2}) == ("ok", "pear: 4 EUR")
    (tmp_path / "more").mkdir()
    total = from_function(price.total)
    assert await outcome(tmp_path / "more", total, items=[{"name": "fig"}, {"name": "pear"}]) == ("ok", "4")


async def test_a_default_that_is_no_json_is_the_functions_own_affair(tmp_path: Path) -> None:
    nothing = object()

    def find(name: str, fallback: Any = nothing) -> bool:
        return fallback is nothing

    tool = from_function(find)
    assert properties(tool)["fallback"] == {}
    assert await outcome(tmp_path, tool, name="x") == ("ok", "true")


class Tree(BaseModel):
    children: "list[Tree]" = []


def yields() -> Iterator[int]:
    yield 1


async def yields_later() -> AsyncIterator[int]:
    yield 1


def takes_anything(*args: Any, **kwargs: Any) -> None: ...
def takes_a_callback(done: Callable[[], None]) -> None: ...
def takes_a_lock(lock: asyncio.Lock) -> None: ...
def takes_a_tree(tree: Tree) -> None: ...
def takes_a_stranger(it: "Stranger") -> None: ...
def größe() -> None: ...  # noqa: PLC2401 - that is the point


NO_TOOLS: list[tuple[Any, str]] = [
    (lambda: 1, "<lambda>"),
    (größe, "größe"),
    (42, "42"),
    (max, "max"),
    (yields, "list"),
    (yields_later, "list"),
    (takes_anything, r"\*args"),
    (takes_a_callback, "takes_a_callback"),
    (takes_a_lock, "takes_a_lock"),
    (takes_a_tree, "takes_a_tree"),
    (takes_a_stranger, "Stranger"),
]


@pytest.mark.parametrize(("what", "said"), NO_TOOLS)
def test_what_cannot_become_a_tool_is_said_at_once(what: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        from_function(what)


# ---- calls


@pytest.mark.parametrize("error", [StopIteration("end"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_what_would_end_more_than_the_call_ends_the_call(tmp_path: Path, error: BaseException) -> None:
    def leave() -> None:
        raise error

    ended, heard = await outcome(tmp_path, from_function(leave))
    assert ended == "error"
    assert type(error).__name__ in heard


@pytest.mark.parametrize("error", [StopIteration("end"), SystemExit(3), asyncio.CancelledError()])
async def test_also_where_it_is_async(tmp_path: Path, error: BaseException) -> None:
    async def leave() -> None:
        await asyncio.sleep(0)
        raise error

    ended, _ = await outcome(tmp_path, from_function(leave))
    assert ended == "error"


async def test_an_interrupt_reaches_an_async_function(tmp_path: Path) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    acting = Acting(tmp_path, [says("", ("wait", {}))], more=(from_function(wait),))
    asking = asyncio.create_task(acting.ask())
    await began.wait()
    await acting.session.close()
    await asking
    assert ended.is_set()
    assert acting.only(CallFinished).outcome == "interrupted"


class Point(BaseModel):
    x: int
    at: date


@dataclass
class Basket:
    items: list[Item] = field(default_factory=list[Item])


class Opaque:
    def __str__(self) -> str:
        return "something"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("words\n", "words\n"),
        (True, "true"),
        (None, "null"),
        (1.5, "1.5"),
        (math.nan, '"NaN"'),
        ({"größe": (1, 2)}, '{"größe":[1,2]}'),
        (Point(x=1, at=date(2026, 1, 2)), '{"x":1,"at":"2026-01-02"}'),
        (Basket(items=[Item("pear")]), '{"items":[{"name":"pear","count":1}]}'),
        (Decimal("1.10"), '"1.10"'),
        (Path("a/b"), '"a/b"'),
        (Opaque(), "something"),
        ([Opaque()], "[<"),
        (b"\xff", "b'\\xff'"),
    ],
)
def test_a_result_reads_like_json_where_it_can(value: object, read: str) -> None:
    assert shown(value).startswith(read)


async def test_a_result_may_say_itself_how_it_is_shown(tmp_path: Path) -> None:
    def look() -> ToolResult:
        return ToolResult.of("seen", summary="1 thing")

    assert await outcome(tmp_path, from_function(look)) == ("ok", "seen")
