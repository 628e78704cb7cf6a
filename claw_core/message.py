"""Messages and their parts: what a model reads and writes, in no vendor's form. A dialect maps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
else:
    Json = object  # pydantic cannot follow a recursive alias before Python 3.12

JsonObject: TypeAlias = Mapping[str, Json]
"""A JSON object."""


class Tagged:
    """Beside a union: its members are told apart by their `kind`, which makes reading one from JSON direct.

    Stands in for pydantic's own `Discriminator`, so that the words load without pydantic.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic import Discriminator

        return handler(Annotated[source, Discriminator("kind")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where something that a model says is from."""

    source: str
    """An address, or the title of a document."""
    title: str = ""
    quote: str = ""
    """The words that are cited, where the provider gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words."""

    kind: Literal["text"] = "text"
    text: str
    phase: str = ""
    """Whether a model says this on its way or in the end, in the provider's word, where it wants that sent back."""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a model thought before it answered."""

    kind: Literal["thought"] = "thought"
    text: str
    signature: str | None = None
    """Proof by which the provider knows it again, where it wants the thought sent back."""
    by: str = ""
    """`provider/model` of who thought it; nobody else can read the signature."""
    id: str = ""
    """The provider's id of the thought, where it has one."""
    redacted: bool = False
    """The provider keeps it to itself: there is only the signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A use of a tool that a model asks for."""

    kind: Literal["call"] = "call"
    id: str
    """Unique in a session."""
    name: str
    input: JsonObject
    """The arguments; empty where `malformed` says that they could not be read."""
    malformed: str = ""
    """The arguments as the model wrote them, where they are no JSON object."""
    signature: str = ""
    """Proof of the thought behind it, where the provider wants it sent back with the call."""
    by: str = ""
    """`provider/model` whose signature that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture, by its bytes."""

    kind: Literal["image"] = "image"
    media_type: str
    data: str
    """Base64."""


Shown: TypeAlias = Annotated[Text | Image, Tagged()]
"""What a result may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a call gave."""

    kind: Literal["result"] = "result"
    id: str
    """The call's."""
    parts: tuple[Shown, ...]
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Words by which a model declines."""

    kind: Literal["refusal"] = "refusal"
    text: str


Part: TypeAlias = Annotated[Text | Thought | Call | Result | Image | Refusal, Tagged()]
"""Every kind of part; closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of the conversation with a model. Results travel in `user` messages."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words of all text parts, as one."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls, in the model's order."""
        return tuple(part for part in self.parts if isinstance(part, Call))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one answer, as the provider counts them."""

    input: int = 0
    """All that was read, cached or not."""
    output: int = 0
    """All that was written, thoughts included."""
    cached: int = 0
    """Of `input`: read from the provider's cache."""
    cache_write: int = 0
    """Of `input`: written to the provider's cache."""
    reasoning: int = 0
    """Of `output`: thoughts."""

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input=self.input + other.input,
            output=self.output + other.output,
            cached=self.cached + other.cached,
            cache_write=self.cache_write + other.cache_write,
            reasoning=self.reasoning + other.reasoning,
        )


StopReason = Literal["end", "calls", "length", "refusal", "interrupted", "other"]
"""Why an answer ended.

The model was done, wants calls run, ran out of tokens, or declined; it was stopped from outside; or something else."""
