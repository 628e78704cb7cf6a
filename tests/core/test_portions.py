"""Hunks reshaped by hand: what is taken is what the file holds, to the byte, and the model hears the rest."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.ask import Allow, Answer, Ask, PermissionAsk, Portion
from claw_core.block import DiffBlock, Hunk
from claw_core.event import AskAnswered, CallFinished
from claw_core.message import Text
from claw_core.native.patch import apply_hunks, make_hunks
from claw_core.portions import new_text, portions_of, require_fit, rewritten, split
from tests.core.acting import Acting, says

TEN = "".join(f"line {number}\n" for number in range(1, 11))


def diff(before: str, after: str) -> DiffBlock:
    return DiffBlock(path="a.txt", hunks=make_hunks(before, after))


def shape(portions: tuple[Portion, ...]) -> list[str]:
    """What each changes."""
    return ["".join(line for line in each.hunk.lines if line[0] != " ") for each in portions]


def applied(before: str, portions: tuple[Portion, ...]) -> str:
    return apply_hunks(before, [each.hunk for each in portions if each.taken])


def test_a_hunk_is_split_at_the_lines_that_stay_then_line_by_line() -> None:
    after = TEN.replace("line 3\n", "LINE 3\n").replace("line 6\nline 7\n", "LINE 6\nLINE 7\n")
    whole = portions_of(diff(TEN, after))
    assert len(whole) == 1
    two = split(whole, 0)
    assert shape(two) == ["-line 3\n+LINE 3\n", "-line 6\n-line 7\n+LINE 6\n+LINE 7\n"]
    three = split(two, 1)
    assert shape(three)[1:] == ["-line 6\n+LINE 6\n", "-line 7\n+LINE 7\n"]
    assert {each.of for each in three} == {0}
    assert applied(TEN, three) == after
    with pytest.raises(ValueError, match="single line"):
        split(three, 1)


def test_a_new_file_is_split_at_its_blank_lines() -> None:
    portions = split(portions_of(diff("", "def a():\n    pass\n\ndef b():\n    pass\n")), 0)
    assert shape(portions) == ["+def a():\n+    pass\n+\n", "+def b():\n+    pass\n"]
    assert apply_hunks("", [portions[1].hunk]) == "def b():\n    pass\n"


def test_one_hunk_is_rewritten_and_all_else_stays_to_the_byte() -> None:
    before = TEN.replace("\n", "\r\n")
    after = before.replace("line 5\r\n", "LINE 5\r\n")
    portions = portions_of(diff(before, after))
    text = new_text(portions[0]).replace("\r\n", "\n").replace("LINE 5", "five\nand a half").rstrip("\n")
    (made,) = rewritten(portions, 0, text)
    assert made.edited
    assert applied(before, (made,)) == before.replace("line 5\r\n", "five\r\nand a half\r\n")


def test_lines_that_end_in_their_own_ways_keep_them() -> None:
    before = "a\nb\r\nc\nd\r\n"
    (portion,) = portions_of(diff(before, "a\nb\r\nC\nd\r\n"))
    (made,) = rewritten((portion,), 0, "a\nb\nsee\nd\n")
    assert applied(before, (made,)) == "a\nb\r\nsee\nd\r\n"


def test_a_last_line_without_an_ending_stays_without() -> None:
    (portion,) = portions_of(diff("a\nb", "a\nB"))
    (made,) = rewritten((portion,), 0, "a\nBee\n")
    assert applied("a\nb", (made,)) == "a\nBee"


def test_a_hunk_that_is_rewritten_to_what_is_there_changes_nothing_and_says_so() -> None:
    (portion,) = portions_of(diff(TEN, TEN.replace("line 5", "LINE 5")))
    assert rewritten((portion,), 0, new_text(portion)) == (portion,)
    with pytest.raises(ValueError, match="holds already"):
        rewritten((portion,), 0, "".join(line[1:] for line in portion.hunk.lines if line[0] != "+"))


def test_neighbours_of_a_split_give_up_the_lines_that_were_rewritten_beside_them() -> None:
    after = TEN.replace("line 3\n", "LINE 3\n").replace("line 6\n", "LINE 6\n")
    portions = split(portions_of(diff(TEN, after)), 0)
    text = new_text(portions[0]).replace("line 5\n", "changed beside\n")
    made = rewritten(portions, 0, text)
    assert applied(TEN, made) == after.replace("line 5\n", "changed beside\n")
    assert "line 5\n" not in new_text(made[1])
    again = rewritten(made, 1, new_text(made[1]).replace("LINE 6", "SIX"))
    assert applied(TEN, again) == after.replace("line 5\n", "changed beside\n").replace("LINE 6", "SIX")


texts = st.lists(st.sampled_from(["a", "b", "c", "", "d"]), max_size=12).map(
    lambda lines: "".join(line + "\n" for line in lines)
)


def merged(before: str, portions: tuple[Portion, ...]) -> str:
    """What taken portions make of a text, by a rule of its own: old lines go, new ones come in their place."""
    lines = before.splitlines(keepends=True)
    gone: set[int] = set()
    fresh: dict[int, list[str]] = {}
    for portion in portions:
        if not portion.taken:
            continue
        at = portion.hunk.old_start - (portion.hunk.old_count > 0)
        for line in portion.hunk.lines:
            if line[0] == "+":
                fresh.setdefault(at, []).append(line[1:])
            else:
                gone |= {at} if line[0] == "-" else set()
                at += 1
    return "".join("".join(fresh.get(at, [])) + ("" if at in gone else line) for at, line in enumerate([*lines, ""]))


@given(texts, texts, st.data())
def test_whatever_is_split_rewritten_and_left_the_file_is_what_was_shown(
    before: str, after: str, data: st.DataObject
) -> None:
    shown = diff(before, after)
    portions = portions_of(shown)
    for _ in range(data.draw(st.integers(0, 6)) if portions else 0):
        at = data.draw(st.integers(0, len(portions) - 1))
        try:
            if data.draw(st.booleans()):
                portions = split(portions, at)
            else:
                lines = new_text(portions[at]).splitlines()
                place = data.draw(st.integers(0, len(lines)))
                lines[place : place + data.draw(st.integers(0, 1))] = data.draw(st.lists(st.just("new"), max_size=2))
                portions = rewritten(portions, at, "\n".join([*lines, ""]) if lines else "")
        except ValueError:
            continue
    require_fit(before, after, shown, portions)
    if not any(portion.edited for portion in portions):
        assert applied(before, portions) == after
    taken = data.draw(st.lists(st.booleans(), min_size=len(portions), max_size=len(portions)))
    chosen = tuple(
        Portion(of=each.of, hunk=each.hunk, taken=take, edited=each.edited)
        for each, take in zip(portions, taken, strict=True)
    )
    assert applied(before, chosen) == merged(before, chosen)


def told(finished: CallFinished) -> str:
    return "".join(part.text for part in finished.parts if isinstance(part, Text))


def editing(tmp_path: Path, after: str, answer: Callable[[DiffBlock], Answer]) -> Acting:
    async def answering(ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        (shown,) = ask.preview
        assert isinstance(shown, DiffBlock)
        return answer(shown)

    script = [says("", ("read", {"path": "a.txt"})), says("", ("write", {"path": "a.txt", "content": after}))]
    acting = Acting(tmp_path, [*script, says("ok")], mode="ask", answer=answering)
    acting.write("a.txt", TEN)
    return acting


async def test_the_model_hears_what_was_taken_what_was_left_and_what_was_changed_by_hand(tmp_path: Path) -> None:
    after = TEN.replace("line 3\n", "LINE 3\n").replace("line 6\n", "LINE 6\n").replace("line 9\n", "LINE 9\n")

    def answer(shown: DiffBlock) -> Answer:
        portions = split(portions_of(shown), 0)
        first, second, third = rewritten(portions, 1, new_text(portions[1]).replace("LINE 6", "six, by hand"))
        left = Portion(of=third.of, hunk=third.hunk, taken=False)
        return Allow(portions=((first, second, left),))

    acting = editing(tmp_path, after, answer)
    await acting.ask()
    text = (acting.root / "a.txt").read_text()
    assert text == TEN.replace("line 3\n", "LINE 3\n").replace("line 6\n", "six, by hand\n")
    finished = acting.all(CallFinished)[1]
    assert "changed 1 hunk by hand" in told(finished)
    assert "+six, by hand" in told(finished)
    assert "did not take 1 hunk" in told(finished)
    assert "+LINE 9" in told(finished)
    assert "+LINE 3" not in told(finished)
    assert "1 hunk not taken, 1 hunk by hand" in finished.summary
    (block,) = finished.blocks
    assert isinstance(block, DiffBlock)
    assert apply_hunks(TEN, block.hunks) == text
    answered = acting.all(AskAnswered)[1].answer
    assert isinstance(answered, Allow)
    assert answered.portions is not None
    assert [(each.taken, each.edited) for each in answered.portions[0]] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    await acting.session.close()


(END,) = make_hunks(TEN, TEN + "x\n")
(ELSEWHERE,) = make_hunks("q\n", "r\n")
WRONG = Hunk(old_start=1, old_count=9, new_start=1, new_count=0, lines=("-q\n",))


@pytest.mark.parametrize(
    "answer",
    [
        Allow(portions=()),
        Allow(portions=((),)),
        Allow(portions=((Portion(of=7, hunk=END, edited=True),),)),
        Allow(portions=((Portion(of=0, hunk=END), Portion(of=0, hunk=ELSEWHERE, taken=False)),)),
        Allow(portions=((Portion(of=0, hunk=WRONG, edited=True),),)),
    ],
)
async def test_portions_of_something_else_are_no_answer_and_nothing_is_done(tmp_path: Path, answer: Answer) -> None:
    acting = editing(tmp_path, TEN.replace("line 3", "LINE 3"), lambda _: answer)
    await acting.ask()
    assert (acting.root / "a.txt").read_text() == TEN
    assert acting.all(CallFinished)[1].outcome == "error"
    await acting.session.close()
