"""`claw models`: whom claw could talk to now, and why not to the others."""

import argparse
import asyncio
import json
import os

from claw_core.config.keys import with_keys
from claw_core.config.paths import Paths
from claw_core.message import Json
from claw_core.reach import Reach, reachable


def enter(arguments: argparse.Namespace) -> int:
    """List the providers with their models."""
    found = asyncio.run(reachable(with_keys(os.environ, Paths.of(os.environ))))
    if arguments.json:
        print(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return 0
    for one in found:
        sign = "●" if one.ready else "○"
        print(f"{sign} {one.provider:<18} {why(one)}")
        for model in one.models:
            print(f"    {one.provider}/{model}")
    return 0


def why(reach: Reach) -> str:
    """Why a provider can be talked to, or cannot."""
    if reach.key:
        return f"{reach.url}, key from {reach.key}"
    if reach.missing:
        return f"{reach.missing} is not set"
    if reach.ready:
        return reach.url
    return f"nobody answers at {reach.url}" if reach.url else "no address is set (--base-url)"


def _as_json(reach: Reach) -> dict[str, Json]:
    return {
        "provider": reach.provider,
        "label": reach.label,
        "url": reach.url,
        "ready": reach.ready,
        "key": reach.key,
        "models": list(reach.models),
        "reason": why(reach),
    }
