"""What language a file is in, by its name alone: the name of a Pygments lexer, without loading Pygments."""

from pathlib import PurePath

_LEXERS = {
    "bash": ".sh .bash .zsh .envrc .bashrc .zshrc .profile",
    "c": ".c .h",
    "cmake": ".cmake CMakeLists.txt",
    "cpp": ".cc .cpp .cxx .hpp .hh .hxx",
    "csharp": ".cs",
    "css": ".css",
    "dart": ".dart",
    "diff": ".diff .patch",
    "docker": ".dockerfile Dockerfile Containerfile",
    "elixir": ".ex .exs",
    "erlang": ".erl",
    "fish": ".fish",
    "go": ".go",
    "graphql": ".graphql .gql",
    "groovy": ".groovy .gradle Jenkinsfile",
    "haskell": ".hs",
    "html": ".html .htm .svelte",
    "ini": ".ini .cfg .conf .editorconfig .gitconfig",
    "java": ".java",
    "javascript": ".js .mjs .cjs",
    "json": ".json .jsonl .webmanifest",
    "jsx": ".jsx",
    "julia": ".jl",
    "kotlin": ".kt .kts",
    "less": ".less",
    "lua": ".lua",
    "make": ".mk Makefile makefile GNUmakefile",
    "markdown": ".md .markdown",
    "nix": ".nix",
    "objective-c": ".m",
    "ocaml": ".ml .mli",
    "perl": ".pl .pm",
    "php": ".php",
    "powershell": ".ps1 .psm1",
    "properties": ".properties",
    "protobuf": ".proto",
    "python": ".py .pyi .pyw SConstruct",
    "r": ".r .R",
    "rst": ".rst",
    "ruby": ".rb .rake Rakefile Gemfile",
    "rust": ".rs",
    "sass": ".sass",
    "scala": ".scala .sbt",
    "scss": ".scss",
    "sql": ".sql",
    "swift": ".swift",
    "terraform": ".tf .tfvars",
    "toml": ".toml Cargo.lock poetry.lock uv.lock",
    "tsx": ".tsx",
    "typescript": ".ts .mts .cts",
    "vim": ".vim .vimrc",
    "vue": ".vue",
    "xml": ".xml .svg .xsd .xsl .plist",
    "yaml": ".yaml .yml .clang-format",
    "zig": ".zig",
}
"""A lexer, and the suffixes and whole names of its files."""

_BY_NAME = {name: lexer for lexer, names in _LEXERS.items() for name in names.split()}


def language_of(path: str | PurePath) -> str:
    """The Pygments lexer for a file of that name; empty where the name says nothing."""
    path = PurePath(path)
    return _BY_NAME.get(path.name) or _BY_NAME.get(path.suffix) or _BY_NAME.get(path.suffix.lower()) or ""
