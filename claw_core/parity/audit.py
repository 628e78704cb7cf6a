"""The audit itself: every question to both, in turns, answers compared, seconds added up."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from claw_core import reference
from claw_core.error import ExtensionMissing
from claw_core.message import JsonObject
from claw_core.parity import areas
from claw_core.parity.case import Case, Engine
from claw_core.parity.corpus import Corpus
from claw_core.registry import load, names

EXTENSION = "claw_core.native._native"
PATIENCE = 20.0
"""Seconds for the questions of one area about one folder; what would come later is not asked."""
QUICK = 0.005
"""Seconds below which an answer is asked for three times, and the fastest counts: else one pause of the system would
say who is faster."""
LEAD, LONGEST = 40, 160
"""Characters of an answer that are shown before the place where the two part, and in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A case in which the two do not agree."""

    case: str
    rust: str
    python: str
    """The answers, each from a little before the place where they part."""

    def as_json(self) -> JsonObject:
        """For programs."""
        return {"case": self.case, "rust": self.rust, "python": self.python}


@dataclass(slots=True)
class Comparison:
    """How the two implementations of one function compare."""

    name: str
    cases: int = 0
    differing: int = 0
    first_difference: Difference | None = None
    rust_seconds: float = 0.0
    python_seconds: float = 0.0

    @property
    def equal(self) -> int:
        """Cases with the same answer."""
        return self.cases - self.differing

    @property
    def speedup(self) -> float | None:
        """How many times faster the extension answered; None where nothing was asked."""
        return self.python_seconds / self.rust_seconds if self.rust_seconds else None

    def as_json(self) -> JsonObject:
        """For programs."""
        return {
            "name": self.name,
            "cases": self.cases,
            "equal": self.equal,
            "differing": self.differing,
            "first_difference": self.first_difference.as_json() if self.first_difference else None,
            "speedup": None if self.speedup is None else round(self.speedup, 2),
        }


class Engines(NamedTuple):
    """The two that are compared."""

    rust: Engine
    python: Engine


class Answer(NamedTuple):
    """What an engine answered, and in how many seconds."""

    value: object
    seconds: float


def extension() -> ModuleType:
    """The extension, whoever serves in this process. Raises ExtensionMissing where it does not load."""
    try:
        return import_module(EXTENSION)
    except ImportError as error:
        raise ExtensionMissing(
            f"There is nothing to compare: the Rust core does not load ({error}).",
            "Install claw for this system, or build it: make run in a checkout, with a Rust toolchain.",
        ) from error


def twin(area: str) -> ModuleType:
    """The plain-Python implementation of an area."""
    return import_module(f"{reference.__name__}.{area}")


def audit(
    corpora: Sequence[Corpus],
    *,
    rust: Engine,
    python: Callable[[str], Engine] = twin,
    patience: float = PATIENCE,
) -> Iterator[Comparison]:
    """Asks both about everything, and tells of each function once it is known. Writes nothing to the folders."""
    for name in names(areas.__name__):
        area = load(areas.__name__, name)
        found: dict[str, Comparison] = {}
        engines = Engines(rust, python(name))
        for corpus in corpora:
            until = time.monotonic() + patience
            for case in area.cases(corpus):
                _take(case, engines, found.setdefault(case.function, Comparison(case.function)))
                if time.monotonic() > until:
                    break
        yield from found.values()


def unasked() -> Mapping[str, str]:
    """What of the extension is no question of its own, and why."""
    return {
        name: reason
        for area in names(areas.__name__)
        for name, reason in getattr(load(areas.__name__, area), "UNASKED", {}).items()
    }


def _take(case: Case, engines: Engines, comparison: Comparison) -> None:
    # Whoever asks first finds the files cold: each in its turn.
    if comparison.cases % 2:
        ours, theirs = _ask(case, engines.rust), _ask(case, engines.python)
    else:
        theirs, ours = _ask(case, engines.python), _ask(case, engines.rust)
    comparison.cases += 1
    comparison.rust_seconds += ours.seconds
    comparison.python_seconds += theirs.seconds
    if ours.value != theirs.value:
        comparison.differing += 1
        comparison.first_difference = comparison.first_difference or _difference(case, ours.value, theirs.value)


def _ask(case: Case, engine: Engine) -> Answer:
    answer = _once(case, engine)
    if answer.seconds > QUICK:
        return answer
    return min(answer, _once(case, engine), _once(case, engine), key=lambda each: each.seconds)


def _once(case: Case, engine: Engine) -> Answer:
    start = time.perf_counter()
    try:
        value = case.ask(engine)
    except (ValueError, OSError) as error:
        value = f"{type(error).__name__}: {error}"
    return Answer(value, time.perf_counter() - start)


def _difference(case: Case, ours: object, theirs: object) -> Difference:
    one, other = repr(ours), repr(theirs)
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    start = max(same - LEAD, 0)
    return Difference(case=case.title, rust=_part(one, start), python=_part(other, start))


def _part(text: str, start: int) -> str:
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
