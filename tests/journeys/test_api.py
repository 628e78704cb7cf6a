"""The Python API as programs use it: scripts in a process of their own, against a real server on a real socket."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from claw_core.message import Usage
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import claw, python
from tests.loopback import Told, refuses, says, serving

AUTH = "def login(user):\n    return user\n"
READ = ScriptedReply(text="I read it first.", calls=(ScriptedCall(name="read", input={"path": "src/auth.py"}),))
EDIT = ScriptedReply(
    text="Now the change.",
    calls=(
        ScriptedCall(
            name="edit",
            input={"path": "src/auth.py", "old_string": "def login", "new_string": "async def login"},
        ),
    ),
)
TEST = ScriptedReply(calls=(ScriptedCall(name="bash", input={"command": "python3 run_the_tests.py"}),))
DONE = ScriptedReply(text="Done: login is async.", usage=Usage(input=1200, output=30, cached=800, reasoning=10))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "auth.py").write_text(AUTH)
    return folder


def printed(script: str, project: Path, *answers: Told, **more: str) -> Any:
    """What a script prints as JSON, run against a server that gives these answers."""
    with serving(answers) as server:
        done = python(
            dedent(script), home=project.parent, cwd=project, OPENAI_BASE_URL=server.url, CLAW_MODEL="tiny", **more
        )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_first_example_prints_a_line_a_step(project: Path) -> None:
    example = """\
from claw_code import Agent, Tools
agent = Agent(model="gpt-5.4", tools=Tools.default())
result = agent.run("Refactor src/auth.py to use async/await throughout")
for step in result.trace:
    print(f"[{step.type}] {step.description}")
"""
    with serving([READ, EDIT, TEST, DONE]) as server:
        done = python(example, home=project.parent, cwd=project, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-x")
        assert server.requests[0].json["model"] == "gpt-5.4"
    assert (done.returncode, done.stderr) == (0, "")
    steps = [line.partition("] ") for line in done.stdout.splitlines()]
    assert all(kind.startswith("[") and description for kind, _, description in steps)
    types = [kind[1:] for kind, _, _ in steps]
    assert types == [
        "prompt",
        *("model", "permission", "tool"),
        *("model", "permission", "file", "tool"),
        *("model", "permission", "tool"),
        "model",
        "turn",
    ]
    told = {kind[1:]: description for kind, _, description in steps}
    assert told["prompt"] == "Refactor src/auth.py to use async/await throughout"
    assert told["file"] == "changed src/auth.py +1 −1"
    assert "denied" in done.stdout, "nobody was there to allow the command"
    assert (project / "src" / "auth.py").read_text() == "async " + AUTH


def test_a_server_of_ones_own_is_named_by_its_address(project: Path) -> None:
    with serving([DONE]) as server:
        script = f"""\
from claw_code import Agent, Tools
agent = Agent(model="qwen3.5:35b-a3b-coding-nvfp4", base_url="{server.url}", tools=Tools.default())
print(agent.run("Are you there?").text)
"""
        done = python(script, home=project.parent, cwd=project)
        assert server.requests[0].json["model"] == "qwen3.5:35b-a3b-coding-nvfp4"
    assert (done.returncode, done.stdout, done.stderr) == (0, "Done: login is async.\n", "")


def test_a_result_tells_text_usage_cost_files_and_its_session(project: Path) -> None:
    script = """\
    import json
    from claw_code import Agent
    result = Agent().run("make it async")
    print(json.dumps({**result.as_json(), "free": result.cost, "error": result.error}))
    """
    told = printed(script, project, READ, EDIT, DONE)
    assert told["text"] == "Done: login is async."
    assert told["files"] == ["src/auth.py"]
    assert (told["turns"], told["stop"], told["error"]) == (3, "done", "")
    assert told["usage"] == {"input": 1200, "output": 30, "cached": 800, "cache_write": 0, "reasoning": 10}
    assert told["cost"] is None, "what an unknown server asks for is unknown"
    listed = json.loads(claw("sessions", "list", "--json", home=project.parent).stdout)
    assert [one["id"] for one in listed] == [told["session"]]


def test_the_async_form(project: Path) -> None:
    script = """\
    import asyncio, json
    from claw_code import Agent
    async def main():
        return await asyncio.gather(Agent().run_async("once"), Agent().run_async("twice"))
    print(json.dumps([[result.text, result.stop] for result in asyncio.run(main())]))
    """
    assert printed(script, project, DONE, DONE) == [["Done: login is async.", "done"]] * 2


def test_the_plain_form_works_inside_a_running_event_loop(project: Path) -> None:
    script = """\
    import asyncio, json
    from claw_code import Agent
    async def cell():
        return Agent().run("as in a notebook").text
    print(json.dumps(asyncio.run(cell())))
    """
    assert printed(script, project, DONE) == "Done: login is async."


def test_a_cancelled_run_is_an_interrupted_one(project: Path) -> None:
    script = """\
    import asyncio, json
    from claw_code import Agent
    async def main():
        asked = asyncio.Event()
        async def forever(ask):
            asked.set()
            await asyncio.Event().wait()
        run = asyncio.create_task(Agent(permission=forever).run_async("test it"))
        await asked.wait()
        run.cancel()
        print(json.dumps(isinstance((await asyncio.gather(run, return_exceptions=True))[0], asyncio.CancelledError)))
    asyncio.run(main())
    """
    assert printed(script, project, TEST) is True
    shown = claw("sessions", "show", "latest", home=project.parent).stdout
    assert "interrupted" in shown
    assert claw("sessions", "check", "latest", home=project.parent).returncode == 0


@pytest.mark.parametrize(
    ("callback", "outcome"),
    [
        ("def permission(ask): return ask.tool == 'bash' and 'run_the_tests' in ask.target", "done"),
        ("async def permission(ask): return True", "done"),
        ("def permission(ask): return Allow(comment='only this once')", "done"),
        ("def permission(ask): return False", "permission"),
        ("async def permission(ask): return Deny(reason='the tests cost money')", "permission"),
        ("permission = None", "permission"),
    ],
    ids=["yes", "yes, async", "yes, because", "no", "no, because", "nobody"],
)
def test_a_program_answers_in_a_persons_place(project: Path, callback: str, outcome: str) -> None:
    (project / "run_the_tests.py").write_text("open('tested', 'w').close()\nprint('3 passed')\n")
    script = f"""\
import json
from claw_code import Agent, Allow, Deny
{callback}
result = Agent(permission=permission).run("test it")
print(json.dumps([result.stop, [step.description for step in result.trace if step.type == "permission"]]))
"""
    with serving([TEST, DONE]) as server:
        done = python(script, home=project.parent, cwd=project, OPENAI_BASE_URL=server.url, CLAW_MODEL="tiny")
        assert (done.returncode, done.stderr) == (0, "")
        heard = server.requests[1].json["messages"][-1]["content"]
    stop, (permission,) = json.loads(done.stdout)
    assert stop == outcome
    assert (project / "tested").exists() == (outcome == "done")
    assert ("allowed" if outcome == "done" else "denied") in permission
    assert ("3 passed" if outcome == "done" else "Not allowed") in heard
    assert ("only this once" in heard) == ("only this once" in callback)
    assert ("the tests cost money" in heard) == ("the tests cost money" in callback)


def test_plain_typed_functions_are_tools(project: Path) -> None:
    script = '''\
    import asyncio, json
    from typing import Literal
    from claw_code import Agent, Tools

    def price(item: str, count: int = 1, currency: Literal["EUR", "USD"] = "EUR") -> str:
        """What an item costs.

        Knows pears only.
        """
        return f"{count} x {item}: {count * 0.5:.2f} {currency}"

    async def stock(item: str) -> dict[str, int]:
        """How many there are."""
        await asyncio.sleep(0)
        return {item: 7}

    agent = Agent(tools=Tools.default().only("read").with_(price, stock), permission=lambda ask: True)
    result = agent.run("what do three pears cost?")
    print(json.dumps([step.description for step in result.trace if step.type == "tool"]))
    '''
    asks = ScriptedReply(
        calls=(
            ScriptedCall(name="price", input={"item": "pear", "count": 3}),
            ScriptedCall(name="stock", input={"item": "pear"}),
            ScriptedCall(name="price", input={"item": "pear", "count": "many"}),
        )
    )
    with serving([asks, DONE]) as server:
        done = python(dedent(script), home=project.parent, cwd=project, OPENAI_BASE_URL=server.url, CLAW_MODEL="tiny")
        assert (done.returncode, done.stderr) == (0, "")
        first, second = (request.json for request in server.requests)
    tools = {tool["function"]["name"]: tool["function"] for tool in first["tools"]}
    assert list(tools) == ["read", "price", "stock"]
    assert tools["price"]["description"] == "What an item costs.\n\nKnows pears only."
    assert tools["price"]["parameters"]["required"] == ["item"]
    assert tools["price"]["parameters"]["properties"]["currency"]["enum"] == ["EUR", "USD"]
    heard = [message["content"] for message in second["messages"] if message["role"] == "tool"]
    assert heard[:2] == ["3 x pear: 1.50 EUR", '{"pear":7}']
    assert "count" in heard[2], "what does not fit is said field by field"


def test_a_tool_that_raises_ends_its_call_and_nothing_else(project: Path) -> None:
    script = '''\
    import json
    from claw_code import Agent

    def broken(item: str) -> str:
        """Does not work."""
        raise RuntimeError("the shelf is empty")

    result = Agent(tools=[broken], allow=["broken"], permission=lambda ask: True).run("go")
    print(json.dumps([result.stop, result.text]))
    '''
    with serving([ScriptedReply(calls=(ScriptedCall(name="broken", input={"item": "pear"}),)), DONE]) as server:
        done = python(dedent(script), home=project.parent, cwd=project, OPENAI_BASE_URL=server.url, CLAW_MODEL="tiny")
        assert (done.returncode, done.stderr) == (0, "")
        assert "the shelf is empty" in server.requests[1].json["messages"][-1]["content"]
    assert json.loads(done.stdout) == ["done", "Done: login is async."]


FAILS = """\
import json
from claw_code import Agent
result = Agent().run("go")
print(json.dumps([result.stop, result.error, result.text]))
"""


def test_a_refused_key_is_told_in_the_result(project: Path) -> None:
    answer = refuses(401, "Incorrect API key provided: sk-wrong")
    stop, error, text = printed(FAILS, project, answer, OPENAI_API_KEY="sk-wrong-0123456789")
    assert (stop, text) == ("failed", "")
    assert "OPENAI_API_KEY" in error
    assert "sk-wrong-0123456789" not in error


def test_a_server_that_is_down_is_told_in_the_result(project: Path) -> None:
    with serving() as server:
        gone = server.url
    script = f"""\
import json
from claw_code import Agent
result = Agent(model="openai/tiny", base_url="{gone}").run("go")
print(json.dumps([result.stop, result.error, [step.type for step in result.trace]]))
"""
    done = python(script, home=project.parent, cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    stop, error, steps = json.loads(done.stdout)
    assert stop == "failed"
    assert steps == ["prompt", *["retry"] * 4, "error"]
    assert gone.removeprefix("http://").removesuffix("/v1") in error


@pytest.mark.parametrize(
    ("making", "said"),
    [
        ("Agent()", "--model"),
        ("Agent('tiny', base_url='http://127.0.0.1:9/v1', cwd='nowhere')", "nowhere"),
        ("Agent('opnai/tiny')", "openai"),
        ("Agent('openai/tiny', base_url='http://127.0.0.1:9/v1', allow=['Bash('])", "Bash("),
    ],
    ids=["no model", "no folder", "no such provider", "no rule"],
)
def test_what_cannot_begin_is_a_usage_error(project: Path, making: str, said: str) -> None:
    script = f"""\
import json
from claw_code import Agent, UsageError
try:
    {making}.run("go")
except UsageError as error:
    print(json.dumps(str(error)))
"""
    done = python(script, home=project.parent, cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert said in json.loads(done.stdout)


def test_limits_and_own_answers_by_script(project: Path) -> None:
    script = """\
    import json
    from claw_code import Agent
    result = Agent(max_turns=2, permission_mode="plan").run("look around")
    print(json.dumps([result.stop, result.turns]))
    """
    look = says(calls=(ScriptedCall(name="glob", input={"pattern": "*"}),))
    assert printed(script, project, look, look, look) == ["max_turns", 2]
