"""One conversation with three models in turn, each asked in its own API, over a real socket."""

import json
from pathlib import Path

from claw_core.dialects.carry import UNSEEN
from claw_core.event import NoticeRaised
from claw_core.intent import Prompt, SwitchModel
from claw_core.message import Image
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.scripting import ScriptedCall, ScriptedReply
from claw_core.session.session import Session
from tests.core.dialects.vendor_types import anthropic_request, chat_request, responses_request
from tests.loopback import Loopback

PNG = Image(media_type="image/png", data="iVBORw0KGgo=")
LOOK = (ScriptedCall(name="glob", input={"pattern": "*"}),)


async def says(session: Session, text: str, *images: Image) -> None:
    session.send(Prompt(text=text, images=images))
    await session.rest()


async def goes_on_with(session: Session, model: str) -> NoticeRaised:
    """Switch, and what was said of it."""
    cursor = session.stream.cursor(after=session.stream.records[-1].seq)
    session.send(SwitchModel(model=model))
    async for record in cursor:
        if isinstance(record.event, NoticeRaised):
            cursor.close()
            return record.event
    raise AssertionError("nothing was said")


async def test_a_conversation_goes_from_chat_to_messages_to_responses_and_back(tmp_path: Path) -> None:
    replies = [
        ScriptedReply(thought="Chat thinks.", text="I look.", calls=LOOK),
        ScriptedReply(text="Nothing there."),
        ScriptedReply(thought="Claude thinks.", text="I look, too.", calls=LOOK),
        ScriptedReply(text="Still nothing."),
        ScriptedReply(thought="GPT thinks.", text="Me, too.", calls=LOOK),
        ScriptedReply(text="Indeed."),
        ScriptedReply(text="The end."),
    ]
    async with Loopback(replies) as server:
        environ = {
            "HOME": str(tmp_path),
            "VLLM_BASE_URL": server.url,
            "ANTHROPIC_BASE_URL": server.url.removesuffix("/v1"),
            "OPENAI_BASE_URL": server.url,
            "CLAW_OPENAI_DIALECT": "responses",
        }
        (tmp_path / "work").mkdir()
        session = await open_session(Options(cwd=tmp_path / "work", model="vllm/tiny", environ=environ))
        await says(session, "What is there?", PNG)
        first = await goes_on_with(session, "anthropic/claude-opus-4-6")
        await says(session, "And now?")
        second = await goes_on_with(session, "openai/gpt-5.4")
        await says(session, "And now?")
        await goes_on_with(session, "vllm/tiny")
        await says(session, "Well?")
        await session.close()
        chat, chat_again, claude, claude_again, gpt, gpt_again, last = server.requests

    for request in (chat, chat_again, last):
        chat_request(request.body)
    for request in (claude, claude_again):
        anthropic_request(request.body)
    for request in (gpt, gpt_again):
        responses_request(request.body)
    assert "1 thought of another model" in first.message
    assert "2 thoughts of another model" in second.message
    for request in (claude, gpt, last):
        told = json.dumps(request.json)
        assert "What is there?" in told
        assert "Nothing there." in told
        assert PNG.data in told
    assert "Claude thinks." in claude_again.body.decode(), "its own thought goes back, signed"
    assert "c2lnbmVk" in claude_again.body.decode()
    assert "c2lnbmVk" not in gpt.body.decode() + last.body.decode()
    assert "gAAAAAB-sealed" in gpt_again.body.decode()
    assert "gAAAAAB-sealed" not in last.body.decode()
    assert UNSEEN not in last.body.decode()
