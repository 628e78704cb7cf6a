"""Themes: what a colour is for, and which colour that is.

A theme is one TOML file named after it: a `[palette]` of named colours, and a table for each family of roles that says
which of them is used for what. Code asks only for roles (`theme.style("state.waiting")`), never for colours, so a new
look is a new file. A state always has a sign beside its colour; the signs live with the painters, the colours here.

Only the standard library is needed to load a theme, so that the first skeleton can be painted in its colours before
Textual is there.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from claw_core.config.paths import Paths
from claw_core.error import ConfigError

if TYPE_CHECKING:
    from rich.style import Style
    from textual.theme import Theme as TextualTheme

DEFAULT = "claw-dark"

ROLES: Mapping[str, str] = {
    "ground.screen": "behind everything",
    "ground.raised": "behind bars, titles and dialogs",
    "ground.cursor": "behind the row under the cursor",
    "ground.selection": "behind selected text",
    "ground.code": "behind code inside words",
    "text.body": "words",
    "text.strong": "words that stand out",
    "text.muted": "what is said beside: times, counts, hints",
    "text.link": "links and paths",
    "text.heading": "headings",
    "text.code": "code inside words",
    "text.quote": "quotations and thoughts",
    "text.prompt": "what the person said",
    "text.key": "keys to press",
    "line.border": "lines between panes",
    "line.focus": "the line around the pane that has the keys",
    "line.guide": "tree guides, indents, the waterfall's time line",
    "state.running": "at work",
    "state.waiting": "waits for a person",
    "state.ok": "went well",
    "state.failed": "went wrong",
    "state.stopped": "was stopped, denied or interrupted",
    "danger.text": "what a dangerous request says",
    "danger.ground": "behind it",
    "mode.plan": "permission mode plan",
    "mode.ask": "permission mode ask",
    "mode.edits": "permission mode edits",
    "mode.auto": "permission mode auto",
    "mode.bypass": "permission mode bypass",
    "diff.added": "signs and counts of added lines",
    "diff.removed": "signs and counts of removed lines",
    "diff.hunk": "a hunk's heading",
    "diff.number": "line numbers",
    "diff.added_ground": "behind added lines",
    "diff.removed_ground": "behind removed lines",
    "diff.added_word": "behind words that came",
    "diff.removed_word": "behind words that went",
    "syntax.text": "code that is nothing else",
    "syntax.keyword": "keywords",
    "syntax.name": "names of functions and classes where they are made",
    "syntax.type": "types and built-in names",
    "syntax.string": "strings",
    "syntax.number": "numbers and constants",
    "syntax.comment": "comments",
    "syntax.operator": "operators and punctuation",
    "syntax.tag": "tags, decorators and attributes",
    "terminal.black": "black, where a program prints it",
    "terminal.red": "red, likewise",
    "terminal.green": "green",
    "terminal.yellow": "yellow",
    "terminal.blue": "blue",
    "terminal.magenta": "magenta",
    "terminal.cyan": "cyan",
    "terminal.white": "white",
    "terminal.bright_black": "bright black, which is grey",
    "terminal.bright_red": "bright red",
    "terminal.bright_green": "bright green",
    "terminal.bright_yellow": "bright yellow",
    "terminal.bright_blue": "bright blue",
    "terminal.bright_magenta": "bright magenta",
    "terminal.bright_cyan": "bright cyan",
    "terminal.bright_white": "bright white",
}
"""Every role, and what it is for. A theme has to name a colour for each but those of `LIKE`."""

LIKE: Mapping[str, str] = {
    "terminal.black": "line.border",
    "terminal.red": "state.failed",
    "terminal.green": "state.ok",
    "terminal.yellow": "state.waiting",
    "terminal.blue": "syntax.name",
    "terminal.magenta": "syntax.keyword",
    "terminal.cyan": "syntax.type",
    "terminal.white": "text.body",
    "terminal.bright_black": "text.muted",
    "terminal.bright_red": "diff.removed",
    "terminal.bright_green": "diff.added",
    "terminal.bright_yellow": "syntax.tag",
    "terminal.bright_blue": "text.heading",
    "terminal.bright_magenta": "syntax.keyword",
    "terminal.bright_cyan": "text.link",
    "terminal.bright_white": "text.strong",
}
"""Roles that a theme need not name, and those whose colour they have then."""

FAINTEST = 1.7
"""Contrast below which printed words would be hidden from a person; they are shown in another colour then."""

GROUNDS = ("ground.screen", "ground.raised", "ground.cursor")
"""What any text may stand on."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: a colour for every role."""

    name: str
    dark: bool
    colours: Mapping[str, str]
    """Role to colour, `#rrggbb`."""
    _styles: "dict[tuple[str, str, str], Style]" = field(
        default_factory=dict[tuple[str, str, str], "Style"], compare=False, repr=False
    )

    def __getitem__(self, role: str) -> str:
        """The colour of a role, `#rrggbb`."""
        return self.colours[role]

    def style(self, role: str = "", *, on: str = "", attributes: str = "") -> "Style":
        """A Rich style: text in the colour of `role`, on the ground of `on`, with `attributes` such as `bold italic`.

        Empty means: leave as it is. Styles are made once.
        """
        key = (role, on, attributes)
        made = self._styles.get(key)
        if made is None:
            from rich.style import Style

            parsed = Style.parse(attributes) if attributes else Style()
            front, back = self._seen(role, on)
            made = parsed + Style(color=front, bgcolor=back)
            self._styles[key] = made
        return made

    def _seen(self, role: str, on: str) -> tuple[str | None, str | None]:
        """The colours of a style. What a program prints is not hidden by printing it in the colour it stands on."""
        front, back = (self._colour(word) if word else None for word in (role, on))
        if not any(word.startswith(("#", "terminal.")) for word in (role, on)):
            return front, back
        ground = back or self["ground.screen"]
        if contrast(front or self["text.body"], ground) < FAINTEST:
            front = max(self["text.body"], self["ground.screen"], key=lambda colour: contrast(colour, ground))
        return front, back

    def _colour(self, word: str) -> str:
        return word if word.startswith("#") else self[word]

    def for_textual(self) -> "TextualTheme":
        """The same look for Textual's own widgets; roles are CSS variables too: `$state-waiting`, `$line-border`."""
        from textual.theme import Theme as TextualTheme

        variables = {role.replace(".", "-").replace("_", "-"): colour for role, colour in self.colours.items()}
        variables |= {
            "border": self["line.focus"],
            "border-blurred": self["line.border"],
            "block-cursor-background": self["ground.cursor"],
            "block-cursor-foreground": self["text.strong"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": self["ground.cursor"],
            "block-cursor-blurred-foreground": self["text.body"],
            "block-hover-background": self["ground.cursor"],
            "footer-background": self["ground.raised"],
            "footer-foreground": self["text.muted"],
            "footer-key-foreground": self["text.key"],
            "footer-description-foreground": self["text.muted"],
            "input-cursor-background": self["text.strong"],
            "input-cursor-foreground": self["ground.screen"],
            "input-selection-background": self["ground.selection"],
            "scrollbar": self["line.border"],
            "scrollbar-hover": self["line.focus"],
            "scrollbar-active": self["line.focus"],
            "scrollbar-background": self["ground.screen"],
            "scrollbar-background-hover": self["ground.screen"],
            "scrollbar-background-active": self["ground.screen"],
            "scrollbar-corner-color": self["ground.screen"],
        }
        return TextualTheme(
            name=self.name,
            primary=self["line.focus"],
            secondary=self["text.link"],
            accent=self["text.key"],
            warning=self["state.waiting"],
            error=self["state.failed"],
            success=self["state.ok"],
            foreground=self["text.body"],
            background=self["ground.screen"],
            surface=self["ground.screen"],
            panel=self["ground.raised"],
            dark=self.dark,
            variables=variables,
        )


def folders() -> tuple[Path, ...]:
    """Where shipped themes lie: inside the installed package, or at the top of a checkout."""
    here = Path(__file__).parent
    return tuple(folder for folder in (here / "themes", here.parent / "themes") if folder.is_dir())


def own_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a person's own themes lie."""
    return Paths.of(environ).config / "themes"


def files(*own: Path) -> dict[str, Path]:
    """The file of each theme by name, sorted. A person's own folders (`own`) win over what is shipped."""
    found: dict[str, Path] = {}
    for folder in (*folders(), *own):
        if folder.is_dir():
            found.update((path.stem, path) for path in folder.glob("*.toml"))
    return dict(sorted(found.items()))


@cache
def load(path: Path) -> Theme:
    """Read a theme. Raises ConfigError, naming everything that is missing, unknown or no colour."""
    import tomllib

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"The theme {path} cannot be read: {error}", "Correct the file or choose another theme."
        ) from error
    return parse(path.stem, raw)


def named(name: str, *own: Path) -> Theme:
    """The theme of that name. Raises ConfigError where there is none."""
    known = files(*own)
    if name not in known:
        raise ConfigError(f"There is no theme {name!r}.", f"Choose one of: {', '.join(known)}.")
    return load(known[name])


def parse(name: str, raw: Mapping[str, object]) -> Theme:
    """A theme from its tables. Raises ConfigError like `load`."""
    palette = dict(_entries(raw, "palette"))
    families = {role.partition(".")[0] for role in ROLES}
    wrong = [f"unknown table or key [{key}]" for key in raw if key not in families | {"palette", "dark"}]
    colours: dict[str, str] = {}
    for family in sorted(families):
        for key, value in _entries(raw, family):
            role, colour = f"{family}.{key}", palette.get(value, value)
            if role not in ROLES:
                wrong.append(f"unknown role {role}")
            elif not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                wrong.append(f"{role} is {value!r}, which is neither in the palette nor of the form #rrggbb")
            else:
                colours[role] = colour.lower()
    missing = [role for role in ROLES if role not in colours and _unnamed(raw, role)]
    wrong += [f"{role} is missing ({ROLES[role]})" for role in missing if role not in LIKE]
    if wrong:
        raise ConfigError(f"The theme {name} cannot be used: " + "; ".join(wrong) + ".", "Correct it in its file.")
    colours |= {role: colours[LIKE[role]] for role in missing}
    return Theme(name, dark=bool(raw.get("dark", True)), colours=colours)


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio of two colours, from 1 to 21. Body text should have 4.5."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _entries(raw: Mapping[str, object], table: str) -> Iterator[tuple[str, str]]:
    value = raw.get(table, {})
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[str, object]", value).items():
            yield key, str(item)


def _unnamed(raw: Mapping[str, object], role: str) -> bool:
    """Whether a theme says nothing about a role; what it says wrongly is reported as that."""
    family, _, key = role.partition(".")
    return key not in dict(_entries(raw, family))
