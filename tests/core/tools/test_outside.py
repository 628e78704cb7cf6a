"""Outside the workspace: nobody looks there before the person, or a rule, said yes."""

import os

import pytest

from claw_core.error import FileMissing, StaleFile
from claw_core.tool import Change
from tests.core.tools.bench import Bench, refusal


@pytest.fixture
def outside(bench: Bench) -> Bench:
    bench.files(
        {
            "../etc/passwd": "ada\n",
            "../etc/binary": b"\0",
            "../etc/empty": "",
            "../etc/folder/x": "",
            "../etc/latin": b"caf\xe9",
        }
    )
    os.mkfifo(bench.root / "../etc/pipe")
    (bench.root / "out").symlink_to("../etc")
    return bench


NAMES = ["passwd", "passw", "binary", "empty", "folder", "pipe", "no/such/file", "passwd/x", "x" * 300]


@pytest.mark.parametrize("folder", ["../etc", "out"])
async def test_an_edit_says_the_same_of_whatever_may_be_there(outside: Bench, folder: str) -> None:
    errors = [
        await refusal(outside.propose("edit", path=f"{folder}/{name}", old_string="a", new_string="b"))
        for name in NAMES
    ]
    assert {type(error) for error in errors} == {StaleFile}
    shown = [outside.workspace.show(outside.workspace.resolve(f"{folder}/{name}")) for name in NAMES]
    told = {error.message.replace(path, "PATH") + error.hint for error, path in zip(errors, shown, strict=True)}
    assert len(told) == 1
    assert "outside the workspace" in told.pop()


@pytest.mark.parametrize("folder", ["../etc", "out"])
async def test_a_new_file_is_proposed_whatever_may_be_there(outside: Bench, folder: str) -> None:
    for name in NAMES:
        path = f"{folder}/{name}"
        wanted = (Change(path=str(outside.workspace.resolve(path)), before=None, after="x"),)
        assert (await outside.propose("write", path=path, content="x")).changes == wanted
        assert (await outside.propose("edit", path=path, old_string="", new_string="x")).changes == wanted


async def test_what_was_read_with_leave_can_be_changed(outside: Bench) -> None:
    await outside.run("read", path="out/passwd")
    await outside.change("edit", path="../etc/passwd", old_string="ada", new_string="eve")
    await outside.change("write", path="out/passwd", content="bob\n")
    assert outside.bytes_of("../etc/passwd") == b"bob\n"
    assert "exists already" in (await refusal(outside.change("write", path="out/empty", content="x"))).message


async def test_reading_with_leave_tells_of_the_file_not_of_its_neighbours(outside: Bench) -> None:
    for work in (
        outside.run("read", path="../etc/passw"),
        outside.run("grep", pattern="x", path="../etc/passw"),
        outside.run("glob", pattern="x", path="out/folde"),
    ):
        error = await refusal(work)
        assert isinstance(error, FileMissing)
        assert error.hint == "Check its path."
