"""Whatever opens and closes while a person types: the draft holds every letter, and nothing was answered."""

import random
import string
from collections.abc import Callable

import pytest

from claw_core.ask import Allow, Ask, By
from claw_core.event import AskAnswered, AskOpened, TurnStarted
from claw_core.intent import Respond
from tests.tui.asking import bash_ask, edit_ask, plan_ask, question_ask
from tests.tui.bench import Scene, on_stage


def danger_ask(name: str) -> Ask:
    return bash_ask(name, "sudo ls", dangerous=True)


@pytest.mark.parametrize("seed", range(4))
async def test_every_letter_lands_in_the_draft_and_no_ask_is_answered(seed: int) -> None:
    dice = random.Random(seed)
    scene = Scene()
    scene.tell(TurnStarted())
    makers: tuple[Callable[[str], Ask], ...] = (edit_ask, bash_ask, danger_ask, question_ask, plan_ask)
    open_asks: list[str] = []
    typed = ""
    async with on_stage(scene, dice.choice([(160, 50), (100, 30), (60, 20)])) as (app, pilot):
        for step in range(40):
            match dice.randrange(4):
                case 0:
                    name = f"ask-{step}"
                    scene.tell(AskOpened(ask=dice.choice(makers)(name)), after=0.2)
                    open_asks.append(name)
                case 1 if open_asks:
                    name = open_asks.pop(dice.randrange(len(open_asks)))
                    scene.tell(AskAnswered(ask=name, call=f"call-{name}", answer=Allow(), by=By(kind="rule")))
                case _:
                    letters = "".join(dice.choice(string.ascii_letters + "0123456789") for _ in range(3))
                    await pilot.press(*letters)
                    typed += letters
        await app.shown(pilot)
        assert app.workbench.prompt.area.text == typed
        assert not [intent for intent in scene.sent if isinstance(intent, Respond)]
        assert len(app.workbench.queue.items) == len(open_asks)


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
