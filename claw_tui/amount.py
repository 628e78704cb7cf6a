"""Amounts as people read them: times, tokens, money."""


def seconds(value: float) -> str:
    """A time span in at most five characters where that is possible: `3ms`, `1.2s`, `41s`, `3m12s`, `2h05m`."""
    if value < 0.9995:
        return f"{max(0, round(value * 1000))}ms"
    if value < 9.95:
        return f"{value:.1f}s"
    if value < 59.5:
        return f"{value:.0f}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02d}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m"


def count(value: int) -> str:
    """A number of tokens: `312`, `8.2k`, `124k`, `1.2M`."""
    if value < 1000:
        return str(value)
    if value < 99_950:
        return f"{value / 1000:.1f}".removesuffix(".0") + "k"
    if value < 999_500:
        return f"{value / 1000:.0f}k"
    return f"{value / 1_000_000:.1f}".removesuffix(".0") + "M"


def dollars(value: float | None) -> str:
    """Money: `$0.12`, `<$0.01`; `$?` where a part of the price is unknown."""
    if value is None:
        return "$?"
    if value and value < 0.01:
        return "<$0.01"
    return f"${value:,.2f}"
