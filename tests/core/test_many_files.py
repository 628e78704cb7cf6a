"""A change of many files is one question with all diffs; the model hears exactly what was taken of it."""

from pathlib import Path

from claw_core.ask import Allow, Answer, Ask, Deny, PermissionAsk
from claw_core.block import DiffBlock
from claw_core.event import AskOpened, CallFinished, FileChanged
from claw_core.message import Text
from tests.core.acting import Acting, says

PATCH = """*** Begin Patch
*** Update File: a.py
@@
-one
+1
@@
-twenty
+20
*** Update File: b.py
*** Move to: c.py
*** Add File: new.py
+new
*** Delete File: old.py
*** End Patch
"""
FILES = {"a.py": "one\n" + "line\n" * 9 + "twenty\n", "b.py": "b\n", "old.py": "old\n"}


def acting_with(tmp_path: Path, answer: Answer, seen: list[PermissionAsk]) -> Acting:
    async def reply(ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        seen.append(ask)
        return answer

    reads = tuple(("read", {"path": path}) for path in FILES)
    script = [says("", *reads), says("", ("apply_patch", {"patch": PATCH})), says("done")]
    acting = Acting(tmp_path, script, mode="ask", answer=reply)
    for path, text in FILES.items():
        acting.write(path, text)
    return acting


def told(acting: Acting) -> str:
    finished = acting.all(CallFinished)[-1]
    return "\n".join(part.text for part in finished.parts if isinstance(part, Text))


def held(acting: Acting) -> dict[str, str]:
    return {path.name: path.read_text() for path in acting.root.iterdir()}


async def test_one_question_shows_all_files_and_a_yes_does_all_of_it(tmp_path: Path) -> None:
    seen: list[PermissionAsk] = []
    acting = acting_with(tmp_path, Allow(), seen)
    await acting.ask()
    (ask,) = seen
    diffs = [block for block in ask.preview if isinstance(block, DiffBlock)]
    assert [(diff.path, diff.moved_to, diff.change, len(diff.hunks)) for diff in diffs] == [
        ("a.py", "", "edit", 2),
        ("b.py", "c.py", "edit", 0),
        ("new.py", "", "add", 1),
        ("old.py", "", "delete", 1),
    ]
    assert held(acting) == {
        "a.py": FILES["a.py"].replace("one", "1").replace("twenty", "20"),
        "c.py": "b\n",
        "new.py": "new\n",
    }
    assert told(acting) == (
        "Changed a.py (+2 −2).\nMoved b.py to c.py (+0 −0).\nCreated new.py (+1 −0).\nRemoved old.py (+0 −1)."
    )
    assert len(acting.all(AskOpened)) == 1
    assert [change.path for change in acting.all(FileChanged)] == ["a.py", "c.py", "b.py", "new.py", "old.py"]
    await acting.session.close()


async def test_hunks_are_taken_across_files_and_the_model_hears_which_were_not(tmp_path: Path) -> None:
    acting = acting_with(tmp_path, Allow(hunks=((1,), (), (), (0,))), [])
    await acting.ask()
    assert held(acting) == {"a.py": FILES["a.py"].replace("twenty", "20"), "c.py": "b\n"}
    said = told(acting)
    assert said.startswith("Changed a.py (+1 −1).\nMoved b.py to c.py (+0 −0).\nRemoved old.py (+0 −1).\n")
    assert "The person did not take 2 hunks of what you proposed" in said
    assert "-one\n+1\n" in said
    assert "+++ b/new.py" in said
    await acting.session.close()


async def test_a_no_does_nothing(tmp_path: Path) -> None:
    acting = acting_with(tmp_path, Deny(reason="not now"), [])
    await acting.ask()
    assert held(acting) == FILES
    assert acting.all(FileChanged) == []
    await acting.session.close()


async def test_a_file_that_is_forbidden_forbids_the_whole_patch(tmp_path: Path) -> None:
    patch = "*** Begin Patch\n*** Add File: a\n+a\n*** Add File: .env\n+K=1\n*** End Patch"
    script = [says("", ("apply_patch", {"patch": patch})), says("ok")]
    acting = Acting(tmp_path, script, mode="edits", deny=("Edit(.env)",))
    await acting.ask()
    assert acting.only(CallFinished).outcome == "denied"
    assert held(acting) == {}
    await acting.session.close()
