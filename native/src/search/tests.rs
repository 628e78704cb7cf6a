//! Stories about search.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::cancel::Cancel;

fn query(pattern: &str) -> Query {
    Query {
        pattern: pattern.to_owned(),
        literal: false,
        case: Case::Sensitive,
        multiline: false,
        before: 0,
        after: 0,
        limit: None,
        max_columns: 0,
        max_bytes: u64::MAX,
    }
}

fn scope(root: &Path) -> Scope {
    Scope { root: root.to_owned(), globs: vec![], types: vec![], hidden: false, respect_ignore: true }
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn lines_come_in_order_and_all_are_counted() {
    let folder = folder(&[("b.txt", b"x\nneedle\n"), ("a.txt", b"needle\nneedle\n"), ("c.txt", b"\0needle")]);
    let found =
        search(&Query { limit: Some(1), ..query("needle") }, &scope(folder.path()), &Cancel::default())
            .unwrap();
    assert_eq!(found.counts, [("a.txt".to_owned(), 2), ("b.txt".to_owned(), 1)]);
    assert_eq!(found.lines.len(), 1);
    assert_eq!(found.lines[0].1, [Line { number: 1, text: "needle".into(), is_match: true }]);
    assert!(found.truncated);
    assert_eq!(found.searched, 2);
}

#[test]
fn globs_take_and_take_away() {
    let folder = folder(&[("src/a.rs", b""), ("src/b.py", b""), ("target/c.rs", b""), ("d.rs", b"")]);
    let files = |globs: &[&str]| {
        let scope = Scope { globs: globs.iter().map(ToString::to_string).collect(), ..scope(folder.path()) };
        find(&scope, None, Sort::Path, &Cancel::default()).unwrap().paths
    };
    assert_eq!(files(&["*.rs"]), ["d.rs", "src/a.rs", "target/c.rs"]);
    assert_eq!(files(&["*.rs", "!target"]), ["d.rs", "src/a.rs"]);
    assert_eq!(files(&["/*.rs"]), ["d.rs"]);
    assert_eq!(files(&["src/"]), ["src/a.rs", "src/b.py"]);
}

#[test]
fn text_is_read_by_its_mark_or_line_by_line_as_latin_1() {
    let folder = folder(&[
        ("16.txt", b"\xff\xfen\0e\0e\0d\0l\0e\0\xe9\0"),
        ("latin.txt", b"needle\xe9\nneedle\xc3\xa9\n"),
        ("mark.txt", b"\xef\xbb\xbfneedle\xc3\xa9\n"),
    ]);
    let found = search(&query("^needleé$"), &scope(folder.path()), &Cancel::default()).unwrap();
    assert_eq!(
        found.counts,
        [("16.txt".to_owned(), 1), ("latin.txt".to_owned(), 2), ("mark.txt".to_owned(), 1)]
    );
}

#[test]
fn a_cancel_is_heard_in_the_middle_of_a_large_file() {
    let folder = folder(&[("large.txt", &b"some words that do not match at all\n".repeat(2_000_000))]);
    let cancel = Cancel::default();
    let token = cancel.clone();
    let raised = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        token.cancel();
        Instant::now()
    });
    let found = search(&query(r"(\w+\s){4,9}\d"), &scope(folder.path()), &cancel).unwrap();
    let late = raised.join().unwrap().elapsed();
    assert!(found.cancelled);
    assert!(late < Duration::from_millis(200), "stopped {late:?} after the cancel");
}
