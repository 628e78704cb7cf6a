"""`read`: what a model sees of files, pictures and folders, and that it then may edit them."""

import base64
import os

import pytest

from claw_core.block import ImageBlock, ListingBlock, TextBlock
from claw_core.error import BinaryFile, FileMissing, NotAFile
from claw_core.file_text import MAX_TEXT_BYTES
from claw_core.message import Image
from claw_core.tool import Want
from tests.core.pictures import document, notebook, picture
from tests.core.tools.bench import Bench, refusal, told

PIXEL = picture(1, 1)


async def test_lines_come_with_their_numbers_and_the_file_counts_as_read(bench: Bench) -> None:
    bench.files({"a.py": "import os\n\nprint(os.name)\n"})
    result = await bench.run("read", path="a.py")
    assert told(result) == "1\timport os\n2\t\n3\tprint(os.name)"
    assert result.summary == "3 lines"
    assert result.blocks == (TextBlock(text="import os\n\nprint(os.name)", language="python"),)
    bench.workspace.require_fresh(bench.root / "a.py")


async def test_a_window_says_where_to_go_on(bench: Bench) -> None:
    bench.files({"long": "".join(f"line {number}\n" for number in range(1, 5001))})
    first = told(await bench.run("read", path="long")).split("\n")
    assert first[1999:] == ["2000\tline 2000", "[Lines 1 to 2,000 of 5,000. Go on with offset=2001.]"]
    middle = await bench.run("read", path="long", offset=10, limit=2)
    assert told(middle) == "10\tline 10\n11\tline 11\n[Lines 10 to 11 of 5,000. Go on with offset=12.]"
    end = await bench.run("read", path="long", offset=5000)
    assert told(end) == "5000\tline 5000\n[Lines 5,000 to 5,000, the last.]"


async def test_past_the_end_says_how_long_it_is(bench: Bench) -> None:
    bench.files({"a": "one\ntwo\n"})
    error = await refusal(bench.run("read", path="a", offset=3))
    assert error.message == "a has 2 lines; line 3 is past its end."


async def test_an_empty_file_is_said_to_be_empty_and_may_be_edited(bench: Bench) -> None:
    bench.files({"a": ""})
    result = await bench.run("read", path="a")
    assert (told(result), result.summary) == ("a is an empty file.", "empty")
    bench.workspace.require_fresh(bench.root / "a")


async def test_long_lines_are_cut_in_their_middle_and_counted(bench: Bench) -> None:
    bench.files({"a.json": "{" + "x" * 9000 + "}\nshort\n"})
    lines = told(await bench.run("read", path="a.json")).split("\n")
    assert lines[0].startswith("1\t{xxx")
    assert lines[0].endswith("xxx}")
    assert "9,002 characters in all" in lines[0]
    assert len(lines[0]) <= 2000 + 2
    assert lines[1:] == ["2\tshort", "[1 line cut: too long.]"]


async def test_many_long_lines_are_shown_in_several_windows(bench: Bench) -> None:
    bench.files({"wide": ("y" * 1900 + "\n") * 500})
    text = told(await bench.run("read", path="wide"))
    assert len(text) < 130_000
    assert "of 500. Go on with offset=" in text


async def test_line_endings_and_marks_are_not_shown_but_said(bench: Bench) -> None:
    bench.files(
        {"dos": b"\xef\xbb\xbfone\r\ntwo\r\n", "mixed": b"one\r\ntwo\n", "wide": "\ufeffone\n".encode("utf-16")}
    )
    assert told(await bench.run("read", path="dos")) == "1\tone\n2\ttwo\n[Its lines end in CR LF.]"
    assert told(await bench.run("read", path="mixed")).endswith("[Some of its lines end in CR LF, others in LF.]")
    assert "one" in told(await bench.run("read", path="wide"))


async def test_a_picture_is_shown(bench: Bench) -> None:
    bench.files({"dot.dat": PIXEL})
    result = await bench.run("read", path="dot.dat")
    assert told(result) == "dot.dat is a picture: PNG, 1 × 1."
    image = result.parts[1]
    assert isinstance(image, Image)
    assert image.media_type == "image/png"
    assert result.blocks == (ImageBlock(media_type="image/png", data=image.data),)


async def test_a_picture_that_is_too_large_is_scaled_and_one_that_is_none_is_refused(bench: Bench) -> None:
    bench.files({"big.png": picture(3000, 30), "bad.png": PIXEL[:30]})
    assert "scaled from 3,000 × 30" in told(await bench.run("read", path="big.png"))
    assert "bad.png cannot be read" in (await refusal(bench.run("read", path="bad.png"))).message


async def test_a_document_is_read_page_by_page(bench: Bench) -> None:
    bench.files({"a.pdf": document(*(f"this is page {number}" for number in range(1, 25))), "bad.pdf": b"%PDF-1.7\n\0"})
    result = await bench.run("read", path="a.pdf")
    assert result.summary == "pages 1 to 20"
    assert "## Page 20\n\nthis is page 20" in told(result)
    assert told(result).endswith("[Go on with pages=21-24.]")
    assert "this is page 23" in told(await bench.run("read", path="a.pdf", pages="22-30"))
    assert (await bench.run("read", path="a.pdf", pages="3")).summary == "pages 3 to 3"
    assert "there is no page 30" in (await refusal(bench.run("read", path="a.pdf", pages="30"))).message
    assert "bad.pdf cannot be read" in (await refusal(bench.run("read", path="bad.pdf"))).message


async def test_a_notebook_is_read_as_cells_and_by_its_lines_where_that_is_asked(bench: Bench) -> None:
    drawn = base64.b64encode(picture()).decode()
    cells = (
        {"cell_type": "markdown", "source": ["# Title\n", "words"]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "execution_count": 3,
            "outputs": [
                {"output_type": "stream", "text": ["\x1b[31m1\x1b[0m\n"]},
                {"output_type": "display_data", "data": {"image/png": drawn, "text/plain": "<Figure>"}},
                {"output_type": "error", "traceback": ["Traceback", "ValueError: no"]},
            ],
        },
    )
    bench.files({"n.ipynb": notebook(*cells), "bad.ipynb": "{}"})
    result = await bench.run("read", path="n.ipynb")
    text = told(result)
    assert "## Cell 1, markdown\n# Title\nwords" in text
    assert "## Cell 2, code, run as 3\nprint(1)\n→ gave\n1\n[A picture.]\nTraceback\nValueError: no" in text
    assert [part.media_type for part in result.parts if isinstance(part, Image)] == ["image/png"]
    assert (result.summary, bool(bench.workspace.require_fresh(bench.root / "n.ipynb"))) == ("2 cells", True)
    assert told(await bench.run("read", path="n.ipynb", offset=1)).startswith("1\t{")
    assert "is no notebook" in (await refusal(bench.run("read", path="bad.ipynb"))).message


async def test_other_binary_files_are_named_with_kind_and_size(bench: Bench) -> None:
    bench.files({"a.zip": b"PK\3\4\n\0\1\2"})
    error = await refusal(bench.run("read", path="a.zip"))
    assert isinstance(error, BinaryFile)
    assert error.message == "a.zip is a binary file of 8 bytes, not text (application/zip)."


async def test_a_folder_is_listed(bench: Bench) -> None:
    bench.files({"b/c": "", "a.txt": ""})
    result = await bench.run("read", path=".")
    assert told(result) == ". is a folder with 2 entries:\na.txt\nb/"
    assert isinstance(result.blocks[0], ListingBlock)
    assert result.summary == "2 entries"


async def test_a_file_too_large_to_hold_is_read_in_windows_and_does_not_count_as_read(bench: Bench) -> None:
    with (bench.root / "huge.log").open("wb") as file:
        file.write(b"one\ntwo\n" + b"x" * 9000 + b"\nfour\n")
        file.truncate(MAX_TEXT_BYTES + 1)
    bench.files({"huge.txt": b"start\n" + b"0123456789abcde\n" * (MAX_TEXT_BYTES // 16 + 1)})
    text = told(await bench.run("read", path="huge.log", limit=4))
    assert text.split("\n")[:2] == ["1\tone", "2\ttwo"]
    assert text.split("\n")[3:] == ["4\tfour", "[Lines 1 to 4. Go on with offset=5.]", "[1 line cut: too long.]"]
    assert "2\t0123456789abcde" in told(await bench.run("read", path="huge.txt", offset=2, limit=1))
    with pytest.raises(Exception, match="more than the"):
        bench.workspace.require_fresh(bench.root / "huge.txt")


async def test_what_is_not_there_or_no_file_is_a_clear_error(bench: Bench) -> None:
    bench.files({"config.toml": ""})
    os.mkfifo(bench.root / "pipe")
    missing = await refusal(bench.run("read", path="confg.toml"))
    assert isinstance(missing, FileMissing)
    assert "config.toml" in missing.hint
    assert isinstance(await refusal(bench.run("read", path="pipe")), NotAFile)


async def test_other_habits_are_understood(bench: Bench) -> None:
    bench.files({"a": "one\ntwo\n"})
    result = await bench.run("read", file_path=str(bench.root / "a"), offset=0, limit=None, encoding="utf-8")
    assert told(result) == "1\tone\n2\ttwo"


def test_it_wants_to_read_the_path(bench: Bench) -> None:
    tool = bench.tool("read")
    assert tool.reads_only
    assert tool.wants(tool.parse({"filename": "~/x"})) == (Want(action="read", subject="~/x"),)
    assert tool.target(tool.parse({"path": "a.py", "offset": 7})) == "a.py:7"
