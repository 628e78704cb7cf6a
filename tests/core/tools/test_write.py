"""`write`: new files are free, files that exist must be known, and their ways of being kept stay."""

import pytest

from claw_core.error import BinaryFile, InvalidInput, StaleFile
from claw_core.tool import Change, Want
from tests.core.tools.bench import Bench, refusal


async def test_a_new_file_needs_nothing_and_is_only_proposed(bench: Bench) -> None:
    proposal = await bench.propose("write", path="src/a.py", content="x = 1\n")
    assert proposal.changes == (Change(path=str(bench.root / "src/a.py"), before=None, after="x = 1\n"),)
    assert not (bench.root / "src").exists()


async def test_a_file_that_was_not_read_is_not_overwritten(bench: Bench) -> None:
    bench.files({"a": "precious\n"})
    error = await refusal(bench.propose("write", path="a", content="x\n"))
    assert isinstance(error, StaleFile)
    assert error.hint.startswith("Read it first")


async def test_a_file_that_was_read_is_replaced_and_can_be_again(bench: Bench) -> None:
    bench.files({"a": "old\n"})
    await bench.run("read", path="a")
    await bench.change("write", path="a", content="new\n")
    await bench.change("write", path="a", content="newer\n")
    assert bench.bytes_of("a") == b"newer\n"


async def test_a_file_that_changed_since_it_was_read_is_not_overwritten(bench: Bench) -> None:
    bench.files({"a": "old\n"})
    await bench.run("read", path="a")
    bench.files({"a": "somebody else's\n"})
    assert isinstance(await refusal(bench.propose("write", path="a", content="x\n")), StaleFile)


async def test_an_empty_file_has_nothing_to_lose(bench: Bench) -> None:
    bench.files({"a": ""})
    await bench.change("write", path="a", content="x\n")
    assert bench.bytes_of("a") == b"x\n"


@pytest.mark.parametrize(
    ("held", "content", "holds"),
    [
        (b"one\r\ntwo\r\n", "1\n2\n", b"1\r\n2\r\n"),
        (b"one\r\ntwo\r\n", "1\r\n2\r\n", b"1\r\n2\r\n"),
        (b"one\r\ntwo\n", "1\n2\n", b"1\n2\n"),
        (b"\xef\xbb\xbfone\n", "1\n", b"\xef\xbb\xbf1\n"),
        (b"\xef\xbb\xbfone\n", "\ufeff1\n", b"\xef\xbb\xbf1\n"),
        (b"\xff\xfeo\0\n\0", "1\n", b"\xff\xfe1\0\n\0"),
        (b"caf\xe9\n", "th\xe9\n", b"th\xe9\n"),
    ],
)
async def test_line_endings_and_encoding_are_the_files_own(
    bench: Bench, held: bytes, content: str, holds: bytes
) -> None:
    bench.files({"a": held})
    await bench.run("read", path="a")
    await bench.change("write", path="a", content=content)
    assert bench.bytes_of("a") == holds


async def test_the_same_content_is_no_change_and_said(bench: Bench) -> None:
    bench.files({"a": "same\n"})
    await bench.run("read", path="a")
    proposal = await bench.propose("write", path="a", content="same\n")
    assert proposal.note == "a already holds exactly this."
    assert await bench.workspace.apply(proposal.changes, "c") == ()


async def test_a_binary_file_is_not_overwritten(bench: Bench) -> None:
    bench.files({"a": b"\0\1"})
    assert isinstance(await refusal(bench.propose("write", path="a", content="x")), BinaryFile)


def test_other_names_are_understood_and_wrong_types_are_not(bench: Bench) -> None:
    tool = bench.tool("write")
    input = tool.parse({"file_path": "a", "file_text": "x"})
    assert tool.wants(input) == (Want(action="write", subject="a"),)
    with pytest.raises(InvalidInput, match="content: Input should be a valid string"):
        tool.parse({"path": "a.json", "content": {"x": 1}})
