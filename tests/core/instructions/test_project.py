"""Instruction files are found from the person's folder down to the one worked in, and what is cut is said."""

from pathlib import Path

from claw_core.instructions.project import MOST, MOST_TOGETHER, find_instructions


def test_files_are_read_from_the_top_of_the_repository_down(tmp_path: Path) -> None:
    root, config = tmp_path / "shop" / "web", tmp_path / "config"
    for folder in (root, config, tmp_path / "shop" / ".git"):
        folder.mkdir(parents=True)
    (tmp_path / "AGENTS.md").write_text("above the repository")
    (config / "CLAW.md").write_text("mine")
    (tmp_path / "shop" / "AGENTS.md").write_text("shop")
    (root / "CLAUDE.md").write_text("web")
    (root / "CLAW.md").write_text("  \n")
    files = find_instructions(root, config)
    assert [each.text for each in files] == ["mine", "shop", "web"]
    assert (files[1].file.path, files[1].file.size) == (str(tmp_path / "shop" / "AGENTS.md"), 4)


def test_a_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("one")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert len(find_instructions(tmp_path, tmp_path / "none")) == 1


def test_long_files_are_cut_between_characters_and_what_is_cut_is_counted(tmp_path: Path) -> None:
    text = "x" + "é" * MOST
    (tmp_path / "AGENTS.md").write_text(text)
    (each,) = find_instructions(tmp_path, tmp_path / "none")
    assert (each.file.size, each.file.cut) == (MOST, len(text.encode()) - MOST)
    assert f"{each.file.cut} bytes" in each.text
    assert "\ufffd" not in each.text


def test_all_files_together_are_limited_and_none_is_left_out_silently(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    for letter, folder in zip("xyz", (tmp_path, tmp_path / "a", root), strict=True):
        (folder / "AGENTS.md").write_text(letter * MOST)
    files = find_instructions(root, tmp_path / "none")
    assert sum(each.file.size for each in files) == MOST_TOGETHER
    assert files[-1].file.cut == MOST
    assert str(root / "AGENTS.md") in files[-1].text


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").mkdir()
    (tmp_path / "CLAUDE.md").symlink_to("nowhere")
    assert find_instructions(tmp_path, tmp_path / "none") == ()
