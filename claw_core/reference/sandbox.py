"""The twin of the sandbox in plain Python: there is none, and it is not pretended.

Between fork and exec Python may not run code safely in a process that has threads, so nothing could be entered there.
"""

from collections.abc import Sequence
from os import PathLike
from typing import final


@final
class Confinement:
    """What a command may not do; plain Python can hold it to nothing, so none can be made."""

    def __new__(
        cls,
        *,
        writable: Sequence[str | PathLike[str]],
        sealed: Sequence[str | PathLike[str]],
        network: str,
        unix_sockets: bool,
        namespaces: bool,
    ) -> "Confinement":
        """Raises ValueError, always."""
        del writable, sealed, network, unix_sockets, namespaces
        raise ValueError("only the extension can confine a command")


def sandbox_support() -> tuple[int, bool, bool, bool, list[tuple[str, str]]]:
    """Nothing, and why."""
    return 0, False, False, False, [("extension", "the plain-Python twins serve, and they can confine nothing")]
