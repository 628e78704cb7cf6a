"""Where claw keeps its things: the XDG folders, as an environment that is given says."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

_FOLDER = "claw"
PROJECT_FOLDER = ".claw"
"""The folder of a project's own settings, commands and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders of one person on one machine. None of them need exist yet."""

    config: Path
    """Settings, and the person's own tools, commands, themes."""
    data: Path
    """What must not be lost: sessions."""
    state: Path
    """What is nice to keep: history, layout, logs."""
    cache: Path
    """What can be made again."""

    @classmethod
    def of(cls, environ: Mapping[str, str], home: Path | None = None) -> "Paths":
        """The folders by the XDG variables; as the specification wants, one that is not absolute is ignored.

        `home` is what `HOME` says where it is not given.
        """
        at_home = home or home_of(environ)

        def folder(variable: str, usual: str) -> Path:
            value = Path(environ.get(variable, ""))
            return (value if value.is_absolute() else at_home / usual) / _FOLDER

        return cls(
            config=folder("XDG_CONFIG_HOME", ".config"),
            data=folder("XDG_DATA_HOME", ".local/share"),
            state=folder("XDG_STATE_HOME", ".local/state"),
            cache=folder("XDG_CACHE_HOME", ".cache"),
        )

    @property
    def sessions(self) -> Path:
        """Every session's log and blobs."""
        return self.data / "sessions"

    @property
    def models(self) -> Path:
        """Models that were fetched to run in this process."""
        return self.data / "models"

    @property
    def journals(self) -> Path:
        """What changes of files tell while they are made; empty while none is."""
        return self.state / "changes"

    @property
    def trust(self) -> Path:
        """The folders that the person trusts, and those that not."""
        return self.data / "trust.json"

    def drafts(self, root: Path) -> Path:
        """What was being written in the prompts of one workspace and is not sent."""
        return self.state / "drafts" / _of_project(root)

    @property
    def settings(self) -> Path:
        """The person's settings file."""
        return self.config / "settings.toml"

    def own_settings(self, root: Path) -> Path:
        """The person's settings for one project, where claw keeps the rules of "always".

        It lies outside the project, since nothing in a folder that was cloned or unpacked can be known to be theirs.
        """
        return self.config / "projects" / f"{_of_project(root)}.toml"


def _of_project(root: Path) -> str:
    """A name for what is kept of one project: its folder's, and something of where that is."""
    return f"{root.name}-{blake2b(str(root).encode(errors='surrogateescape'), digest_size=4).hexdigest()}"


def home_of(environ: Mapping[str, str]) -> Path:
    """The person's home folder: what `HOME` says, else what the system knows."""
    home = Path(environ.get("HOME", ""))
    return home if home.is_absolute() else Path.home()


def project_settings(root: Path) -> Path:
    """The settings that a project brings along, for everybody who works on it."""
    return root / PROJECT_FOLDER / "settings.toml"
