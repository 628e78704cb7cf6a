"""What a terminal that nobody sees shows: recordings of real programs, colours, and how little it holds."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claw_core.native.output import Output, engine, plain, render

RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "ansi"

DIFFERENT = {
    "xterm/t0103-reverse_wrap": "going back over the left edge is a wish of xterm's own, switched off elsewhere",
    "xterm/t601-DECSTBM_SL": "scrolling sideways is in no program's output",
    "xterm/t0504-vim": "its text keeps rows that vim's screen covered; pyte shows the same as we do",
    "alacritty/erase_in_line": "xterm: after the last column was written, erasing ends the wait for the next row",
    "alacritty/saved_cursor": "names in the recording were changed, and in its text were not",
    "alacritty/saved_cursor_alt": "the same",
    "alacritty/tmux_htop": "the same",
    "alacritty/wrapline_alt_toggle": "its other screen starts with a cursor of its own; pyte disagrees with it, too",
    "vt100/alternate_buffer": "its other screen has a cursor of its own; xterm's has not",
    "vt100/ff": "xterm: a form feed after the last column was written stays in that column",
    "vt100/vt": "the same",
    "vt100/ich_dch_ech": "a line that went on in the next row is one line, also where a wide character did not fit",
    "vt100/il_dl": "the same; and xterm puts the cursor to the row's start",
    "vt100/wrap": "the same",
}
"""Recordings that are rendered in another way, and why."""


def recordings() -> Iterator[Any]:
    """Bytes, rows, columns, whether a newline returns, what the screen shows, and whether lines are joined."""
    for path in sorted(RECORDINGS.glob("xterm/*.json")):
        told = json.loads(path.read_bytes())
        data = base64.b64decode(told["bytes"])
        yield f"xterm/{path.stem}", data, told["rows"], told["cols"], True, told["expected_text"]
    for path in sorted(RECORDINGS.glob("alacritty/*/*.json")):
        told = json.loads(path.read_bytes())
        expected = "\n".join(told["expected_screen"])
        data = base64.b64decode(told["bytes"])
        yield f"alacritty/{path.parent.name}", data, told["screen_lines"], told["columns"], False, expected
    for path in sorted(RECORDINGS.glob("vt100/*.json")):
        told = json.loads(path.read_bytes())
        data = b""
        for step in told.get("steps", []):
            data += base64.b64decode(step["input_b64"])
            yield f"vt100/{path.stem}", data, told["rows"], told["cols"], False, step["expected"]["contents"]


def lines(text: str) -> list[str]:
    """Lines as the eye sees them."""
    found = [line.expandtabs().rstrip() for line in text.split("\n")]
    while found and not found[-1]:
        found.pop()
    return found


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not here")
def test_recordings_of_terminals_are_rendered_as_their_makers_expect() -> None:
    count, wrong = 0, dict[str, tuple[list[str], list[str]]]()
    for name, data, rows, columns, newline, expected in recordings():
        terminal = engine.Terminal(rows, columns, keep=1 << 20, newline=newline)
        terminal.feed(data)
        shown = terminal.on_screen() if name.startswith("vt100/") else "\n".join(terminal.rows())
        count += 1
        if lines(shown) != lines(expected):
            wrong[name] = lines(shown), lines(expected)
    assert count > 250
    assert {name: wrong[name] for name in wrong.keys() - DIFFERENT.keys()} == {}
    assert set(DIFFERENT) == set(wrong)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not here")
@pytest.mark.parametrize("name", ["avt_mixed.txt", "avt_licenses-lolcat.txt"])
def test_a_long_session_becomes_text_without_a_control_character(name: str) -> None:
    seen = render((RECORDINGS / "raw" / name).read_bytes())
    assert seen.omitted == 0
    assert seen.head_styles
    assert not any(character < " " and character not in "\n\t" for character in seen.head)


def test_colours_stand_beside_the_text_in_words() -> None:
    seen = render(b"\x1b[1;31mred\x1b[0m and \x1b[48;2;16;32;48mdeep\x1b[49m\n\x1b[38;5;208;4mfour\x1b[m\n")
    assert seen.head == "red and deep\nfour\n"
    assert seen.head_styles == [(0, 3, "bold 1"), (8, 12, "on #102030"), (13, 17, "underline 208")]


def test_a_bar_that_is_drawn_again_and_again_is_one_line() -> None:
    bar = b"".join(b"\r\x1b[K%3d%% [%s]" % (part, b"=" * (part // 5)) for part in range(101))
    assert plain((b"start\n" + bar + b"\nend\n").decode()) == "start\n100% [====================]\nend\n"


def test_several_bars_above_each_other_end_as_they_stood() -> None:
    first = b"a: 0\nb: 0\nc: 0\n"
    again = b"".join(b"\x1b[3A\x1b[2Ka: %d\n\x1b[2Kb: %d\n\x1b[2Kc: %d\n" % (n, n, n) for n in range(1, 50))
    assert render(first + again).head == "a: 49\nb: 49\nc: 49\n"


def test_a_line_wider_than_the_screen_is_one_line_and_tabs_stay_tabs() -> None:
    text = "x" * 500 + "\n" + "a\tb\t" * 40 + "\nlong 日本語" * 30 + "\n"
    assert render(text.encode(), columns=40).head == text


def test_a_program_that_used_the_whole_screen_leaves_what_was_there_before() -> None:
    seen = render(b"$ vim\n\x1b[?1049h\x1b[2J\x1b[H~\n~\n~ VIM\x1b[?1049l$ done\n")
    assert seen.head == "$ vim\n$ done\n"


def test_of_much_output_head_and_tail_stay_with_their_styles(tmp_path: Path) -> None:
    output = Output(rows=24, columns=80, keep=1000, spill=tmp_path / "whole", spill_limit=1 << 20)
    for number in range(10_000):
        output.add(b"\x1b[3%dmline %d\x1b[m\n" % (number % 8, number))
    output.end()
    seen = output.seen()
    whole = (tmp_path / "whole").read_text()
    assert whole == "".join(f"line {number}\n" for number in range(10_000))
    assert whole.startswith(seen.head)
    assert whole.endswith(seen.tail)
    assert len(seen.head) + seen.omitted + len(seen.tail) == len(whole)
    for text, styles in ((seen.head, seen.head_styles), (seen.tail, seen.tail_styles)):
        words = [(text[first:behind], style) for first, behind, style in styles][1:-1]
        assert words
        assert all(word == f"line {word[5:]}" and style == str(int(word[5:]) % 8) for word, style in words)


def test_binary_output_does_no_harm() -> None:
    seen = render(bytes(range(256)) * 200 + os.urandom(200_000), keep=10_000)
    assert all(character in "\n\t" or character >= " " for character in seen.head + seen.tail)
