"""A session that tests write themselves, a clock that stands still, and the app around them."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from claw_core.event import MAIN, Event, Mode, Record
from claw_core.intent import Intent
from claw_core.rewind import Preview
from claw_core.session.stream import Stream
from claw_tui.app import ClawApp
from claw_tui.screens.workbench import Workbench

BEGAN = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)

PATIENCE = 60.0
"""Seconds to wait for what must come, on a machine that has much else to do."""

WATCHES = {"listen", "garbage", "theme", "keys", "session", "warm"}
"""What goes on for as long as an app does, by name; nothing on the screen waits for it."""


class Clock:
    """Goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time go on."""
        self.now += timedelta(seconds=seconds)


class Scene:
    """A session as the screen knows one; what happens in it, the test says."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.id = "scene"
        self.title = "a scene"
        self.root = Path("/home/ada/src/shop")
        self.stream = Stream(clock=self.clock)
        self.running = False
        self.mode: Mode = "ask"
        self.sandbox = "sandbox"
        self.provider, self.model = "openai", "gpt-5.4"
        self.window: int | None = 400_000
        self.sees: bool | None = None
        self.compact_at = 0.8
        self.sent: list[Intent] = []
        self.rewind = self
        self.previews: dict[int, Preview] = {}
        self.closed = False
        self.body = b'{"model":"gpt-5.4","messages":[]}'

    def tell(self, *events: Event, after: float = 0.0, turn: int = 1, agent: str = MAIN) -> None:
        """These happen, each so many seconds after the one before."""
        for event in events:
            self.clock.pass_by(after)
            self.stream.append(event, turn=turn, agent=agent)

    def send(self, intent: Intent) -> None:
        self.sent.append(intent)

    def request_bytes(self, record: Record) -> bytes:
        return self.body

    async def preview(self, seq: int) -> Preview:
        return self.previews.get(seq, Preview(seq=seq, files=()))

    async def close(self) -> None:
        self.closed = True
        self.stream.end()


class Told:
    """A replay of what a scene told."""

    def __init__(self, scene: Scene) -> None:
        self.id, self.title, self.root = scene.id, scene.title, scene.root
        self.records = tuple(scene.stream.records)
        self.position = 0

    def seek(self, position: int) -> int:
        self.position = min(max(position, 0), len(self.records))
        return self.position

    def request_bytes(self, record: Record) -> bytes:
        raise LookupError("nothing is kept")


class Stage(ClawApp):
    """The app on a scene."""

    def __init__(
        self, scene: Scene, *, layout: Path | None = None, own_keys: Path | None = None, own_themes: Path | None = None
    ) -> None:
        self.scene = scene

        async def open_scene() -> Scene:
            return scene

        super().__init__(
            open_scene,
            root=scene.root,
            clock=scene.clock,
            still=True,
            layout=layout,
            own_keys=own_keys,
            own_themes=own_themes,
        )

    async def shown(self, pilot: Pilot[int]) -> None:
        """Until everything that was told is on the screen."""
        last = self.scene.stream.records[-1].seq if self.scene.stream.records else 0
        await until(pilot, lambda: self.workbench.feed is not None and self.workbench.feed.last >= last)
        await loaded(self, pilot)


@asynccontextmanager
async def on_stage(scene: Scene, size: tuple[int, int] = (120, 30)) -> AsyncGenerator[tuple[Stage, Pilot[int]]]:
    """The app with this scene, everything told so far on the screen."""
    app = Stage(scene)
    async with app.run_test(size=size, notifications=True) as pilot:
        await app.shown(pilot)
        yield app, pilot


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until this is so. Fails with the screen."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"what was waited for did not come; the screen:\n{painted(pilot.app)}")
        await pilot.pause(0.01)


async def loaded(app: App[Any], pilot: Pilot[Any]) -> None:
    """Until all that is read, found or computed beside the screen is on it."""

    def busy() -> bool:
        return any(
            not worker.is_finished and worker.name not in WATCHES and worker.group != "disk" for worker in app.workers
        )

    await until(pilot, lambda: not busy())
    await pilot.pause()


def painted(app: App[Any]) -> str:
    """What the cells of the screen say."""
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  the only way to the cells
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def bench_of(app: ClawApp) -> Workbench:
    """The workbench."""
    return app.workbench


def records(events: Iterable[Event], *, turn: int = 1, agent: str = MAIN, seconds: float = 1.0) -> list[Record]:
    """Events as records, so many seconds apart."""
    made: list[Record] = []
    for number, event in enumerate(events, 1):
        at = BEGAN + timedelta(seconds=number * seconds)
        made.append(Record(seq=number, at=at, turn=turn, agent=agent, event=event))
    return made
