"""Questions to the search: words of the files themselves, as people and models look for them."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claw_core.parity.case import Case, Engine, quoted, refused
from claw_core.parity.corpus import Corpus

UNASKED = {
    "CancelToken": "it stops the functions that take one; tests hold that it does",
    "Lines": "what a search returns; they are compared there",
}

BAD = ("fn(", "a{2,1}", "[a", "*", "(?P<x")
"""Patterns that are none."""
OPTIONS: dict[str, Any] = {
    "globs": [],
    "types": [],
    "literal": False,
    "case": "sensitive",
    "multiline": False,
    "want": "lines",
    "before": 0,
    "after": 0,
    "hidden": False,
    "respect_ignore": True,
    "follow": False,
    "limit": None,
    "max_columns": 2000,
    "max_bytes": 1 << 20,
}
"""What is asked where nothing is said."""


def cases(corpus: Corpus) -> Iterator[Case]:
    """Patterns made of the corpus's words, with each option, and globs made of its names."""
    for root in corpus.roots:
        where = corpus.named(root)
        for pattern, options in _queries(corpus):
            title = f"{quoted(pattern)} below {where}" + "".join(f", {key}={value}" for key, value in options.items())
            yield Case("Search", title, _search(pattern, root, options))
        for globs, options in _globs(corpus):
            yield Case("find", f"{globs} below {where} {options or ''}".strip(), _find(globs, root, options))


def _queries(corpus: Corpus) -> Iterator[tuple[str, dict[str, Any]]]:
    words = [*corpus.words(6), "needle"]
    ways: list[tuple[str, dict[str, Any]]] = [
        ("{}", {}),
        ("{}", {"literal": True, "case": "insensitive"}),
        ("{}", {"case": "smart", "hidden": True}),
        ("{}", {"want": "counts"}),
        ("{}", {"want": "files", "follow": True}),
        (r"\b{}\b", {"before": 1, "after": 2, "limit": 20}),
        (r"^\s*{}", {"respect_ignore": False}),
        (r"{}\W*$", {"limit": 3}),
        (r"[({{\[]?{}.*[\])}}]", {"max_columns": 40}),
        (r"(?s){}.{{0,40}}\n", {"multiline": True}),
        (r"{}\s+\w+", {"multiline": True, "after": 1, "limit": 5}),
    ]
    for number, (way, options) in enumerate(ways):
        for word in words[number % 2 :: 2]:
            yield way.format(word), options
    yield "|".join(words), {"case": "insensitive"}
    yield r"\w\b\W\w", {"limit": 50}
    yield "", {"limit": 10}
    yield "^$", {"limit": 10}
    for suffix in _suffixes(corpus)[:4]:
        yield r"\w", {"globs": [f"*{suffix}"], "limit": 10}
        yield r"\w", {"globs": [f"!*{suffix}"], "limit": 10}
        yield r"\w", {"types": [f"*{suffix}"], "limit": 10, "max_bytes": 4096}
    yield from ((pattern, {}) for pattern in BAD)


def _globs(corpus: Corpus) -> Iterator[tuple[list[str], dict[str, Any]]]:
    yield [], {}
    yield [], {"hidden": True, "respect_ignore": False}
    yield [], {"limit": 3}
    for suffix in _suffixes(corpus):
        yield [f"*{suffix}"], {}
        yield [f"**/*{suffix}", "!**/test*"], {"hidden": True}
    for sample in corpus.samples[::4]:
        name = sample.path.name
        yield [re.sub(r"[^\w.]", "?", name)], {}
        yield [f"{name[:1]}*"], {"respect_ignore": False}
        yield [f"{sample.path.parent.name}/**"], {}
    yield ["a["], {}


def _suffixes(corpus: Corpus) -> list[str]:
    return sorted({sample.path.suffix for sample in corpus.samples if re.fullmatch(r"\.\w+", sample.path.suffix)})


def _search(pattern: str, root: Path, options: dict[str, Any]) -> Any:
    def ask(engine: Engine) -> object:
        page = engine.Search(pattern, root, **OPTIONS | options).take(sys.maxsize, None)
        if page is None:
            return None
        lines, counts, *rest = page
        # Two dictionaries are equal in whatever order.
        return lines.between(0, len(lines)), list(counts.items()), rest

    return refused(ask)


def _find(globs: list[str], root: Path, options: dict[str, Any]) -> Any:
    settings: dict[str, Any] = {
        "hidden": False,
        "respect_ignore": True,
        "follow": False,
        "limit": None,
        "sort": "path",
    } | options

    def ask(engine: Engine) -> object:
        return engine.find(globs, root, **settings, cancel=engine.CancelToken())

    return refused(ask)
