"""Who could be talked to right now, seen from real sockets."""

import asyncio
import socket
import subprocess
import sys

from claw_core.reach import Reach, reachable
from tests.loopback import Answer, Loopback, Wait


def by_name(found: tuple[Reach, ...]) -> dict[str, Reach]:
    return {reach.provider: reach for reach in found}


async def test_servers_that_answer_are_told_from_those_that_do_not() -> None:
    async with Loopback(models=["qwen3:4b"]) as server:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
            environ = {"OPENAI_BASE_URL": server.url, "OLLAMA_HOST": nobody, "OPENAI_API_KEY": "sk-1"}
            found = by_name(await reachable(environ, timeout=60))

    assert found["openai_compatible"].ready
    assert found["openai_compatible"].models == ("qwen3:4b",)
    assert found["openai"].key == "OPENAI_API_KEY"
    assert not found["ollama"].ready
    assert found["ollama"].url == nobody
    assert "scripted" not in found


async def test_a_key_makes_its_provider_ready_and_nothing_is_sent() -> None:
    found = by_name(await reachable({"OPENAI_API_KEY": "sk-1", "OLLAMA_HOST": "127.0.0.1:9"}))
    assert found["openai"] == Reach(
        provider="openai", label="OpenAI", url="https://api.openai.com/v1", key="OPENAI_API_KEY", ready=True
    )
    assert not by_name(await reachable({"OLLAMA_HOST": "127.0.0.1:9"}))["openai"].ready


async def test_looking_around_takes_no_longer_than_it_may() -> None:
    silent = Answer(pieces=(Wait(asyncio.Event()),))
    async with Loopback(models=silent) as server:
        found = await asyncio.wait_for(reachable({"OLLAMA_HOST": server.url}, timeout=0.05), 60)
    assert not any(reach.ready for reach in found)


async def test_what_is_no_server_of_models_is_not_ready() -> None:
    page = Answer(pieces=(b"<html>",), content_type="text/html")
    async with Loopback(models=page) as server:
        found = by_name(await reachable({"OLLAMA_HOST": server.url}, timeout=60))
    assert not found["ollama"].ready


def test_looking_around_loads_no_sdk() -> None:
    program = """
import asyncio, sys
from claw_core.reach import reachable
asyncio.run(reachable({"OLLAMA_HOST": "127.0.0.1:9"}))
assert not {"openai", "httpx", "httpx2", "pydantic"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
