"""`bash`: a real shell, seen as a terminal shows it, bounded in time and output, without the person's secrets."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from claw_core.block import TerminalBlock
from claw_core.error import InvalidInput
from claw_core.event import Event, JobEnded, JobProgressed, JobStarted
from claw_core.shell_environment import looks_secret, shell_environment
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal, told


def lives(pid: int) -> bool:
    """Whether a process runs; one that is dead but was not collected yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


async def test_it_prints_and_the_person_sees_the_same(bench: Bench) -> None:
    bench.files({"a.txt": "hello\n"})
    result = await bench.run("bash", command="cat a.txt")
    assert told(result) == "hello"
    assert result.blocks == (TerminalBlock(command="cat a.txt", output="hello\n", exit_code=0),)
    assert (result.outcome, result.summary) == ("ok", "exit 0")


async def test_output_is_shown_as_it_comes(bench: Bench) -> None:
    await bench.run("bash", command="echo one; echo two")
    assert "".join(bench.context.printed).split() == ["one", "two"]


async def test_a_failure_has_its_exit_code_and_its_words(bench: Bench) -> None:
    result = await bench.run("bash", command="echo to stderr >&2; exit 3")
    assert told(result) == "to stderr\n[Exit code 3.]"
    assert (result.outcome, result.summary) == ("error", "exit 3")
    assert told(await bench.run("bash", command="false")) == "(It printed nothing.)\n[Exit code 1.]"


async def test_a_signal_is_named(bench: Bench) -> None:
    result = await bench.run("bash", command="kill -SEGV $$")
    assert told(result) == "(It printed nothing.)\n[Ended by SIGSEGV.]"
    assert (result.outcome, result.summary) == ("error", "SIGSEGV")


async def test_it_runs_in_the_root_or_where_it_is_told(bench: Bench, tmp_path: Path) -> None:
    bench.files({"sub/a": ""})
    assert told(await bench.run("bash", command="pwd")) == str(bench.root)
    assert told(await bench.run("bash", command="pwd", cwd="sub")) == str(bench.root / "sub")
    assert told(await bench.run("bash", cmd="pwd", workdir=str(tmp_path))) == str(tmp_path)
    assert "is not a folder" in (await refusal(bench.run("bash", command="pwd", cwd="sub/a"))).message
    assert "~root is not a folder" in (await refusal(bench.run("bash", command="pwd", cwd="~root"))).message


async def test_home_is_the_same_for_shell_and_gate(bench: Bench) -> None:
    assert told(await bench.run("bash", command="echo ~ $HOME")) == f"{bench.workspace.home} {bench.workspace.home}"


async def test_a_timeout_gives_what_was_printed_until_then_and_kills_everything(bench: Bench) -> None:
    result = await bench.run("bash", command="echo started; sleep 60 & echo $! > pid; wait", timeout=1)
    assert result.outcome == "timeout"
    assert told(result).startswith("started\n")
    assert "[Stopped after 1 s, its timeout" in told(result)
    pid = int(bench.bytes_of("pid"))
    while lives(pid):  # noqa: ASYNC110 (it was told to die; nobody says when it has)
        await asyncio.sleep(0)


async def test_long_output_keeps_head_and_tail_and_the_whole_can_be_read(bench: Bench) -> None:
    result = await bench.run("bash", command="seq 1 20000")
    text = told(result)
    assert text.startswith("1\n2\n3\n")
    assert text.endswith("\n19999\n20000")
    assert "lines left out; the whole is in" in text
    assert len(text) < 40_000
    (whole,) = bench.workspace.scratch.iterdir()
    assert str(whole) in text
    assert whole.read_text() == "".join(f"{number}\n" for number in range(1, 20001))


async def test_output_beyond_what_is_held_is_whole_in_its_file(bench: Bench) -> None:
    result = await bench.run("bash", command="seq 1 200000")
    text = told(result)
    assert text.startswith("1\n2\n3\n")
    assert text.endswith("\n199999\n200000")
    assert "bytes left out; the whole is in" in text
    (whole,) = bench.workspace.scratch.iterdir()
    assert whole.read_text() == "".join(f"{number}\n" for number in range(1, 200001))


async def test_it_sees_what_a_terminal_shows(bench: Bench) -> None:
    result = await bench.run("bash", command=r"printf '10%%\r20%%\r\033[32mdone\033[0m\n'")
    assert told(result) == "done"


async def test_nobody_types_so_questions_end_at_once(bench: Bench) -> None:
    result = await bench.run("bash", command="read -p 'Sure? ' answer; echo \"got [$answer]\"", timeout=20)
    assert told(result).endswith("got []")


async def test_secrets_do_not_reach_the_command_and_other_things_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-123")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp-123")
    monkeypatch.setenv("PGPASSWORD", "pw-123")
    monkeypatch.setenv("KEYBOARD_LAYOUT", "de")
    monkeypatch.setenv("FORCE_COLOR", "1")
    variables = dict(line.split("=", 1) for line in told(await bench.run("bash", command="env")).splitlines())
    assert not {"OPENAI_API_KEY", "GITHUB_TOKEN", "PGPASSWORD", "FORCE_COLOR"} & set(variables)
    assert not [value for value in variables.values() if "-123" in value]
    assert variables["KEYBOARD_LAYOUT"] == "de"
    assert variables["PATH"] == os.environ["PATH"]
    assert (variables["CLAW"], variables["PAGER"], variables["GIT_TERMINAL_PROMPT"]) == ("1", "cat", "0")


async def test_git_neither_pages_nor_asks(bench: Bench) -> None:
    command = (
        "git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first"
        " && git log --format=%s && git -c core.editor=vi commit --allow-empty || true"
    )
    result = await bench.run("bash", command=command, timeout=30)
    assert told(result).startswith("first\n")
    assert result.outcome == "ok"


@pytest.mark.parametrize(
    "name",
    [
        "API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "NPM_AUTH_TOKEN",
        "DB_PASSWORD",
        "PGPASSWORD",
        "MYSQL_PWD",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "SSH_PASSPHRASE",
        "apikey",
        "AZURE_DEVOPS_PAT",
    ],
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert looks_secret(name)
    assert name not in shell_environment({name: "x"})


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "PWD", "OLDPWD", "SSH_AUTH_SOCK", "KEYBOARD", "TOKENIZERS_PARALLELISM", "PATIENCE"]
)
def test_other_names_are_left(name: str) -> None:
    assert not looks_secret(name)


def test_arguments_by_habit(bench: Bench) -> None:
    tool = bench.tool("bash")
    input = tool.parse({"cmd": "make\ntest", "timeout": 30000, "run_in_background": False})
    assert input.model_dump()["timeout"] == 30
    assert tool.parse({"command": "x", "timeout": 7200000}).model_dump()["timeout"] == 600
    assert (tool.wants(input), tool.target(input)) == ((Want(action="run", subject="make\ntest"),), "make …")
    with pytest.raises(InvalidInput, match="timeout"):
        tool.parse({"command": "x", "timeout": "soon"})
    with pytest.raises(InvalidInput, match="command"):
        tool.parse({"command": ""})


async def test_a_server_runs_in_the_background_is_typed_to_and_stopped(bench: Bench) -> None:
    started = told(await bench.run("bash", command="read -p 'Sure? [y/N] ' a; echo got $a; sleep 300", background=True))
    assert "in the background as command 1." in started
    answered = ""
    while "got y" not in answered:
        answered += told(await bench.run("job", action="write" if "Sure?" not in answered else "read", id=1, text="y"))
    assert told(await bench.run("job", action="list")).startswith("1: running: read")
    assert "ended by signal" in told(await bench.run("job", action="stop", id=1)) + told(await bench.run("job", id=1))
    assert "is no command 7" in (await refusal(bench.run("job", id=7))).message
    await bench.workspace.background.close()


async def test_a_command_whose_time_is_over_goes_on_where_asked(bench: Bench) -> None:
    command = "echo first; while [ ! -e go ]; do sleep 0.01; done; echo last"
    left = await bench.run("bash", command=command, timeout=0.5, on_timeout="background")
    assert (left.outcome, left.summary) == ("ok", "background 1")
    assert told(left).startswith("first\n[It runs in the background as command 1. Its 0.5 s are over.")
    bench.files({"go": ""})
    assert told(await bench.run("job", action="wait", id=1)) == "last\n[Command 1: exit 0.]"
    await bench.workspace.background.close()


async def test_people_see_its_colours_and_the_model_plain_words(bench: Bench) -> None:
    result = await bench.run("bash", command=r"printf '\033[31mred\033[0m and \033[1;38;5;208mbold\033[0m\n'")
    assert told(result) == "red and bold"
    (block,) = result.blocks
    assert isinstance(block, TerminalBlock)
    assert (block.output, block.styles) == ("red and bold\n", ((0, 3, "1"), (8, 12, "bold 208")))


async def test_colours_stay_where_they_were_when_the_middle_is_left_out(bench: Bench) -> None:
    lines = r"printf '\033[32m%s\033[0m\n' $(seq 3000)"
    (block,) = (await bench.run("bash", command=lines)).blocks
    assert isinstance(block, TerminalBlock)
    green = [block.output[first:behind] for first, behind, look in block.styles if look == "2"]
    assert green[:2] + green[-2:] == ["1", "2", "2999", "3000"]
    assert len(green) == len(block.output.splitlines()) - 1


async def test_what_asks_on_its_terminal_can_be_answered_by_a_person(bench: Bench) -> None:
    asks = "read -rs -p 'Password: ' word < /dev/tty; echo; echo ${#word} letters; cat"
    work = asyncio.ensure_future(bench.run("bash", command=asks))
    while "Password:" not in "".join(bench.context.printed):  # noqa: ASYNC110 (nobody says when it has asked)
        await asyncio.sleep(0.01)
    assert bench.workspace.background.type_keys(bench.context.call, b"secret\n")
    assert told(await work) == "Password: \n6 letters"
    assert not bench.workspace.background.type_keys(bench.context.call, b"too late\n")


async def test_what_becomes_of_a_command_in_the_background_is_told(bench: Bench) -> None:
    told_of: list[Event] = []
    ended = asyncio.Event()

    def tell(event: Event) -> None:
        told_of.append(event)
        if isinstance(event, JobEnded):
            ended.set()

    bench.workspace.background.tell = tell
    await bench.run("bash", command="read line; echo got $line; exit 3", background=True)
    assert told_of == [JobStarted(job=1, call=bench.context.call, command="read line; echo got $line; exit 3")]
    assert bench.workspace.background.type_keys(bench.context.call, b"yes\n")
    await ended.wait()
    assert told_of[-1] == JobEnded(job=1, exit_code=3)
    assert "".join(event.text for event in told_of if isinstance(event, JobProgressed)) == "yes\ngot yes\n"
