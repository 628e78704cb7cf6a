"""What earlier commands left in the shell counts as if it stood in front of each command: nothing rides along."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from claw_core.ask import Allow, Answer, Ask, PermissionAsk
from claw_core.event import AskAnswered, AskOpened, CallFinished, Record
from claw_core.intent import Prompt
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.permissions.policy import Decision, Policy
from claw_core.providers.scripted import ScriptedProvider
from claw_core.scripting import ScriptedReply
from claw_core.tool import Want
from tests.core.acting import Acting, says
from tests.core.permissions.test_policy import gate


def carried(policy: Policy, line: str, *variables: str, cwd: str = "") -> Decision:
    """What is decided about a line in a shell that has those variables, in that folder."""
    given = {"command": line, **({"cwd": cwd} if cwd else {})}
    return policy.decide("bash", given, (Want(action="run", subject=line, variables=variables),))


EVIL = (
    "PATH=/evil",
    "LD_PRELOAD=/evil.so",
    "LD_LIBRARY_PATH=/evil",
    "BASH_ENV=/evil.sh",
    "ENV=/evil.sh",
    "IFS=/",
    "GIT_DIR=/evil",
    "GIT_EXTERNAL_DIFF=/evil",
    "GIT_CONFIG_COUNT=1",
    "GIT_PAGER=/evil",
    "PAGER=/evil",
    "PYTHONPATH=/evil",
    "NODE_OPTIONS=--require /evil.js",
    "FOO=whatever",
    "PAGER=",
    "TERM=$(evil)",
)


@pytest.mark.parametrize("variable", EVIL)
def test_what_is_free_or_allowed_is_asked_about_once_something_was_set(variable: str) -> None:
    policy = gate(allow=("Bash(npm test)", "Bash(git push *)"))
    for line in ("git status", "ls", "npm test", "git push origin", "cat a | grep b", "bash -c 'git log'"):
        assert carried(policy, line).decision == "allow"
        decision = carried(policy, line, variable)
        assert decision.decision == "ask", (line, variable)
        assert decision.reason.endswith(f"Earlier commands have set {shown(variable)}.")
        assert not decision.proposed


def shown(variable: str) -> str:
    name, _, value = variable.partition("=")
    return variable if value.startswith("/") else name


def test_what_cannot_change_what_a_command_does_changes_no_decision() -> None:
    policy = gate(allow=("Bash(npm test)",))
    for line in ("git status", "ls", "npm test"):
        assert carried(policy, line, "NODE_ENV=test", "CI=1", "NO_COLOR=").decision == "allow"


def test_a_rule_that_names_the_variable_allows_the_command_with_it() -> None:
    policy = gate(allow=("Bash(STAGE=test npm test)",))
    assert carried(policy, "npm test", "STAGE=test").decision == "allow"
    assert carried(policy, "npm test", "STAGE=live").decision == "ask"
    assert carried(policy, "npm test").decision == "ask"


def test_who_allows_all_or_forbids_something_is_heard_as_before() -> None:
    assert carried(gate(allow=("Bash",)), "make", "FOO=1").decision == "allow"
    assert carried(gate("bypass"), "make", "PATH=/x").decision == "allow"
    assert carried(gate(allow=("Bash",), deny=("Bash(rm *)",)), "rm x", "FOO=1").decision == "deny"
    assert carried(gate(allow=("Bash",), deny=("Bash(rm *)",)), "make", "BASH_ENV=/x").decision == "ask"
    assert carried(gate("plan"), "ls", "PATH=/x").decision == "deny"


def test_values_that_may_be_secrets_are_not_told() -> None:
    reason = carried(gate(), "ls", "X=hunter2", "DB=postgres://u:hunter2@h/d").reason
    assert "hunter2" not in reason
    assert reason.endswith("Earlier commands have set X, DB.")


def test_a_line_is_judged_in_the_folder_where_the_shell_is() -> None:
    assert carried(gate(), "cat x", cwd="src").decision == "allow"
    assert carried(gate(), "cat ../../x", cwd="src").decision == "ask"
    assert carried(gate(), "ls", cwd="/etc").decision == "ask"
    assert carried(gate(deny=("Read(secrets/**)",)), "cat x", cwd="secrets").decision == "deny"
    assert carried(gate("edits"), "echo x > config", cwd=".git").dangerous


class Person:
    """Allows what is asked, and keeps it."""

    def __init__(self) -> None:
        self.asked: list[PermissionAsk] = []

    async def __call__(self, ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        self.asked.append(ask)
        return Allow()

    @property
    def lines(self) -> list[str]:
        """The command lines that were asked about."""
        return [str(ask.input["command"]) for ask in self.asked]


def bash(*lines: str) -> list[ScriptedReply]:
    """A model that runs those lines, one a reply."""
    return [*(says("", ("bash", {"command": line})) for line in lines), says("Done.")]


def heard(acting: Acting) -> list[str]:
    return said(acting.session.stream.records)


def said(records: Iterable[Record]) -> list[str]:
    """What the model was told by each call."""
    ended = [record.event for record in records if isinstance(record.event, CallFinished)]
    return ["".join(part.text for part in each.parts if part.kind == "text") for each in ended]


async def test_a_path_that_was_exported_has_later_commands_asked_about(tmp_path: Path) -> None:
    person = Person()
    lines = ("git --version", "export PATH=/evil:$PATH", "git status", "ls", "export PATH=${PATH#/evil:}", "ls")
    acting = Acting(tmp_path, bash(*lines), mode="ask", allow=("Bash(git *)",), answer=person)
    await acting.ask()
    assert person.lines == [lines[1], lines[2], lines[3], lines[4]]
    assert "Earlier commands have set PATH=/evil:" in person.asked[1].reason
    await acting.session.close()


async def test_where_the_shell_went_is_filled_in_before_the_gate_looks(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x").write_text("outside\n")
    person = Person()
    acting = Acting(tmp_path, bash("cd src", "cat x", "cd ../../outside", "cat x"), mode="ask", answer=person)
    acting.write("src/x", "inside\n")
    await acting.ask()
    assert person.lines == ["cd ../../outside", "cat x"]
    last = person.asked[-1]
    assert last.input == {"command": "cat x", "cwd": str(tmp_path / "outside")}
    assert "outside" in last.reason
    assert last.preview[0].kind == "terminal"
    assert last.preview[0].folder == str(tmp_path / "outside")
    assert heard(acting)[1] == "inside"
    assert heard(acting)[3] == "outside"
    await acting.session.close()


async def test_a_command_that_the_person_changed_runs_in_the_shell_as_well(tmp_path: Path) -> None:
    async def answer(ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        return Allow(input={**ask.input, "command": "mkdir inner; cd inner"})

    acting = Acting(tmp_path, bash("cd src", "mkdir x", "pwd"), mode="ask", answer=answer)
    acting.write("src/x", "inside\n")
    await acting.ask()
    assert heard(acting)[2] == str(acting.root / "src" / "inner")
    await acting.session.close()


async def test_no_value_of_a_variable_is_recorded(tmp_path: Path) -> None:
    acting = Acting(tmp_path, bash("export WORD=$(cat word)", "ls", "cd src; make"), mode="ask", answer=Person())
    acting.write("word", "hunter2\n")
    acting.write("src/x", "")
    await acting.ask()
    assert len(acting.all(AskOpened)) == 3
    assert len(acting.all(AskAnswered)) == 3
    assert "hunter2" not in (acting.home / "log.jsonl").read_text()
    await acting.session.close()


async def test_a_denied_command_moves_nothing(tmp_path: Path) -> None:
    acting = Acting(tmp_path, bash("cd src && rm x", "pwd"), mode="ask", deny=("Bash(rm *)",))
    acting.write("src/x", "")
    await acting.ask()
    assert heard(acting)[1] == str(acting.root)
    await acting.session.close()


async def test_a_session_that_is_continued_starts_where_its_shell_was(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    environ = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    told: list[str] = []
    script = [*bash("export A=1", "cd src", "true"), *bash("pwd; echo ${A-none}")]
    for resume in (None, "latest"):
        options = Options(cwd=project, provider=ScriptedProvider(script), environ=environ, mode="bypass", resume=resume)
        session = await open_session(options)
        session.send(Prompt(text="go"))
        await session.rest()
        told = said(session.stream.records)
        await session.close()
    assert told[-1] == f"{project / 'src'}\nnone"
