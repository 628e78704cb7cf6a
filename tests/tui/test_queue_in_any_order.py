"""Requests of several agents, answered in any order: each gets the answer that was meant for it, and nothing else."""

import random
from dataclasses import replace

import pytest

from claw_core.ask import Allow, Answer, Deny, PermissionAsk
from tests.tui.asking import AUTH, bash_ask, edit_ask
from tests.tui.room import Room

AGENTS = ("main", "explore", "review")


def made(dice: random.Random, number: int) -> PermissionAsk:
    """A request that no other is like."""
    name = f"ask-{number}"
    if dice.random() < 0.5:
        return edit_ask(name, replace(AUTH, path=f"src/{number}.py"))
    return bash_ask(name, f"program{number} --flag", dangerous=dice.random() < 0.2)


@pytest.mark.parametrize("seed", range(5))
async def test_every_answer_is_for_the_request_it_was_given_to_and_nothing_is_carried_over(seed: int) -> None:
    dice = random.Random(seed)
    room = Room()
    meant: dict[str, Answer] = {}
    number = 0
    async with room.run_test(size=(120, 60)) as pilot:
        for _ in range(40):
            waiting = [item for item in room.queue.items if item.id not in meant]
            deed = dice.choice(["open", "open", "answer", "answer", "mark", "hunk", "settle", "look"])
            if deed == "open" or not waiting:
                number += 1
                room.open(made(dice, number), agent=dice.choice(AGENTS))
                room.pass_by(1000)
                continue
            item = dice.choice(waiting)
            assert isinstance(item.ask, PermissionAsk)
            room.queue.take_focus()
            room.queue.choose(item.id)
            await pilot.pause()
            room.pass_by(1000)
            if deed == "settle":
                meant[item.id] = Allow()
                room.settle(item.id)
            elif deed == "mark":
                await pilot.press("m")
            elif deed == "look":
                await pilot.press("question_mark", "escape")
            elif deed == "hunk" and item.diffs:
                await pilot.press("enter", "space", "tab")
            elif deed == "answer" and not item.dangerous:
                choice = room.context.desk.choice(item)
                key = dice.choice("yan")
                await pilot.press(key)
                await pilot.pause()
                hunks = choice.answer()
                if key != "n" and hunks is None:
                    await pilot.press("escape")
                    continue
                rule = item.ask.rule if key == "a" else ""
                scope = "session" if key == "a" else "once"
                taken = hunks.hunks if isinstance(hunks, Allow) else None
                meant[item.id] = Deny() if key == "n" else Allow(scope=scope, rule=rule, hunks=taken)
                assert room.answers()[-1] == (item.id, meant[item.id])
                room.settle(item.id)
        sent = dict(room.answers())
        assert len(sent) == len(room.answers())
        assert all(meant[ask] == answer for ask, answer in sent.items())
        assert {item.id for item in room.queue.items}.isdisjoint(meant)


async def test_all_that_is_marked_is_allowed_with_what_was_chosen_for_each_and_nothing_dangerous() -> None:
    room = Room(edit_ask("one"), bash_ask("two", "sudo ls", dangerous=True), edit_ask("three"), bash_ask("four"))
    async with room.run_test(size=(120, 60)) as pilot:
        await pilot.press("enter", "space")
        room.queue.take_focus()
        await pilot.pause()
        for ask in ("one", "two", "three"):
            room.queue.choose(ask)
            await pilot.pause()
            await pilot.press("m")
        await pilot.press("Y")
        assert room.answers() == [("one", Allow(hunks=((1, 2),))), ("three", Allow())]
