"""What may be set. Each setting is a field here, with its type; a file is checked against them, key by key.

The fields' docstrings are the manual of the settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints

from claw_core.error import ConfigError
from claw_core.event import Mode
from claw_core.permissions.rule import Profile, parse_rule
from claw_core.sandbox.places import CACHES

Table: TypeAlias = Mapping[str, object]
"""A TOML table as it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSettings:
    """`[permissions]`: rules, see `permissions/rule.py`."""

    allow: tuple[str, ...] = ()
    """What runs without asking."""
    ask: tuple[str, ...] = ()
    """What is asked about whatever the mode."""
    deny: tuple[str, ...] = ()
    """What never runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UiSettings:
    """`[ui]`: the screen."""

    reduced_motion: bool | None = None
    """Nothing moves that need not; `false` if not set."""
    screen_reader: bool | None = None
    """A plain conversation, line by line, in place of the workspace; `false` if not set."""
    attention: Literal["none", "bell", "notification"] | None = None
    """How you are called when the terminal does not have the keys and an answer is waited for, or the work is done;
    `bell` if not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """`[sandbox]`: what commands are held to, see `sandbox/profile.py`."""

    profile: Profile | None = None
    """What commands run in where neither mode plan nor mode auto says; `off` if not set."""
    network: Literal["off", "loopback"] | None = None
    """Whom a command in a sandbox may talk to: nobody, or what it started itself; `off` if not set."""
    caches: tuple[str, ...] = ()
    """Caches of tools that it may write beside the workspace, by name; `ccache` and `go` if not set."""
    unix_sockets: bool | None = None
    """Whether it may use unix sockets, and so those of other programs; `false` if not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """`[network]`: how requests to models travel."""

    proxy: str | None = None
    """The address of a proxy; `HTTP_PROXY` and `HTTPS_PROXY` count where it is not set."""
    ca_file: str | None = None
    """A PEM file with authorities to trust beside those of the system."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Sent with every request; `${NAME}` in a value stands for that environment variable."""
    connect: float | None = None
    """Seconds to wait for a connection; 10 if not set."""
    stall: float | None = None
    """Seconds of silence after which an answer is given up and asked for again; 120 for `openai`, 600 for local servers
    if not set."""
    attempts: int | None = None
    """How often a request is sent before a failure that may pass counts as one that stays; 5 if not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings:
    """`[models."NAME".prices]`: US dollars per million tokens; what is not said costs as `input` or `output` does."""

    input: float | None = None
    output: float | None = None
    cached: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSettings:
    """`[models."NAME"]`: what is known of a model better than its server and the table of prices know it."""

    window: int | None = None
    """Tokens of a request and its answer together."""
    max_output: int | None = None
    """Tokens of an answer."""
    tools: bool | None = None
    """Whether it can call tools."""
    images: bool | None = None
    """Whether it sees pictures."""
    thinking: bool | None = None
    """Whether it thinks before it answers."""
    efforts: tuple[str, ...] = ()
    """How hard it can think, in words."""
    structured_output: bool | None = None
    """Whether its answer can be held to a JSON schema."""
    profile: Literal["full", "small"] | None = None
    """How much it is told."""
    prices: PriceSettings = field(default_factory=PriceSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One settings file, or several merged; None where nothing is set."""

    model: str | None = None
    """`provider/model`, or a bare name."""
    base_url: str | None = None
    """The address of a server that speaks Chat Completions."""
    fallback: tuple[str, ...] = ()
    """Models to go on with, in order, where one cannot be had."""
    effort: str | None = None
    """How hard the model thinks: a level, or tokens."""
    compact_at: float | None = None
    """The share of the window at which a conversation is compacted; 0.85 if not set."""
    permission_mode: Mode | None = None
    """How permissions are decided where no rule speaks; `ask` if not set."""
    max_turns: int | None = None
    """Model calls after which a prompt's turn is stopped; no limit if not set."""
    max_budget: float | None = None
    """US dollars after which the session stops; no limit if not set."""
    theme: str | None = None
    """One of the themes' names; `claw-dark` if not set."""
    models: Mapping[str, CardSettings] = field(default_factory=dict[str, CardSettings])
    """What is known of models, by their names as `provider/model`."""
    permissions: PermissionSettings = field(default_factory=PermissionSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    ui: UiSettings = field(default_factory=UiSettings)


TABLES = (PriceSettings, CardSettings, PermissionSettings, NetworkSettings, SandboxSettings, UiSettings)
"""The shapes of tables."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "max_turns": (1, 1_000_000),
    "max_budget": (0, 1_000_000),
    "compact_at": (0.1, 1),
    "network.connect": (0.1, 3600),
    "network.stall": (0.1, 3600),
    "network.attempts": (1, 20),
    "models.*.window": (256, 100_000_000),
    "models.*.max_output": (1, 100_000_000),
    **{f"models.*.{name}": (0, 1_000_000) for name in ("input", "output", "cached", "cache_write", "reasoning")},
}
"""The least and the most of numbers."""


def read_table(table: Table, source: str) -> Settings:
    """Settings from a table. Raises ConfigError, naming `source` and the key, where something does not fit."""
    settings = cast("Settings", _read(Settings, table, source, ""))
    for kind in ("allow", "ask", "deny"):
        for text in getattr(settings.permissions, kind):
            parse_rule(text, f"{source}, permissions.{kind}")
    for name in settings.sandbox.caches:
        if name not in CACHES:
            raise ConfigError(f"{source}: there is no cache {name!r}.", _similar(name, sorted(CACHES), ""))
    return settings


def _read(shape: type, table: Table, source: str, prefix: str) -> object:
    hints: dict[str, Any] = get_type_hints(shape)
    known = [each.name for each in fields(shape)]
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{source}: there is no setting {prefix + key!r}.", _similar(key, known, prefix))
        values[key] = _fit(hints[key], value, source, prefix + key)
    return shape(**values)


def _similar(key: str, known: Sequence[str], prefix: str) -> str:
    close = get_close_matches(key.lower().replace("-", "_"), known, n=1, cutoff=0.5)
    return f"Did you mean {prefix}{close[0]}?" if close else f"There are: {', '.join(prefix + name for name in known)}."


def _fit(hint: Any, value: object, source: str, key: str) -> object:
    """The value as the field wants it. Raises ConfigError where it cannot be that."""

    def bad(wanted: str, hint: str = "") -> ConfigError:
        return ConfigError(f"{source}: {key} must be {wanted}, not {_shown(value)}.", hint)

    hint = without_none(hint)
    if hint in TABLES:
        if not isinstance(value, Mapping):
            raise bad("a table", f"Write it as [{key}] on a line of its own.")
        return _read(hint, cast("Table", value), source, key + ".")
    if get_origin(hint) is Literal:
        if value not in (choices := get_args(hint)):
            close = get_close_matches(str(value), choices, n=1, cutoff=0.5)
            raise bad("one of " + ", ".join(choices), f"Did you mean {close[0]}?" if close else "")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in cast("list[object]", value)):
            raise bad("a list of texts", f'Write it as {key.rpartition(".")[2]} = ["...", "..."].')
        return tuple(cast("list[str]", value))
    if get_origin(hint) is Mapping and get_args(hint)[1] in TABLES:
        if not isinstance(value, Mapping):
            raise bad("a table of tables", f'Write [{key}."NAME"] on a line of its own.')
        tables = cast("Table", value).items()
        return {name: _fit(get_args(hint)[1], each, source, f"{key}.{name}") for name, each in tables}
    if get_origin(hint) is Mapping:
        if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in cast("Table", value).values()):
            raise bad("a table of texts", f'Write it as [{key}] with lines like Name = "value".')
        return dict(cast("Mapping[str, str]", value))
    return _plain(hint, value, key, bad)


def _plain(hint: type, value: object, key: str, bad: Any) -> object:
    if hint is bool and not isinstance(value, bool):
        raise bad("true or false")
    if hint is str and (not isinstance(value, str) or not value):
        raise bad("a text in quotes")
    if hint in {int, float}:
        if isinstance(value, bool) or not isinstance(value, int if hint is int else (int, float)):
            raise bad("a number" if hint is float else "a whole number")
        low, high = BOUNDS.get(key) or BOUNDS[f"models.*.{key.rpartition('.')[2]}"]
        if not low <= value <= high:
            raise bad(f"between {low} and {high:,}")
        return float(value) if hint is float else value
    return value


def without_none(hint: Any) -> Any:
    """A field's type where it is set."""
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        return next(each for each in get_args(hint) if each is not NoneType)
    return hint


def keys(shape: type = Settings, prefix: str = "") -> list[str]:
    """Every setting there is, by its dotted key."""
    found: list[str] = []
    for each in fields(shape):
        default = each.default_factory() if each.default_factory is not MISSING else None
        found += keys(type(default), f"{each.name}.") if isinstance(default, TABLES) else [prefix + each.name]
    return found


def set_values(settings: Settings) -> dict[str, object]:
    """What is set, by its dotted key."""
    found: dict[str, object] = {}

    def collect(table: Any, prefix: str) -> None:
        for each in fields(table):
            value: object = getattr(table, each.name)
            if isinstance(value, TABLES):
                collect(value, f"{each.name}.")
            elif value is not None and value not in ((), {}):
                found[prefix + each.name] = value

    collect(settings, "")
    return found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def laid_over(below: Settings, above: Settings) -> Settings:
    """Both, `above` where both set something. Rules of both hold, and so do headers."""

    def merged(low: Any, high: Any) -> Any:
        rules = isinstance(low, PermissionSettings)
        values: dict[str, object] = {}
        for each in fields(low):
            one: object = getattr(low, each.name)
            two: object = getattr(high, each.name)
            if rules:
                both = cast("tuple[str, ...]", one) + cast("tuple[str, ...]", two)
                values[each.name] = tuple(dict.fromkeys(both))
            elif isinstance(one, tuple):
                values[each.name] = two or one
            elif isinstance(one, Mapping) and isinstance(two, Mapping):
                values[each.name] = {**cast("Table", one), **cast("Table", two)}
            elif each.default_factory is not MISSING:
                values[each.name] = merged(one, two)
            else:
                values[each.name] = one if two is None else two
        return type(low)(**values)

    return merged(below, above)
