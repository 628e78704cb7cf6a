"""What changed is painted when it changed, and not at the next beat of a clock."""

import asyncio

from textual.app import App
from textual.screen import Screen

from claw_tui.paint_clock import PaintClock, PromptlyPainted


class Painted(PromptlyPainted[None]):
    """Counts how often it is painted."""

    painted = 0

    def _on_timer_update(self) -> None:
        self.painted += 1
        super()._on_timer_update()


class Shown(App[None]):
    """An app of that one screen."""

    def get_default_screen(self) -> Screen[None]:
        return Painted()


async def test_the_clock_rings_when_it_is_resumed_whatever_beat_textual_would_have_it_keep() -> None:
    app = Shown()
    async with app.run_test():
        rung = asyncio.Event()
        hourly = PaintClock(app, 3600, callback=rung.set, pause=True)
        hourly._start()  # pyright: ignore[reportPrivateUsage]  as Textual does
        hourly.resume()
        await asyncio.wait_for(rung.wait(), 30)
        hourly.stop()


async def test_a_screen_is_painted_after_each_change() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, Painted)
        for _ in range(5):
            before = screen.painted
            screen.refresh()
            while screen.painted == before:
                await pilot.pause(0.01)
