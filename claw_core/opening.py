"""The opening: the one place where everything is wired together.

Settings, folders, model, tools, permissions, instructions and log are looked up here and nowhere else; what comes out
is a session, ready for its first intent. All that can go wrong before a conversation can begin goes wrong here, as a
typed error that says what to do.
"""

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from claw_core import tools
from claw_core.catalog import ModelCard, card
from claw_core.checkpoint import Blobs
from claw_core.choosing import open_model
from claw_core.config.load import Configuration
from claw_core.config.paths import PROJECT_FOLDER, Paths, home_of
from claw_core.config.schema import Settings
from claw_core.config.trust import FolderTrust, folder_trust, trust_question, vouch
from claw_core.delegation import delegate
from claw_core.effort import checked_effort
from claw_core.error import ClawError
from claw_core.event import MAIN, NoticeRaised, Record, record_adapter
from claw_core.fallback import Fallback
from claw_core.harness import COMPACT_AT, Harness, Limits, Standing
from claw_core.instructions.assembly import assembled, read_instructions, share
from claw_core.instructions.environment import git_state
from claw_core.instructions.nested import MOST as NESTED
from claw_core.instructions.nested import Nested
from claw_core.instructions.project import Instructions
from claw_core.instructions.system import profile_for, system_prompt
from claw_core.journal import recover, recovery_notice
from claw_core.message import JsonObject
from claw_core.options import Options, configured, workspace_folder
from claw_core.permissions.git_config import what_git_runs
from claw_core.permissions.place import follow_links, has_other_names, repository_between
from claw_core.permissions.policy import Decision, Policy
from claw_core.permissions.shell_patterns import names_on_disk
from claw_core.provider import Provider
from claw_core.registry import load, names
from claw_core.replay import Replay
from claw_core.retry import ATTEMPTS
from claw_core.sandbox.profile import USUAL_CACHES, Grounds, sandbox
from claw_core.sent import Sent
from claw_core.session.asks import Asks
from claw_core.session.first_words import first_words, loaded, warnings
from claw_core.session.left import as_left
from claw_core.session.log import Log, LogContent
from claw_core.session.session import Session
from claw_core.session.shelf import Shelf
from claw_core.session.stream import Stream
from claw_core.shell_state import ShellState, folder_left
from claw_core.subagent import SubAgent, agents_of
from claw_core.switching import auto_is_edits
from claw_core.tool import Tool, from_module
from claw_core.tool_names import canonical
from claw_core.usage import Totals
from claw_core.workspace import Workspace


async def open_session(options: Options) -> Session:
    """A session, new or continued. Raises ClawError for whatever stands in the way, before anything is written."""
    earlier = await asyncio.to_thread(open_replay, options.resume, options.environ) if options.resume else None
    root = workspace_folder(options.cwd or (earlier.root if earlier else None))
    continued = await asyncio.to_thread(going_on, options, earlier.records) if earlier else options
    configuration = await asyncio.to_thread(configured, continued, root)
    notices: list[NoticeRaised] = []
    try:
        provider, model, known = await _provider(continued, configuration.settings)
    except ClawError as error:
        if continued.model == options.model:
            raise
        notices.append(_not_as_left(continued.model, error))
        configuration = await asyncio.to_thread(configured, replace(continued, model=options.model), root)
        provider, model, known = await _provider(options, configuration.settings)
    try:
        session = await _wire(options, root, configuration, provider, model, known)
        session.begin(notices)
        return session
    except BaseException:
        if options.provider is None:
            await provider.close()
        raise


def open_replay(wanted: str, environ: Mapping[str, str] = os.environ) -> Replay:
    """A session that has happened: one of ours, or the file of another agent's, by its path.

    Raises SessionNotFound, ForeignSession, and what reading a log raises.
    """
    return Replay.named(wanted, shelf(environ))


def shelf(environ: Mapping[str, str] = os.environ) -> Shelf:
    """All sessions of this person."""
    return Shelf(Paths.of(environ).sessions)


def default_tools() -> tuple[Tool, ...]:
    """The tools that claw has."""
    return tuple(from_module(load(tools.__name__, name), name) for name in names(tools.__name__))


def judge(tool: str, arguments: JsonObject, options: Options, ask: Sequence[str] = ()) -> Decision:
    """What the gate would decide about a call, without running anything."""
    root = workspace_folder(options.cwd)
    configuration = configured(options, root)
    policy = _policy(options, configuration, root)
    for rule in ask:
        policy = policy.with_rule(rule, "ask", "--ask")
    known = from_module(load(tools.__name__, canonical(tool)), canonical(tool))
    input = known.parse(arguments)
    return policy.decide(known.name, input.model_dump(mode="json", exclude_unset=True), known.wants(input))


# ---- settings and permissions


def _policy(options: Options, configuration: Configuration, root: Path, *readable: Path) -> Policy:
    home = home_of(options.environ)
    return Policy(
        mode=configuration.settings.permission_mode or "ask",
        rules=configuration.rules,
        root=root,
        home=home,
        resolve=follow_links(root, home),
        has_own_repository=repository_between(root.resolve()),
        what_git_runs=partial(what_git_runs, root.resolve()),
        has_other_names=has_other_names,
        names_on_disk=names_on_disk(root, home),
        sandbox=sandbox(configuration.settings.sandbox.profile or "off"),
        trusted=configuration.trust.trusted,
        readable=readable,
    )


def _grounds(settings: Settings, root: Path, home: Path, scratch: Path) -> Grounds:
    wanted = settings.sandbox
    return Grounds(
        root=root,
        temp=scratch / "tmp",
        home=home,
        caches=wanted.caches or USUAL_CACHES,
        network=wanted.network or "off",
        unix_sockets=bool(wanted.unix_sockets),
    )


def going_on(options: Options, records: Iterable[Record]) -> Options:
    """The options with what held when the session was left, where they do not say otherwise.

    Mode bypass does not come back by itself: that has to be said anew each time.
    """
    left = as_left(records)
    effort = left.effort if left.mode is None else left.effort or ""
    return replace(
        options,
        model=options.model or (left.model if options.provider is None else "") or None,
        mode=options.mode or (None if left.mode == "bypass" else left.mode),
        effort=options.effort if options.effort is not None else effort,
    )


def _not_as_left(wanted: str | None, error: ClawError) -> NoticeRaised:
    message = f"This session was left with {wanted}, which cannot be had now: {error.message}"
    return NoticeRaised(level="warning", message=message, hint=error.hint)


# ---- the model


async def _provider(options: Options, settings: Settings) -> tuple[Provider, str, ModelCard]:
    if options.provider is not None:
        own, model = options.provider, options.model or ""
        return own, model, await asyncio.to_thread(card, own.name, model, url=own.url)
    return await open_model(options.environ, settings, settings.model)


# ---- the session


async def _wire(
    options: Options, root: Path, configuration: Configuration, provider: Provider, model: str, known: ModelCard
) -> Session:
    settings = configuration.settings
    home = Paths.of(options.environ)
    git = await git_state(root)
    await asyncio.to_thread(record_adapter)
    log, content = await asyncio.to_thread(_open_log, Shelf(home.sessions), options.resume)
    folder = log.path.parent
    blobs = Blobs(folder / "blobs")
    workspace = Workspace(
        root, home=home_of(options.environ), blobs=blobs, scratch=folder / "scratch", journals=home.journals
    )
    if content and (left_in := await asyncio.to_thread(folder_left, content.records)):
        workspace.shells.leave(MAIN, ShellState(folder=workspace.resolve(left_in)))
    recovered = await asyncio.to_thread(recover, home.journals)
    told = await asyncio.to_thread(read_instructions, root, home.config, home_of(options.environ), known.window)
    chosen = options.tools if options.tools is not None else await asyncio.to_thread(default_tools)
    by_name = partial(open_model, options.environ, settings)
    policy = await asyncio.to_thread(_policy, options, configuration, root, workspace.scratch)
    agents, complaints = await asyncio.to_thread(agents_in, home, root, configuration.trust)
    totals = Totals()
    harness = Harness(
        provider=provider,
        model=model,
        card=known,
        system=partial(_system, root, home, tuple(told.found.values())),
        tools={tool.name: tool for tool in chosen},
        standing=Standing(policy),
        grounds=_grounds(settings, root, workspace.home, workspace.scratch),
        workspace=workspace,
        blobs=blobs,
        asks=Asks(attended=options.attended, answerer=options.answerer),
        sent=Sent(blobs),
        totals=totals,
        meter=totals.meter,
        rule_file=home.own_settings(root),
        limits=Limits(model_calls=settings.max_turns, budget=settings.max_budget),
        fallback=Fallback(settings.fallback, by_name),
        delegate=delegate,
        agents=agents,
        open_model=by_name,
        attempts=settings.network.attempts or ATTEMPTS,
        compact_at=settings.compact_at or COMPACT_AT,
        effort=checked_effort(settings.effort) if settings.effort else None,
    )
    harness.nested = Nested(root, home_of(options.environ), most=min(NESTED, share(known.window)))
    stream = Stream(content.records if content else (), write=log.write)
    session = await asyncio.to_thread(  # which looks through all that happened before
        Session,
        id=folder.name,
        root=root,
        stream=stream,
        log=log,
        harness=harness,
        open_model=by_name,
        continued_from=content.records[-1].seq if content else 0,
        owns_provider=options.provider is None,
    )
    session.trust = partial(_vouch, options, root, harness)
    words = first_words(harness, folder.name, git.summary if git else "", content, loaded(root, told, policy.trusted))
    words += warnings(*configuration.notices, *told.notices, *complaints)
    if options.attended and (question := trust_question(root, configuration.trust)):
        words.append(question)
    session.begin([*words, *(recovery_notice(each, workspace.show) for each in recovered)])
    if policy.mode == "auto" and not policy.sandbox.holds:
        session.begin([auto_is_edits(policy.sandbox.why_not)])
    return session


def _open_log(shelf: Shelf, resume: str | None) -> tuple[Log, LogContent | None]:
    if resume is None:
        return Log.create(shelf.fresh()), None
    return Log.resume(shelf.find(resume))


# ---- trust


async def _vouch(options: Options, root: Path, harness: Harness, trusted: bool | None) -> FolderTrust:
    """Remember what the person says about the folder, and have its rules hold, or hold no more; None only tells."""
    paths = Paths.of(options.environ)
    if trusted is None:
        return await asyncio.to_thread(folder_trust, paths, root)
    trust = await asyncio.to_thread(vouch, paths, root, trusted=trusted)
    configuration = await asyncio.to_thread(configured, replace(options, trusted=None), root)
    rules = configuration.rules + harness.standing.policy.rules.of_source("session")
    harness.standing.policy = replace(harness.standing.policy, rules=rules, trusted=trusted)
    harness.agents, _ = await asyncio.to_thread(agents_in, paths, root, trust)
    return trust


def agents_in(paths: Paths, root: Path, trust: FolderTrust) -> tuple[dict[str, SubAgent], list[str]]:
    """The person's own first; those that the folder brings where it is trusted."""
    brought = [root / place for place in (PROJECT_FOLDER, ".claude")] if trust.trusted else []
    return agents_of([place / "agents" for place in (paths.config, *brought)])


# ---- what the model is told


async def _system(root: Path, home: Paths, told: Sequence[Instructions], harness: Harness) -> str:
    mode, profile = harness.policy.mode, profile_for(harness.card)
    return system_prompt(await assembled(home.config, root, mode, told, list(harness.tools), profile, harness.role))
