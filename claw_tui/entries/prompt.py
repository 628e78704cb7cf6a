"""`claw prompt`: what a model is told before the conversation begins."""

import argparse
import asyncio
import json

from claw_core.message import Json
from claw_core.options import Options
from claw_core.prompt_preview import prompt_of


def enter(arguments: argparse.Namespace) -> int:
    """Print it, section by section; with `--json` as one object."""
    options = Options(
        cwd=arguments.cwd,
        model=arguments.model,
        base_url=arguments.base_url,
        mode=arguments.permission_mode,
    )
    sections, tools, in_tools = asyncio.run(prompt_of(options))
    total = sum(section.tokens for section in sections)
    if arguments.json:
        told: list[Json] = [
            {
                "name": section.name,
                "source": section.source,
                "bytes": len(section.text.encode()),
                "tokens": section.tokens,
                "text": section.text,
            }
            for section in sections
        ]
        names: list[Json] = [tool.name for tool in tools]
        whole: dict[str, Json] = {"sections": told, "tokens": total, "tools": names, "tool_tokens": in_tools}
        print(json.dumps(whole, ensure_ascii=False))
        return 0
    for section in sections:
        print(f"── {section.name}: {section.tokens:,} tokens, from {section.source}\n\n{section.text}\n")
    print(
        f"── {total:,} tokens in {len(sections)} sections, and {in_tools:,} in the descriptions of {len(tools)} tools."
    )
    print("   Tokens are estimated.")
    return 0
