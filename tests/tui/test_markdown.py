"""Markdown streams in pieces that never change again, and looks like what it means."""

import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_tui.line import Line, plain, width_of
from claw_tui.markdown import FENCE_LINES, INNER, LONG, TABLE_ROWS, Splitter, split
from claw_tui.markdown_lines import draw_code, draw_markdown, draw_piece
from claw_tui.reply import join_pieces, whole_block
from claw_tui.syntax import coloured

ANSWER = """# Title

Some *words* and **bold**,
second line

- one
- two
  - nested
    ```py
    x = 1

    - not an item
    ```
1. first

   still first
2. second

> quote
> goes on

| a | b |
|---|--:|
| 1 | 22 |

```python
def f():

    return 1
```
last
"""


def drawn(text: str, width: int = 40) -> list[str]:
    return [plain(row).rstrip() for row in draw_markdown(text, width)]


def test_pieces_are_cut_where_nothing_can_change_any_more() -> None:
    assert [piece.kind for piece in split(ANSWER)] == [
        "heading", "words", "item", "item", "item", "item", "quote", "table", "fence", "words",
    ]  # fmt: skip


@given(st.integers(min_value=0, max_value=10_000))
def test_cut_anywhere_it_streams_into_the_same_pieces(seed: int) -> None:
    rng = random.Random(seed)
    splitter, at = Splitter(), 0
    settled: list[object] = []
    while at < len(ANSWER):
        size = rng.randint(1, 9)
        splitter.feed(ANSWER[at : at + size])
        assert splitter.pieces[: len(settled)] == settled, "a settled piece changed"
        settled = list(splitter.pieces)
        at += size
    splitter.finish()
    assert splitter.pieces == split(ANSWER)


@given(st.text(alphabet="ab#`-*>| \n1.", max_size=80))
def test_no_text_breaks_the_splitter_or_the_drawing(text: str) -> None:
    splitter = Splitter()
    for char in text:
        splitter.feed(char)
        if (tail := splitter.tail) is not None:
            draw_piece(tail, 12)
    splitter.finish()
    for row in (row for piece in splitter.pieces for row in draw_piece(piece, 12)):
        assert width_of(row) <= 12


def test_a_long_fence_settles_in_parts_and_keeps_its_colours() -> None:
    code = '"""\n' + "\n".join(f"text {number}" for number in range(FENCE_LINES)) + '\n"""\nx = 1\n'
    pieces = split(f"```python\n{code}```\n")
    assert [piece.starts for piece in pieces] == [True, False]
    inside = draw_piece(pieces[1], 40)[0]
    assert any("syntax.string" in look for _, look in inside), "it is still inside the docstring"


def test_it_looks_like_what_it_means() -> None:
    assert drawn(ANSWER) == [
        "Title",
        "",
        "Some words and bold, second line",
        "",
        "• one",
        "• two",
        "  ◦ nested",
        "     x = 1",
        "",
        "     - not an item",
        "1. first",
        "",
        "   still first",
        "2. second",
        "",
        "▎ quote goes on",
        "",
        "a │  b",
        "──┼───",
        "1 │ 22",
        "",
        " def f():",
        "",
        "     return 1",
        "",
        "last",
    ]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("- [x] done\n- [ ] open", ["• ☑ done", "• ☐ open"]),
        ("[docs](https://a.b/c)", ["docs (https://a.b/c)"]),
        ("<https://a.b>", ["https://a.b"]),
        ("a  \nb", ["a", "b"]),
        ("[bold]not markup[/bold]", ["[bold]not markup[/bold]"]),
        ("<b>html</b>", ["<b>html</b>"]),
        ("x\u202ey", ["x⟨U+202E⟩y"]),
        ("7. seven\n8. eight", ["7. seven", "8. eight"]),
        ("~~gone~~", ["gone"]),
        ("---", ["─" * 40]),
        ("Head\n====", ["Head"]),
    ],
)
def test_small_things(source: str, rows: list[str]) -> None:
    assert drawn(source) == rows


def test_a_table_gives_way_where_there_is_little_room() -> None:
    table = "| name | what it is about |\n|---|---|\n| a | some rather long words |\n"
    assert drawn(table, 20) == [
        "name │ what it is",
        "     │ about",
        "─────┼──────────────",
        "a    │ some rather",
        "     │ long words",
    ]
    assert drawn(table, 8)[0] == "name: a"


def endless(kind: str) -> Iterator[str]:
    """An answer that never ends, in bits: one block that only grows."""
    for number in itertools.count():
        match kind:
            case "fence":
                yield "" if number else "```python\n"
                yield from (f"def f{number}() -> ", "int:\n", f"    return {number}\n")
            case "one line of code":
                yield '```json\n{"a": [' if not number else f'{{"n": {number}}}, '
            case "table":
                yield "" if number else "| a | b |\n|---|---|\n"
                yield from (f"| row {number} ", "| *some* words |\n")
            case "paragraph":
                yield f"**word** {number} "
            case "paragraph of lines":
                yield f"some `words` in line {number}\n"
            case "quote":
                yield f"> some words in line {number}\n"
            case "list":
                yield f"- item {number}\n"
            case "nested list":
                yield "- first\n" if not number else f"  - item {number}\n"
            case _:
                yield "1. Do this:\n\n   ```sh\n" if not number else f"   echo {number}\n"


GROWING = (
    "fence", "one line of code", "table", "paragraph", "paragraph of lines", "quote", "list", "nested list", "sh"
)  # fmt: skip


@pytest.mark.parametrize("kind", GROWING)
def test_what_a_word_costs_does_not_depend_on_how_much_was_said(kind: str) -> None:
    splitter, settled, said, most = Splitter(), 0, 0, 0
    for bit in itertools.islice(endless(kind), 12_000):
        splitter.feed(bit)
        said += len(bit)
        new, settled = splitter.pieces[settled:], len(splitter.pieces)
        drawn = [*new, *([splitter.tail] if splitter.tail else [])]
        most = max(most, sum(len(piece.source) for piece in drawn))
    long = LONG * (INNER if kind == "sh" else 1)
    assert most <= long + 200
    assert said > 3 * long, "or nothing was proven"


@given(st.text(alphabet="ab#`-*>| \n1.", max_size=200), st.integers(0, 1000))
def test_cut_where_it_is_long_it_still_streams_into_the_same_pieces(text: str, seed: int) -> None:
    rng = random.Random(seed)
    at_once, streamed, at = Splitter(long=12), Splitter(long=12), 0
    at_once.feed(text)
    while at < len(text):
        size = rng.randint(1, 9)
        streamed.feed(text[at : at + size])
        at += size
    at_once.finish()
    streamed.finish()
    assert streamed.pieces == at_once.pieces
    for piece in at_once.pieces:
        assert all(width_of(row) <= 12 for row in draw_piece(piece, 12))


@pytest.mark.parametrize("kind", GROWING)
def test_what_was_cut_is_copied_whole(kind: str) -> None:
    text = "".join(itertools.islice(endless(kind), 3000)).rstrip("\n")
    pieces = split(text)
    assert join_pieces(pieces).removesuffix("\n```") == text
    block = "- item 1" if kind == "list" else text.removeprefix("```python\n").removeprefix("```json\n")
    assert whole_block(pieces, 1) == block


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", 'def f():\n    """Says\n' + "    things\n" * 60 + '    """\n    return f"{1 + 1}" # one\n' * 30),
        ("rust", "/* " + "words\n" * 50 + "*/ fn main() {}\n" * 20),
        ("javascript", "const a = `\n" + "text ${b}\n" * 50 + "`;\n// end\n" * 20),
        ("bash", "cat <<EOF\n" + "$HOME words\n" * 40 + "EOF\necho done\n" * 8),
        ("java", "/** Says\n" + " * it's a thing\n" * 25 + " */\nclass A {}\n" * 3 + "class B { int a = 1; }\n" * 30),
        ("go", "var a = `\n" + "text // no comment\n" * 20 + "`\n" + "func f() {} // one\n" * 30),
        ("json", '{"a": [\n' + '  "b", 1,\n' * 60 + "  null]}\n"),
    ],
)
def test_code_in_parts_has_the_colours_of_the_whole(language: str, code: str) -> None:
    pieces = split(f"```{language}\n{code}```\n")
    assert len(pieces) > 3
    whole = draw_code(coloured(code.rstrip("\n"), language=language), 60)
    assert [_merged(row) for piece in pieces for row in draw_piece(piece, 60)] == [_merged(row) for row in whole]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", 'def f(a):\n    """Says\n' + "    things\n" * 9 + '    """\n    return f"{1 + 1}" # one\n' * 9),
        ("rust", "/* " + "words\n" * 20 + "*/ fn main() { let a = 1; }\n" * 20),
        ("json", '{"a": [\n' + '  "b", 1,\n' * 30 + "  null]}\n"),
    ],
)
def test_code_has_its_colours_while_it_comes(language: str, code: str) -> None:
    splitter, so_far = Splitter(), ""
    splitter.feed(f"```{language}\n")
    for at in range(0, len(code), 5):
        so_far += code[at : at + 5]
        splitter.feed(code[at : at + 5])
        tail = splitter.tail
        assert tail is not None
        whole = draw_code(coloured(so_far.removesuffix("\n"), language=language), 60)
        drawn = [_merged(row) for row in draw_piece(tail, 60)]
        assert drawn == [_merged(row) for row in whole[-len(drawn) :]]


def test_what_is_known_by_its_end_has_its_colours_when_the_code_has_ended() -> None:
    code = "/* one\n two\n three */ int a;\n"
    splitter = Splitter()
    for letter in f"```c\n{code}```\n":
        splitter.feed(letter)
        for piece in [*splitter.pieces, *([splitter.tail] if splitter.tail else [])]:
            draw_piece(piece, 60)
    whole = draw_code(coloured(code.rstrip("\n"), language="c"), 60)
    assert [_merged(row) for piece in splitter.pieces for row in draw_piece(piece, 60)] == [
        _merged(row) for row in whole
    ]


def _merged(row: Line) -> list[tuple[str, str]]:
    """The row with neighbours of one look as one."""
    return [("".join(text for text, _ in group), look) for look, group in itertools.groupby(row, lambda span: span[1])]


def test_a_line_that_is_no_row_is_not_lost() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n      deep | and odd\n| 3 | 4 |"
    drawn = "\n".join(plain(row) for row in draw_markdown(text, 40))
    assert all(word in drawn for word in ("1", "2", "deep", "odd", "3", "4"))


def test_a_long_table_keeps_its_columns_from_part_to_part() -> None:
    rows = "".join(f"| {number} | some words |\n" for number in range(TABLE_ROWS * 2 + 3))
    pieces = split(f"| n | what |\n|--:|---|\n{rows}")
    assert [piece.starts for piece in pieces] == [True, False, False]
    lines = [plain(row) for piece in pieces for row in draw_piece(piece, 40)]
    assert len(lines) == TABLE_ROWS * 2 + 5
    assert len({row.replace("┼", "│").index("│") for row in lines}) == 1
    narrow = [plain(row).rstrip() for piece in pieces for row in draw_piece(piece, 6)]
    assert narrow[-5:] == ["n: 34", "what:", "  some", "  word", "  s"]


def test_a_long_item_goes_on_below_its_words() -> None:
    inner = "".join(f"   - point {number} of many\n" for number in range(LONG // 10))
    pieces = split(f"1. first\n{inner}2. second\n")
    assert [piece.kind for piece in pieces] == ["item"] * len(pieces)
    lines = [plain(row) for piece in pieces for row in draw_piece(piece, 60)]
    assert lines[0] == "1. first"
    assert {row[:5] for row in lines[1:-1]} == {"   ◦ "}
    assert lines[-1] == "2. second"
