"""Several sub-agents that all wait for a person: whatever the order of answers, each gets its own and no other."""

import asyncio
import random
from pathlib import Path

import pytest

from claw_core.ask import Allow, Answer, By, Deny, PermissionAsk
from claw_core.event import AskOpened, CallFinished
from claw_core.intent import Prompt, Respond
from claw_core.message import Text
from claw_core.scripting import ScriptedReply
from tests.core.acting import Acting, says
from tests.core.test_delegation import Cast, errands, events

AGENTS = ("red", "green", "blue", "grey", "pink")
FILES = 3
PERSON = By(kind="person", name="keys")


def words(agent: str, number: int) -> str:
    return f"{agent} {number}\n"


def path(agent: str, number: int) -> str:
    return f"{agent}{number}.txt"


def at_work(agent: str) -> list[ScriptedReply]:
    """Writes of one reply, which all wait at once; then the report."""
    writes = [("write", {"path": path(agent, n), "content": words(agent, n)}) for n in range(FILES)]
    return [says("", *writes), says(f"{agent} is done.")]


def chosen(chance: random.Random, ask: PermissionAsk) -> tuple[Answer, str | None]:
    """An answer, and what the file shall hold then."""
    content = str(ask.input["content"])
    match chance.randrange(3):
        case 0:
            return Allow(), content
        case 1:
            return Deny(reason=f"not {ask.target}"), None
        case _:
            return Allow(input={**ask.input, "content": content.upper()}), content.upper()


@pytest.mark.parametrize("seed", range(5))
async def test_each_gets_its_own_answer_in_any_order(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    sends = says("", *(("task", {"prompt": f"{agent} files"}) for agent in AGENTS))
    cast = Cast(go=[sends, says("All came.")], **{agent: at_work(agent) for agent in AGENTS})
    acting = Acting(tmp_path, cast, mode="ask", attended=True)
    acting.session.send(Prompt(text="go on"))
    waiting: list[PermissionAsk] = []
    expected: dict[str, str | None] = {}
    answers: dict[str, Answer] = {}
    left: dict[str, int] = dict.fromkeys(AGENTS, FILES)
    patience = len(left)  # first all of them wait; then sometimes one is answered while others are on their way
    cursor = acting.session.stream.cursor()
    async for record in cursor:
        if isinstance(record.event, AskOpened) and isinstance(record.event.ask, PermissionAsk):
            assert record.agent in errands(acting), "it says which agent asks"
            waiting.append(record.event.ask)
        while left and len(waiting) >= patience:
            ask = waiting.pop(chance.randrange(len(waiting)))
            name = str(ask.input["path"])
            answers[ask.call], expected[name] = chosen(chance, ask)
            acting.session.send(Respond(ask=ask.id, answer=answers[ask.call], by=PERSON))
            left[name[:-5]] -= 1
            left = {agent: count for agent, count in left.items() if count}
            patience = chance.randint(1, max(1, len(left)))
        if not left:
            cursor.close()
            break
    await asyncio.wait_for(acting.session.rest(), 60)

    for name, held in expected.items():
        file = acting.root / name
        assert (file.read_text() if file.exists() else None) == held, name
    for agent in errands(acting):
        for finished in events(acting, agent, CallFinished):
            answer = answers[finished.id]
            told = "".join(part.text for part in finished.parts if isinstance(part, Text))
            assert (finished.outcome == "denied") == isinstance(answer, Deny)
            assert not isinstance(answer, Deny) or answer.reason in told
    assert len(errands(acting)) == len(AGENTS)
    await acting.session.close()
