"""The plain conversation: a line is an answer to the request that the person heard, and to no other."""

import asyncio
from pathlib import Path

from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.event import AskAnswered, AskOpened
from claw_core.intent import Prompt, Respond
from claw_tui.linear import Conversation
from tests.core.acting import Acting, says
from tests.core.test_delegation import Cast


async def test_an_answer_to_what_was_settled_meanwhile_is_none_to_what_comes_next(tmp_path: Path) -> None:
    sends = says("", *(("task", {"prompt": f"{name} writes"}) for name in ("red", "green")))
    roles = {
        name: [says("", ("write", {"path": f"{name}.txt", "content": "x"})), says("Done.")] for name in ("red", "green")
    }
    acting = Acting(tmp_path, Cast(go=[sends, says("Both came.")], **roles), mode="ask", attended=True)
    heard: list[str] = []
    answered = asyncio.Event()
    now = 0.0

    def say(line: str) -> None:
        heard.append(line)
        if "Answered" in line:
            answered.set()

    conversation = Conversation(acting.session, say, lambda: now)
    telling = asyncio.create_task(conversation.tell())
    asks: list[PermissionAsk] = []
    cursor = acting.session.stream.cursor()
    acting.session.send(Prompt(text="go on"))
    async for record in cursor:
        match record.event:
            case AskOpened(ask=PermissionAsk() as ask):
                asks.append(ask)
                if len(asks) == 2:
                    now = 10.0
                    acting.session.send(Respond(ask=asks[0].id, answer=Deny(), by=By(kind="hook", name="other")))
            case AskAnswered(ask=settled) if asks and settled == asks[0].id:
                await answered.wait()
                conversation.hear("yes")  # meant for the first
                assert "Another request came while you typed" in heard[-1]
                now = 20.0
                conversation.hear("yes")
                break
            case _:
                pass
    cursor.close()
    await asyncio.wait_for(acting.session.rest(), 30)
    given = {
        record.event.ask: record.event.answer
        for record in acting.session.stream.records
        if isinstance(record.event, AskAnswered)
    }
    assert isinstance(given[asks[0].id], Deny)
    assert isinstance(given[asks[1].id], Allow)
    assert sorted(path.name for path in acting.root.glob("*.txt")) == [str(asks[1].input["path"])]
    await acting.session.close()
    await telling
