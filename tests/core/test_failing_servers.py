"""What happens to a turn when its server fails, over real sockets: no half answer is kept, none is lost."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.error import UsageError
from claw_core.event import (
    ContextCompacted,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    NoticeRaised,
    TextDelta,
    TurnFailed,
    TurnFinished,
)
from claw_core.intent import Prompt
from claw_core.message import Text
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.provider import Network
from claw_core.result import result_of
from claw_core.scripting import ScriptedCall, ScriptedReply
from claw_tui.item import AnswerItem
from claw_tui.views.conversation import ConversationView
from tests.core.acting import Acting
from tests.loopback import Answer, Loopback, Pause, Told, breaks_off, chunk, refuses, says

SOON = {"retry-after-ms": "1"}


@asynccontextmanager
async def acting_with(
    folder: Path, answers: Sequence[Told], *, network: Network | None = None, fallback: tuple[str, ...] = ()
) -> AsyncGenerator[tuple[Acting, Loopback]]:
    """A session that talks to a server which answers so."""
    async with Loopback(answers) as server:
        provider = ChatCompletionsProvider(name="openai", label="OpenAI", base_url=server.url)
        provider.through(network or Network(stall=5))
        acting = Acting(folder, (), provider=provider, fallback=fallback)
        yield acting, server
        await acting.session.close()
        await provider.close()


def spoken(acting: Acting) -> list[str]:
    """What the assistant said, as the next request would tell it."""
    return [message.text for message in acting.harness.transcript.messages if message.role == "assistant"]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_asked_again(tmp_path: Path, status: int) -> None:
    async with acting_with(tmp_path, [refuses(status, "not now", headers=SOON), says("Hello.")]) as (acting, server):
        await acting.ask()
        assert len(server.requests) == 2
        assert server.requests[0].body == server.requests[1].body
        assert acting.only(ModelRetried).wait == 0.001
        assert spoken(acting) == ["Hello."]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_what_stays_is_not(tmp_path: Path, status: int) -> None:
    async with acting_with(tmp_path, [refuses(status, "no")]) as (acting, server):
        await acting.ask()
        assert len(server.requests) == 1
        assert acting.only(TurnFailed).hint


@pytest.mark.parametrize(
    "half",
    [
        pytest.param(breaks_off("Half an ans"), id="cut"),
        pytest.param(breaks_off("Half an ans", ends=True), id="ended as if all were well"),
        pytest.param(Answer(pieces=(chunk({"content": "Half an ans"}), Pause(60))), id="silent"),
    ],
)
async def test_half_an_answer_is_nowhere_once_the_whole_is_there(tmp_path: Path, half: Answer) -> None:
    async with acting_with(tmp_path, [half, says("The whole.")], network=Network(stall=0.2)) as (acting, _):
        cursor = acting.session.stream.cursor()
        await acting.ask()
        view = ConversationView()
        for record in cursor.take():
            view.fold(record)
        assert acting.only(ModelRetried).error == "StreamBroken"
        assert [item.piece.source for item in view.items if isinstance(item, AnswerItem)] == ["The whole."]
        assert spoken(acting) == ["The whole."]
        assert len(acting.all(ModelReplied)) == 1


async def test_a_server_that_asks_for_an_hour_is_not_held_against_its_word(tmp_path: Path) -> None:
    async with acting_with(tmp_path, [refuses(429, "slow down", headers={"retry-after": "4000"})]) as (acting, server):
        await acting.ask()
        assert len(server.requests) == 1
        assert "1 h 7 min" in acting.only(TurnFailed).hint


async def test_the_next_model_goes_on_where_one_cannot_be_had(tmp_path: Path) -> None:
    tired = Answer(pieces=(chunk({"content": "I beg"}),), ends=False)
    answers = [tired, refuses(429, "slow down", headers={"retry-after": "60"})]
    async with acting_with(tmp_path, answers, fallback=("nobody", "second")) as (acting, server):
        await acting.ask("do it")
        assert len(server.requests) == 2
        assert acting.only(NoticeRaised).message == "A fallback is passed over: Nobody has that name."
        assert "slow down" in acting.only(ModelSwitched).reason
        assert spoken(acting) == ["I am second."]
        await acting.ask("and again")
        assert spoken(acting) == ["I am second."] * 2
        assert len(server.requests) == 2


async def test_a_chain_that_is_used_up_ends_the_turn_with_the_last_failure(tmp_path: Path) -> None:
    async with acting_with(tmp_path, [refuses(401, "wrong key")], fallback=("nobody",)) as (acting, _):
        await acting.ask()
        assert acting.only(TurnFailed).error == "Unauthorized"


async def test_an_interrupt_ends_the_wait_at_once(tmp_path: Path) -> None:
    async with acting_with(tmp_path, [refuses(429, "later", headers={"retry-after": "200"})]) as (acting, server):
        asking = asyncio.create_task(acting.ask())
        await acting.until(ModelRetried)
        await acting.session.close()
        await asking
        assert len(server.requests) == 1


async def test_headers_and_a_proxy_are_those_of_the_settings(tmp_path: Path) -> None:
    async with Loopback([says("By the proxy.")]) as proxy:
        way = Network(proxy=proxy.url.removesuffix("/v1"), headers={"X-Team": "blue"}, stall=5)
        provider = ChatCompletionsProvider(name="openai", label="OpenAI", base_url="http://models.invalid/v1")
        provider.through(way)
        acting = Acting(tmp_path, (), provider=provider)
        await acting.ask()
        await acting.session.close()
        await provider.close()
        (request,) = proxy.requests
        assert spoken(acting) == ["By the proxy."]
        assert request.path == "http://models.invalid/v1/chat/completions"
        assert request.headers["x-team"] == "blue"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of nobody's for 127.0.0.1, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    try:
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("There is no openssl to make a certificate with.")
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


async def test_a_server_with_a_certificate_of_ones_own_is_trusted_where_the_settings_say_so(
    tmp_path: Path, certificate: Path
) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with Loopback([says("Safely.")], tls=tls) as server:
        provider = ChatCompletionsProvider(name="openai", label="OpenAI", base_url=server.url)
        provider.through(Network(ca_file=certificate, stall=5))
        acting = Acting(tmp_path, (), provider=provider)
        await acting.ask()
        await acting.session.close()
        await provider.close()
        assert spoken(acting) == ["Safely."]


@pytest.mark.parametrize("way", [Network(proxy="nonsense"), Network(ca_file=Path("/nowhere.pem"))])
def test_a_way_that_cannot_be_gone_is_said_before_anything_is_sent(way: Network) -> None:
    provider = ChatCompletionsProvider(name="openai", label="OpenAI", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(UsageError, match=r"network\.proxy|nowhere"):
        provider.through(way)


async def test_what_streams_before_a_retry_is_told_apart_by_the_record_between(tmp_path: Path) -> None:
    async with acting_with(tmp_path, [breaks_off("Half"), says("Whole")]) as (acting, _):
        cursor = acting.session.stream.cursor()
        await acting.ask()
        told: list[str] = []
        for record in cursor.take():
            match record.event:
                case TextDelta(text=text):
                    told.append(text)
                case ModelRetried():
                    told.clear()
                case _:
                    pass
        assert "".join(told) == "Whole"
        assert acting.only(ModelReplied).message.parts == (Text(text="Whole"),)


async def test_a_request_that_is_too_long_leads_to_room_and_not_to_the_end(tmp_path: Path) -> None:
    too_long = refuses(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded")
    read = ScriptedReply(calls=(ScriptedCall(name="read", input={"path": "a.txt"}),))
    answers = [read, read, read, too_long, says("## Goal\nRead it."), says("Done.")]
    async with acting_with(tmp_path, answers) as (acting, server):
        acting.write("a.txt", "One line after the other.\n" * 100)
        await acting.ask("Read it, whatever it takes.")
        assert acting.only(TurnFinished).stop == "done"
        assert acting.only(ContextCompacted).cause == "refused"
        last = server.requests[-1].json["messages"]
        assert "Read it, whatever it takes." in str(last)
        assert len(str(last)) < len(str(server.requests[3].json["messages"])) / 2
        assert spoken(acting)[-1] == "Done."


async def test_what_the_settings_say_holds_on_the_wire(tmp_path: Path) -> None:
    config, project = tmp_path / ".config" / "claw", tmp_path / "shop"
    config.mkdir(parents=True)
    project.mkdir()
    (tmp_path / "spare.toml").write_text('[[reply]]\ntext = "I am the spare one."\n')
    (config / "settings.toml").write_text(
        f'fallback = ["scripted/{tmp_path / "spare.toml"}"]\neffort = "high"\n'
        '[network]\nattempts = 2\n[network.headers]\nX-Team = "${TEAM}"\n'
    )
    async with Loopback([refuses(500, "broken", headers=SOON)] * 2) as server:
        environ = {"HOME": str(tmp_path), "TEAM": "blue", "OPENAI_BASE_URL": server.url, "CLAW_MODEL": "tiny"}
        session = await open_session(Options(cwd=project, environ=environ))
        session.send(Prompt(text="hi"))
        await session.rest()
        await session.close()
        first, _ = server.requests
        assert first.headers["x-team"] == "blue"
        assert first.json["reasoning_effort"] == "high"
        result = result_of(session.id, session.stream.records)
        assert (result.text, result.stop) == ("I am the spare one.", "done")
