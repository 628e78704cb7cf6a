"""Ways round a rule that somebody tried: other spellings of names, options in between, patterns, and what hides."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.permissions.place import has_other_names
from claw_core.permissions.policy import Policy
from claw_core.permissions.rule import parse_rule
from claw_core.tool import Want
from tests.core.permissions.test_known_holes import fetch
from tests.core.permissions.test_policy import gate, read, run, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for name in (".git/config", ".env", "secret.txt", "private/key.txt", "src/a.py", "notes.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n")
    return folder


def strict(policy: Policy, line: str) -> bool:
    return run(policy, line).decision in {"ask", "deny"}


# ---- names that a file system takes for the same


@pytest.mark.parametrize("path", [".ENV", ".Env", "deep/.eNv", ".e\u200cnv", ".env\ufeff"])
def test_a_denied_file_is_denied_in_whatever_case_a_file_system_may_know_it(path: str) -> None:
    assert read(gate("bypass", deny=("Read(.env)",)), path).decision == "deny"
    assert read(gate("bypass", ask=("Read(.env)",)), path).decision == "ask"
    assert run(gate("bypass", deny=("Read(.env)",)), f"cat '{path}'").decision == "deny"
    assert write(gate("bypass", deny=("Edit(.Env)",)), path).decision == "deny"


def test_the_same_letter_written_in_two_ways_is_the_same_letter() -> None:
    assert read(gate("bypass", deny=("Read(/r\u00e9sum\u00e9.txt)",)), "re\u0301sume\u0301.txt").decision == "deny"


def test_a_rule_that_allows_is_about_the_case_it_is_written_in() -> None:
    assert write(gate(allow=("Edit(/src/**)",)), "src/a.py").decision == "allow"
    assert write(gate(allow=("Edit(/src/**)",)), "SRC/a.py").decision == "ask"


@pytest.mark.parametrize(
    "path", [".GIT/config", ".g\u200cit/config", ".\u017fsh/config", "~/.BASHRC", ".vsCode/x", ".NPMRC", "x/.ENVRC"]
)
def test_protected_places_are_protected_in_whatever_case(path: str) -> None:
    assert write(gate("edits", allow=("Edit",)), path).decision == "ask"


@pytest.mark.parametrize("path", ["ID_RSA", "Server.PEM", ".\u017fsh/x", "CREDENTIALS.json"])
def test_secrets_are_secrets_in_whatever_case(path: str) -> None:
    assert read(gate(), path).decision == "ask"


@pytest.mark.parametrize("line", ["RM x", "/bin/RM x", "ENV rm x", "Sudo rm x", "NOHUP rm x", "Sh -c 'rm x'"])
def test_a_denied_command_is_denied_in_whatever_case(line: str) -> None:
    assert run(gate("bypass", deny=("Bash(rm *)",)), line).decision == "deny"
    assert run(gate(), line.replace("rm x", "ls").replace("RM x", "LS")).decision == "ask", "it may be another program"


def test_danger_is_danger_in_whatever_case() -> None:
    assert all(run(gate(allow=("Bash",)), line).dangerous for line in ("SUDO ls", "RM -rf ~", "Git push --force"))


# ---- options in between


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("npm publish *", "npm --foo publish"),
        ("npm publish *", "npm --prefix d publish"),
        ("npm publish *", "npm --prefix=d --silent publish --tag x"),
        ("npm run deploy", "npm --silent run --if-present deploy"),
        ("docker rm *", "docker --host x rm y"),
        ("docker compose down *", "docker --context x compose -f y down"),
        ("cargo publish *", "cargo +nightly publish"),
        ("cargo publish *", "cargo --config x -v publish"),
        ("kubectl delete *", "kubectl -n x delete pod y"),
        ("pip install *", "pip --proxy x install y"),
        ("git push origin *", "git push -v origin main"),
        ("git push --force *", "git push origin main --force"),
        ("rm -rf *", "rm -v -rf x"),
        ("rm -rf *", "rm -fr x"),
        ("rm -rf *", "rm -r -f x"),
        ("make deploy", "make -C d -j 4 CC=clang deploy"),
        ("terraform apply *", "terraform -chdir=x apply"),
        ("gh pr merge *", "gh -R x pr -H y merge 1"),
        ("aws s3 rm *", "aws --profile x s3 --region y rm z"),
        ("npm publish *", "sudo npm --foo publish"),
        ("npm publish *", "npx --yes npm --foo publish"),
        ("npm run dep*", "npm --foo run deploy"),
    ],
)
def test_no_option_in_between_gets_a_command_round_a_rule(rule: str, line: str) -> None:
    assert run(gate("bypass", deny=(f"Bash({rule})",)), line).decision == "deny"
    assert strict(gate("bypass", ask=(f"Bash({rule})",)), line)
    assert run(gate(allow=(f"Bash({rule})",)), line).decision == "ask", "who allows it means it as it is written"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("npm publish *", "npm --silent run publish"),
        ("npm publish *", "npm run publish"),
        ("docker rm *", "docker --debug run rm"),
        ("git push *", "git --no-pager log push"),
        ("rm -rf *", "rm -r x"),
        ("git push --force *", "git push origin main"),
        ("make deploy", "make deploy-docs"),
        ("rm -rf *", "rm build/*.o"),
    ],
)
def test_what_says_something_else_is_not_denied(rule: str, line: str) -> None:
    assert run(gate("bypass", deny=(f"Bash({rule})",)), line).decision == "allow"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("npm publish *", "npm --foo $X"),
        ("npm publish *", "npm publ[i]sh"),
        ("npm publish *", "npm --foo publ?sh"),
        ("npm publish *", "npm p*"),
        ("git push *", "git --no-pager $X"),
        ("git push *", "git -C x $X"),
        ("git push *", "git -C */ $X"),
        ("git push *", "git -C */ p[u]sh"),
        ("git push *", "/usr/bin/git -C */ $X"),
        ("npm publish *", "npx --yes npm $X"),
        ("npm publish *", "sudo npm --foo publ*"),
    ],
)
def test_what_a_word_may_become_behind_options_is_asked_about(rule: str, line: str) -> None:
    assert run(gate("bypass", deny=(f"Bash({rule})",)), line).decision == "ask"
    assert run(gate("bypass", deny=(f"Bash({rule})",)), "ls *.txt; git add *.py").decision == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "cargo +nightly build",
        "docker --host x ps",
        "npm --prefix d run build",
        "kubectl -n x get pods",
        "pip --proxy x install y",
    ],
)
def test_behind_options_no_more_is_proposed_than_what_was_asked(line: str) -> None:
    assert run(gate(), line).proposed == f"Bash({line})"


@given(st.lists(st.sampled_from(["--foo", "-x", "--a=b", "value", "+z", "K=v"]), max_size=4))
def test_whatever_options_stand_in_between_a_denied_command_never_runs_unasked(between: list[str]) -> None:
    words = [word for at, word in enumerate(between) if word != "value" or (at and between[at - 1].startswith("--foo"))]
    assert run(gate("bypass", deny=("Bash(npm publish *)",)), f"npm {' '.join(words)} publish").decision == "deny"


# ---- patterns


@pytest.mark.parametrize(
    "line",
    [
        "rm -r .g[i]t",
        "rm -rf ./.g?t",
        "touch .g*/config",
        "cp x .gi{t,x}/config",
        "cp x .git{,/}config",
        "tee .e[n]v",
        "cd .g[i]t && touch config",
        "X=.git/config; cp a $X",
        "touch $'.git/x'",
        "cp a ~root/.bashrc",
        "rm -rf *",
        "rm -r ./*",
    ],
)
def test_no_pattern_and_no_variable_leads_an_allowed_command_to_protected_places(root: Path, line: str) -> None:
    allow = ("Bash(rm *)", "Bash(cp *)", "Bash(tee *)", "Bash(touch *)")
    assert run(gate("edits", allow=allow, root=root), line).decision == "ask"
    for plain in ("rm notes.*", "touch src/*.py", "cp src/{a,b}.py src/x"):
        assert run(gate("edits", allow=allow, root=root), plain).decision == "allow", plain


@pytest.mark.parametrize(
    "line",
    [
        "cat secret.t[x]t",
        "cat s*",
        "cat *",
        "head ./*.txt",
        "cat {secret,notes}.txt",
        "cat secret.{txt,md}",
        "cat SECRET.txt",
        "grep x *.txt",
        "F=secret.txt; cat $F",
        "cat < secret.t?t",
        "tar c s*",
        "cat p*/key.txt",
        "cat private/*",
        "grep -r x private",
        "grep -rn x .",
        "rg x",
        "cp -r private elsewhere",
        "cp -r . elsewhere",
        "mv private elsewhere",
        "tar c .",
        "diff -r private src",
        "grep -r -e x",
        "grep -r --include *.py x",
        "grep -rn -A 3 x",
        "rg -t py x",
    ],
)
def test_no_pattern_and_no_folder_gets_a_command_round_a_rule_about_files(root: Path, line: str) -> None:
    deny = ("Read(secret.txt)", "Read(/private/**)")
    assert strict(gate("bypass", deny=deny, root=root), line)
    assert strict(gate(allow=("Bash",), deny=deny, root=root), line)
    assert strict(gate(allow=("Bash",), ask=deny, root=root), line)
    searches = ("grep -rn x src", "grep -r x src notes.md", "rg x src", "rg -n x src")
    others = ("cat notes.*", "ls private", "cat src/a.py", "git add .", "npm test $X", "echo s*", "cp src/a.py .")
    for plain in (*searches, *others):
        assert run(gate("bypass", deny=deny, root=root), plain).decision == "allow", plain
    assert run(gate("bypass", deny=("Bash(rm -rf *)",), root=root), "rm *").decision == "ask", "a file may be named -rf"


@pytest.mark.parametrize(
    "line", ["rm s[r]c/a.py", "rm {src,x}/a.py", "rm -r src", "mv src x", "rm -rf ./src", "rm SRC/a.py"]
)
def test_what_may_not_be_changed_is_not_changed_with_its_folder(root: Path, line: str) -> None:
    assert strict(gate("bypass", deny=("Edit(/src/**)",), root=root), line)


def test_shells_that_find_more_names_than_others_are_asked_about() -> None:
    for line in ("shopt -s dotglob; cat *", "shopt -s nocaseglob; cat S*"):
        assert run(gate("bypass", deny=("Read(.env)",)), line).decision == "ask"


def test_a_file_named_by_an_address_is_a_file() -> None:
    for line in ("curl file:///projects/shop/.env", "curl -s file:/projects/shop/.env"):
        assert run(gate(allow=("Bash(curl *)",)), line).decision == "ask"
        assert run(gate("bypass", deny=("Read(.env)",)), line).decision == "deny"


# ---- servers


def test_a_rule_for_a_server_is_none_for_one_whose_name_begins_alike() -> None:
    def call(policy: Policy, tool: str) -> str:
        return policy.decide(tool, {}, (Want(action="run"),)).decision

    for rule in ("mcp__a", "mcp__a__*"):
        assert call(gate(allow=(rule,)), "mcp__a__list") == "allow"
        assert call(gate(allow=(rule,)), "mcp__a__b__c") == "ask", "the tool c of a server a__b"
        assert call(gate("bypass", deny=(rule,)), "mcp__a__b__c") == "deny"
    assert call(gate(allow=("mcp__a__b__c",)), "mcp__a__b__c") == "allow"
    assert call(gate(allow=("mcp__a__b__*",)), "mcp__a__b__c") == "allow"
    assert call(gate(allow=("mcp__*",)), "mcp__a__b__c") == "allow"


# ---- addresses and values


@pytest.mark.parametrize(
    "url", ["ftp://good.example/", "file://good.example/etc/passwd", "gopher://good.example/", "//good.example/x"]
)
def test_a_rule_about_a_host_is_about_the_web_alone(url: str) -> None:
    for policy in (gate(allow=("WebFetch(domain:good.example)",)), gate(allow=("WebFetch",)), gate("bypass")):
        assert fetch(policy, url).decision == "ask"
    assert fetch(gate("bypass", deny=("WebFetch(domain:good.example)",)), url).decision == "deny"
    assert fetch(gate(allow=("WebFetch(domain:good.example)",)), "HTTPS://good.example/").decision == "allow"


@pytest.mark.parametrize(
    "value", ["OPUS", " opus\n", "\uff4f\uff50\uff55\uff53", "Opus"], ids=["upper", "blanks", "wide", "title"]
)
def test_a_denied_value_is_denied_however_it_is_written(value: str) -> None:
    assert parse_rule("Agent(model:opus)").matches_argument({"model": value})
    assert parse_rule("Agent(model:op*)").matches_argument({"model": value})
    assert parse_rule("mcp__shop__*(count:1)").matches_argument({"count": 1.0})
    for other in ("opus-4", ["opus"], {"a": "opus"}, None, True):
        assert not parse_rule("Agent(model:opus)").matches_argument({"model": other})


def test_what_is_written_into_a_file_of_two_names_is_asked_about(root: Path) -> None:
    (root / "harmless").hardlink_to(root / ".git/config")
    policy = replace(gate("edits", allow=("Bash(tee *)", "Bash(rm *)"), root=root), has_other_names=has_other_names)
    assert run(policy, "echo x >> harmless").decision == "ask"
    assert run(policy, "ls | tee -a harmless").decision == "ask"
    assert run(policy, "echo x >> notes.md").decision == "allow"
    assert run(policy, "rm harmless").decision == "allow", "that takes away a name, and nothing else"


@pytest.mark.parametrize(
    "globs",
    [
        "*.py .env",
        ".env,!notes.md",
        "!notes.md ./.env",
        "!*.md,.env",
        "server.key *.py",
        "*.py,{server.key,x}",
        "server\\.key",
        "src/** **/id_rsa",
    ],
)
def test_of_several_globs_of_a_search_each_is_looked_at(globs: str) -> None:
    def search(policy: Policy, glob: str) -> str:
        return policy.decide("grep", {"pattern": "x", "glob": glob}, (Want(action="read", subject="."),)).decision

    assert search(gate(), globs) == "ask"
    for plain in ("*.py !test_*.py", "src/**/*.{ts,tsx}", "!*.min.js"):
        assert search(gate(), plain) == "allow"
