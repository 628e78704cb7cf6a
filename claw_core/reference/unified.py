"""The twin of the unified form in plain Python: hunks to what git reads."""

import re

HunkFields = tuple[int, int, int, int, list[str]]
"""old_start, old_count, new_start, new_count, lines."""

_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def format_unified(path: str, hunks: list[HunkFields], change: str) -> str:
    """The hunks as a patch that `git apply` takes."""
    if change not in {"add", "edit", "delete"}:
        raise ValueError(f'change is add, edit or delete, not "{change}"')
    old, new = _quoted("a/" + path), _quoted("b/" + path)
    if not hunks:
        mode = {"add": "new file mode 100644\n", "delete": "deleted file mode 100644\n"}.get(change)
        return f"diff --git {old} {new}\n{mode}" if mode else ""
    out = [_header("--- ", "/dev/null" if change == "add" else old)]
    out.append(_header("+++ ", "/dev/null" if change == "delete" else new))
    for old_start, old_count, new_start, new_count, lines in hunks:
        out.append(f"@@ -{_range(old_start, old_count)} +{_range(new_start, new_count)} @@\n")
        out += [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
    return "".join(out)


def shown(line: str) -> str:
    """A line as an error message shows it: quoted, its ending visible, cut where it is long."""
    text = line.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # a byte that is no text cannot be said
    text = text if len(text) <= 80 else text[:80] + "…"
    return "'" + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


def _range(start: int, count: int) -> str:
    return str(start) if count == 1 else f"{start},{count}"


def _header(sign: str, name: str) -> str:
    return f"{sign}{name}\t\n" if " " in name and not name.startswith('"') else f"{sign}{name}\n"


def _quoted(name: str) -> str:
    if not re.search(r'[\x00-\x1f"\\\x7f]', name):
        return name
    return '"' + re.sub(r'[\x00-\x1f"\\\x7f]', lambda found: _escaped(found[0]), name) + '"'


def _escaped(letter: str) -> str:
    return _ESCAPES.get(letter) or f"\\{ord(letter):03o}"
