"""What the audit asks: one question that both implementations answer."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Engine = ModuleType
"""The extension, or a twin: they have the same names and signatures."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question."""

    function: str
    """What is asked, by its name in `_native.pyi`."""
    title: str
    """What of, for a person who wants to ask again."""
    ask: Callable[[Engine], object]
    """Asks an engine. The answer is plain data; whatever may rightly differ is not in it. What it raises is an answer,
    too, where it is a ValueError or an OSError."""


def refused(ask: Callable[[Engine], object]) -> Callable[[Engine], object]:
    """Asks the same, but of a refusal only its kind counts: whose words differ, since they come from a library."""

    def ask_it(engine: Engine) -> object:
        try:
            return ask(engine)
        except (ValueError, OSError) as error:
            return type(error).__name__

    return ask_it


def quoted(value: Any, most: int = 60) -> str:
    """A value for a title or a difference, cut."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"
