"""What a source of completions is. The sources lie in `completions/`, one a file.

A source's module holds

    a docstring                                   its first line says what it completes
    SIGN                                          the sign that begins such a word: `/` or `@`
    def offers(typed, ground) -> Sequence[Offer]  what fits, the best first, at once
or, where that takes time,
    async def offers(typed, ground) -> Sequence[Offer]

What several sources offer for one sign stands in one list, in the order of the sources' `RANK`, 0 unless they say.
"""

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from claw_core.registry import load, names
from claw_tui import completions
from claw_tui.picker import Entry

if TYPE_CHECKING:
    from types import ModuleType

    from claw_core.finder import Finder

ValueT = TypeVar("ValueT")

MOST = 50
"""Offers of one source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Entry[str]):
    """One thing that a begun word could become; `value` is what stands in the prompt then."""

    places: tuple[int, ...] = ()
    """Which characters of the label were typed."""
    goes_on: bool = False
    """More follows: a folder, whose files are offered next."""


OLD = 2.0
"""Seconds after which files are listed anew when they are asked for."""


class Ground:
    """What sources look into. Files are listed before they are first asked for, and anew when that is a while ago.

    They are not watched: to begin with that holds up the whole process, for a second where there are 100,000 of them.
    """

    def __init__(self) -> None:
        self.root = Path()
        self._opening: asyncio.Task[Finder] | None = None
        self._opened = Path()
        self._looked_up: dict[object, asyncio.Future[object]] = {}

    async def once(self, look_up: Callable[[Path], ValueT]) -> ValueT:
        """What that finds in the workspace, beside the event loop; the same for all letters of a word."""
        found = self._looked_up.get(look_up)
        if found is None:
            found = asyncio.ensure_future(asyncio.to_thread(look_up, self.root))
            self._looked_up[look_up] = cast("asyncio.Future[object]", found)
        return cast("ValueT", await asyncio.shield(found))

    def begin(self) -> None:
        """Another word is begun."""
        self._looked_up.clear()

    async def finder(self) -> "Finder":
        """The files of the workspace. Raises OSError where it cannot be listed."""
        if self._opening is not None and self._opened != self.root:
            await self.close()
        if self._opening is None:
            self._opened = self.root
            self._opening = asyncio.create_task(_open(self.root))
        return await asyncio.shield(self._opening)

    def prepare(self) -> None:
        """Begin to list files: they may be asked for soon. Not a home folder, nor all of a machine, unasked."""
        if self._opening is None and not _is_wide(self.root):
            self._opened = self.root
            self._opening = asyncio.create_task(_open(self.root))
            self._opening.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def close(self) -> None:
        """Let go of everything."""
        opening, self._opening = self._opening, None
        if opening is None:
            return
        if not opening.done():
            opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled() and opening.exception() is None:
            await opening.result().__aexit__(None, None, None)


async def _open(root: Path) -> "Finder":
    from claw_core.finder import Finder

    await asyncio.to_thread(sources, "@")
    return await Finder(root, hidden=not _is_wide(root), watch=_nobody, old=OLD).__aenter__()


def _is_wide(root: Path) -> bool:
    return root in {Path.home(), Path("/")}


def _nobody(root: Path, stopped: threading.Event) -> Iterable[bool]:
    """Watches nothing, so that a listing becomes old."""
    raise OSError(f"nobody watches {root}")


def sources(sign: str) -> "list[ModuleType]":
    """The sources of words that begin so, in the order of their offers."""
    found = [load(completions.__name__, name) for name in names(completions.__name__)]
    return sorted((each for each in found if sign == each.SIGN), key=lambda each: getattr(each, "RANK", 0))


def takes_time(sign: str) -> bool:
    """Whether a source of words that begin so has to be waited for."""
    return any(inspect.iscoroutinefunction(each.offers) for each in sources(sign))


def offers_now(sign: str, typed: str, ground: Ground) -> list[Offer]:
    """What a begun word could become, where no source takes time."""
    return [offer for each in sources(sign) for offer in each.offers(typed, ground)]


async def offers_soon(sign: str, typed: str, ground: Ground) -> list[Offer]:
    """What a begun word could become. At once where all that it takes is there already: no other task gets its turn
    between the letter and what fits it, and both are painted together."""
    offers: list[Offer] = []
    for each in sources(sign):
        found: Sequence[Offer] | Awaitable[Sequence[Offer]] = each.offers(typed, ground)
        offers += await found if isinstance(found, Awaitable) else found
    return offers
