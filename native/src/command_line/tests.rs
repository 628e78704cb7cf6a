use proptest::prelude::*;

use super::{Limits, Reading};

fn parse(line: &str) -> Reading {
    super::parse(line, Limits { depth: 20, commands: 200, words: 1000 })
}

#[test]
fn words_are_those_that_the_shell_would_pass() {
    let reading = parse("A=1 ls \"a $(b)\" | cat 'x y' >o");
    assert_eq!(reading.doubt, "");
    let words: Vec<_> = reading.commands.iter().map(|command| command.words.join("·")).collect();
    assert_eq!(words, ["b", "ls·a $(b)", "cat·x y"]);
}

#[test]
fn where_the_standard_output_goes_at_last_is_known() {
    let output = |line: &str| parse(line).commands.swap_remove(0).output;
    for line in ["p >o", "p 1>>o 2>&1", "p &>o", "p >&o", "p >x >o", "p 1<>o", "p 2>x 3>y >|o", "p 1<o"] {
        assert_eq!(output(line), "o", "{line}");
    }
    for line in [
        "p",
        "p 2>o",
        "p 3<>o",
        "p <o",
        "p 2>o 1>&2",
        "p >o >&2",
        "p >o >&-",
        "p >$o",
        "p >o 1<<<w",
        "p 11>o",
    ] {
        assert_eq!(output(line), "", "{line}");
    }
}

fn programs(line: &str) -> Vec<String> {
    parse(line).commands.into_iter().filter_map(|command| command.words.into_iter().next()).collect()
}

#[test]
fn a_substitution_is_read_wherever_it_stands() {
    for line in
        ["echo $(rm x)", "echo \"`rm x`\"", "cat <<E\n$(rm x)\nE", "X=$(rm x)", "ls > $(rm x)", "a <(rm x)"]
    {
        assert_eq!(parse(line).doubt, "", "{line}");
        assert!(programs(line).contains(&"rm".to_owned()), "{line}");
    }
}

#[test]
fn what_only_one_of_the_readers_takes_for_certain_is_doubted() {
    let line = "cat <<E > f; ls\nx\nE";
    assert_eq!(programs(line), ["cat", "ls"]);
    assert_eq!(parse(line).doubt, "the grammar of bash reads it otherwise");
}

#[test]
fn limits_are_said_and_kept() {
    assert_eq!(parse(&"a;".repeat(500)).commands.len(), 200);
    assert_eq!(parse(&"a;".repeat(500)).doubt, "it has more than 200 commands or 1000 words");
    assert_eq!(parse(&"a ".repeat(1001)).doubt, "it has more than 200 commands or 1000 words");
    assert_eq!(parse(&"$(".repeat(500)).doubt, "it is nested too deeply");
}

fn shellish() -> impl Strategy<Value = String> {
    let pieces =
        "\\PC|[ \t\n'\"\\\\`$(){}<>|&;#*=!~-]|\\$\\(|<<E\n|\nE\n|\\\\\n|if |time |a=b |2>&1 |\\$\\{|&&";
    prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read(line in shellish()) {
        let reading = parse(&line);
        prop_assert!(reading.commands.iter().all(|command| command.expanded.iter().all(|at| *at < command.words.len())));
    }

    #[test]
    fn quoted_words_come_back_as_they_were(words in prop::collection::vec("\\PC{1,8}", 1..6)) {
        let quoted: Vec<_> = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
        let reading = parse(&format!("echo {}", quoted.join(" ")));
        prop_assert_eq!(&reading.doubt, "");
        prop_assert_eq!(&reading.commands[0].words[1..], &words[..]);
    }

    #[test]
    fn a_program_does_not_hide(
        quoting in prop::sample::select(&["rm", "'rm'", "\"rm\"", "r\\m", "\\rm", "r''m", "r\"m\""]),
        around in prop::collection::vec(prop::sample::select(&[
            ("", " && ls"), ("ls; ", ""), ("ls | ", ""), ("(", ")"), ("{ ", "; }"), ("echo $(", ")"), ("echo \"$(", ")\""),
            ("! ", ""), ("X=b ", ""), (">o ", ""), ("", " 2>&1"), ("", " # c\n"), ("cat <(", ")"), ("if ", "; then :; fi"),
            ("cat <<E\n$(", ")\nE"), ("f() { ", "; }"), ("for x in a; do ", "; done"), ("x=$(", ")"),
        ]), 0..6),
    ) {
        let line = around.iter().fold(format!("{quoting} x"), |inner, (before, after)| format!("{before}{inner}{after}"));
        let found = parse(&line).commands.iter().any(|command| command.words.iter().any(|word| word == "rm"));
        prop_assert!(found || !parse(&line).doubt.is_empty(), "{}", line);
    }
}
