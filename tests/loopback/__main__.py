"""`python -m tests.loopback --script FILE`: play a script as a model server, until standard input is closed."""

import argparse
import asyncio
import sys
from pathlib import Path

from claw_core.scripting import load_script
from tests.loopback.server import Loopback, by_place


async def main(script: Path) -> None:
    """Print the port, then answer by how often the model has spoken."""
    async with Loopback(by_place(load_script(script))) as server:
        print(server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Play a script as a model server, until standard input is closed.")
    parser.add_argument("--script", type=Path, required=True)
    asyncio.run(main(parser.parse_args().script))
