"""Markdown streams in pieces that never change again, and looks like what it means."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_tui.line import plain, width_of
from claw_tui.markdown import FENCE_LINES, Splitter, split
from claw_tui.markdown_lines import draw_markdown, draw_piece

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


def test_a_huge_paragraph_that_still_grows_is_drawn_plainly() -> None:
    splitter = Splitter()
    splitter.feed("**bold** " * 1000)
    tail = splitter.tail
    assert tail is not None
    assert plain(draw_piece(tail, 80)[0]).startswith("**bold**")
