"""What git would run because a repository's own configuration says so, also where it is only told to read.

A folder that was unpacked or copied may bring a `.git` whose `core.fsmonitor` runs at every `git status`. Keys are
harmless only where they are known to be: what is not known, or cannot be read, is named.
"""

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_HARMLESS = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol"
    r"|safecrlf|abbrev|compression|preloadindex|untrackedcache|commitgraph|longpaths|quotepath|protecthfs"
    r"|protectntfs|checkstat|trustctime|sparsecheckout|sparsecheckoutcone|whitespace|multipackindex|fscache"
    r"|sharedrepository|bigfilethreshold|commentchar|editor)"
    r"|extensions\.(objectformat|refstorage|relativeworktrees|preciousobjects|noop)"
    r"|remote\..*\.(url|pushurl|fetch|push|tagopt|prune|mirror|skipdefaultupdate|skipfetchall|gh-resolved)"
    r"|remote\.pushdefault|submodule\..*\.(url|active|branch|ignore)|submodule\.(active|recurse)"
    r"|(branch|user|author|committer|gc|pack|pull|push|init|color|column|advice|index|status|rebase|rerere|fetch|feature"
    r"|maintenance|commit|tag|url|http|credential|alias|help|lfs|blame\.coloring|gitg|github|vscode-merge-base)(\..*)?"
    r"|diff\.(renames|renamelimit|algorithm|colormoved|context|mnemonicprefix|noprefix|submodule|ignoresubmodules)"
    r"|log\.(date|decorate|abbrevcommit|follow)|merge\.(ff|conflictstyle|log|renames|renamelimit)",
    re.DOTALL,
)
"""Keys that run nothing while git reads, and lead it to no other files. `alias.status` cannot take the place of a
command of git's own."""
_RUN_BY_OTHERS = ("alias.", "core.editor", "core.hookspath", "credential.", "help.", "init.", "lfs.", "remote.", "url.")
"""Of these, what commands run, or follow, that do more than read."""
_SWITCHES = {"core.fsmonitor", "log.showsignature"}
"""Harmless where they are only turned on or off, as far as git does that by itself."""
_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_SETTING = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_HOOKS_PATH = "core.hookspath"
_HOOKS = ("post-index-change", "reference-transaction")
"""Those that commands run which only read."""
_GITLINK = b"\x00\x00\xe0\x00"
"""The mode of an entry of the index that is another repository: git asks that one, too."""
_LARGEST, _LARGEST_INDEX = 100_000, 50_000_000


def what_git_runs(root: Path) -> str:
    """What in the repository around a folder makes git run something while it reads: `core.fsmonitor`, a hook's name;
    empty where nothing does, and where there is no repository."""
    folder = next(filter(None, map(_git_folder, (root, *root.parents))), None)
    if folder is None:
        return ""
    try:
        shared = folder / (folder / "commondir").read_text().strip() if (folder / "commondir").exists() else folder
        files = [shared / "config", *(each / "config.worktree" for each in dict.fromkeys((shared, folder)))]
        settings = [setting for file in files if file.exists() for setting in _settings(_text(file))]
        if unknown := next((key for key, value in settings if not _is_harmless(key, value)), ""):
            return unknown
        elsewhere = [Path(value).expanduser() for key, value in settings if key == _HOOKS_PATH]
        hooks = [shared / "hooks", *(base / each for base in (folder.parent, folder, root) for each in elsewhere)]
        if hook := next((name for name in _HOOKS if any(os.access(each / name, os.X_OK) for each in hooks)), ""):
            return f"the hook {hook}"
        return "another repository in it" if _has_repositories(folder) else ""
    except (OSError, ValueError):
        return "a configuration that cannot be read"


def harmless_setting(text: str) -> bool:
    """Whether `key=value`, as `git -c` takes it, is known to run nothing."""
    key, _, value = text.partition("=")
    key = key.lower()
    return _is_harmless(key, value) and not key.startswith(_RUN_BY_OTHERS)


def _git_folder(folder: Path) -> Path | None:
    """The folder that git takes for a repository's own, standing in this one."""
    own = folder / ".git"
    if own.is_dir():
        return own
    if os.path.lexists(own):
        try:
            text = own.read_text()[:4096]
        except (OSError, ValueError):
            return own
        return folder / text.removeprefix("gitdir:").strip() if text.startswith("gitdir:") else own
    return folder if all((folder / name).exists() for name in ("HEAD", "objects", "refs")) else None


def _text(config: Path) -> str:
    if config.stat().st_size > _LARGEST:
        raise ValueError(config)
    return config.read_text()


def _is_harmless(key: str, value: str) -> bool:
    if key in _SWITCHES:
        return value.lower() in {"false", "no", "off", "0"} or (key == "core.fsmonitor" and value.lower() == "true")
    return key == _HOOKS_PATH or _HARMLESS.fullmatch(key) is not None


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """Keys with their values, as git writes them. Raises ValueError for what is not understood."""
    section = ""
    for row in text.removeprefix("\ufeff").split("\n"):
        rest = row.strip()
        if rest.endswith("\\"):  # it goes on in the next row, or does not, as quotes and comments have it
            raise ValueError(row)
        if found := _SECTION.match(rest):
            # A section's own name may hold what follows its dot; in quotes case matters, but not for what is known.
            section = ".".join(part.lower() for part in found.groups() if part is not None)
            rest = rest[found.end() :].strip()
        if not rest or rest[0] in "#;":
            continue
        setting = _SETTING.fullmatch(rest)
        if setting is None or not section:
            raise ValueError(row)
        value = setting[2]
        yield f"{section}.{setting[1].lower()}", "true" if value is None else value.strip().strip('"')


def _has_repositories(folder: Path) -> bool:
    index = folder / "index"
    if not index.exists():
        return False
    state = index.stat()
    return any(folder.glob("sharedindex.*")) or _holds_gitlink(index, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=16)
def _holds_gitlink(index: Path, size: int, changed: int) -> bool:
    """Found out once for each state of the file, which may be large."""
    if size > _LARGEST_INDEX:
        raise ValueError(index)
    return _GITLINK in index.read_bytes()
