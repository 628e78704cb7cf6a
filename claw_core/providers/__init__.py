"""Whom we talk to: one file each, named as in `provider/model`.

A provider's file holds `VENDOR`, what there is to know of it, and `connect(model, base_url, environ) -> Provider`,
which may raise UsageError and MissingKey. `catalog.py` finds them by their file names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from claw_core.dialects.chat_body import Quirks
from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.listing import Listing, Served, plain
from claw_core.dialects.served import STALL, ServedProvider
from claw_core.error import MissingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What there is to know of a provider before anybody talks to it."""

    label: str
    """Its name for people."""
    base_url: str = ""
    """Where it answers unless told otherwise; empty where it has no address of its own."""
    url_variables: tuple[str, ...] = ()
    """Environment variables that name another address; the first that is set counts."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that hold the key; the first that is set counts."""
    needs_key: bool = False
    """Whether `base_url` answers only those who have a key. Other addresses may do without."""
    local: bool = False
    """It runs on the person's own machine and costs nothing."""
    listed: bool = True
    """Whether people are shown it among those they can talk to."""
    default_model: str = ""
    """The model to take where nothing but an address or a key is set up."""
    hint: str = ""
    """What to do when it does not answer."""
    quirks: Quirks = field(default_factory=Quirks)
    names: str = ""
    """How the names of its own models begin, as a regular expression; empty where it has none of its own."""
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """Short names for models that are known by them."""
    images: bool | None = None
    """Whether its models see pictures, where that holds for all of them."""
    structured_output: bool | None = None
    """Whether its models can be held to a JSON schema, where that holds for all of them."""
    priced_as: str = ""
    """Its name in the table of prices, where that is another."""
    listing: Listing = plain
    """How it is asked for its models."""
    offered: Callable[[str, str | None], tuple[Served, ...]] | None = None
    """For one without a server: the models it has, by its address, or only the one of a name."""
    stall: float = STALL
    """Seconds of silence after which an answer is given up."""

    def url(self, environ: Mapping[str, str]) -> str:
        """The address that the environment names, or its own."""
        return first_set(self.url_variables, environ) or self.base_url

    def key(self, environ: Mapping[str, str]) -> str:
        """The key that the environment holds; empty where there is none."""
        return first_set(self.key_variables, environ)


def connect_by_key(name: str, vendor: Vendor, base_url: str | None, environ: Mapping[str, str]) -> ServedProvider:
    """A provider that speaks Chat Completions at its own address, or at another one that is given."""
    return connect_chat(name, vendor, base_url or vendor.url(environ), environ)


def first_set(variables: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The first of these variables that is set to something; empty where none is."""
    return next((value for name in variables if (value := environ.get(name, "").strip())), "")


def connect_served(
    kind: type[ServedProvider], name: str, vendor: Vendor, url: str, environ: Mapping[str, str]
) -> ServedProvider:
    """A provider that speaks the dialect `kind` at this address. Raises UsageError and MissingKey."""
    key = vendor.key(environ)
    variable = vendor.key_variables[0] if vendor.key_variables else ""
    if not key and vendor.needs_key and url.rstrip("/") == vendor.base_url:
        raise MissingKey(
            f"{vendor.label} wants a key, and {variable} is not set.",
            f"Set it (export {variable}=...), or keep one: claw login {name}",
        )
    if not (key.isascii() and key.isprintable()):
        raise MissingKey(f"{variable} holds characters that no key has.", "Copy the key again.")
    return kind(
        name=name,
        label=vendor.label,
        base_url=url,
        key=key,
        key_variable=variable,
        hint=vendor.hint,
        quirks=vendor.quirks,
        stall=vendor.stall,
    )


def connect_chat(name: str, vendor: Vendor, url: str, environ: Mapping[str, str]) -> ServedProvider:
    """A provider that speaks Chat Completions at this address. Raises UsageError and MissingKey."""
    return connect_served(ChatCompletionsProvider, name, vendor, url, environ)
