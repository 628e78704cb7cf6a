"""`apply_patch`: many files by one patch, all of it or nothing, in every form that models write."""

import stat

import pytest

from claw_core.error import StaleFile
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal

ENVELOPE = """*** Begin Patch
*** Update File: src/app.py
*** Move to: src/main.py
@@ def run():
     first()
-    second()
+    third()
*** Add File: src/new.py
+print("new")
+
*** Delete File: old.py
*** Update File: notes.md
@@
-one
+1
@@
-last
+end
*** End of File
*** End Patch
"""
FILES = {
    "src/app.py": "def other():\n    first()\n    second()\n\n\ndef run():\n    first()\n    second()\n",
    "old.py": "old\n",
    "notes.md": "one\ntwo\nlast\nx\nlast\n",
}


async def apply(bench: Bench, files: dict[str, str | bytes], patch: str, **more: str) -> None:
    """Read the files, then apply a patch."""
    bench.files(files)
    for path in files:
        await bench.run("read", path=path)
    await bench.change("apply_patch", patch=patch, **more)


def held(bench: Bench) -> dict[str, bytes]:
    files = (path for path in bench.root.rglob("*") if path.is_file())
    return {str(path.relative_to(bench.root)): path.read_bytes() for path in files}


async def test_an_envelope_updates_moves_adds_and_deletes(bench: Bench) -> None:
    bench.files(FILES)
    (bench.root / "src/app.py").chmod(0o755)
    for path in FILES:
        await bench.run("read", path=path)
    events = await bench.change("apply_patch", patch=ENVELOPE)
    assert held(bench) == {
        "src/main.py": b"def other():\n    first()\n    second()\n\n\ndef run():\n    first()\n    third()\n",
        "src/new.py": b'print("new")\n\n',
        "notes.md": b"1\ntwo\nlast\nx\nend\n",
    }
    assert stat.S_IMODE((bench.root / "src/main.py").stat().st_mode) == 0o755
    assert [(event.path, event.before is None, event.after is None) for event in events] == [
        ("src/main.py", True, False),
        ("src/app.py", False, True),
        ("src/new.py", True, False),
        ("old.py", False, True),
        ("notes.md", False, False),
    ]


async def test_what_it_touches_is_told_to_the_gate(bench: Bench) -> None:
    tool = bench.tool("apply_patch")
    input = tool.parse({"patch": ENVELOPE})
    paths = ("src/app.py", "src/main.py", "src/new.py", "old.py", "notes.md")
    assert tool.wants(input) == tuple(Want(action="write", subject=path) for path in paths)
    assert tool.target(input) == "src/app.py and 4 more"
    assert tool.wants(tool.parse({"input": "hello"})) == ()


@pytest.mark.parametrize(
    ("files", "patch", "said"),
    [
        ({"a": "x\n"}, "*** Update File: a\n@@\n-y\n+z\n", "Hunk 1 of a fits nowhere."),
        ({"a": "x\ny\nx\n"}, "*** Update File: a\n@@\n-x\n+z\n", "Hunk 1 of a fits at 2 places: lines 1, 3."),
        ({"a": "x\ny\n"}, "*** Update File: a\n@@\n-x\n+1\n@@\n-x\n-y\n+2\n", "Hunk 2 of a changes what another"),
        ({"a": "x\n"}, "*** Add File: a\n+new\n", "a exists already."),
        ({"a": "x\n", "b": "y\n"}, "*** Update File: a\n*** Move to: b\n@@\n-x\n+z\n", "b exists already, so a cannot"),
        ({}, "*** Delete File: no\n", "no does not exist."),
        ({}, "*** Update File: no\n@@\n-x\n+y\n", "no does not exist."),
        ({"a": "x\n"}, "*** Delete File: a\n*** Update File: a\n@@\n-x\n+y\n", "a was deleted or moved earlier"),
        ({}, "*** Frobnicate File: a\n", "The patch cannot be read. line 2: expected *** Add File:"),
        ({}, "", "The patch cannot be read. line 1: the patch is empty"),
    ],
)
async def test_where_anything_does_not_fit_nothing_is_changed(
    bench: Bench, files: dict[str, str], patch: str, said: str
) -> None:
    """Each patch first adds a file, which must not be there afterwards."""
    bench.files(files)
    for path in files:
        await bench.run("read", path=path)
    added = "*** Add File: first\n+first\n" if files or "no" in patch else ""
    error = await refusal(bench.propose("apply_patch", patch=f"*** Begin Patch\n{added}{patch}*** End Patch\n"))
    assert error.message.startswith(said)
    assert held(bench) == {path: text.encode() for path, text in files.items()}


async def test_files_must_have_been_read_and_not_have_changed(bench: Bench) -> None:
    bench.files(FILES)
    assert isinstance(await refusal(bench.propose("apply_patch", patch=ENVELOPE)), StaleFile)
    for path in FILES:
        await bench.run("read", path=path)
    bench.files({"old.py": "changed\n"})
    error = await refusal(bench.propose("apply_patch", patch=ENVELOPE))
    assert error.message == "old.py changed since you read it."


async def test_a_file_that_appears_between_proposal_and_writing_is_not_overwritten(bench: Bench) -> None:
    bench.files({"a": "x\n"})
    await bench.run("read", path="a")
    patch = "*** Begin Patch\n*** Update File: a\n*** Move to: b\n@@\n-x\n+y\n*** Add File: c\n+c\n*** End Patch\n"
    proposal = await bench.propose("apply_patch", patch=patch)
    bench.files({"b": "a person's\n"})
    assert isinstance(await refusal(bench.workspace.apply(proposal.changes, "c1")), StaleFile)
    assert held(bench) == {"a": b"x\n", "b": b"a person's\n"}


NAMES = "--- a/m.py\n+++ b/m.py\n"
CHANGE = "-    return 2\n+    return 3\n"
UPDATE = "*** Begin Patch\n*** Update File: m.py\n"
TEXT = "import os\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n"


@pytest.mark.parametrize(
    "diff",
    [
        f"{NAMES}@@ -8,2 +8,2 @@\n def g():\n{CHANGE}",
        f"{NAMES}@@ -80,7 +3,1 @@ wrong numbers and counts\n def g():\n{CHANGE}",
        f"{NAMES}@@ ... @@\n def g():\n{CHANGE}",
        f"{NAMES}@@ def g():\n{CHANGE}",
        f"{NAMES}{CHANGE}",
        f"--- m.py\n+++ m.py\n@@ -1,4 +1,4 @@\n a line that is not there\n def g():\n{CHANGE} nor this\n",
        f"{NAMES}@@ -7,4 +7,4 @@\n\n\n def g():\n{CHANGE}",
        f"Here it is:\n\n```diff\n{NAMES}@@ -9 +9 @@\n{CHANGE}```\n\nDone.\n",
        f"diff --git a/m.py b/m.py\nindex 1..2 100644\n{NAMES}@@ -9 +9 @@\n{CHANGE}",
        f"{NAMES}@@ -9 +9 @@\n{CHANGE}".replace("\n", "\r\n"),
        "m.py\n```\n<<<<<<< SEARCH\ndef g():\n    return 2\n=======\ndef g():\n    return 3\n>>>>>>> REPLACE\n```\n",
        f"{UPDATE}@@ def g():\n{CHANGE}*** End Patch",
        f"{UPDATE} def g():\n{CHANGE}*** End Patch",
        f"  {UPDATE}@@ -8,2 +8,2 @@\n def g():\n{CHANGE}\n  *** End Patch\n",
        f"apply_patch <<'EOF'\n{UPDATE}@@\n{CHANGE}*** End Patch\nEOF\n",
    ],
)
async def test_a_change_is_understood_however_it_is_written(bench: Bench, diff: str) -> None:
    await apply(bench, {"m.py": TEXT}, diff)
    assert bench.bytes_of("m.py").decode() == TEXT.replace("return 2", "return 3")


async def test_a_diff_that_names_no_file_is_for_the_path_beside_it(bench: Bench) -> None:
    diff = "@@ -9 +9 @@\n-    return 2\n+    return 3\n"
    bench.files({"m.py": TEXT})
    await bench.run("read", path="m.py")
    assert "names no file" in (await refusal(bench.propose("apply_patch", patch=diff))).message
    await bench.change("apply_patch", patch=diff, path="m.py")
    assert "return 3" in bench.bytes_of("m.py").decode()


@pytest.mark.parametrize(
    ("held_before", "patch", "holds"),
    [
        (b"a\r\nb\r\nc\r\n", "@@\n a\n-b\n+x\n+y\n", b"a\r\nx\r\ny\r\nc\r\n"),
        (b"\xef\xbb\xbfa\r\nb", "@@\n-a\n+x\n", b"\xef\xbb\xbfx\r\nb"),
        ("\ufeffa\nb\n".encode("utf-16-le"), "@@\n-b\n+é\n", "\ufeffa\né\n".encode("utf-16-le")),
        (b"caf\xe9\nb\n", "@@\n-b\n+x\n", b"caf\xe9\nx\n"),
        (b"a\nb", "@@\n-b\n+x\n", b"a\nx\n"),
        (b"a\nb", "@@\n a\n+x\n b\n", b"a\nx\nb"),
        (b"a\n", "@@\n+end\n", b"a\nend\n"),
        (b"a", "@@\n+end\n", b"a\nend\n"),
        (b"a \t\nb\n", "@@\n a\n-b\n+x\n", b"a \t\nx\n"),
        ("it’s\nb\n".encode(), "@@\n it's\n-b\n+x\n", "it’s\nx\n".encode()),
        (b"\tif x:\n\t\ty\n", "@@\n if x:\n-    y\n+    z\n+    w\n", b"\tif x:\n\t\tz\n\t\tw\n"),
    ],
)
async def test_only_what_is_named_changes(bench: Bench, held_before: bytes, patch: str, holds: bytes) -> None:
    await apply(bench, {"a": held_before}, f"*** Begin Patch\n*** Update File: a\n{patch}*** End Patch\n")
    assert bench.bytes_of("a") == holds


async def test_a_diff_leaves_a_missing_last_newline_missing_unless_it_says_otherwise(bench: Bench) -> None:
    head = "--- a/a\n+++ b/a\n@@ -2 +2 @@\n-b\n"
    await apply(bench, {"a": "a\nb"}, head + "+x\n")
    assert bench.bytes_of("a") == b"a\nx"
    await apply(bench, {"a": "a\nb"}, head + "\\ No newline at end of file\n+x\n")
    assert bench.bytes_of("a") == b"a\nx\n"
    await apply(bench, {"a": "a\nb\n"}, head + "+x\n\\ No newline at end of file\n")
    assert bench.bytes_of("a") == b"a\nx"


async def test_sections_about_one_file_are_made_one_after_the_other(bench: Bench) -> None:
    sections = (
        "*** Add File: n\n+one",
        "*** Update File: n\n@@\n-one\n+two",
        "*** Delete File: a",
        "*** Add File: a\n+b",
    )
    await apply(bench, {"a": "a\n"}, "\n".join(["*** Begin Patch", *sections, "*** End Patch"]))
    assert held(bench) == {"a": b"b\n", "n": b"two\n"}


async def test_a_fence_that_searches_for_nothing_makes_a_file(bench: Bench) -> None:
    await apply(bench, {}, "new/a.py\n<<<<<<< SEARCH\n=======\nprint()\n>>>>>>> REPLACE\n")
    assert held(bench) == {"new/a.py": b"print()\n"}


async def test_paths_outside_are_not_looked_at(bench: Bench) -> None:
    outside = bench.root.parent / "precious"
    outside.write_text("precious\n")
    patch = f"*** Begin Patch\n*** Add File: {outside}\n+mine\n*** End Patch"
    proposal = await bench.propose("apply_patch", patch=patch)
    assert isinstance(await refusal(bench.workspace.apply(proposal.changes, "c1")), StaleFile)
    assert outside.read_text() == "precious\n"
    for section in (f"*** Update File: {outside}\n@@\n-precious\n+mine", f"*** Delete File: {outside}"):
        error = await refusal(bench.propose("apply_patch", patch=f"*** Begin Patch\n{section}\n*** End Patch"))
        assert "it lies outside the workspace and was not read in this session" in error.message
