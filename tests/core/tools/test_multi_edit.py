"""`multi_edit`: several edits of one file, in order, all or none."""

import json

from claw_core.error import InvalidInput, PatchConflict, StaleFile
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal


def edit(old: str, new: str, **more: object) -> dict[str, object]:
    return {"old_string": old, "new_string": new, **more}


async def test_edits_are_made_in_order_each_on_what_the_one_before_left(bench: Bench) -> None:
    bench.files({"a.py": "a = 1\r\nb = 2\r\nb2 = 2\r\n"})
    await bench.run("read", path="a.py")
    edits = [edit("a = 1", "a = 2\nc = 3"), edit("c = 3", "c = 4"), edit(" = 2", " = 5", replace_all=True)]
    (event,) = await bench.change("multi_edit", path="a.py", edits=edits)
    assert bench.bytes_of("a.py") == b"a = 5\r\nc = 4\r\nb = 5\r\nb2 = 5\r\n"
    assert (event.added, event.removed) == (4, 3)


async def test_where_one_does_not_fit_none_is_made_and_it_is_named(bench: Bench) -> None:
    bench.files({"a.py": "one\ntwo\ntwo\n"})
    await bench.run("read", path="a.py")
    error = await refusal(bench.propose("multi_edit", path="a.py", edits=[edit("one", "1"), edit("one", "2")]))
    assert isinstance(error, PatchConflict)
    assert error.message == "Edit 2 of 2: old_string does not stand in a.py. Nothing was changed."
    error = await refusal(bench.propose("multi_edit", path="a.py", edits=[edit("two", "2"), edit("one", "1")]))
    assert error.message == "Edit 1 of 2: old_string stands in a.py at 2 places: lines 2, 3. Nothing was changed."
    error = await refusal(bench.propose("multi_edit", path="a.py", edits=[edit("one", "1"), edit("x", "x")]))
    assert error.message.startswith("Edit 2 of 2: old_string and new_string are the same")
    assert bench.bytes_of("a.py") == b"one\ntwo\ntwo\n"


async def test_the_model_hears_which_edit_was_not_exact_and_where_it_was_made(bench: Bench) -> None:
    bench.files({"a.py": "one  \ntwo\n“three”\n"})
    await bench.run("read", path="a.py")
    edits = [edit("one\ntwo", "one\n2"), edit('"three"', '"three", 4')]
    proposal = await bench.propose("multi_edit", path="a.py", edits=edits)
    assert proposal.changes[0].after == "one  \n2\n“three”, 4\n"
    assert proposal.note.splitlines() == [
        f"Edit {number} of 2: old_string was found in a.py at line {line}, not exactly but by forgiving: {stage}."
        " What you did not change stays as the file has it."
        for number, line, stage in ((1, 1, "trailing white space"), (2, 3, "typographic characters"))
    ]


async def test_the_file_must_have_been_read_and_not_have_changed(bench: Bench) -> None:
    bench.files({"a.py": "one\n"})
    assert isinstance(await refusal(bench.propose("multi_edit", path="a.py", edits=[edit("one", "1")])), StaleFile)
    await bench.run("read", path="a.py")
    bench.files({"a.py": "one!\n"})
    assert isinstance(await refusal(bench.propose("multi_edit", path="a.py", edits=[edit("one", "1")])), StaleFile)


async def test_arguments_are_understood_as_other_harnesses_write_them(bench: Bench) -> None:
    tool = bench.tool("multi_edit")
    given = {"file_path": "a.py", "edits": json.dumps([{"oldText": "one", "newText": "1", "replaceAll": True}])}
    input = tool.parse(given)
    assert (tool.wants(input), tool.target(input)) == ((Want(action="write", subject="a.py"),), "a.py")
    bench.files({"a.py": "one one\n"})
    await bench.run("read", path="a.py")
    await bench.change("multi_edit", **given)
    assert bench.bytes_of("a.py") == b"1 1\n"
    nothing: list[dict[str, object]] = []
    for wrong in (nothing, [edit("", "x")]):
        assert isinstance(await refusal(bench.propose("multi_edit", path="a.py", edits=wrong)), InvalidInput)
