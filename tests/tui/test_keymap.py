"""The keymap is the truth: every key in it is bound, every binding is in it, and the help says just that."""

import importlib
import pkgutil
from collections import Counter

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import claw_tui
from claw_tui import keymap
from claw_tui.keymap import ACTIONS, PLACES, Action
from claw_tui.line import plain
from claw_tui.screens.help import help_lines


def every_widget() -> list[type[DOMNode]]:
    """All classes of the screen that can hold bindings."""
    found: dict[str, type[DOMNode]] = {}
    for module in pkgutil.walk_packages(claw_tui.__path__, "claw_tui."):
        if module.name.endswith("__main__"):
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, DOMNode) and thing.__module__.startswith("claw_tui."):
                found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    return list(found.values())


def own_bindings(widget: type[DOMNode]) -> list[Binding]:
    declared = vars(widget).get("BINDINGS", [])
    assert all(isinstance(binding, Binding) for binding in declared), widget
    return [binding for binding in declared if isinstance(binding, Binding)]


def test_every_key_in_the_table_is_bound_and_every_binding_is_in_the_table() -> None:
    bound = {binding.id for widget in every_widget() for binding in own_bindings(widget)}
    assert bound == {action.id for action in ACTIONS}


def test_a_binding_has_the_keys_and_the_action_that_the_table_says() -> None:
    for widget in every_widget():
        for binding in own_bindings(widget):
            action = keymap.action(binding.id or "")
            assert (binding.key, binding.action) == (",".join(action.keys), action.call)


def test_what_a_key_calls_is_there_to_be_called() -> None:
    missing = {
        (widget.__name__, binding.action)
        for widget in every_widget()
        for binding in own_bindings(widget)
        if not hasattr(widget, f"action_{binding.action.partition('(')[0]}")
    }
    assert missing == set()


def test_ids_are_unique_and_no_place_has_a_key_twice() -> None:
    assert [name for name, count in Counter(action.id for action in ACTIONS).items() if count > 1] == []
    keys = Counter((action.place, key) for action in ACTIONS for key in action.keys)
    assert [pair for pair, count in keys.items() if count > 1] == []


def test_every_place_is_named_and_every_name_has_actions() -> None:
    assert {action.place for action in ACTIONS} == set(PLACES)


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.ahead], ids=lambda action: action.id)
def test_no_key_that_could_be_typed_is_taken_ahead_of_what_is_typed_into(action: Action) -> None:
    for key in action.keys:
        assert len(key) > 1
        assert key not in ("enter", "space", "backspace", "tab")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ctrl+p", "^P"),
        ("shift+tab", "⇧Tab"),
        ("f1", "F1"),
        ("question_mark", "?"),
        ("plus", "+"),
        ("y", "y"),
        ("A", "A"),
    ],
)
def test_keys_are_named_as_people_know_them(key: str, name: str) -> None:
    assert keymap.key_name(key) == name


def test_the_help_and_the_page_of_keys_hold_every_action() -> None:
    help_text = "\n".join(plain(row) for row in help_lines("trace", {"cost": "Tokens and money"}, 300))
    page = keymap.keys_markdown()
    for action in ACTIONS:
        assert action.help in help_text
        assert f"`{action.id}`" in page
    assert help_text.startswith(PLACES["trace"])
    assert "/cost" in help_text
    assert "$?" in help_text
