"""The tests' own model server, in each of the ways it can be run."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from claw_core.error import RateLimited
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.loopback import serving

ROOT = Path(__file__).parents[3]
QUESTION = {"role": "user", "content": "Hello"}


def post(url: str, messages: list[Any]) -> bytes:
    body = json.dumps({"model": "tiny", "stream": True, "messages": messages}).encode()
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/chat/completions", body) as answer:
        return answer.read()


def test_it_serves_code_that_is_not_async() -> None:
    calls = (ScriptedCall(name="grep", input={"pattern": "x"}),)
    with serving([ScriptedReply(text="Hi", calls=calls)]) as server:
        heard = post(server.url, [QUESTION])
    assert b'"content": "Hi"' in heard
    assert b'"id": "call_1"' in heard
    assert heard.endswith(b"data: [DONE]\n\n")
    assert server.requests[0].json["messages"] == [QUESTION]


def test_a_scripted_error_is_a_status_until_it_came_often_enough() -> None:
    with serving(lambda _: ScriptedReply(text="Hi", error=RateLimited("slow", retry_after=2), failures=1)) as server:
        refused = urllib.request.Request(f"{server.url}/chat/completions", b'{"messages": []}')
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(HTTPError) as failure:
            opener.open(refused)
        failure.value.close()
        assert (failure.value.code, failure.value.headers["retry-after"]) == (429, "2")
        with opener.open(refused) as answer:
            assert b"Hi" in answer.read()


def test_it_runs_as_a_process_and_answers_by_how_often_the_model_has_spoken(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('[[reply]]\ntext = "One"\n[[reply]]\ntext = "Two"\n')
    command = [sys.executable, "-m", "tests.loopback", "--script", str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        second = post(url, [QUESTION, {"role": "assistant", "content": "One"}, QUESTION])
        first = post(url, [QUESTION])
        process.communicate()
    assert b"Two" in second
    assert b"One" in first
    assert process.returncode == 0
