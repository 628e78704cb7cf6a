"""The extension and its twin read patches, find places and fit changes the same, whatever comes in."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.native.patch import LOOKALIKES
from claw_core.reference import patch

RULES = (list(LOOKALIKES.items()), 70, 25, 250_000)
NARROW = (list(LOOKALIKES.items()), 70, 25, 6)

lines = st.sampled_from(
    [
        *("def f():", "    return 1", "\treturn 1", "  return 1", "}", "    }", "{", "", "\u00a0z", "z"),
        *("x = “a”", 'x = "a"', "a = 1  ", "a = 1", "é … b", "é ... b"),
        *("one two three four", "one two three five", "  one two three six"),
    ]
)
feeds = st.sampled_from(["\n", "\n", "\n", "\r\n"])
texts = st.tuples(
    st.lists(st.tuples(lines, feeds).map("".join), max_size=14).map("".join), st.sampled_from(["", "", "end", "z\r"])
).map("".join)
signed = st.tuples(st.sampled_from(" -+  "), lines, st.sampled_from(["\n", "\n", "\n", "\r\n", ""])).map("".join)
chunks = st.tuples(
    st.none() | st.integers(0, 15),
    st.lists(lines, max_size=2),
    st.lists(signed, min_size=1, max_size=6),
    st.booleans(),
)


def both(name: str, *given: Any) -> tuple[Any, Any]:
    """What the extension and its twin answer: a value, or the words of an error."""
    answers: list[Any] = []
    for engine in (_native, patch):
        try:
            answers.append(getattr(engine, name)(*given))
        except ValueError as error:
            answers.append(str(error))
    return answers[0], answers[1]


@given(texts, st.lists(chunks, max_size=3), st.booleans(), st.sampled_from([RULES, NARROW]))
def test_chunks_are_fitted_the_same(text: str, some: list[Any], ends: bool, rules: Any) -> None:
    native, twin = both("fit_chunks", text, some, ends, rules)
    assert native == twin
    hunks = [hunk for _, _, _, hunk in native if hunk is not None]
    after, same = both("apply_hunks", text, hunks, None)
    assert after == same
    # Only what follows a last line without a newline changes that line, too, which another hunk may be about.
    assert not text.endswith("\n") or "does not fit" not in after


@given(texts, st.lists(st.tuples(texts, texts, st.booleans()), max_size=3), st.sampled_from([RULES, NARROW]))
def test_pieces_are_replaced_the_same(text: str, edits: list[tuple[str, str, bool]], rules: Any) -> None:
    native, twin = both("replace", text, edits, rules)
    assert native == twin


@given(texts, st.data())
def test_pieces_of_the_text_that_were_copied_badly_are_replaced_the_same(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    badly = data.draw(
        st.sampled_from(
            [
                piece,
                piece.replace("\r\n", "\n"),
                piece.replace("  \n", "\n"),
                piece.replace("“", '"').replace("”", '"'),
                "\n".join("  " + line if line else line for line in piece.split("\n")),
                piece.replace("return 1", "return"),
            ]
        )
    )
    native, twin = both("replace", text, [(badly, data.draw(texts), data.draw(st.booleans()))], RULES)
    assert native == twin


patch_lines = st.sampled_from(
    [
        *("--- a/x\n", "+++ b/x\n", "--- /dev/null\n", "+++ /dev/null\n", '+++ "b/\\303\\251\\t"\n'),
        *("--- x\t2026-01-01\n", "@@ -1 +1 @@\n", "@@ -1,2 +1,2 @@ def f():\n", "@@ -0,0 +1 @@\r\n", "@@ -1,x +1 @@\n"),
        *("@@\n", "@@ ... @@\n", "@@ def f():\n", "-a\n", "+b\n", " c\n", "\n", "d\n", "-- \n", "words\n"),
        *("\\ No newline at end of file\n", "diff --git a/x b/x\n", 'diff --git "a/q\\"" "b/q\\""\n'),
        *("new file mode 100644\n", "rename from old\n", "rename to new\n", "Binary files differ\n"),
        *("*** Begin Patch\n", "*** End Patch\n", "*** Update File: x\n", " *** Add File: y\n", "*** Add File: y\n"),
        *("*** Delete File: z\n", "*** Move to: w\n", "*** End of File\n", "a.py\n", "```python\n", "**`b.py`:**\n"),
        *("<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "# c:\n"),
    ]
)


@given(st.lists(patch_lines, max_size=14).map("".join))
def test_any_patch_or_none_is_read_the_same(text: str) -> None:
    native, twin = both("parse_patch", text)
    assert native == twin
