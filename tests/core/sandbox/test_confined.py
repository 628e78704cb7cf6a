"""A command of the tool bash inside the sandbox, and once outside where a person allows it."""

from pathlib import Path

import pytest

from claw_core.ask import Allow, Ask, Deny, PermissionAsk
from claw_core.event import AskAnswered, AskOpened, CallFinished
from claw_core.message import JsonObject, Text
from claw_core.native.sandbox import support
from claw_core.permissions.policy import Profile
from claw_core.sandbox.profile import holds, why_not
from tests.core.acting import Acting, says

pytestmark = pytest.mark.skipif(not holds(support()), reason=f"no sandbox here: {why_not(support())}")


class Person:
    """Answers asks as was agreed, and keeps them."""

    def __init__(self, answer: Allow | Deny) -> None:
        self.asks: list[PermissionAsk] = []
        self._answer = answer

    async def __call__(self, ask: Ask) -> object:
        assert isinstance(ask, PermissionAsk)
        self.asks.append(ask)
        return self._answer


def bash(command: str) -> tuple[str, JsonObject]:
    return ("bash", {"command": command})


async def told(acting: Acting) -> str:
    """What the model heard of the one call."""
    await acting.ask()
    return "".join(part.text for part in acting.only(CallFinished).parts if isinstance(part, Text))


async def test_auto_runs_without_asking_and_what_is_inside_works(tmp_path: Path) -> None:
    person = Person(Deny())
    command = "echo made > new.txt && echo $TMPDIR && echo x > $TMPDIR/x"
    acting = Acting(tmp_path, (says("", bash(command)), says("done")), mode="auto", answer=person)
    heard = await told(acting)
    assert (person.asks, (acting.root / "new.txt").read_text()) == ([], "made\n")
    assert "scratch/tmp" in heard
    answered = acting.only(AskAnswered)
    assert (answered.by.kind, answered.by.name) == ("sandbox", "workspace-write")


async def test_what_was_refused_is_offered_once_outside(tmp_path: Path) -> None:
    person = Person(Allow(comment="only this once"))
    (tmp_path / "notes").write_text("mine\n")
    command = 'echo ran >> log; python3 -c \'open("../notes", "a").write("more")\''
    acting = Acting(tmp_path, (says("", bash(command)), says("done")), mode="auto", answer=person)
    heard = await told(acting)
    (ask,) = person.asks
    assert ask.reason.startswith("It tried to write ~/notes, outside the sandbox. It ran inside and failed.")
    assert (ask.rule, ask.tool) == ("", "bash")
    assert (tmp_path / "notes").read_text() == "mine\nmore"
    assert (acting.root / "log").read_text() == "ran\nran\n"
    assert "[Sandbox: It tried to write ~/notes, outside the sandbox. The person then allowed" in heard
    assert "The person adds: only this once" in heard


async def test_who_says_no_leaves_it_undone_and_the_model_hears_why(tmp_path: Path) -> None:
    person = Person(Deny(reason="Use the workspace."))
    command = 'python3 -c \'open("../notes", "a")\''
    acting = Acting(tmp_path, (says("", bash(command)), says("done")), mode="auto", answer=person)
    heard = await told(acting)
    assert len(person.asks) == 1
    assert not (tmp_path / "notes").exists()
    assert "It was not allowed to run outside. Use the workspace." in heard


async def test_where_nobody_is_there_nothing_is_asked(tmp_path: Path) -> None:
    command = 'python3 -c \'open("../notes", "a")\''
    acting = Acting(tmp_path, (says("", bash(command)), says("done")), mode="auto")
    heard = await told(acting)
    assert acting.all(AskOpened) == []
    assert "It tried to write ~/notes, outside the sandbox. It was not allowed to run outside." in heard


async def test_what_fails_by_itself_is_not_offered(tmp_path: Path) -> None:
    person = Person(Allow())
    acting = Acting(tmp_path, (says("", bash("exit 3")), says("done")), mode="auto", answer=person)
    heard = await told(acting)
    assert person.asks == []
    assert heard.endswith("[Exit code 3.]")


async def test_a_protected_file_that_was_made_is_told(tmp_path: Path) -> None:
    if not support().mounts:
        pytest.skip("with Landlock alone it cannot be made")
    command = 'python3 -c \'open(".envrc", "w")\''
    acting = Acting(tmp_path, (says("", bash(command)), says("done")), mode="auto")
    heard = await told(acting)
    assert "[Sandbox: It made .envrc" in heard


@pytest.mark.parametrize(("profile", "works"), [("off", True), ("workspace-write", False), ("read-only", False)])
async def test_the_settings_hold_commands_in_every_mode(tmp_path: Path, profile: Profile, works: bool) -> None:
    command = "touch ../outside"
    script = (says("", bash(command)), says("done"))
    acting = Acting(tmp_path, script, mode="bypass", profile=profile)
    await told(acting)
    assert (tmp_path / "outside").exists() == works


async def test_the_temporary_folder_goes_with_the_session(tmp_path: Path) -> None:
    script = (says("", bash("touch $TMPDIR/x; mkdir -p $TMPDIR/d")), says("done"))
    acting = Acting(tmp_path, script, mode="auto")
    await told(acting)
    assert (acting.home / "scratch" / "tmp" / "d").is_dir()
    await acting.session.close()
    assert not (acting.home / "scratch" / "tmp").exists()
