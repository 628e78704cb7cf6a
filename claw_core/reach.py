"""Who could be talked to right now: which keys are set, and which servers on hand answer. For the welcome screen.

Asked with the standard library, since loading an SDK would take longer than the question may.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from claw_core.catalog import Choice, open_provider, provider_module, provider_names
from claw_core.dialects.listing import Served, asking
from claw_core.error import MissingKey, PackageMissing, UsageError

MOMENT = 0.5
"""Seconds to wait for a server that may not be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whether a provider could be talked to, as far as can be seen in a moment."""

    provider: str
    label: str
    url: str
    """Where it answers, or would; empty where no address is set."""
    key: str = ""
    """The environment variable that holds a key; empty where none does."""
    models: tuple[str, ...] = ()
    """What it offers, where it was asked and answered."""
    served: tuple[Served, ...] = ()
    """The same, with what it says of each."""
    missing: str = ""
    """The environment variable that a key is looked for in, where one is needed and not there."""
    address: str = ""
    """The environment variable that an address is looked for in, where none is set."""
    reason: str = ""
    """Why it cannot be talked to, where that is something else."""
    ready: bool = False
    """It has the key that it needs, or it answered."""

    @property
    def why(self) -> str:
        """Why it can be talked to, or cannot."""
        if self.reason:
            return self.reason
        if self.key:
            return f"{self.url}, key from {self.key}"
        if self.missing:
            return f"{self.missing} is not set"
        if self.ready:
            return self.url
        return f"nobody answers at {self.url}" if self.url else f"no address is set ({self.address or '--base-url'})"


async def reachable(environ: Mapping[str, str], *, timeout: float = MOMENT) -> tuple[Reach, ...]:
    """Look, side by side and for at most `timeout` seconds, who could be talked to.

    Only servers that need no key are asked; nothing is sent to the others.
    """
    names = [name for name in provider_names() if provider_module(name).VENDOR.listed]
    return tuple(await asyncio.gather(*(_reach(name, environ, timeout) for name in names)))


async def _reach(name: str, environ: Mapping[str, str], timeout: float) -> Reach:
    vendor = provider_module(name).VENDOR
    held = next((variable for variable in vendor.key_variables if environ.get(variable, "").strip()), "")
    reach = Reach(provider=name, label=vendor.label, url=vendor.url(environ), key=held)
    try:
        provider = open_provider(Choice(provider=name, model=""), None, environ)
    except MissingKey:
        return replace(reach, missing=vendor.key_variables[0])
    except PackageMissing as error:
        return replace(reach, reason=f"{error.message} {error.hint}")
    except UsageError:
        return replace(reach, address="" if reach.url else next(iter(vendor.url_variables), ""))
    reach = replace(reach, url=provider.url)
    if vendor.needs_key and provider.url == vendor.base_url:
        return replace(reach, ready=True)
    if (offered := vendor.offered) is not None:
        await provider.close()
        served = await asyncio.to_thread(offered, provider.url, None)
        here = tuple(each.name for each in served if not each.note)
        return replace(
            reach, models=here, served=served, ready=bool(here), reason="" if here else "no model is here yet"
        )
    ask = asking(provider.url, vendor.key(environ), timeout)
    try:
        async with asyncio.timeout(timeout):
            models = await asyncio.to_thread(vendor.listing, ask, None)
    except (OSError, ValueError, TimeoutError):
        return reach
    return replace(reach, models=tuple(each.name for each in models), served=models, ready=True)
