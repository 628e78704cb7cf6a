"""The first minute: nothing is set up yet. What was found, and what can be done about it; or the demo.

The screen knows no provider and no key: what was found is handed to it, and what the person wants is handed back.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from claw_core.error import ClawError
from claw_tui.dialog import Words
from claw_tui.keymap import bindings, hints
from claw_tui.line import BLANK, Line, clean, fit, wrap
from claw_tui.line_view import LineView
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.request_lines import hint_lines
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from claw_core.reach import Reach

LOGO = (
    "      _                ",
    "  ___| | __ ___      __",
    " / __| |/ _` \\ \\ /\\ / /",
    "| (__| | (_| |\\ V  V / ",
    " \\___|_|\\__,_| \\_/\\_/  ",
)

ABOUT = "A coding agent for the terminal that you can see into and stay in command of."

MODELS_SHOWN = 6
"""Models of one provider that are offered here; /model shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something the person can take."""

    kind: Literal["demo", "model", "key", "look", "leave"]
    label: str
    detail: str = ""
    value: str = ""
    """Of a model: `provider/name`. Of a key: the variable it is looked for in."""


def offers(found: "Sequence[Reach] | None") -> list[Offer]:
    """What can be taken: models that answer, keys that can be entered, the demo. `found` is None while it is looked."""
    rows: list[Offer] = []
    for reach in found or ():
        if reach.ready:
            named = reach.models[:MODELS_SHOWN]
            where = f"key from {reach.key}" if reach.key else f"answers at {reach.url}"
            where = "in this process" if reach.url.startswith("file:") else where
            rows += [
                Offer(kind="model", label=f"{reach.provider}/{m}", detail=where, value=f"{reach.provider}/{m}")
                for m in named
            ]
            if not named:
                rows.append(Offer(kind="model", label=reach.label, detail=where, value=reach.provider))
    rows.append(
        Offer(kind="demo", label="The demo", detail="a scripted model on a small real project; needs no network")
    )
    for reach in found or ():
        if not reach.ready and reach.missing:
            rows.append(
                Offer(kind="key", label=f"Enter a key for {reach.label}", detail=reach.missing, value=reach.missing)
            )
    rows.append(Offer(kind="look", label="Look again", detail="after you started a local server, or set a key"))
    rows.append(Offer(kind="leave", label="Leave"))
    return rows


class OfferList(LineView):
    """The offers, a row each."""

    DEFAULT_CSS = "OfferList { height: 1fr; max-width: 100; }"
    BINDINGS: ClassVar[list[BindingType]] = bindings("welcome")
    MARKER = 0

    def __init__(self, welcome: "WelcomeScreen") -> None:
        super().__init__(welcome.look, id="offers")
        self._welcome = welcome

    def count(self) -> int:
        """Offers."""
        return len(self._welcome.offers)

    def key(self, index: int) -> object:
        """What a row depends on."""
        return (self._welcome.offers[index], index == self.cursor)

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One offer."""
        offer, here = self._welcome.offers[index], index == self.cursor
        sign = {"model": "●", "demo": "▶", "key": "+", "look": "↻", "leave": "×"}[offer.kind]
        looks = {"model": "state.ok", "demo": "text.key", "key": "state.waiting"}
        row: Line = (
            ("▸ " if here else "  ", "text.key bold"),
            (f"{sign} ", looks.get(offer.kind, "text.muted")),
            (clean(offer.label), "text.strong bold" if here else "text.body"),
            (f"  {clean(offer.detail)}", "text.muted"),
        )
        return [fit(row, width)]

    def action_choose(self) -> None:
        """Take it."""
        self.action_pick()

    def action_demo(self) -> None:
        """The demo."""
        self._welcome.demo()

    def action_quit(self) -> None:
        """Leave."""
        self._welcome.leave()


class WelcomeScreen(PromptlyPainted[None]):
    """Shown instead of the workbench while there is no model to talk to."""

    DEFAULT_CSS = """
    WelcomeScreen { background: $ground-screen; align: center middle; }
    WelcomeScreen > #page { width: 100%; max-width: 100; height: 100%; max-height: 34; padding: 0 2; }
    WelcomeScreen #head { margin: 0 0 1 0; }
    """

    def __init__(
        self,
        look: Callable[[], Theme],
        *,
        find: "Callable[[], Awaitable[Sequence[Reach]]]",
        keep_key: Callable[[str, str], Awaitable[str]],
        choose: Callable[[str], None],
        demo: Callable[[], None],
        leave: Callable[[], None],
        reason: str = "",
    ) -> None:
        """`find`: who could be talked to. `keep_key(variable, key)` keeps a key and says where; it may raise ClawError.
        `choose` is told the `provider/model` that is picked (or a provider alone). `reason`: why this is shown.
        """
        super().__init__()
        self.look = look
        self.demo = demo
        self.leave = leave
        self._find = find
        self._keep_key = keep_key
        self._choose = choose
        self._reason = reason
        self._found: Sequence[Reach] | None = None
        self.offers = offers(None)

    def compose(self) -> ComposeResult:
        """Called by Textual."""
        with Vertical(id="page"):
            yield Words(self.look, self._head, id="head")
            yield OfferList(self)
            yield Words(self.look, self._keys, id="keys")

    def on_mount(self) -> None:
        """Look around."""
        self.query_one(OfferList).focus()
        self.look_around()

    def look_around(self) -> None:
        """Ask who could be talked to, and show the answers when they are there."""
        self._found = None
        self.run_worker(self._look(), exclusive=True, group="look")

    async def _look(self) -> None:
        self._found = await self._find()
        self.offers = offers(self._found)
        rows = self.query_one(OfferList)
        rows.cursor = 0
        rows.changed()
        self.query_one("#head", Words).redraw()

    def _head(self, width: int) -> list[Line]:
        if self.size.height < 16:
            return [fit(((self._found_words(), "text.body"),), width)]
        tall = self.size.height >= 20 and width >= 40
        rows: list[Line] = [((line, "text.heading"),) for line in LOGO] if tall else []
        rows += wrap(((ABOUT, "text.muted"),), width)
        if self._reason:
            rows.append(BLANK)
            for line in self._reason.splitlines():
                rows += wrap(((clean(line), "state.waiting"),), width)
        return [*rows, BLANK, *wrap(((self._found_words(), "text.body"),), width)]

    def _found_words(self) -> str:
        if self._found is None:
            return "Looking for keys and local servers …"
        ready = [reach.label for reach in self._found if reach.ready]
        return f"Found: {', '.join(ready)}." if ready else "No key is set, and no local server answers."

    def _keys(self, width: int) -> list[Line]:
        return hint_lines(hints(("welcome.choose", "welcome.demo", "welcome.quit")), width)

    def on_line_view_picked(self, event: LineView.Picked) -> None:
        """Take an offer."""
        if isinstance(event, LineView.Moved):
            return
        offer = self.offers[event.index]
        match offer.kind:
            case "model":
                self._choose(offer.value)
            case "demo":
                self.demo()
            case "key":
                self._ask_key(offer)
            case "look":
                self.look_around()
            case "leave":
                self.leave()

    def _ask_key(self, offer: Offer) -> None:
        from claw_tui.dialogs.key import KeyDialog

        def entered(key: str | None) -> None:
            if key:
                self.run_worker(self._keep(offer.value, key), exclusive=True, group="look")

        self.app.push_screen(KeyDialog(self.look, offer.label, offer.value), entered)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open

    async def _keep(self, variable: str, key: str) -> None:
        try:
            where = await self._keep_key(variable, key)
        except ClawError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.notify(f"Kept in {where}, readable by you alone.", markup=False)
        await self._look()
