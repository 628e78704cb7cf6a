"""One turn that shows everything a screen has to show, told once for all goldens."""

from collections.abc import Iterator

from claw_core.ask import Allow, By, PermissionAsk
from claw_core.block import DiffBlock, Hunk, ListingBlock, ListingRow, TerminalBlock, TextBlock, Todo, TodoBlock
from claw_core.event import (
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    Event,
    ModelCalled,
    ModelReplied,
    PlanChanged,
    PromptSteered,
    PromptSubmitted,
    SessionStarted,
    TextDelta,
    TurnFinished,
    TurnStarted,
)
from claw_core.message import Call, Message, Text, Thought, Usage

PERSON = By(kind="person", name="keys")
ANSWER = """Here is the plan:

1. Replace `requests` by **httpx** with an `AsyncClient`
2. Make `login` a coroutine
   - keep its *signature*
   - update callers in `src/api.py`

```python
async def login(user: str) -> Response:
    \"\"\"Log in.\"\"\"
    async with httpx.AsyncClient() as client:
        return await client.get(URL, params={"u": user})
```

| file | change | risk |
|---|---|--:|
| `src/auth.py` | all calls become async | 2 |
| `src/api.py` | awaits | 1 |

> Callers in `scripts/` are left as they are.
"""
TODOS = (
    Todo(content="Replace requests", status="completed"),
    Todo(content="Make login async", status="in_progress"),
    Todo(content="Run the tests"),
)
DIFF = DiffBlock(
    path="src/auth.py",
    hunks=(
        Hunk(
            old_start=1,
            old_count=3,
            new_start=1,
            new_count=3,
            lines=(" import os\n", "-import requests\n", "+import httpx\n", " \n"),
        ),
        Hunk(
            old_start=40,
            old_count=3,
            new_start=40,
            new_count=3,
            lines=(" \n", "-def login(user):\n", "+async def login(user):\n", "     ...\n"),
        ),
    ),
)


def _called(size: int) -> ModelCalled:
    url = "https://api.example/v1/chat/completions"
    return ModelCalled(
        provider="openai", model="gpt-5.4", dialect="chat_completions", url=url, parameters={}, lists={}, size=size
    )


def _replied(text: str, *calls: Call, usage: Usage, cost: float, thought: str = "") -> ModelReplied:
    thoughts = (Thought(text=thought),) if thought else ()
    message = Message(role="assistant", parts=(*thoughts, Text(text=text), *calls))
    stop = "calls" if calls else "end"
    return ModelReplied(message=message, usage=usage, stop=stop, first_token=0.4, elapsed=2.0, cost=cost)


def until_asked() -> Iterator[Event]:
    """Up to where two requests wait for the person."""
    yield SessionStarted(session="scene", format=1, cwd="/home/ada/src/shop", version="0.1.0", git_head="1a2b3c main")
    yield PromptSubmitted(text="make the auth module async")
    yield TurnStarted()
    yield _called(8000)
    read = Call(id="c1", name="read", input={"path": "src/auth.py"})
    grep = Call(id="c2", name="grep", input={"pattern": "requests"})
    thought = "They want the auth module to use async. First I look at it, then I find who calls it."
    first = "I'll read the module first, and look for **callers** of `login`."
    yield _replied(first, read, grep, usage=Usage(input=8200, output=312), cost=0.03, thought=thought)
    yield CallStarted(id="c1", name="read", input=read.input, target="src/auth.py")
    source = TextBlock(text="import os\nimport requests\n", language="python")
    yield CallFinished(id="c1", outcome="ok", parts=(), blocks=(source,), summary="212 lines", elapsed=0.003)
    yield CallStarted(id="c2", name="grep", input=grep.input, target='"requests"')
    hits = (ListingRow(path="src/auth.py", line=12, text="requests.get(URL)"), ListingRow(path="src/api.py", line=3))
    listing = ListingBlock(rows=hits, total=12)
    yield CallFinished(id="c2", outcome="ok", parts=(), blocks=(listing,), summary="12 hits in 4", elapsed=0.009)
    yield CallStarted(id="c3", name="bash", input={"command": "pytest -q"}, target="pytest -q")
    ran = TerminalBlock(command="pytest -q", output="F...\n1 failed, 3 passed\n", exit_code=1)
    told = (Text(text="1 failed, 3 passed"),)
    yield CallFinished(id="c3", outcome="error", parts=told, blocks=(ran,), summary="exit 1", elapsed=1.2)
    yield _called(9000)
    edit = Call(id="c4", name="edit", input={"path": "src/auth.py", "new_string": "import httpx"})
    yield TextDelta(text=ANSWER)
    yield _replied(ANSWER, edit, usage=Usage(input=9100, output=1400, cached=8200), cost=0.05)
    yield PlanChanged(todos=TODOS)
    yield CallStarted(id="c5", name="todo", input={}, target="3 items")
    plan = (TodoBlock(todos=TODOS),)
    yield CallFinished(id="c5", outcome="ok", parts=(), blocks=plan, summary="1 of 3 done", elapsed=0.001)
    yield CallStarted(id="c4", name="edit", input=edit.input, target="src/auth.py")
    yield AskOpened(ask=edit_ask())
    yield CallStarted(id="c6", name="bash", input={"command": "pytest -q"}, target="pytest -q")
    yield AskOpened(ask=bash_ask())


def edit_ask() -> PermissionAsk:
    """May `src/auth.py` be edited?"""
    return PermissionAsk(
        id="a1",
        call="c4",
        tool="edit",
        target="src/auth.py",
        input={"path": "src/auth.py", "new_string": "import httpx"},
        reason="No rule allows it in mode ask.",
        preview=(DIFF,),
        rule="edit(src/**)",
    )


def bash_ask() -> PermissionAsk:
    """May the tests run?"""
    return PermissionAsk(
        id="a2",
        call="c6",
        tool="bash",
        target="pytest -q",
        input={"command": "pytest -q"},
        reason="Commands are asked about in mode ask.",
        preview=(TerminalBlock(command="pytest -q", output=""),),
        rule="bash(pytest *)",
    )


def to_the_end() -> Iterator[Event]:
    """The rest of the turn."""
    yield AskAnswered(ask="a1", call="c4", answer=Allow(), by=PERSON)
    yield CallFinished(id="c4", outcome="ok", parts=(), blocks=(DIFF,), summary="+2 −2", elapsed=0.02)
    yield AskAnswered(ask="a2", call="c6", answer=Allow(), by=PERSON)
    ran = TerminalBlock(command="pytest -q", output="....\n4 passed\n", exit_code=0)
    yield CallFinished(id="c6", outcome="ok", parts=(), blocks=(ran,), summary="exit 0", elapsed=1.1)
    yield PromptSteered(text="and keep the public signatures")
    yield _called(9900)
    done = "All done. The **auth** module is async now, and its signatures are what they were."
    yield _replied(done, usage=Usage(input=9900, output=400, cached=9100), cost=0.04)
    yield TurnFinished(stop="done", elapsed=41.2)
