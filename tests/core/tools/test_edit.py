"""`edit`: exactly what was named changes, and what cannot be found is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.error import FileMissing, PatchConflict, StaleFile
from claw_core.native.patch import Edit
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
    changed, _ = replaced(text, [Edit(old="<old>\n</old>", new=f"<{new}>")], "a")
    assert changed.startswith(before)
    assert changed.endswith(after)
    middle = changed[len(before) : len(changed) - len(after)]
    assert middle.replace("\r\n", "\n") == f"<{new}>".replace("\r\n", "\n")


async def forgiven(bench: Bench, held: str, old: str, new: str) -> tuple[str, str]:
    """What a file holds after an edit that is not exact, and what the model is told of it."""
    bench.files({"a.py": held})
    await bench.run("read", path="a.py")
    proposal = await bench.propose("edit", path="a.py", old_string=old, new_string=new)
    await bench.workspace.apply(proposal.changes, "c1")
    return bench.bytes_of("a.py").decode(), proposal.note


async def test_indentation_that_is_shifted_as_a_whole_is_forgiven_and_followed(bench: Bench) -> None:
    held = "class A:\n\tdef f(self):\n\t\treturn 1\n"
    text, note = await forgiven(
        bench, held, "    def f(self):\n        return 1", "    def f(self):\n        x = 2\n        return x"
    )
    assert text == "class A:\n\tdef f(self):\n\t\tx = 2\n\t\treturn x\n"
    assert note.startswith("old_string was found in a.py at line 2, not exactly but by forgiving: indentation.")


async def test_indentation_that_differs_in_several_ways_is_shown_as_it_is(bench: Bench) -> None:
    held = "class A:\n\tdef f(self):\n\t\treturn 1\n"
    text = await hint(bench, held, "def f(self):\n    return 1\n        ")
    assert text.startswith("It differs only in indentation, in more than one way. The file has, at line 2:")


async def test_spaces_at_ends_of_lines_are_forgiven_and_stay(bench: Bench) -> None:
    text, note = await forgiven(bench, "a = 1  \nb = 2\nc\t\n", "a = 1\nb = 2\nc\n", "a = 1\nb = 3\nc\n")
    assert text == "a = 1  \nb = 3\nc\t\n"
    assert "trailing white space" in note


async def test_typographic_characters_are_forgiven_and_stay_where_they_were_not_meant(bench: Bench) -> None:
    text, note = await forgiven(bench, "print(“hi”)  # it’s\n", 'print("hi")  # it\'s', 'log("hi", 1)  # it\'s')
    assert text == "log(“hi”, 1)  # it’s\n"
    assert "typographic characters" in note


async def test_a_similar_middle_between_the_same_lines_is_taken_and_only_what_changed_is_changed(bench: Bench) -> None:
    held = "def f(a):\n    x = load(a, mode)\n    # kept\n    check(x)\n    return x\n"
    old = "def f(a):\n    x = load(a)\n    check(x)\n    return x\n"
    text, note = await forgiven(bench, held, old, old.replace("check(x)", "check(x, 1)"))
    assert text == held.replace("check(x)", "check(x, 1)")
    assert "similar lines" in note


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
