"""Reading JSON that others wrote: what is not of the kind that was expected is as if it were not there."""

import math
from typing import Any, cast

from claw_core.characters import whole_characters

Json = dict[str, Any]


def text(value: object) -> str:
    """A text; empty for anything else."""
    return whole_characters(value) if isinstance(value, str) else ""


def child(value: object, *names: str) -> Json:
    """The object under these names, one inside the other; an empty one where there is none."""
    for name in names:
        value = cast("Json", value).get(name) if isinstance(value, dict) else None
    return cast("Json", value) if isinstance(value, dict) else {}


def children(value: object) -> list[Json]:
    """The objects in a list."""
    if not isinstance(value, list):
        return []
    return [cast("Json", each) for each in cast("list[object]", value) if isinstance(each, dict)]


def count(value: object) -> int:
    """A whole number that is not negative; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(0, min(int(value), 2**53))


def whole(value: object) -> object:
    """JSON with whole characters in all of its texts, and no number that has no JSON."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, dict):
        return {whole_characters(str(name)): whole(each) for name, each in cast("Json", value).items()}
    if isinstance(value, list):
        return [whole(each) for each in cast("list[object]", value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def arguments(value: object) -> tuple[Json, str]:
    """The arguments of a call, and, where they are no object, what was written instead."""
    import json

    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}, text(value)
    if isinstance(value, dict):
        return cast("Json", whole(cast("object", value))), ""
    return {}, "" if value is None else json.dumps(whole(value), ensure_ascii=False)
