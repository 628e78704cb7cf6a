"""Writes the pages that can be read from the code: `make docs`. A test fails when one of them is stale."""

import ast
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = "<!-- Made from the code by `make docs`. -->\n\n"


def events() -> str:
    """docs/events.md: every event with its fields, from the docstrings in `event.py` and the words it uses."""
    page = [
        "# Events and records\n",
        "Everything that happens in a session is a record: a line of JSON in its log, a line of",
        "`claw run --output-format stream-json`, and what every pane of the screen is drawn from.\n",
        "```json",
        '{"seq": 12, "at": "2026-01-31T12:00:00.123456Z", "turn": 1, "agent": "main", "event": {"kind": …}}',
        "```\n",
        "Events marked *passing* are shown as they come and not written: what they add up to is written later.\n",
    ]
    tree = ast.parse((ROOT / "claw_core/event.py").read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    passing = _passing(tree)
    for node in classes:
        kind = _kind(node)
        title = f"## `{kind}`" if kind else f"## {node.name}"
        page.append(title + (" *(passing)*" if node.name in passing else "") + "\n")
        page.append((ast.get_docstring(node) or "") + "\n")
        page += _fields(node)
    page.append("# What they are made of\n")
    for module in ("message", "ask", "block"):
        page.append(f"## {module.capitalize()}s\n")
        tree = ast.parse((ROOT / f"claw_core/{module}.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.decorator_list:
                kind = _kind(node)
                page.append(f"### {node.name}" + (f" (`{kind}`)" if kind else "") + "\n")
                page.append((ast.get_docstring(node) or "") + "\n")
                page += _fields(node)
    return HEAD + "\n".join(page).rstrip() + "\n"


def keys() -> str:
    """docs/keys.md: every key, from the one table that the screen binds them from."""
    from claw_tui.keymap import keys_markdown

    return HEAD + keys_markdown().rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {"events.md": events, "keys.md": keys}
"""The generated pages by file name."""


def _passing(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "Passing":
            return {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
    return set()


def _kind(node: ast.ClassDef) -> str:
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.target.id == "kind":
            return str(ast.literal_eval(item.value)) if item.value is not None else ""
    return ""


def _fields(node: ast.ClassDef) -> list[str]:
    rows: list[str] = []
    for index, item in enumerate(node.body):
        if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name) or item.target.id == "kind":
            continue
        after = node.body[index + 1] if index + 1 < len(node.body) else None
        told = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            told = " ".join(after.value.value.split())
        kind = ast.unparse(item.annotation).replace("|", "\\|")
        optional = "" if item.value is None else f" = `{ast.unparse(item.value)}`"
        rows.append(f"| `{item.target.id}` | {kind}{optional} | {told} |")
    return ["| field | type | |", "| --- | --- | --- |", *rows, ""] if rows else []


if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page())
