"""Whatever opens and closes while a person types: the draft holds every letter, and nothing was answered."""

import random
import string
from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot

from claw_core.ask import Allow, Ask, By
from claw_core.event import AskAnswered, AskOpened, TurnStarted
from claw_core.intent import Respond
from tests.tui.asking import bash_ask, edit_ask, plan_ask, question_ask
from tests.tui.bench import Scene, Stage, on_stage


def danger_ask(name: str) -> Ask:
    return bash_ask(name, "sudo ls", dangerous=True)


SIZES = ((160, 50), (100, 30), (80, 24), (60, 20), (40, 10))
WORDS = ("日本語", "می‌خواهم", "naïve", "é́", "👩‍💻", "שלום", "y", "n", "a", "Y", "A", "x", "m", "?", "yes")
"""What answers where the queue has the keys, and what input methods send at once."""


class Typist:
    """Somebody who types for the prompt, whatever happens on the screen meanwhile."""

    def __init__(self, scene: Scene, app: Stage, pilot: Pilot[int], dice: random.Random) -> None:
        self.scene, self.app, self.pilot, self.dice = scene, app, pilot, dice
        self.typed = ""
        self.open: list[str] = []
        self.opened = 0

    async def type(self) -> None:
        """Letters and digits, one after the other."""
        letters = "".join(self.dice.choice(string.ascii_letters + string.digits) for _ in range(3))
        await self.pilot.press(*letters)
        self.typed += letters

    async def compose(self) -> None:
        """Characters that an input method commits at once, and the keys that would answer."""
        word = self.dice.choice(WORDS)
        for character in word:
            self.app.screen.focused.post_message(events.Key(character, character))  # type: ignore[union-attr]
        self.typed += word
        await self.pilot.pause()

    async def paste(self) -> None:
        """A piece of text in one go."""
        text = self.dice.choice(["pasted y n A", "yes", "a b\tc"])
        self.app.post_message(events.Paste(text))
        self.typed += text
        await self.pilot.pause()

    async def ask(self) -> None:
        """One, or several at once, of whatever kind, from whichever agent."""
        makers: tuple[Callable[[str], Ask], ...] = (edit_ask, bash_ask, danger_ask, question_ask, plan_ask)
        for _ in range(self.dice.choice([1, 1, 3])):
            self.opened += 1
            name = f"ask-{self.opened}"
            agent = self.dice.choice(["main", "explore", "review"])
            self.scene.tell(AskOpened(ask=self.dice.choice(makers)(name)), after=0.2, agent=agent)
            self.open.append(name)

    async def settle(self) -> None:
        """One of those that wait is answered by something else."""
        if self.open:
            name = self.open.pop(self.dice.randrange(len(self.open)))
            self.scene.tell(AskAnswered(ask=name, call=f"call-{name}", answer=Allow(), by=By(kind="rule")))

    async def resize(self) -> None:
        """The terminal gets another size, and perhaps another at once."""
        for _ in range(self.dice.choice([1, 3])):
            await self.pilot.resize_terminal(*self.dice.choice(SIZES))

    async def look(self) -> None:
        """To the queue and back."""
        await self.app.shown(self.pilot)
        if self.app.workbench.queue.items:
            await self.pilot.press("tab", self.dice.choice(["down", "up"]), "escape")

    async def dash(self) -> None:
        """To the queue, or another pane, and back, and on with the draft, all before the first key is taken."""
        letters = "".join(self.dice.choice(string.ascii_letters) for _ in range(3))
        for key in ("tab", self.dice.choice(["down", "up"]), "escape", *letters):
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        self.typed += letters
        await self.pilot.pause()

    async def lose(self) -> None:
        """To the queue, where all that waits is settled before the next key: that one is for the prompt again."""
        await self.app.shown(self.pilot)
        if not self.app.workbench.queue.items:
            return
        await self.pilot.press("tab")
        while self.open:
            await self.settle()
        await self.app.shown(self.pilot)
        await self.type()

    async def wait(self) -> None:
        """Time goes on, so that no answer is held back by the moment of grace."""
        self.scene.clock.pass_by(1)


@pytest.mark.parametrize("seed", range(6))
async def test_every_letter_lands_in_the_draft_and_no_ask_is_answered(seed: int) -> None:
    dice = random.Random(seed)
    scene = Scene()
    scene.tell(TurnStarted())
    async with on_stage(scene, dice.choice(SIZES[:4])) as (app, pilot):
        typist = Typist(scene, app, pilot, dice)
        deeds = [typist.type] * 4 + [typist.ask] * 3 + [typist.settle] * 2
        deeds += [typist.compose, typist.compose, typist.paste, typist.resize, typist.look, typist.dash]
        deeds += [typist.lose, typist.wait]
        for _ in range(60):
            await dice.choice(deeds)()
        await app.shown(pilot)
        assert app.workbench.prompt.area.text == typist.typed
        assert not [intent for intent in scene.sent if isinstance(intent, Respond)]
        assert [item.id for item in app.workbench.queue.items] == typist.open


async def test_the_queue_and_back_leaves_the_draft_as_it_was() -> None:
    scene = Scene()
    scene.tell(TurnStarted(), AskOpened(ask=bash_ask()), after=1)
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"keep")
        scene.clock.pass_by(1)
        await pilot.press("tab", "n", "escape", *"me")
        assert app.workbench.prompt.area.text == "keepme"
        assert len(scene.sent) == 1


async def test_what_opens_just_before_the_key_in_the_queue_takes_no_answer() -> None:
    scene = Scene()
    scene.tell(TurnStarted())
    async with on_stage(scene) as (app, pilot):
        scene.tell(AskOpened(ask=bash_ask()))
        await app.shown(pilot)
        await pilot.press("tab", "y")
        assert scene.sent == []
        scene.clock.pass_by(0.3)
        await pilot.press("y")
        assert len(scene.sent) == 1
