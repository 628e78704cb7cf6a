"""What a folder says to agents is told once, when a file there is first touched, and stays told."""

from pathlib import Path

from claw_core.event import ContextLoaded, SessionRewound
from claw_core.instructions.nested import Nested
from claw_core.message import Result, Text
from tests.core.acting import Acting, says
from tests.core.events import record


def test_it_is_told_once_from_the_outside_in(tmp_path: Path) -> None:
    deep = tmp_path / "web" / "shop"
    deep.mkdir(parents=True)
    (tmp_path / "AGENTS.md").write_text("the workspace's own: in the system prompt")
    (tmp_path / "web" / "AGENTS.md").write_text("web")
    (deep / "CLAUDE.md").write_text("shop")
    nested = Nested(tmp_path, tmp_path)
    loaded = nested.fresh([deep / "a.py"])
    assert loaded is not None
    assert [Path(file.path).parent.name for file in loaded.files] == ["web", "shop"]
    assert "These instructions hold for files in web/shop/" in loaded.text
    nested.add(record(7, loaded))
    assert nested.fresh([deep / "b.py", tmp_path / "web" / "c.py", Path("/elsewhere/d.py")]) is None
    nested.add(record(9, SessionRewound(seq=5)))
    assert nested.fresh([deep / "b.py"]) is not None


async def test_the_model_hears_it_beside_the_result_and_still_after_compaction(tmp_path: Path) -> None:
    script = [
        says("One.", ("read", {"path": "web/a.py"})),
        says("Two.", ("read", {"path": "web/b.py"})),
        says("Done."),
        says("B."),
    ]
    acting = Acting(tmp_path, script)
    acting.harness.nested = Nested(acting.root, tmp_path)
    acting.write("web/AGENTS.md", "Use tabs.")
    acting.write("web/a.py", "a\n")
    acting.write("web/b.py", "b\n")
    await acting.ask()
    assert len(acting.all(ContextLoaded)) == 1
    told = acting.harness.transcript.messages[2].parts
    assert isinstance(told[0], Result)
    assert isinstance(told[1], Text)
    assert "Use tabs." in told[1].text
    assert await acting.session.compaction.make_room("", "asked")
    assert "Use tabs." in str(acting.harness.transcript.messages[0].parts)
    await acting.session.close()
