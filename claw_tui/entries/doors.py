"""What the workspace can open beside the session it begins with; see `claw_tui/doors.py`.

What a session is made of is loaded when one is opened, beside the event loop: the screen is there before.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from claw_core.config.paths import Paths, home_of
from claw_core.intent import Prompt
from claw_core.options import Options, configuration_of, workspace_folder
from claw_tui.doors import Doors

if TYPE_CHECKING:
    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.reach import Reach
    from claw_core.replay import Replay
    from claw_core.session.session import Session
    from claw_core.session.shelf import Shelf, Summary
    from claw_tui.own_settings import OwnSettings


def opener(options: Options, prompt: str = "") -> "Callable[[], Awaitable[Session]]":
    """Opens a session, and gives it its first task."""

    async def open_it() -> "Session":
        await asyncio.to_thread(import_module, "claw_core.opening")  # it takes a while
        from claw_core.opening import open_session

        session = await open_session(options)
        if prompt:
            session.send(Prompt(text=prompt))
        return session

    return open_it


def doors(options: Options, leftovers: ExitStack) -> Doors:
    """The doors of a workspace opened with `options`; what they leave behind is removed when `leftovers` closes."""
    anew = replace(options, resume=None)

    async def demo() -> "Session":
        from claw_core.demo import TASK, attended, scratch_project

        project = await asyncio.to_thread(scratch_project)
        leftovers.callback(shutil.rmtree, project.parent, ignore_errors=True)
        return await opener(attended(project), TASK)()

    async def fork(session: str, seq: int) -> "Callable[[], Awaitable[Session]]":
        copy = await asyncio.to_thread(_fork, session, seq)
        return opener(replace(anew, resume=copy, cwd=None))

    return Doors(
        fresh=opener(anew),
        with_model=lambda model: opener(replace(anew, model=model)),
        demo=demo,
        replay=_replay,
        fork=fork,
        reachable=_reachable,
        summaries=_summaries,
        foreign=lambda: asyncio.to_thread(_foreign, options),
        prompts=lambda: asyncio.to_thread(lambda: _shelf().prompts(workspace_folder(options.cwd))),
        keep_key=_keep_key,
        verify=_verify,
        settings=lambda: _settings(options),
        drafts=lambda root: Paths.of(os.environ).drafts(root),
    )


def _settings(options: Options) -> "OwnSettings":
    from claw_tui.own_settings import OwnSettings

    root = workspace_folder(options.cwd)
    paths, home = Paths.of(options.environ), home_of(options.environ)
    return OwnSettings(lambda: configuration_of(options), paths, root, home)


def _shelf() -> "Shelf":
    from claw_core.opening import shelf

    return shelf()


def _foreign(options: Options) -> "Sequence[ForeignSummary]":
    from claw_core.foreign_shelf import foreign_sessions

    return foreign_sessions(home_of(options.environ), options.environ)


def _fork(session: str, seq: int) -> str:
    """A copy up to a record; of another agent's session, which is known by its path, once it is one of ours."""
    from claw_core.importer import read_foreign

    own = _shelf().keep(read_foreign(Path(session))) if "/" in session else session
    return _shelf().fork(own, seq)


async def _replay(wanted: str) -> "Replay":
    from claw_core.opening import open_replay

    return await asyncio.to_thread(open_replay, wanted)


async def _verify(session: str) -> str:
    from claw_core.rerun import rerun

    done = await rerun(await _replay(session))
    said = f"{done.matched} of {done.calls} calls came out as they did then."
    return "\n".join([said, *(f"{one.name} {one.target}: {one.what}" for one in done.diverged[:5])])


async def _reachable() -> "Sequence[Reach]":
    from claw_core.config.keys import for_providers
    from claw_core.reach import reachable

    environ = await asyncio.to_thread(for_providers, os.environ, Paths.of(os.environ))
    return await reachable(environ)


async def _summaries() -> "Sequence[Summary]":
    return await asyncio.to_thread(lambda: _shelf().summaries())


async def _keep_key(variable: str, key: str) -> str:
    from claw_core.config.keys import keep_key

    return str(await asyncio.to_thread(keep_key, variable, key, Paths.of(os.environ)))
