"""Questions to the file finder: the folder's paths, and parts of them as people type them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from claw_core.parity.case import Case, Engine, quoted
from claw_core.parity.corpus import Corpus

MOST_PATHS = 300
"""The twin compares letter by letter, in plain Python."""


def cases(corpus: Corpus) -> Iterator[Case]:
    """Each folder listed, and its samples' paths ranked for beginnings, initials, words and names of one another."""
    for root in corpus.roots:
        yield Case("Index", f"the files below {corpus.named(root)}", partial(_listed, root))
    paths = [_shown(corpus.named(sample.path)) for sample in corpus.samples][:MOST_PATHS]
    yield Case("Index", f"the folders of {len(paths)} paths", partial(_folders, paths))
    for query in _queries(corpus, paths):
        yield Case("Index", f"{quoted(query)} among {len(paths)} paths", partial(_ranked, paths, query))


def _shown(path: str) -> str:
    """A path as listings show it: � for what is not UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _queries(corpus: Corpus, paths: list[str]) -> Iterator[str]:
    yield from ("", "e", "E", "t .", "/", "src main", "xyzzy")
    for path in paths[::6]:
        stem = Path(path).stem
        yield from (stem[:2], stem[::2], f"{path[:3]} {stem[-3:]}", path[:1] + stem.title(), path)
    for word in corpus.words(6):
        yield word[:4]


def _ranked(paths: list[str], query: str, engine: Engine) -> object:
    return engine.Index(paths).rank(query, limit=20, name_bonus=8, cancel=engine.CancelToken())


def _folders(paths: list[str], engine: Engine) -> object:
    return engine.Index(paths).folders().rank("", limit=MOST_PATHS, name_bonus=0, cancel=engine.CancelToken())


def _listed(root: Path, engine: Engine) -> object:
    index = engine.Index.below(root, hidden=True, cancel=engine.CancelToken())
    return len(index), index.problems
