"""What the demo's model says. It reacts to what the person answers: going on regardless would be a film."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from claw_core.demo.tour import END, STOPS
from claw_core.message import Message, Result, Text, Usage
from claw_core.provider import ModelRequest
from claw_core.scripting import ScriptedCall, ScriptedReply

TASK = "Amounts are floats and totals come out wrong. Make the shop count in whole cents."
"""The prompt that starts it."""

TESTS = "python3 -m unittest -q"

CART = '''\
"""A shopping cart."""

from dataclasses import dataclass, field


@dataclass
class Item:
    """Something to buy."""

    name: str
    price: int
    """Cents."""
    count: int = 1


@dataclass
class Cart:
    """What somebody wants to buy."""

    items: list[Item] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Put an item in; one that is there already is counted up."""
        for other in self.items:
            if other.name == item.name:
                other.count += item.count
                return
        self.items.append(item)

    def remove(self, name: str) -> None:
        """Take an item out, however many there are of it."""
        self.items = [item for item in self.items if item.name != name]

    def total(self) -> int:
        """What it costs, in cents."""
        return sum(item.price * item.count for item in self.items)

    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.items

    def count(self) -> int:
        """How many things there are in it."""
        return sum(item.count for item in self.items)

    def discounted(self, percent: int) -> int:
        """What it costs after a discount, in cents; half a cent is rounded up."""
        return (self.total() * (100 - percent) + 50) // 100
'''

DONE = """\
The shop counts in whole cents now, and all three tests pass.

| file | what changed |
| --- | --- |
| `shop/cart.py` | prices, totals and discounts are `int` cents; half a cent rounds up |
| `shop/receipt.py` | turns cents into euros where they are printed, and only there |

Why cents: `0.1 + 0.2` is not `0.3` in binary floating point, and

```python
total += item.price * item.count   # adds that error up, item by item
```

*That was the demo.* Send anything, and I show you round: the panes and their keys, one at a time. `F1` has all keys,
and `claw --model NAME` does this with a model of yours.
"""


def demo(pace: float) -> Callable[[ModelRequest], ScriptedReply]:
    """The script; `pace` is the time between two pieces of an answer, in seconds."""
    return partial(_reply, pace=pace)


def _reply(request: ModelRequest, *, pace: float) -> ScriptedReply:
    spoken = sum(message.role == "assistant" for message in request.messages)
    reply = _next(spoken, request.messages)
    size = sum(len(_told(message)) for message in request.messages) // 4 + 1800
    usage = Usage(input=size, output=len(reply.text) // 4 + 60, cached=size * 3 // 4 if spoken else 0)
    chunk = 40 if any(call.name == "write" for call in reply.calls) else 4
    return replace(reply, usage=usage, pace=pace, chunk=chunk)


def _next(spoken: int, messages: tuple[Message, ...]) -> ScriptedReply:
    heard = _told(messages[-1]) if spoken else ""
    if "Not allowed" in heard:
        return ScriptedReply(
            text="All right, I leave that. What was done so far is in the diffs; say what you would like instead, or"
            " start the demo again with `claw demo`."
        )
    if spoken < len(STEPS):
        return STEPS[spoken](heard)
    stop = spoken - len(STEPS)
    return ScriptedReply(text=STOPS[stop] if stop < len(STOPS) else END)


def _look(_: str) -> ScriptedReply:
    return ScriptedReply(
        thought="Money as floats. I should see where amounts are computed before I touch anything.",
        text="This is a demo: my words are written down, all else is real. You may type at any time, and `Esc` stops"
        " me.\n\nI look for where amounts are computed.",
        calls=(
            ScriptedCall(name="todo", input={"todos": _plan(0)}),
            ScriptedCall(name="grep", input={"pattern": r"price|total|discount", "glob": "*.py"}),
            ScriptedCall(name="glob", input={"pattern": "**/*.py"}),
        ),
    )


def _read(_: str) -> ScriptedReply:
    return ScriptedReply(
        text="Two modules and a test. I read them before I change anything.",
        calls=tuple(
            ScriptedCall(name="read", input={"path": path})
            for path in ("shop/cart.py", "shop/receipt.py", "tests/test_shop.py")
        ),
    )


def _edit(_: str) -> ScriptedReply:
    return ScriptedReply(
        text="`Item.price`, `Cart.total` and `Cart.discounted` are the places. Three hunks wait for you below: `Tab`"
        " goes there, `y` takes all of them, `space` shows them one by one.",
        calls=(
            ScriptedCall(name="todo", input={"todos": _plan(1)}),
            ScriptedCall(name="write", input={"path": "shop/cart.py", "content": CART}),
        ),
    )


def _test(heard: str) -> ScriptedReply:
    left = "did not take" in heard
    taken = "You left some of it out; the tests will say what that means." if left else "Now the tests."
    return _run_tests(f"{taken} `Tab`, then `y` once, or `a` for this session: it shows the rule that it makes.")


def _fix(_: str) -> ScriptedReply:
    return ScriptedReply(
        text="The receipt still prints euros as if the total were in euros. It has to turn cents into euros. (In mode"
        " *edits*, which is one `Shift+Tab` away, I would not ask for this.)",
        calls=(
            ScriptedCall(name="todo", input={"todos": _plan(2)}),
            ScriptedCall(
                name="edit",
                input={
                    "path": "shop/receipt.py",
                    "old_string": 'f"total {cart.total():.2f}"',
                    "new_string": 'f"total {cart.total() / 100:.2f}"',
                },
            ),
        ),
    )


def _test_again(_: str) -> ScriptedReply:
    return _run_tests("Once more.")


def _run_tests(words: str) -> ScriptedReply:
    call = ScriptedCall(name="bash", input={"command": TESTS, "description": "Run the tests"})
    return ScriptedReply(text=words, calls=(call,))


def _close(heard: str) -> ScriptedReply:
    if "OK" in heard and "FAILED" not in heard:
        return ScriptedReply(text=DONE)
    return ScriptedReply(
        text="The tests still fail, because parts of the change were left out. That is yours to decide: the trace shows"
        " which hunks were taken, and `claw demo` starts again."
    )


STEPS = (_look, _read, _edit, _test, _fix, _test_again, _close)


def _plan(done: int) -> list[dict[str, str]]:
    tasks = ["Find where amounts are computed", "Count in cents in the cart", "Make the tests pass"]
    states = ["completed" if n < done else "in_progress" if n == done else "pending" for n in range(len(tasks))]
    return [{"content": task, "status": state} for task, state in zip(tasks, states, strict=True)]


def _told(message: Message) -> str:
    texts = [part.text for part in message.parts if isinstance(part, Text)]
    results = [
        inner.text
        for part in message.parts
        if isinstance(part, Result)
        for inner in part.parts
        if isinstance(inner, Text)
    ]
    return "\n".join(texts + results)
