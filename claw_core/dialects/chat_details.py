"""`reasoning_details`: how OpenRouter and those after it send thoughts that have to come back with their signatures."""

from claw_core.dialects.untrusted import Fields, objects, string
from claw_core.message import Json
from claw_core.provider import encode


class Details:
    """The details of one answer, put together: pieces with the same index are one."""

    def __init__(self) -> None:
        self._whole: dict[tuple[object, object], dict[str, object]] = {}

    def take(self, pieces: list[Fields]) -> str:
        """Add the pieces of one chunk; the words that are new in them."""
        words = ""
        for piece in pieces:
            words += string(piece.get("text")) or string(piece.get("summary"))
            place = (piece.get("index"), piece.get("type"))
            known = self._whole.setdefault(place, {})
            for name, value in piece.items():
                if name in {"text", "summary", "data"} and isinstance(value, str):
                    known[name] = string(known.get(name)) + value
                elif value is not None or name not in known:
                    known[name] = value
        return words

    @property
    def signed(self) -> str | None:
        """The details as JSON, where any of them has a signature or is encrypted; nothing has to come back else."""
        if not any(detail.get("signature") or detail.get("data") for detail in self._whole.values()):
            return None
        return encode([_json(detail) for detail in self._whole.values()]).decode()


def _json(detail: dict[str, object]) -> Json:
    return {name: value for name, value in detail.items() if isinstance(value, str | int | float | None)}


def details_of(signature: str | None) -> list[Json]:
    """The details that `signed` gave; empty for the signature of another dialect."""
    import json

    try:
        held: object = json.loads(signature or "[]")
    except ValueError:
        return []
    return [_json(dict(detail)) for detail in objects(held)]
