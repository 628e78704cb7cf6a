"""Files that somebody else changes after the agent did: the diffs say so, and take it back when it is undone."""

from pathlib import Path

from claw_core.block import DiffBlock, Hunk
from claw_core.checkpoint import content_hash
from claw_core.drift import drifted
from claw_core.event import CallFinished, CallStarted, FileChanged, PromptSubmitted, TurnStarted
from tests.tui.bench import Scene, on_stage, painted, until


def changed(folder: Path) -> Scene:
    """A call wrote `new` into a file of a real workspace."""
    (folder / "a.py").write_text("new\n")
    hunk = Hunk(old_start=1, old_count=1, new_start=1, new_count=1, lines=("-old\n", "+new\n"))
    scene = Scene()
    scene.root = folder
    change = FileChanged(path="a.py", before="x", after=content_hash(b"new\n"), call="c", added=1, removed=1)
    scene.tell(
        PromptSubmitted(text="go"),
        TurnStarted(),
        CallStarted(id="c", name="edit", input={}),
        change,
        CallFinished(id="c", outcome="ok", parts=(), blocks=(DiffBlock(path="a.py", hunks=(hunk,)),)),
    )
    return scene


async def test_a_file_that_changes_on_disk_says_so_and_no_longer_when_it_is_as_it_was(tmp_path: Path) -> None:
    async with on_stage(changed(tmp_path), (120, 30)) as (app, pilot):
        app.workbench.go_to("diffs")
        await pilot.press("3")
        assert "changed on disk" not in painted(app)
        (tmp_path / "a.py").write_text("somebody else\n")
        await until(pilot, lambda: "! changed on disk since" in painted(app))
        assert "this turn 1 !" in painted(app)
        await pilot.press("2")
        assert "! changed on disk since" in painted(app)
        (tmp_path / "a.py").write_text("new\n")
        await until(pilot, lambda: "changed on disk" not in painted(app))
        (tmp_path / "a.py").unlink()
        await until(pilot, lambda: "! changed on disk since" in painted(app))


def test_what_cannot_be_compared_counts_as_unchanged(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"x")
    (tmp_path / "other").write_bytes(b"y")
    (tmp_path / "link").symlink_to("same")
    (tmp_path / "folder").mkdir()
    known = content_hash(b"x")
    files = {"same": known, "other": known, "link": known, "folder": known, "gone": known, "never": None, "large": ""}
    assert drifted(tmp_path, files) == {"other", "gone"}
    assert drifted(tmp_path / "nowhere", files) == frozenset()
