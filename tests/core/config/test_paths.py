"""Things lie where the XDG variables say."""

from pathlib import Path

from claw_core.config.paths import Paths, project_settings


def test_without_variables_everything_lies_in_the_usual_places() -> None:
    paths = Paths.of({"HOME": "/home/ada"})
    assert paths.settings == Path("/home/ada/.config/claw/settings.toml")
    assert paths.sessions == Path("/home/ada/.local/share/claw/sessions")
    assert paths.state == Path("/home/ada/.local/state/claw")
    assert paths.cache == Path("/home/ada/.cache/claw")


def test_variables_are_followed_and_one_that_is_not_absolute_is_ignored() -> None:
    environ = {"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative", "XDG_STATE_HOME": "", "XDG_CACHE_HOME": "/k"}
    paths = Paths.of(environ, Path("/home/ada"))
    assert (paths.config, paths.cache) == (Path("/c/claw"), Path("/k/claw"))
    assert paths.data == Path("/home/ada/.local/share/claw")
    assert paths.state == Path("/home/ada/.local/state/claw")


def test_a_persons_own_settings_for_a_project_lie_where_no_project_can_bring_them() -> None:
    paths = Paths.of({"HOME": "/home/ada"})
    one, other = paths.own_settings(Path("/a/shop")), paths.own_settings(Path("/b/shop"))
    assert one != other
    assert one.parent == other.parent == Path("/home/ada/.config/claw/projects")
    assert one.name.startswith("shop-")
    assert project_settings(Path("/p")) == Path("/p/.claw/settings.toml")
