"""Instruction files are found from the person's folder down to the one worked in, and what is cut is said."""

from pathlib import Path

import pytest

from claw_core.instructions.project import MOST, MOST_TOGETHER, Instructions, Reading, find_instructions


def found(root: Path, config: Path, home: Path = Path("/nobody")) -> tuple[Instructions, ...]:
    return tuple(read(root, config, home).found.values())


def read(root: Path, config: Path, home: Path = Path("/nobody")) -> Reading:
    return find_instructions(root, config, home)


def test_files_are_read_from_the_top_of_the_repository_down(tmp_path: Path) -> None:
    root, config = tmp_path / "shop" / "web", tmp_path / "config"
    for folder in (root, config, tmp_path / "shop" / ".git"):
        folder.mkdir(parents=True)
    (tmp_path / "AGENTS.md").write_text("above the repository")
    (config / "CLAW.md").write_text("mine")
    (tmp_path / "shop" / "AGENTS.md").write_text("shop")
    (root / "CLAUDE.md").write_text("web")
    (root / "CLAW.md").write_text("  \n")
    files = found(root, config)
    assert [each.text for each in files] == ["mine", "shop", "web"]
    assert (files[1].file.path, files[1].file.size) == (str(tmp_path / "shop" / "AGENTS.md"), 4)


def test_a_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("one")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert len(found(tmp_path, tmp_path / "none")) == 1


def test_long_files_are_cut_between_characters_and_what_is_cut_is_counted(tmp_path: Path) -> None:
    text = "x" + "é" * MOST
    (tmp_path / "AGENTS.md").write_text(text)
    (each,) = found(tmp_path, tmp_path / "none")
    assert (each.file.size, each.file.cut) == (MOST, len(text.encode()) - MOST)
    assert f"{each.file.cut} bytes" in each.text
    assert "\ufffd" not in each.text


def test_all_files_together_are_limited_and_none_is_left_out_silently(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    for letter, folder in zip("xyz", (tmp_path, tmp_path / "a", root), strict=True):
        (folder / "AGENTS.md").write_text(letter * MOST)
    files = found(root, tmp_path / "none")
    assert sum(each.file.size for each in files) == MOST_TOGETHER
    assert files[-1].file.cut == MOST
    assert str(root / "AGENTS.md") in files[-1].text


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").mkdir()
    (tmp_path / "CLAUDE.md").symlink_to("nowhere")
    assert found(tmp_path, tmp_path / "none") == ()


def test_the_person_s_own_and_other_agents_names_are_known(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "home" / "shop"
    (home / ".claude").mkdir(parents=True)
    (root / ".claude").mkdir(parents=True)
    (home / ".claude" / "CLAUDE.md").write_text("mine everywhere")
    (root / "CLAUDE.md").write_text("<!-- for people -->the project's")
    (root / ".claude" / "CLAUDE.md").write_text("the project's, hidden")
    (root / "CLAUDE.local.md").write_text("mine here")
    texts = [each.text for each in found(root, tmp_path / "none", home)]
    assert texts == ["mine everywhere", "the project's", "the project's, hidden", "mine here"]


def test_imports_follow_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "AGENTS.md").write_text(
        "Read @docs/style.md, and (@docs/tests.md). Write to ada@example.com, not @nobody."
    )
    (tmp_path / "docs" / "style.md").write_text("Style. @tests.md")
    (tmp_path / "docs" / "tests.md").write_text("Tests.")
    assert [each.text[:6] for each in found(tmp_path, tmp_path / "none")] == ["Read @", "Style.", "Tests."]


def test_what_stands_in_code_is_no_import(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("imported")
    (tmp_path / "AGENTS.md").write_text("`@x.md` and\n\n```sh\nread @x.md <!-- kept -->\n```\n")
    (each,) = found(tmp_path, tmp_path / "none")
    assert "<!-- kept -->" in each.text


def test_imports_go_four_deep_and_never_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("0 @1.md")
    for depth in range(1, 7):
        (tmp_path / f"{depth}.md").write_text(f"{depth} @{depth + 1}.md @AGENTS.md")
    reading = read(tmp_path, tmp_path / "none")
    assert [each.text[0] for each in reading.found.values()] == ["0", "1", "2", "3", "4"]
    (notice,) = reading.notices
    assert "5.md is imported more than 4 files deep" in notice


@pytest.mark.parametrize("way", ["import", "link"])
def test_a_project_cannot_have_other_files_of_the_person_read(tmp_path: Path, way: str) -> None:
    root = tmp_path / "cloned"
    root.mkdir()
    (tmp_path / "diary.md").write_text("dear diary")
    if way == "import":
        (root / "AGENTS.md").write_text("Follow @../diary.md and @~/diary.md")
    else:
        (root / "AGENTS.md").symlink_to("../diary.md")
    reading = read(root, tmp_path / "none", tmp_path)
    assert not any("dear" in each.text for each in reading.found.values())
    assert "leads out of the project" in reading.notices[0]


def test_the_person_s_own_file_may_import_from_anywhere_and_a_project_no_secrets(tmp_path: Path) -> None:
    config, root = tmp_path / "config", tmp_path / "shop"
    for folder in (config, root):
        folder.mkdir()
    (tmp_path / "notes.md").write_text("notes")
    (root / ".env").write_text("KEY=1")
    (config / "CLAW.md").write_text("See @~/notes.md")
    (root / "AGENTS.md").write_text("See @.env")
    reading = read(root, config, tmp_path)
    assert [each.text for each in reading.found.values()] == ["See @~/notes.md", "notes", "See @.env"]
    assert "looks like it holds secrets" in reading.notices[0]
