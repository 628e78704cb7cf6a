"""Whom we talk to: one file each, named as in `provider/model`.

A provider's file holds `VENDOR`, what there is to know of it, and `connect(model, base_url, environ) -> Provider`.
"""

from dataclasses import dataclass, field

from claw_core.dialects.chat_body import Quirks


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What there is to know of a provider before anybody talks to it."""

    label: str
    """Its name for people."""
    base_url: str = ""
    """Where it answers unless told otherwise."""
    url_variables: tuple[str, ...] = ()
    """Environment variables that name another address; the first that is set counts."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that hold the key; the first that is set counts."""
    needs_key: bool = False
    """Whether `base_url` answers only those who have a key."""
    local: bool = False
    """It runs on the person's own machine and costs nothing."""
    listed: bool = True
    """Whether people are shown it among those they can talk to."""
    default_model: str = ""
    """The model to take where a key is all that is set up."""
    hint: str = ""
    """What to do when it does not answer."""
    quirks: Quirks = field(default_factory=Quirks)
