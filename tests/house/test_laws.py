"""The house's laws that a machine can check beside the import contracts in pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import claw_core

ROOT = Path(__file__).parents[2]
FOLDERS = ("claw_core", "claw_tui", "claw_code", "native/benches")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
SDKS = ("openai", "anthropic", "httpx", "httpx2", "genai_prices", "keyring")
HEAVY = (*SDKS, "textual", "pydantic", "rich", "pygments", "watchfiles", "PIL", "pypdf")


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running `code`."""
    ask = f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_help_and_version_load_nothing_heavy(flag: str) -> None:
    code = f"from claw_tui.__main__ import main\ntry: main([{flag!r}])\nexcept SystemExit: pass"
    assert not loaded_by(code) & set(HEAVY)


def test_the_core_works_without_a_screen() -> None:
    loaded = loaded_by("import claw_code, claw_core.headless, claw_core.opening, claw_core.replay")
    assert not loaded & {"textual", "rich", "PIL", "pypdf"}


def test_opening_the_core_leaves_the_vendors_sdk_for_the_first_request() -> None:
    every_provider = "from claw_core.catalog import *; [provider_module(name) for name in provider_names()]"
    assert not loaded_by(f"import claw_core.opening; {every_provider}") & set(SDKS)


def test_names_say_what_is_in_a_file() -> None:
    empty = re.compile(r"(^|_)(utils?|helpers?|misc|common|managers?|base)(_|$)")
    assert [path for path in SOURCES if empty.search(path.stem)] == []


def test_every_module_says_what_lives_there() -> None:
    silent = [path for path in SOURCES if path.stat().st_size and "demo/project" not in path.as_posix()]
    assert [path for path in silent if not path.read_text().startswith(('"""', 'r"""'))] == []


def test_rooms_stay_small() -> None:
    large = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in SOURCES}
    closed_vocabulary = "claw_core/event.py"
    assert {path: lines for path, lines in large.items() if lines > 400 and path != closed_vocabulary} == {}
    assert large["claw_core/loop.py"] <= 120


def test_unsafe_rust_is_in_the_one_file_that_faces_the_system() -> None:
    sources = ROOT / "native" / "src"
    rust = {path.relative_to(sources).as_posix(): path.read_text() for path in sources.rglob("*.rs")}
    code = {path: re.sub(r"//.*", "", text) for path, text in rust.items()}
    assert [path for path, text in code.items() if re.search(r"\bunsafe\b", text)] == ["kernel.rs"]
    assert [path for path, text in code.items() for _ in re.findall(r"\((?:unsafe_code|warnings)\b", text)] == [
        "lib.rs"
    ] * 2
    assert "#![deny(unsafe_code)]" in rust["lib.rs"]
    assert len(rust["kernel.rs"].splitlines()) <= 450


def test_only_the_faces_to_python_know_of_python() -> None:
    sources = (ROOT / "native" / "src").rglob("*.rs")
    knowing = {path for path in sources if re.search(r"\bpyo3::", path.read_text())}
    assert {path.name for path in knowing} <= {"lib.rs", "python.rs"}


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == claw_core.__version__


def test_generated_pages_are_fresh() -> None:
    code = (
        "from docs.generate import PAGES, ROOT\n"
        "stale = [name for name, page in PAGES.items() if (ROOT / 'docs' / name).read_text() != page()]\n"
        "assert not stale, f'{stale} are stale: run `make docs`'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
