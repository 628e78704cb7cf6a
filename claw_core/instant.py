"""Moments: times of records, which read the same wherever they are written."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class _SixDigits:
    """Beside a time: its fraction has six digits in JSON, also where it is 0, so that times sort as text.

    Stands in for pydantic's own `PlainSerializer`, so that the words load without pydantic.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic import PlainSerializer

        return handler(Annotated[source, PlainSerializer(written, return_type=str, when_used="json")])


Instant: TypeAlias = Annotated[datetime, _SixDigits()]
"""A moment, in UTC; in JSON `2026-01-31T12:00:00.123456Z`."""


def written(at: datetime) -> str:
    """The moment as JSON has it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
