"""A folder with what is awkward to search: ignore files in layers, encodings, endings, links, names."""

import os
from contextlib import suppress
from pathlib import Path


def write_tree(root: Path) -> Path:
    """Writes it below `root`, which becomes a git repository, and returns `root`."""
    for path, text in TEXTS.items():
        _write(root / path, text.encode())
    for path, data in BYTES.items():
        _write(root / path, data)
    (root / "sub" / "loop").symlink_to(root)
    (root / "link.py").symlink_to(root / "main.py")
    (root / "broken").symlink_to(root / "nowhere")
    with suppress(OSError):  # a system that takes only UTF-8 in names has no such file
        _write(Path(os.fsdecode(os.fsencode(str(root)) + b"/latin-\xe9.txt")), b"needle in an odd name\n")
    return root


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


TEXTS = {
    # As much of a repository as git asks for, without asking git.
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": "[core]\n\trepositoryformatversion = 0\n",
    ".git/info/exclude": "excluded.txt\n",
    ".git/objects/info/packs": "",
    ".git/refs/heads/.keep": "",
    ".gitignore": "\n".join(
        [
            "# a comment",
            "*.log",
            "!keep.log",
            "build/",
            "/rooted.txt",
            "docs/*.tmp",
            "**/cache",
            "foo/**",
            "!foo/back.txt",
            "\\#hash.txt",
            "\\!bang.txt",
            "trailing.txt   ",
            "kept\\ ",
            "{one,two}.brace",
            "[ab].class",
            "[!x].negated",
            "[open",
            "a/**/z.txt",
            "!.shown",
            "fo?.mark",
            "CASE.txt",
        ]
    ),
    ".ignore": "ignored-by-dot-ignore.txt\n!rescued.log\n",
    "sub/.gitignore": "!inner.log\nonly-here.txt\n/rooted-here.txt\n",
    "main.py": "def needle():\n    return 'Needle'\n\n\nclass Other:\n    needle = 1\n",
    "windows.txt": "needle at the end: needle\r\nno match\r\nneedle\r\n",
    "returns.txt": "one\rneedle\rtwo\r\nneedle\r\rneedle three\r",
    "no-newline.txt": "first\nneedle without newline",
    "empty.txt": "",
    "blank.txt": "\n\n\n",
    "unicode.txt": "straße needle ÜBER\nñandú\n日本語 needle 日本\n",
    "long.txt": "needle " + "x" * 5000 + "\nshort needle\n",
    "multi.txt": "begin\n  middle needle\nend\nbegin\nend\nbegin\n\n\nend\n",
    "separators.txt": "a\x0bneedle\x0cb\u2028needle\u0085c\n",
    "many.txt": "".join(f"needle {number}\n" if number % 3 == 0 else f"line {number}\n" for number in range(40)),
    "debug.log": "needle\n",
    "keep.log": "needle\n",
    "rescued.log": "needle\n",
    "ignored-by-dot-ignore.txt": "needle\n",
    "excluded.txt": "needle\n",
    "build/out.txt": "needle\n",
    "sub/build": "needle in a file named as a folder\n",
    "rooted.txt": "needle\n",
    "sub/rooted.txt": "needle\n",
    "sub/rooted-here.txt": "needle\n",
    "sub/deep/rooted-here.txt": "needle\n",
    "sub/only-here.txt": "needle\n",
    "only-here.txt": "needle\n",
    "sub/inner.log": "needle\n",
    "sub/deep/inner.log": "needle\n",
    "docs/a.tmp": "needle\n",
    "docs/deep/a.tmp": "needle\n",
    "x/y/cache/file.txt": "needle\n",
    "foo/gone.txt": "needle\n",
    "foo/back.txt": "needle\n",
    "#hash.txt": "needle\n",
    "!bang.txt": "needle\n",
    "trailing.txt": "needle\n",
    "kept ": "needle\n",
    "one.brace": "needle\n",
    "three.brace": "needle\n",
    "a.class": "needle\n",
    "c.class": "needle\n",
    "x.negated": "needle\n",
    "y.negated": "needle\n",
    "[open": "needle\n",
    "a/z.txt": "needle\n",
    "a/b/c/z.txt": "needle\n",
    "a/b/z.text": "needle\n",
    "case.txt": "needle\n",
    "foo.mark": "needle\n",
    "fooo.mark": "needle\n",
    ".hidden.txt": "needle\n",
    ".shown": "needle\n",
    ".config/deep.txt": "needle\n",
    "name with space.txt": "needle\n",
    "quote'\".txt": "needle\n",
    "new\nline.txt": "needle\n",
    "naïve-日本.txt": "needle\n",
    "nested/repo/.gitignore": "local.txt\n",
    "nested/repo/.git/HEAD": "ref: refs/heads/main\n",
    "nested/repo/debug.log": "needle: the outer repository's rules end here\n",
    "nested/repo/local.txt": "needle\n",
}

BYTES = {
    "utf16le.txt": b"\xff\xfe" + "needle in UTF-16\r\nmore\r\n".encode("utf-16-le"),
    "utf16be.txt": b"\xfe\xff" + "needle é\nmore needle".encode("utf-16-be"),
    "utf16-odd.txt": b"\xff\xfe" + "needle".encode("utf-16-le") + b"\x20",
    "utf8-bom.txt": b"\xef\xbb\xbfneedle first\n",
    "latin1.txt": b"caf\xe9 needle\nplain needle\n\xfc",
    "mixed.txt": "é needle\n".encode() + b"\xe9 needle\n",
    "binary.bin": b"needle\n\x00needle\n",
    "late-nul.txt": b"needle\n" * 3000 + b"\x00",
}
