"""The whole way: a file named on the command line answers, and the official server of the same model is a peer."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from socket import socket
from urllib.request import urlopen

import pytest

from claw_core.catalog import Choice, card, open_provider
from claw_core.event import ModelReplied
from claw_core.message import Message, Text
from claw_core.provider import ModelRequest, ToolSpec
from tests.embedded.tiny_model import TEMPLATE, write_model
from tests.journeys.command import claw

SAYS = [("assistant", "Hello"), ("Hello", " world"), (" world", "<|im_end|>")]


def test_a_model_in_a_file_answers_on_the_command_line(tmp_path: Path) -> None:
    file = write_model(tmp_path / "tiny.gguf", SAYS)
    done = claw("run", "--model", str(file), "--output-format", "json", "Hi.", home=tmp_path)
    told = json.loads(done.stdout)
    assert (told["text"], told["stop"], told["cost"]) == ("Hello world", "done", 0.0)
    assert done.returncode == 0
    assert done.stderr == "", "the library says nothing into the terminal"


def test_a_model_in_the_folder_of_models_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "claw" / "models"
    folder.mkdir(parents=True)
    file = write_model(folder / "mine.gguf", SAYS)
    listed = json.loads(claw("models", "--json", home=tmp_path, XDG_DATA_HOME=str(tmp_path / "data")).stdout)
    (local,) = [each for each in listed if each["provider"] == "local"]
    served = {each["name"]: each for each in local["served"]}
    assert local["ready"]
    assert served[str(file)]["window"] == 4096
    assert "fetched when it is first asked" in served["smollm3"]["note"]


@asynccontextmanager
async def official_server(file: Path) -> AsyncGenerator[str]:
    """`llama_cpp.server` with this model, as a process of its own; its address."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("-m", "llama_cpp.server", "--model", str(file), "--port", str(port), "--n_ctx", "4096")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            assert process.returncode is None, "the server ended before it answered"
            try:
                await asyncio.to_thread(urlopen, f"http://127.0.0.1:{port}/v1/models", timeout=1)
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.parametrize("name", ["llama_cpp", "openai_compatible"])
async def test_the_official_server_is_a_peer_of_our_providers(tmp_path: Path, name: str) -> None:
    async with official_server(write_model(tmp_path / "tiny.gguf", SAYS, template=TEMPLATE)) as url:
        provider = open_provider(Choice(provider=name, model="tiny"), url, {})
        assert await provider.models() == (str(tmp_path / "tiny.gguf"),)
        asked = (Message(role="user", parts=(Text(text="Hi."),)),)
        body = provider.body(ModelRequest(model="tiny", system="You are a test.", messages=asked))
        events = [event async for event in provider.stream(body)]
        await provider.close()
        reply = events[-1]
        assert isinstance(reply, ModelReplied)
        assert (reply.message.text, reply.stop) == ("Hello world", "end")
        assert card(name, "tiny", url=url).prices is not None or name == "openai_compatible"


async def test_the_official_servers_model_calls_in_its_text(tmp_path: Path) -> None:
    words = ["assistant", "<tool_call>", "<function=look>", "</tool_call>", "<|im_end|>"]
    chain = list(pairwise(words))
    async with official_server(write_model(tmp_path / "tiny.gguf", chain, template=TEMPLATE)) as url:
        provider = open_provider(Choice(provider="llama_cpp", model="tiny"), url, {})
        tool = ToolSpec(name="look", description="", schema={"type": "object", "properties": {}})
        asked = (Message(role="user", parts=(Text(text="Hi."),)),)
        body = provider.body(ModelRequest(model="tiny", system="", messages=asked, tools=(tool,), max_output=40))
        events = [event async for event in provider.stream(body)]
        await provider.close()
        reply = events[-1]
        assert isinstance(reply, ModelReplied)
        assert reply.stop == "calls"
        assert [call.name for call in reply.message.calls] == ["look"]
