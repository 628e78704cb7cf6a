"""A plain Python function as a model sees it: name, words, arguments, and what a result reads like.

`tool.from_function` makes a tool of it. What cannot become one is said when it is made, as a UsageError, never when a
model calls it.
"""

import asyncio
import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claw_core.error import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What models' servers take for a tool's name."""

NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFunction:
    """A function, read."""

    function: Callable[..., Any]
    name: str
    description: str
    module: str
    """Where it was written."""
    input: "type[BaseModel]"
    """Its arguments. What `functools.partial` has bound, and `*args` and `**kwargs`, are none."""
    fields: Mapping[str, inspect.Parameter]
    """The parameters, by their fields in `input`."""

    async def call(self, input: "BaseModel") -> object:
        """What it returns for these arguments; one that is not async runs in a thread. Raises what it raises.

        What would end more than the call, such as SystemExit, becomes a RuntimeError.
        """
        given = {name: getattr(input, name) for name in self.fields if name in input.model_fields_set}
        placed, named = self._arguments(given)
        if inspect.iscoroutinefunction(self.function):
            return await _contained(self.function(*placed, **named))
        value = await asyncio.to_thread(_contained_call, self.function, placed, named)
        return await _contained(value) if inspect.isawaitable(value) else value

    def _arguments(self, given: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """By place and by name. What was not given is left to the function's own defaults."""
        placed: list[Any] = []
        named: dict[str, Any] = {}
        for field, parameter in self.fields.items():
            if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
                placed.append(given.get(field, parameter.default))
            elif field in given:
                named[parameter.name] = given[field]
        return placed, named


def read_function(function: Callable[..., Any]) -> PlainFunction:
    """What its name, docstring and signature say. Raises UsageError for what no model can call."""
    inner, bound = _unbound(function)
    name = _name(inner)
    parameters = _parameters(function, name, bound)
    fields = {_field(parameter.name, number): parameter for number, parameter in enumerate(parameters)}
    return PlainFunction(
        function=function,
        name=name,
        description=_description(inner) or name,
        module=_module(inner),
        input=_model(name, inner, fields),
        fields=fields,
    )


def shown(value: object) -> str:
    """A result as a model reads it: text as it is, what can be JSON as JSON, anything else as `str` has it."""
    from pydantic_core import to_json

    if isinstance(value, str):
        return value
    try:
        return to_json(value, inf_nan_mode="strings").decode()
    except ValueError:
        return str(value)


def _unbound(function: Callable[..., Any]) -> tuple[Callable[..., Any], Mapping[str, Any]]:
    """The function within a partial one, and what is bound by name."""
    bound: dict[str, Any] = {}
    while isinstance(function, functools.partial):
        bound = {**function.keywords, **bound}
        function = function.func
    return function, bound


def _name(function: Callable[..., Any]) -> str:
    if not callable(function):
        raise UsageError(f"{function!r} cannot become a tool.", "Give a typed function, or a Tool.")
    name = getattr(function, "__name__", type(function).__name__)
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name} is no name for a tool.",
            "Define the function with `def` and a name of at most 64 ASCII letters, digits and underscores.",
        )
    return name


def _description(function: Callable[..., Any]) -> str:
    """The docstring; that of `__call__` for an object that can be called."""
    if inspect.isroutine(function) or isinstance(function, type):
        return inspect.getdoc(function) or ""
    return inspect.getdoc(type(function).__call__) or inspect.getdoc(function) or ""


def _module(function: Callable[..., Any]) -> str:
    return getattr(function, "__module__", None) or "builtins"


def _parameters(function: Callable[..., Any], name: str, bound: Mapping[str, Any]) -> list[inspect.Parameter]:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise UsageError(f"{name} yields its results, so it cannot become a tool.", "Let it return them in a list.")
    try:
        every = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError) as error:
        raise UsageError(f"{name} does not tell its arguments.", "Wrap it in a typed function.") from error
    named = [each for each in every if each.kind in NAMED and each.name not in bound]
    if every and not named and not bound:
        raise UsageError(
            f"{name} names none of its arguments: {', '.join(map(str, every))}.",
            "Wrap it in a function that does; a decorator keeps them with functools.wraps.",
        )
    return named


def _field(name: str, number: int) -> str:
    """The name of the model's field: the parameter's own, but where a model has none of that name."""
    from pydantic import BaseModel

    return f"argument_{number}" if name.startswith("_") or hasattr(BaseModel, name) else name


def _model(name: str, function: Callable[..., Any], fields: Mapping[str, inspect.Parameter]) -> "type[BaseModel]":
    from pydantic import ConfigDict, create_model
    from pydantic.errors import PydanticUserError

    settings = ConfigDict(
        extra="forbid", serialize_by_alias=True, protected_namespaces=(), arbitrary_types_allowed=False
    )
    definitions: dict[str, Any] = {
        field: (
            Any if parameter.annotation is parameter.empty else parameter.annotation,
            _default(field, parameter),
        )
        for field, parameter in fields.items()
    }
    try:
        model = create_model(f"{name}_input", __config__=settings, __module__=_module(function), **definitions)
        model.model_rebuild(force=True, _types_namespace=getattr(inspect.unwrap(function), "__globals__", {}))
        model.model_json_schema()
    except (PydanticUserError, NameError, TypeError, SyntaxError) as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(
            f"The annotations of {name} say nothing that a model could fill in: {reason}",
            "Use str, int, float, bool, list, dict, Literal, dataclasses or pydantic models of the same module.",
        ) from error
    return model


def _default(field: str, parameter: inspect.Parameter) -> Any:
    """What the schema says of a parameter that may be left out; a default that is no JSON is not shown."""
    from pydantic import Field
    from pydantic_core import PydanticSerializationError, to_json

    alias = parameter.name if field != parameter.name else None
    if parameter.default is parameter.empty:
        return Field(alias=alias)
    try:
        to_json(parameter.default)
    except PydanticSerializationError:
        return Field(default_factory=lambda: parameter.default, alias=alias)
    return Field(default=parameter.default, alias=alias)


def _contained_call(function: Callable[..., Any], placed: list[Any], named: dict[str, Any]) -> Any:
    """In the thread. A future cannot hold a StopIteration; the others would end the loop, or seem an interrupt."""
    try:
        return function(*placed, **named)
    except (StopIteration, KeyboardInterrupt, asyncio.CancelledError, SystemExit, GeneratorExit) as error:
        raise _as_error(error) from error


async def _contained(work: Any) -> object:
    """On the loop, where an interrupt is one, unless nobody asked for it."""
    try:
        return await work
    except SystemExit as error:
        raise _as_error(error) from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise _as_error(error) from error


def _as_error(error: BaseException) -> RuntimeError:
    return RuntimeError(f"it raised {type(error).__name__}" + (f": {error}" if str(error) else ""))
