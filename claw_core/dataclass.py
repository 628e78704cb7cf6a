"""Dataclasses whose methods are written when they are first wanted, for the words that every start loads.

The standard library writes six functions for each frozen dataclass and has the compiler read each of them, which takes
half a millisecond: a quarter of a start went into classes of which a session uses a few. Here what can be shared is
shared, and the one that cannot, `__init__`, is written when the first object is made. All else (the
fields, `replace`, `match`, pickling, what pydantic and type checkers see) is as it would be.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar, cast

T = TypeVar("T", bound=type)
_MADE = object()
"""Stands for a value that is made where none is given."""


def written_late(*, frozen: bool = False, slots: bool = False, kw_only: bool = False) -> Callable[[T], T]:
    """As `dataclasses.dataclass`, with the parameters that are used here."""
    shape: dict[str, Any] = {"init": False, "repr": False, "eq": False, "slots": slots, "kw_only": kw_only}

    def decorated(cls: T) -> T:
        own = set(cls.__dict__)
        cls.__doc__ = cls.__doc__ or cls.__name__  # else the signature is worked out, and put there
        heir = any(hasattr(parent, "__dataclass_fields__") for parent in cls.__bases__)
        plain = cast("Callable[[T], T]", dataclasses.dataclass(**shape, frozen=frozen and heir))
        made = plain(cls)
        cast("Any", made).__dataclass_params__.frozen = frozen
        methods: dict[str, object] = {
            "__init__": _late_init(made, frozen=frozen, slots=slots),
            "__repr__": _repr,
            "__eq__": _eq,
            "__hash__": _hash if frozen else None,
        }
        if frozen:
            methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
            methods |= {"__getstate__": _state, "__setstate__": _set_state} if slots else {}
        for name, method in methods.items():
            if name not in own:
                setattr(made, name, method)
        return made

    return decorated


__all__ = ["dataclass", "written_late"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = written_late


def _late_init(cls: type, *, frozen: bool, slots: bool) -> Callable[..., None]:
    """Stands for `__init__` until it is called: then the real one takes its place."""

    def __init__(self: object, *values: Any, **named: Any) -> None:  # noqa: N807 - what it stands for
        real = _init(cls, frozen=frozen, slots=slots)
        type.__setattr__(cls, "__init__", real)
        real(self, *values, **named)

    return __init__


def _init(cls: type, *, frozen: bool, slots: bool) -> Callable[..., None]:
    """The method that takes a value for each field, as the standard library writes it."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_made": _MADE}
    taken: dict[bool, list[str]] = {False: [], True: []}
    body: list[str] = []
    for field in dataclasses.fields(cls):
        name, value, has_default = field.name, field.name, field.default is not dataclasses.MISSING
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            value = f"_make_{name}()" + (f" if {name} is _made else {name}" if field.init else "")
        elif has_default:
            known[f"_default_{name}"] = field.default
            value = name if field.init else f"_default_{name}"
        if field.init:
            default = "=_made" if value != name else f"=_default_{name}" if has_default else ""
            taken[bool(field.kw_only)].append(name + default)
        elif value == name or (has_default and not slots):
            continue
        body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    body += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    words = ["self", *taken[False], *(["*", *taken[True]] if taken[True] else [])]
    exec(f"def __init__({', '.join(words)}):\n " + "\n ".join(body or ["pass"]), known)  # noqa: S102 - names of fields
    real: Callable[..., None] = known["__init__"]
    real.__qualname__ = f"{cls.__qualname__}.__init__"
    return real


@cache
def _values(cls: type) -> Callable[[object], object]:
    """Reads of an object what makes it equal to another."""
    names = [field.name for field in dataclasses.fields(cls) if field.compare]
    return attrgetter(*names) if names else lambda _: ()


def _eq(self: object, other: object) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = _values(self.__class__)
    return values(self) == values(other)


def _hash(self: object) -> int:
    return hash(_values(self.__class__)(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
