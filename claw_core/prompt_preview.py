"""What a model would be told before a conversation begins, for people to look at."""

import asyncio

from claw_core.catalog import ModelCard
from claw_core.choosing import open_model
from claw_core.config.paths import Paths, home_of
from claw_core.counting import tokens_of_request
from claw_core.error import ClawError
from claw_core.instructions.assembly import assembled, read_instructions
from claw_core.instructions.small import small_specs
from claw_core.instructions.system import Section, profile_for
from claw_core.opening import agents_in, default_tools
from claw_core.options import Options, configuration_of, workspace_folder
from claw_core.provider import ToolSpec
from claw_core.subagent import specs_of


async def prompt_of(options: Options) -> tuple[list[Section], tuple[ToolSpec, ...], int]:
    """The system prompt of a session that would be opened so, its tools, and about how many tokens these have.

    Where no model is set up it is that of a large one. Raises ClawError.
    """
    root = workspace_folder(options.cwd)
    configuration = await asyncio.to_thread(configuration_of, options)
    settings, paths = configuration.settings, Paths.of(options.environ)
    known = ModelCard()
    try:
        provider, _, known = await open_model(options.environ, settings, settings.model)
        await provider.close()
    except ClawError:
        pass
    told = await asyncio.to_thread(read_instructions, root, paths.config, home_of(options.environ), known.window)
    agents, _ = await asyncio.to_thread(agents_in, paths, root, configuration.trust)
    chosen = await asyncio.to_thread(default_tools)
    specs = specs_of(chosen, agents)
    profile = profile_for(known)
    if profile == "small":
        specs = small_specs(specs)
    names, mode = [tool.name for tool in chosen], settings.permission_mode or "ask"
    found = await assembled(paths.config, root, mode, tuple(told.found.values()), names, profile)
    return found, specs, round(tokens_of_request("", (), specs))
