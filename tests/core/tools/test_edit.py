"""`edit`: exactly what was named changes, and what cannot be found is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.error import FileMissing, PatchConflict, StaleFile
from claw_core.replacement import replaced
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal


async def edit(bench: Bench, held: str | bytes, old: str, new: str, **more: object) -> bytes:
    """What a file holds once it was read and edited."""
    bench.files({"a.py": held})
    await bench.run("read", path="a.py")
    await bench.change("edit", path="a.py", old_string=old, new_string=new, **more)
    return bench.bytes_of("a.py")


async def hint(bench: Bench, held: str | bytes, old: str) -> str:
    """What the model is told where its text is not there."""
    bench.files({"a.py": held})
    await bench.run("read", path="a.py")
    error = await refusal(bench.propose("edit", path="a.py", old_string=old, new_string="new"))
    assert isinstance(error, PatchConflict)
    assert error.message == "old_string does not stand in a.py."
    return error.hint


async def test_one_piece_is_replaced(bench: Bench) -> None:
    assert await edit(bench, "a = 1\nb = 2\n", "b = 2", "b = 3") == b"a = 1\nb = 3\n"


async def test_an_edit_after_an_edit_needs_no_new_read(bench: Bench) -> None:
    await edit(bench, "a = 1\nb = 2\n", "b = 2", "b = 3")
    await bench.change("edit", path="a.py", old_string="a = 1", new_string="a = 0")
    assert bench.bytes_of("a.py") == b"a = 0\nb = 3\n"


async def test_it_must_be_read_first_and_not_have_changed(bench: Bench) -> None:
    bench.files({"a": "one\n"})
    change = {"path": "a", "old_string": "one", "new_string": "two"}
    assert "was not read" in str(await refusal(bench.propose("edit", **change)))
    await bench.run("read", path="a")
    bench.files({"a": "one, changed\n"})
    error = await refusal(bench.propose("edit", **change))
    assert isinstance(error, StaleFile)
    assert "Read it again" in error.hint


async def test_a_change_from_outside_between_proposal_and_writing_is_noticed(bench: Bench) -> None:
    bench.files({"a": "one\n"})
    await bench.run("read", path="a")
    proposal = await bench.propose("edit", path="a", old_string="one", new_string="two")
    bench.files({"a": "one\nmore\n"})
    assert isinstance(await refusal(bench.workspace.apply(proposal.changes, "c")), StaleFile)
    assert bench.bytes_of("a") == b"one\nmore\n"


async def test_several_places_are_refused_with_their_lines_unless_all_are_meant(bench: Bench) -> None:
    bench.files({"a.py": "x\ny\nx\n"})
    await bench.run("read", path="a.py")
    error = await refusal(bench.propose("edit", path="a.py", old_string="x", new_string="z"))
    assert error.message == "old_string stands in a.py at 2 places: lines 1, 3."
    assert "replace_all" in error.hint
    assert await edit(bench, "x\ny\nx\n", "x", "z", replaceAll=True) == b"z\ny\nz\n"


async def test_nothing_to_change_is_refused(bench: Bench) -> None:
    bench.files({"a": "x"})
    await bench.run("read", path="a")
    assert "the same" in (await refusal(bench.propose("edit", path="a", old_string="x", new_string="x"))).message


async def test_an_empty_old_string_makes_a_file_but_overwrites_none(bench: Bench) -> None:
    await bench.change("edit", path="new/a", old_string="", new_string="x\n")
    assert bench.bytes_of("new/a") == b"x\n"
    error = await refusal(bench.propose("edit", path="new/a", old_string="", new_string="y\n"))
    assert "exists and is not" in error.message
    bench.files({"empty": ""})
    await bench.change("edit", path="empty", old_string="", new_string="z")
    assert bench.bytes_of("empty") == b"z"


async def test_a_missing_file_is_named(bench: Bench) -> None:
    error = await refusal(bench.propose("edit", path="nope", old_string="a", new_string="b"))
    assert isinstance(error, FileMissing)


@pytest.mark.parametrize(
    ("held", "old", "new", "holds"),
    [
        (b"a\r\nb\r\nc\r\n", "a\nb", "a\nx\nb", b"a\r\nx\r\nb\r\nc\r\n"),
        (b"a\r\nb\r\nc\r\n", "b", "x\ny", b"a\r\nx\r\ny\r\nc\r\n"),
        (b"a\r\nb\r\nc\r\n", "a\r\nb\r\n", "x\r\n", b"x\r\nc\r\n"),
        (b"a\r\nb\r\nc", "\nc", "", b"a\r\nb"),
        (b"a\nb\nc\n", "a\r\nb", "x\r\ny", b"x\ny\nc\n"),
        (b"a\r\nb\nc\nd\r\n", "b\nc", "b\nx\nc", b"a\r\nb\nx\nc\nd\r\n"),
        (b"a\r\nb\nc\nd\r\n", "a\nb", "a\nx\nb", b"a\r\nx\r\nb\nc\nd\r\n"),
        (b"\xef\xbb\xbfa\r\nb", "b", "c", b"\xef\xbb\xbfa\r\nc"),
        (b"caf\xe9 a\n", "a\n", "b\n", b"caf\xe9 b\n"),
    ],
)
async def test_line_endings_and_encodings_stay(bench: Bench, held: bytes, old: str, new: str, holds: bytes) -> None:
    assert await edit(bench, held, old, new) == holds


TEXT = st.text(st.sampled_from("ab\n\r "), max_size=40)


@given(before=TEXT, after=TEXT, ending=st.sampled_from(["\n", "\r\n"]), new=st.text(st.sampled_from("ab\n ")))
def test_only_the_place_named_changes(before: str, after: str, ending: str, new: str) -> None:
    old = f"<old>{ending}</old>"
    text = before + old + after
    changed = replaced(text, "<old>\n</old>", f"<{new}>", everywhere=False, shown="a")
    assert changed.startswith(before)
    assert changed.endswith(after)
    middle = changed[len(before) : len(changed) - len(after)]
    assert middle.replace("\r\n", "\n") == f"<{new}>".replace("\r\n", "\n")


async def test_other_indentation_is_shown_as_it_is(bench: Bench) -> None:
    text = await hint(bench, "class A:\n\tdef f(self):\n\t\treturn 1\n", "    def f(self):\n        return 1")
    assert text == "It differs only in indentation. The file has, at line 2:\n\tdef f(self):\n\t\treturn 1"


async def test_spaces_at_ends_of_lines_are_named(bench: Bench) -> None:
    assert "spaces at the ends of lines" in await hint(bench, "a = 1  \nb = 2\n", "a = 1\nb = 2")


async def test_other_quotes_are_named(bench: Bench) -> None:
    assert "quotes" in await hint(bench, "print(“hi”)\n", 'print("hi")')


async def test_line_numbers_taken_for_text_are_named(bench: Bench) -> None:
    assert "line numbers" in await hint(bench, "a = 1\nb = 2\n", "1\ta = 1\n2\tb = 2")


async def test_lines_like_it_are_shown_with_their_numbers(bench: Bench) -> None:
    text = await hint(bench, "import os\n\ndef compute_total(items):\n    pass\n", "def compute_totals(item):")
    assert "3\tdef compute_total(items):" in text


async def test_where_nothing_is_like_it_that_is_said(bench: Bench) -> None:
    assert "No line of the file is like it" in await hint(bench, "a\n", "something else entirely")


def test_other_names_are_understood(bench: Bench) -> None:
    tool = bench.tool("edit")
    input = tool.parse({"file_path": "a", "old_str": "x", "newText": "y"})
    assert (tool.wants(input), tool.target(input)) == ((Want(action="write", subject="a"),), "a")
    assert set(tool.schema["properties"]) == {"path", "old_string", "new_string", "replace_all"}  # pyright: ignore[reportArgumentType] - it is an object
