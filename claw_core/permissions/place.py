"""Places: where a path leads, and which files are never just files (secrets, and what runs code later)."""

import os
import re
import stat
from collections.abc import Callable
from fnmatch import fnmatchcase, translate
from itertools import pairwise
from pathlib import Path, PurePosixPath

from claw_core.path_text import folded, written

_PROTECTED_FOLDERS = frozenset(
    {
        ".git",
        ".claw",
        ".claude",
        ".vscode",
        ".idea",
        ".husky",
        ".cargo",
        ".devcontainer",
        ".yarn",
        ".mvn",
        ".ssh",
        ".gnupg",
    }
)
_PROTECTED_PAIRS = frozenset(
    {(".config", "git"), (".config", "fish"), (".config", "claw"), ("share", "claw"), ("state", "claw")}
)
"""Folders that are protected where they lie in that other one: claw's own among them."""
_PROTECTED_FILES = (
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".bash_aliases",
    ".profile",
    ".zshrc",
    ".zshenv",
    ".zprofile",
    ".zlogin",
    ".zlogout",
    ".kshrc",
    ".cshrc",
    ".tcshrc",
    "config.fish",
    ".inputrc",
    ".gitconfig",
    ".gitmodules",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pypirc",
    ".netrc",
    ".bazelrc",
    ".pre-commit-config.yaml",
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".envrc",
    ".env",
    ".env.*",
)
_RUNS_LATER = (".bash", ".profile", ".zsh", ".zprofile", ".zlog", ".kshrc", ".cshrc", ".tcshrc", "config.fish")
_SECRETS = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.keystore",
    "*.jks",
    "*.kdbx",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "credentials",
    "credentials.*",
    ".credentials*",
    "secrets.*",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".git-credentials",
    ".htpasswd",
    "*.tfvars",
    "service-account*.json",
)
_HARMLESS = ("*.example", "*.sample", "*.template", "*.dist", "*.pub")
_PROTECTED_NAME, _SECRET_NAME, _HARMLESS_NAME = (
    re.compile("|".join(map(translate, names))) for names in (_PROTECTED_FILES, _SECRETS, _HARMLESS)
)
_LONGEST_PATTERN, _MOST_BRACES, _MOST_CHOICES = 255, 3, 30
_NOWHERE = Path("/nowhere")
_PROC = ("/", "proc")
_MOST_LINKS = 40
_SAMPLES = (
    ".env",
    ".env.local",
    "server.pem",
    "server.key",
    "id_rsa",
    "id_ed25519",
    "credentials",
    "credentials.json",
    ".netrc",
    ".npmrc",
    ".git-credentials",
)


def follow_links(root: Path, home: Path) -> Callable[[str], Path]:
    """Where a path as a model writes it leads: `~` is `home`, the rest is relative to `root`, links are followed."""

    def lead(path: str) -> Path:
        if "\0" in path:  # nothing can have that name, so it is not in the workspace either
            return _NOWHERE
        try:
            spot = written(path, root, home)
            leads = Path(os.path.realpath(spot))
            return leads if leads == spot else _of_process(spot) or leads
        except ValueError:  # half a character
            return _NOWHERE

    return lead


def _of_process(path: Path) -> Path | None:
    """The place in `/proc` where links in a path lead: it is another one for every process that looks. None where they
    lead elsewhere, and where the path itself is written so."""
    if path.parts[:2] == _PROC:
        return None
    for _ in range(_MOST_LINKS):
        link = next((each for each in (*reversed(path.parents), path) if each.is_symlink()), None)
        if link is None:
            return None
        path = Path(os.path.normpath(link.parent / link.readlink() / path.relative_to(link)))
        if path.parts[:2] == _PROC:
            return path
    return _NOWHERE


def repository_between(root: Path) -> Callable[[Path], bool]:
    """Whether git, started in a folder, may find a repository before it comes up to `root`: what that one's
    configuration says, git runs. Links are to be followed already; whatever does not lie below `root` may have one."""

    def may_be(folder: Path) -> bool:
        while folder != root:
            # Every repository has a HEAD, also one without a folder of files around it.
            if not is_below(folder, root) or any(os.path.lexists(folder / name) for name in (".git", "HEAD")):
                return True
            folder = folder.parent
        return False

    return may_be


def has_other_names(path: Path) -> bool:
    """Whether what is written into a file is seen under another name, too, which may lie in a protected place."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink > 1


def is_below(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or lies in it."""
    return path.parts[: len(folder.parts)] == folder.parts


def protected(path: Path) -> str:
    """The part of a path that makes writing it a matter for a person; empty where there is none.

    On many machines `.GIT` is `.git`.
    """
    if path.parts[:2] == _PROC:
        return "/proc"
    names = folded(path.as_posix()).split("/")
    for name in names:
        if name in _PROTECTED_FOLDERS:
            return name
    for pair in pairwise(names):
        if pair in _PROTECTED_PAIRS:
            return "/".join(pair)
    last = names[-1] if names else ""
    return last if _PROTECTED_NAME.match(last) and not _HARMLESS_NAME.match(last) else ""


def runs_later(path: Path) -> bool:
    """Whether writing there is dangerous: in `.git`, or a file that a shell reads when it starts."""
    names = folded(path.as_posix()).split("/")
    return ".git" in names or ".ssh" in names or (bool(names) and names[-1].startswith(_RUNS_LATER))


def secret(path: PurePosixPath | Path) -> bool:
    """Whether a file looks like it holds a secret."""
    *folders, name = folded(path.as_posix()).split("/")
    if _HARMLESS_NAME.match(name):
        return False
    if not {".ssh", ".gnupg", ".aws"}.isdisjoint(folders):
        return True
    return _SECRET_NAME.match(name) is not None


def may_name_secret(pattern: str) -> bool:
    """Whether a file name with wildcards is aimed at files that look like secrets. A bare `*` is aimed at nothing."""
    name = folded(PurePosixPath(pattern.replace("\\", "")).name)
    if name.strip("*") == "":
        return False
    if not any(mark in name for mark in "*?[{"):
        return "\\" in pattern and secret(PurePosixPath(name))
    if len(name) > _LONGEST_PATTERN or name.count("{") > _MOST_BRACES or name.count(",") > _MOST_CHOICES:
        return True  # nobody looks at each of so many names
    braces = re.search(r"\{([^{}]*)\}", name)
    if braces:
        choices = (name[: braces.start()] + each + name[braces.end() :] for each in braces[1].split(","))
        return any(secret(PurePosixPath(each)) or may_name_secret(each) for each in choices)
    return any(fnmatchcase(sample, name) for sample in _SAMPLES if sample[0] != "." or name[0] in ".*?[")
