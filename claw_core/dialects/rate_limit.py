"""How long a server asks us to wait, in the many ways that servers say it: seconds, dates, durations, moments.

Pure: it is given headers and words. What cannot be read counts as not said.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_IN_WORDS = re.compile(
    r"(?:again|retry|wait|available|resets?) (?:in|after|for)\s+((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)[a-z]*\s*)+)",
    re.IGNORECASE,
)
_LONG_NAMES = re.compile(r"\s*(ms|s|m|h|d)(?:illiseconds?|econds?|ecs?|inutes?|ins?|ours?|rs?|ays?)?\s*", re.IGNORECASE)

EPOCH_SECONDS = 1e9
"""A number at least this large is a moment, in seconds since 1970; a thousand times larger, in milliseconds."""


def retry_after(headers: Mapping[str, str], now: datetime | None = None, words: str = "") -> float | None:
    """Seconds that a server asks us to wait; None where it does not say, or says it unreadably.

    `Retry-After` counts first, in milliseconds, seconds or as a date; then the moment at which the limits that are
    used up are reset, the latest of them; then the server's own `words`.
    """
    moment = now or datetime.now(UTC)
    if (milliseconds := headers.get("retry-after-ms")) is not None and _NUMBER.fullmatch(milliseconds.strip()):
        return float(milliseconds) / 1000
    if (value := headers.get("retry-after")) is not None and (asked := _read(value, moment)) is not None:
        return asked
    resets = [wait for wait in _resets(headers, moment) if wait is not None]
    if resets:
        return max(resets)
    if found := _IN_WORDS.search(words):
        return _duration(_LONG_NAMES.sub(lambda unit: unit[1].lower(), found[1]))
    return None


def _resets(headers: Mapping[str, str], now: datetime) -> Iterator[float | None]:
    """When each limit that is used up is reset: `x-ratelimit-reset-tokens`, `anthropic-ratelimit-tokens-reset` ..."""
    for name, value in headers.items():
        lower = name.lower()
        if "reset" in lower and ("ratelimit" in lower or "rate-limit" in lower):
            left = headers.get(lower.replace("reset", "remaining"))
            if left is None or (_NUMBER.fullmatch(left.strip()) and float(left) <= 0):
                yield _read(value, now)


def _read(value: str, now: datetime) -> float | None:
    """Seconds from now, of a number of seconds, a duration such as `1m30.5s`, a moment or a date."""
    value = value.strip()
    if _NUMBER.fullmatch(value):
        number = float(value)
        if number >= EPOCH_SECONDS:
            number = (number / 1000 if number >= EPOCH_SECONDS * 1000 else number) - now.timestamp()
        return max(number, 0.0)
    if (duration := _duration(value)) is not None:
        return duration
    then = _date(value)
    return None if then is None else max((then - now).total_seconds(), 0.0)


def _duration(value: str) -> float | None:
    parts = _DURATION.findall(value)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _date(value: str) -> datetime | None:
    """A date as HTTP writes it, or as RFC 3339 does."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            then = read(value)
        except ValueError:
            continue
        return then if then.tzinfo else then.replace(tzinfo=UTC)
    return None
