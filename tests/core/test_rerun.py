"""A recorded session as a regression test: what comes out as it did matches, what does not is said."""

from pathlib import Path

import pytest

from claw_core.ask import Allow, Ask, Deny
from claw_core.error import UsageError
from claw_core.replay import Replay
from claw_core.rerun import rerun
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.core.acting import Acting, says
from tests.core.importers.test_importers import write
from tests.core.test_delegation import Cast
from tests.loopback import serving


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


async def recorded(folder: Path) -> Acting:
    """An edit, of which a hunk is not taken, a denied one, a look and a command."""
    lines = "".join(f"{number}\n" for number in range(1, 30))

    async def answer(ask: Ask) -> object:
        if ask.kind == "permission" and ask.tool == "write":
            return Deny(reason="no")
        return Allow(hunks=((0,),)) if ask.kind == "permission" and ask.tool == "multi_edit" else Allow()

    edits = [{"old_string": "2\n3\n", "new_string": "two\n3\n"}, {"old_string": "28\n", "new_string": "x\n"}]
    acting = Acting(
        folder,
        [
            says("", ("read", {"path": "a.txt"})),
            says("", ("multi_edit", {"path": "a.txt", "edits": edits})),
            says("", ("write", {"path": "b.txt", "content": "b"})),
            says("", ("grep", {"pattern": "two"})),
            says("Done."),
        ],
        mode="ask",
        answer=answer,
    )
    acting.write("a.txt", lines)
    await acting.ask("edit it")
    assert (acting.root / "a.txt").read_text() == lines.replace("2\n3", "two\n3", 1)
    return acting


async def test_nothing_comes_out_otherwise_where_nothing_changed(tmp_path: Path) -> None:
    acting = await recorded(tmp_path)
    before = (acting.root / "a.txt").read_text()
    for what in ("all", "model"):
        done = await rerun(_replay(acting), what)
        assert done.diverged == ()
        assert (done.calls, done.matched) == (4, 4)
    assert (acting.root / "a.txt").read_text() == before, "it worked on a copy"


async def test_what_comes_out_otherwise_is_said_call_by_call(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("read", {"path": "a.txt"})), says("", ("glob", {"pattern": "*"})), says("x")])
    acting.write("a.txt", "one\n")
    await acting.ask()
    acting.write("a.txt", "two\n")
    done = await rerun(_replay(acting), "model")
    (one,) = done.diverged
    assert (done.calls, done.matched) == (2, 1)
    assert (one.name, one.target, one.what) == ("read", "a.txt", "result")
    assert "one" in one.then
    assert "two" in one.now
    assert (await rerun(_replay(acting), "all")).diverged == ()


async def test_what_is_not_ours_cannot_be_done_again(tmp_path: Path) -> None:
    path = write(tmp_path, [{"type": "user", "sessionId": "s", "message": {"content": "hi"}}])
    from claw_core.importer import read_foreign

    with pytest.raises(UsageError):
        await rerun(Replay.of_foreign(path, read_foreign(path)))


def _replay(acting: Acting) -> Replay:
    """The session, with the folder it really worked in."""
    replay = Replay.of(acting.home)
    replay.root = acting.root
    return replay


async def test_what_sub_agents_did_is_done_again_too(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "one errand"}), ("task", {"prompt": "another errand"})), says("Both.")],
        one=[says("", ("read", {"path": "a.txt"})), says("first")],
        another=[says("", ("grep", {"pattern": "o"})), says("second")],
    )
    acting = Acting(tmp_path, cast)
    acting.write("a.txt", "one\n")
    await acting.ask("go on")
    for what in ("all", "model"):
        done = await rerun(_replay(acting), what)
        assert done.diverged == (), what
        assert (done.calls, done.matched) == (4, 4)
    acting.write("a.txt", "two\n")
    names = {one.name for one in (await rerun(_replay(acting), "model")).diverged}
    assert {"read", "grep"} >= names >= {"read"}


async def test_a_model_that_is_asked_again_may_do_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acting = Acting(
        tmp_path, [says("", ("read", {"path": "a.txt"})), says("", ("glob", {"pattern": "*"})), says("It.")]
    )
    acting.write("a.txt", "one\n")
    await acting.ask("look")
    read = ScriptedReply(calls=(ScriptedCall(name="read", input={"path": "a.txt"}),))
    with serving([read, ScriptedReply(text="Enough.")]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        done = await rerun(_replay(acting), "live", "openai/tiny")
    assert (done.calls, done.matched) == (2, 1)
    assert [(one.name, one.what) for one in done.diverged] == [("glob", "missing")]
    assert "look" in str(server.requests[0].json["messages"])
