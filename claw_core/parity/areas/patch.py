"""Questions about patches: between files and later versions of them, as a whole, in part, and where they do not fit."""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from claw_core.parity.case import Case, Engine, quoted
from claw_core.parity.corpus import Corpus
from claw_core.parity.mutation import mutated
from claw_core.reference.chunk import ChunkFields, lines_of
from claw_core.reference.patch import format_unified, make_hunks
from claw_core.reference.replace import Edit

UNASKED = {"PatchConflict": "what a patch that does not fit raises; its words are compared there"}

LARGEST = 16 * 1024
"""Characters; difflib, which the twin compares with, takes four times as long for twice the lines."""
BROKEN = ("", "@@ -1 +1 @@\n-a\n+b\n", "--- a/x\n+++ b/x\n@@ bad @@\n", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n")
"""Diffs that are none."""
CELLS = 10_000
"""Words of one line times words of the other that are compared."""
RULES = ([("“", '"'), ("”", '"'), ("…", "..."), ("\u00a0", " ")], 70, 25, CELLS)
"""What counts as alike, as the door says it."""


def cases(corpus: Corpus) -> Iterator[Case]:
    """Each text with some later versions of it, and with its neighbour, which is another text altogether."""
    chance = corpus.chance("patch")
    texts = [(corpus.named(sample.path), sample.text[:LARGEST]) for sample in corpus.texts]
    for number, (name, before) in enumerate(texts):
        for changes in (1, 4, 12):
            after = mutated(before, chance, changes)
            yield from _of_versions(name, before, after, chance)
        neighbour, other = texts[number - 1]
        yield Case("make_hunks", f"{neighbour} to {name}", partial(_made, before=other, after=before, context=3))
    for diff in BROKEN:
        yield Case("parse_patch", quoted(diff), partial(_call, "parse_patch", diff))


def _of_versions(name: str, before: str, after: str, chance: random.Random) -> Iterator[Case]:
    for context in (0, 3):
        title = f"{name} to a later version, context {context}"
        yield Case("make_hunks", title, partial(_made, before=before, after=after, context=context))
    hunks = make_hunks(before, after, 3)
    some = [index for index in range(len(hunks)) if chance.random() < 0.5]
    elsewhere = mutated(before, chance, 2)
    yield Case("apply_hunks", f"{name}, hunks {some}", partial(_call, "apply_hunks", before, hunks, some))
    yield Case("apply_hunks", f"{name}, changed meanwhile", partial(_call, "apply_hunks", elsewhere, hunks, None))
    change, sides = chance.choice([("edit", (before, after)), ("add", ("", after)), ("delete", (before, ""))])
    shown = make_hunks(*sides, 3)
    yield Case("format_unified", f"{name}, {change}", partial(_call, "format_unified", name, shown, change))
    diff = format_unified(name, shown, change)
    for version in (diff, mutated(diff, chance, 1)):
        yield Case("parse_patch", quoted(version, 200), partial(_call, "parse_patch", version))
    chunks: list[ChunkFields] = [(None, [], lines, False) for _, _, _, _, lines in hunks]
    for text in (before, elsewhere, "".join("  " + line for line in lines_of(before))):
        yield Case("fit_chunks", f"{name}, without line numbers", partial(_fitted, text=text, chunks=chunks))
    edits = [("".join(line[1:] for line in hunk[4] if line[0] != "+"), "new\n", False) for hunk in hunks]
    for text in (before, elsewhere, before.replace("\n", " \n")):
        yield Case("replace", f"{name}, old lines for others", partial(_replaced, text=text, edits=edits))
    for hunk in hunks[:3]:
        for old, new in _pairs(hunk[4]):
            title = f"{quoted(old)} to {quoted(new)}"
            yield Case("changed_words", title, partial(_call, "changed_words", old, new, CELLS))


def _call(function: str, *arguments: Any) -> Any:
    """Asks the engine that comes last."""
    *given, engine = arguments
    return getattr(engine, function)(*given)


def _fitted(engine: Engine, *, text: str, chunks: list[ChunkFields]) -> object:
    return engine.fit_chunks(text, chunks, False, RULES, cancel=engine.CancelToken())


def _replaced(engine: Engine, *, text: str, edits: list[Edit]) -> object:
    return engine.replace(text, edits, RULES, cancel=engine.CancelToken())


def _made(engine: Engine, *, before: str, after: str, context: int) -> object:
    """What the hunks lead to: where the same lines stand at several places, the two may rightly pair others."""
    hunks = engine.make_hunks(before, after, context)
    return engine.apply_hunks(before, hunks, None), bool(hunks)


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Lines that were taken out, with those that came in their place."""
    removed = [line[1:] for line in lines if line.startswith("-")]
    added = [line[1:] for line in lines if line.startswith("+")]
    return zip(removed, added, strict=False)
