"""Texts as models write them, of any length."""

from itertools import count, islice

PARAGRAPH = (
    "The module keeps a list of `sessions`, each with a **log** of its own, so that a crash loses nothing that was "
    "shown. See [the guide](docs/guide.md) for *why* it is written before anybody reads it.\n\n"
)
CODE = (
    "    def total(self, items: list[Item]) -> Decimal:\n"
    '        """What they cost together, with 19 % on top."""\n'
    "        return sum((item.price * item.count for item in items), Decimal(0)) * RATE  # rounded later\n\n"
)


def code(size: int) -> str:
    """One fence."""
    return "```python\nclass Cart:\n" + _repeated(CODE, size)


def bullets(size: int) -> str:
    """One list."""
    return _numbered("- item {0}: the `path_{0}` is read **before** it is written, whatever comes of it\n", size)


def table(size: int) -> str:
    """One table."""
    return "| file | change | risk |\n|---|---|--:|\n" + _numbered(
        "| `src/module_{0}.py` | all calls become async | {0} |\n", size - 40
    )


def mixed(size: int) -> str:
    """Paragraphs, lists, code and tables in turns."""
    part = f"{PARAGRAPH * 3}{bullets(600)}\n\n{code(900)}\n```\n\n{table(500)}\n\n"
    return _repeated(part, size)


def _repeated(part: str, size: int) -> str:
    return (part * (size // len(part) + 1))[:size]


def _numbered(row: str, size: int) -> str:
    text = "".join(islice((row.format(number) for number in count(1)), size // (len(row) - 6) + 1))
    return text[:size]
