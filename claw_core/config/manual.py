"""The manual of the settings: each with its kind, its bounds, and what the schema's docstrings say of it."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from claw_core.config import schema
from claw_core.config.schema import BOUNDS, TABLES, Settings, without_none

Kind = Literal["flag", "choice", "whole", "number", "text", "texts", "tables"]
"""What a setting can be: true or false, one of some words, a number, a text, a list of texts, a table of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting."""

    key: str
    """Dotted: `ui.attention`."""
    kind: Kind
    help: str
    """What it means, in a sentence."""
    usual: str = ""
    """What holds where it is not set, in words; empty where nothing does."""
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    """The least and the most of a number."""


@cache
def manual() -> tuple[Setting, ...]:
    """Every setting, in the schema's order. Reads the schema's source once: off the event loop."""
    tree = ast.parse(inspect.getsource(schema))
    told = {node.name: dict(_docstrings(node)) for node in tree.body if isinstance(node, ast.ClassDef)}
    return tuple(_settings(Settings, "", told))


def _settings(shape: type, prefix: str, told: dict[str, dict[str, str]]) -> Iterator[Setting]:
    hints: dict[str, Any] = get_type_hints(shape)
    for each in fields(shape):
        default = each.default_factory() if each.default_factory is not MISSING else None
        if isinstance(default, TABLES):
            yield from _settings(type(default), f"{prefix}{each.name}.", told)
        else:
            yield _setting(f"{prefix}{each.name}", without_none(hints[each.name]), told[shape.__name__][each.name])


def _setting(key: str, hint: Any, words: str) -> Setting:
    words = words.replace("`", "").rstrip(".")
    found = re.fullmatch(r"(.*); (.+) (?:if not set|count where it is not set)", words)
    choices = cast("tuple[str, ...]", get_args(hint)) if get_origin(hint) is Literal else ()
    return Setting(
        key=key,
        kind=_kind(hint),
        help=found[1] if found else words,
        usual=found[2] if found else "",
        choices=choices,
        bounds=BOUNDS.get(key),
    )


def _kind(hint: Any) -> Kind:
    plain: dict[Any, Kind] = {bool: "flag", int: "whole", float: "number", str: "text"}
    made: dict[Any, Kind] = {Literal: "choice", tuple: "texts"}
    return plain.get(hint) or made.get(get_origin(hint)) or "tables"


def _docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for item, after in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            said = after.value if isinstance(after, ast.Expr) else None
            words = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            yield item.target.id, " ".join(words.split())
