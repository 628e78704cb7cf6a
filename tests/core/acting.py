"""A real session on a real folder with a scripted model: what most tests of the core begin with."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from claw_core import tools
from claw_core.ask import Ask
from claw_core.catalog import ModelCard
from claw_core.checkpoint import Blobs
from claw_core.delegation import delegate
from claw_core.error import UnknownModel
from claw_core.event import Event, Mode
from claw_core.fallback import Fallback
from claw_core.harness import Harness, Limits, Standing
from claw_core.intent import Prompt
from claw_core.message import JsonObject
from claw_core.permissions.place import follow_links
from claw_core.permissions.policy import Policy, Profile
from claw_core.permissions.rule import Rules
from claw_core.provider import Provider
from claw_core.providers.scripted import ScriptedProvider
from claw_core.registry import load, names
from claw_core.sandbox.profile import Grounds, sandbox
from claw_core.scripting import Script, ScriptedCall, ScriptedReply
from claw_core.sent import Sent
from claw_core.session.asks import Asks
from claw_core.session.log import Log
from claw_core.session.session import Session
from claw_core.session.stream import Stream
from claw_core.subagent import agents_of
from claw_core.tool import Tool, from_module
from claw_core.usage import Totals
from claw_core.workspace import Workspace
from tests.core.events import started

E = TypeVar("E", bound=Event)


def says(text: str = "", *calls: tuple[str, JsonObject]) -> ScriptedReply:
    """A reply of the scripted model: words, and calls as (name, arguments)."""
    return ScriptedReply(text=text, calls=tuple(ScriptedCall(name=name, input=given) for name, given in calls))


class Acting:
    """A session and what surrounds it."""

    def __init__(
        self,
        folder: Path,
        script: Script,
        *,
        mode: Mode = "bypass",
        profile: Profile = "off",
        allow: tuple[str, ...] = (),
        deny: tuple[str, ...] = (),
        answer: Callable[[Ask], Awaitable[object]] | None = None,
        attended: bool = False,
        limits: Limits | None = None,
        more: tuple[Tool, ...] = (),
        provider: Provider | None = None,
        fallback: tuple[str, ...] = (),
        trusted: bool = True,
    ) -> None:
        self.root = folder / "project"
        self.root.mkdir(exist_ok=True)
        self.home = folder / "sessions" / "s1"
        self.blobs = Blobs(self.home / "blobs")
        log = Log.create(self.home)
        policy = Policy(
            mode=mode,
            rules=Rules(),
            root=self.root,
            home=folder,
            resolve=follow_links(self.root, folder),
            sandbox=sandbox(profile),
            trusted=trusted,
        )
        for rule in allow:
            policy = policy.with_rule(rule)
        for rule in deny:
            policy = policy.with_rule(rule, "deny")
        known = tuple(from_module(load(tools.__name__, name), name) for name in names(tools.__name__))
        totals = Totals()
        self.harness = Harness(
            provider=provider or ScriptedProvider(script),
            model="script",
            card=ModelCard(),
            system=self._system,
            tools={tool.name: tool for tool in (*known, *more)},
            standing=Standing(policy),
            workspace=Workspace(self.root, home=folder, blobs=self.blobs, scratch=self.home / "scratch"),
            blobs=self.blobs,
            asks=Asks(attended=attended, answerer=answer),
            sent=Sent(self.blobs),
            totals=totals,
            meter=totals.meter,
            delegate=delegate,
            agents=agents_of()[0],
            open_model=self._open,
            rule_file=folder / "config" / "project.toml",
            grounds=Grounds(root=self.root.resolve(), temp=self.home / "scratch" / "tmp", home=folder),
            limits=limits or Limits(),
            fallback=Fallback(fallback, self._open),
        )
        stream = Stream(write=log.write)
        stream.append(started(), turn=0)
        self.session = Session(
            id="s1", root=self.root, stream=stream, log=log, harness=self.harness, open_model=self._open
        )

    async def _system(self, harness: Harness) -> str:
        return "You are a test." if harness.role is None else harness.role.instructions

    async def _open(self, model: str) -> tuple[Provider, str, ModelCard]:
        if model == "nobody":
            raise UnknownModel("Nobody has that name.", "Try another.")
        return ScriptedProvider([says(f"I am {model}.")] * 9), model, ModelCard()

    def write(self, path: str, text: str) -> Path:
        """A file in the project."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    async def ask(self, task: str = "go") -> None:
        """Give a task and wait until the agent rests."""
        self.session.send(Prompt(text=task))
        await self.session.rest()

    async def until(self, kind: type[E]) -> E:
        """Wait for the next event of a kind."""
        cursor = self.session.stream.cursor()
        async for record in cursor:
            if isinstance(record.event, kind):
                cursor.close()
                return record.event
        raise AssertionError(f"the stream ended without {kind.__name__}")

    def all(self, kind: type[E]) -> list[E]:
        """What happened of a kind."""
        return [record.event for record in self.session.stream.records if isinstance(record.event, kind)]

    def only(self, kind: type[E]) -> E:
        """The one event of a kind."""
        (event,) = self.all(kind)
        return event
