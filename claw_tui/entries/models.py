"""`claw models`: whom claw could talk to now, and why not to the others."""

import argparse
import asyncio
import json
import os

from claw_core.config.keys import for_providers
from claw_core.config.paths import Paths
from claw_core.message import Json
from claw_core.reach import Reach, Served, reachable


def enter(arguments: argparse.Namespace) -> int:
    """List the providers with their models."""
    found = asyncio.run(reachable(for_providers(os.environ, Paths.of(os.environ))))
    if arguments.json:
        print(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return 0
    for one in found:
        sign = "●" if one.ready else "○"
        print(f"{sign} {one.provider:<18} {one.why}")
        for model in one.served:
            print(f"    {one.provider}/{model.name}{described(model)}")
    return 0


def described(model: Served) -> str:
    """What is known of a model, after its name."""
    told = [f"{model.window:,} tokens"] if model.window else []
    told += [word for word, can in (("tools", model.tools), ("images", model.images)) if can]
    told += ["no tools"] if model.tools is False else []
    told += [model.note] if model.note else []
    return f"  ({', '.join(told)})" if told else ""


def _as_json(reach: Reach) -> dict[str, Json]:
    return {
        "provider": reach.provider,
        "label": reach.label,
        "url": reach.url,
        "ready": reach.ready,
        "key": reach.key,
        "models": list(reach.models),
        "served": [
            {
                "name": each.name,
                "window": each.window,
                "tools": each.tools,
                "images": each.images,
                "note": each.note,
            }
            for each in reach.served
        ],
        "reason": reach.why,
    }
