"""Dataclasses that are written late are, from the first object on, those of the standard library."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from claw_core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place."""

    x: int
    """From the left."""
    y: int = 0
    seen: list[str] = field(default_factory=list[str])
    secret: str = field(default="", repr=False, compare=False)


@dataclass(slots=True)
class Open:
    words: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Point):
    """A place that works something out."""

    sum: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.x + self.y)


def standard() -> type[Any]:
    """The same as `Point`, by the standard library."""
    return dataclasses.make_dataclass(
        "Point",
        [
            ("x", int),
            ("y", int, 0),
            ("seen", list[str], field(default_factory=list[str])),
            ("secret", str, field(default="", repr=False, compare=False)),
        ],
        frozen=True,
        slots=True,
        kw_only=True,
    )


VALUES = st.fixed_dictionaries(
    {"x": st.integers()}, optional={"y": st.integers(0, 2), "seen": st.lists(st.text()), "secret": st.text()}
)


@given(VALUES, VALUES)
def test_objects_look_and_compare_as_those_of_the_standard_library(one: dict[str, Any], two: dict[str, Any]) -> None:
    theirs = standard()
    assert repr(Point(**one)) == repr(theirs(**one))
    assert dataclasses.asdict(Point(**one)) == dataclasses.asdict(theirs(**one))
    assert (Point(**one) == Point(**two)) == (theirs(**one) == theirs(**two))
    assert Point(**one) != theirs(**one)


def test_they_are_hashed_by_what_they_are_compared_by() -> None:
    @dataclass(frozen=True, slots=True)
    class Named:
        name: str
        note: str = field(default="", compare=False)

    assert len({Named("a"), Named("a", "again"), Named("b")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open("a"))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(x=1))


def test_what_is_missing_or_too_much_is_named() -> None:
    untyped: Any = Point
    for wrong in ({}, {"x": 1, "z": 2}):
        for _ in range(2):  # of which the first one writes the method
            with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
                untyped(**wrong)


def test_what_is_frozen_stays_as_it_is_and_what_is_not_does_not() -> None:
    point: Any = Point(x=1)
    with pytest.raises(FrozenInstanceError, match="'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="'x'"):
        del point.x
    open_ = Open("a")
    open_.count += 1
    assert open_ == Open("a", 2)
    assert not hasattr(point, "__dict__")


def test_they_are_replaced_matched_copied_and_pickled() -> None:
    point = Point(x=1, seen=["a"], secret="s")
    assert dataclasses.replace(point, y=3) == Point(x=1, y=3, seen=["a"])
    for same in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert same == point
        assert same.secret == "s"
    match Open("a"):
        case Open(words, count):
            assert (words, count) == ("a", 1)
        case _:
            pytest.fail("it has lost its order")


def test_what_follows_from_the_fields_is_worked_out() -> None:
    assert Derived(x=1, y=2).sum == 3
    assert dataclasses.replace(Derived(x=1, y=2), x=5).sum == 7
    assert isinstance(Derived(x=1), Point)


def test_a_class_of_the_standard_librarys_own_may_inherit_from_one() -> None:
    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Higher(Point):
        z: int

    higher: Any = Higher(x=1, z=2)
    assert (higher.x, higher.y, higher.z) == (1, 0, 2)
    for name in ("x", "z", "other"):
        with pytest.raises((FrozenInstanceError, TypeError)):  # the library's own trips over its slots
            setattr(higher, name, 3)
    with pytest.raises(TypeError, match="frozen"):
        dataclasses.dataclass(type("Loose", (Point,), {}))


@given(VALUES)
def test_pydantic_reads_and_writes_them(values: dict[str, Any]) -> None:
    adapter, theirs = TypeAdapter(Point), TypeAdapter(standard())
    point = adapter.validate_python(values)
    assert point == Point(**values)
    assert adapter.dump_json(point) == theirs.dump_json(theirs.validate_python(values))
    assert adapter.json_schema()["properties"] == theirs.json_schema()["properties"]
