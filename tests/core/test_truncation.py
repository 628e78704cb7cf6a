"""Truncation: never larger than its limits, head and tail always there, and the whole in a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.truncation import Limits, cut_line, join, shorten

LIMITS = Limits(lines=20, size=1200, columns=100)
LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])) | st.just("line" * 60))


def test_what_fits_is_left_and_makes_no_file(tmp_path: Path) -> None:
    short = shorten("one\ntwo\n", tmp_path / "scratch")
    assert (short.text, short.whole, short.cut) == ("one\ntwo\n", None, False)
    assert not (tmp_path / "scratch").exists()


def test_head_and_tail_are_kept_and_the_marker_names_the_file(tmp_path: Path) -> None:
    text = "".join(f"{number}\n" for number in range(1, 2001))
    short = shorten(text, tmp_path / "scratch", limits=Limits(lines=11))
    assert short.whole is not None
    assert short.whole.read_text() == text
    assert short.whole.stat().st_mode & 0o777 == 0o600
    lines = short.text.split("\n")
    assert lines[:5] == ["1", "2", "3", "4", "5"]
    assert lines[5] == (
        f"... 1,991 lines left out; the whole is in {short.whole},"
        " read it with offset and limit, or search it with grep ..."
    )
    assert lines[6:] == ["1997", "1998", "1999", "2000", ""]


def test_long_lines_are_cut_in_their_middle_and_that_is_said(tmp_path: Path) -> None:
    short = shorten("a" * 5000 + "b\nnext\n", tmp_path)
    first, second, marker, *_ = short.text.split("\n")
    assert first.startswith("aaa")
    assert first.endswith("aab")
    assert "5,001 characters in all" in first
    assert second == "next" or marker.startswith("... long lines were cut")
    assert "long lines were cut; the whole is in" in short.text


def test_one_line_larger_than_everything_keeps_its_beginning(tmp_path: Path) -> None:
    short = shorten("start" + "x" * 100_000 + "end", tmp_path, limits=LIMITS)
    assert short.text.startswith("start")
    assert len(short.text.encode()) <= LIMITS.size


@given(lines=LINES)
def test_it_is_never_larger_than_its_limits_and_the_whole_is_kept(lines: list[str]) -> None:
    text = "\n".join(lines)
    with TemporaryDirectory() as folder:
        short = shorten(text, Path(folder), limits=LIMITS)
        assert len(short.text.encode()) <= LIMITS.size
        assert len(short.text.removesuffix("\n").split("\n")) <= LIMITS.lines
        if not short.cut:
            assert short.text == text
            return
        assert short.whole is not None
        assert short.whole.read_bytes() == text.encode()
        assert any(line.startswith("... ") for line in short.text.split("\n"))
        assert short.text.split("\n")[0][:20] == lines[0][:20] or "characters in all" in short.text
        kept = short.text.split("\n")
        assert kept[0] == lines[0] or len(lines[0]) > LIMITS.columns or len(lines[0].encode()) > 300


@given(line=st.text(max_size=300), columns=st.integers(min_value=1, max_value=300))
def test_a_line_is_never_longer_than_its_columns(line: str, columns: int) -> None:
    short = cut_line(line, columns)
    assert len(short) <= columns
    assert short == line or len(line) > columns


def test_what_already_lacks_its_middle_is_joined_around_a_marker(tmp_path: Path) -> None:
    short = join("first\nsecond\n", "last\n", 123_456, tmp_path / "whole.txt")
    assert short.text.startswith("first\nsecond\n")
    assert f"... more than 123,456 bytes left out; the whole is in {tmp_path / 'whole.txt'}" in short.text
    assert short.text.endswith("\nlast\n")


def test_where_no_file_can_be_made_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    short = shorten("x\n" * 5000, tmp_path / "file" / "scratch")
    assert short.cut
    assert short.whole is None
    assert "could not be kept" in short.text


@pytest.mark.parametrize("text", ["", "\n", "é" * 100, "🙂" * 2000 + "\n" * 30])
def test_characters_are_never_cut(text: str, tmp_path: Path) -> None:
    assert "\ufffd" not in shorten(text, tmp_path, limits=LIMITS).text
