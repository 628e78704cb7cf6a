//! Stories about search.

use std::fs;
use std::os::unix::fs::symlink;
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
        want: Want::Lines,
        before: 0,
        after: 0,
        limit: None,
        max_columns: 0,
        max_bytes: u64::MAX,
    }
}

fn scope(root: &Path) -> Scope {
    Scope {
        root: root.to_owned(),
        globs: vec![],
        types: vec![],
        hidden: false,
        respect_ignore: true,
        follow: false,
    }
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

fn search(query: Query, scope: &Scope) -> Found {
    Search::start(query, scope).unwrap().take(usize::MAX, None).unwrap()
}

fn counts(found: &Found) -> Vec<(&str, u64)> {
    found.counts.iter().map(|(path, count)| (path.as_str(), *count)).collect()
}

#[test]
fn lines_come_in_order_and_all_are_counted() {
    let folder = folder(&[("b.txt", b"x\nneedle\n"), ("a.txt", b"needle\nneedle\n"), ("c.txt", b"\0needle")]);
    let found = search(Query { limit: Some(1), ..query("needle") }, &scope(folder.path()));
    assert_eq!(counts(&found), [("a.txt", 2), ("b.txt", 1)]);
    let line = Line { number: 1, text: "needle".into(), is_match: true };
    assert_eq!(found.files, [FileLines { path: "a.txt".into(), lines: vec![line] }]);
    assert_eq!(found.searched, 2);
}

#[test]
fn the_order_is_that_of_whole_paths() {
    let names = ["a-b", "a.txt", "a/b/c", "a/b.txt", "a/z", "a0", "b/a", "é"];
    let folder = folder(&names.map(|name| (name, b"needle\n".as_slice())));
    let found = search(query("needle"), &scope(folder.path()));
    assert_eq!(found.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), {
        let mut sorted = names;
        sorted.sort_unstable();
        sorted
    });
}

#[test]
fn pages_put_together_are_the_whole() {
    let names: Vec<String> = (0..3000).map(|number| format!("{}/{number}.txt", number % 100)).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), b"needle\nx\n".as_slice())).collect();
    let folder = folder(&files);
    let whole = search(query("needle"), &scope(folder.path()));
    let running = Search::start(query("needle"), &scope(folder.path())).unwrap();
    let mut paths = Vec::new();
    while let Some(page) = running.take(100, None) {
        paths.extend(page.files.into_iter().map(|file| file.path));
    }
    assert_eq!(paths, whole.files.into_iter().map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn pages_come_before_the_end_and_nobody_who_takes_nothing_makes_memory_grow() {
    let line = [b"needle ".as_slice(), &[b'x'; 992], b"\n"].concat();
    let large = line.repeat(60_000);
    let folder = folder(&[("a.txt", &large), ("b.txt", &large), ("c.txt", &large)]);
    let running = Search::start(query("needle"), &scope(folder.path())).unwrap();
    let (mut lines, mut most) = (0, 0);
    thread::sleep(Duration::from_millis(50));
    while let Some(page) = running.take(1, None) {
        let taken = page.files.iter().map(|file| file.lines.len()).sum::<usize>();
        lines += taken;
        most = most.max(taken);
    }
    assert_eq!(lines, 180_000);
    assert!(most < 12_000, "{most} lines of a kilobyte at once");
}

#[test]
fn files_only_and_counts_only_hold_no_lines() {
    let folder = folder(&[("a.txt", b"needle\nneedle\n"), ("b.txt", b"needle\n"), ("c.txt", b"x\n")]);
    let found = search(Query { want: Want::Files, ..query("needle") }, &scope(folder.path()));
    assert_eq!((counts(&found), found.files.len()), (vec![("a.txt", 1), ("b.txt", 1)], 0));
    let found = search(Query { want: Want::Counts, ..query("needle") }, &scope(folder.path()));
    assert_eq!((counts(&found), found.files.len()), (vec![("a.txt", 2), ("b.txt", 1)], 0));
}

#[test]
fn globs_take_and_take_away_and_the_last_that_matches_counts() {
    let folder = folder(&[("src/a.rs", b""), ("src/b.py", b""), ("target/c.rs", b""), ("d.rs", b"")]);
    let files = |globs: &[&str]| {
        let scope = Scope { globs: globs.iter().map(ToString::to_string).collect(), ..scope(folder.path()) };
        find(&scope, None, Sort::Path, &Cancel::default()).unwrap().paths
    };
    assert_eq!(files(&["*.rs"]), ["d.rs", "src/a.rs", "target/c.rs"]);
    assert_eq!(files(&["*.rs", "!target"]), ["d.rs", "src/a.rs"]);
    assert_eq!(files(&["!*.rs", "d.rs"]), ["d.rs"]);
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
    let found = search(query("^needleé$"), &scope(folder.path()));
    assert_eq!(counts(&found), [("16.txt", 1), ("latin.txt", 2), ("mark.txt", 1)]);
}

#[test]
fn large_files_are_read_in_pieces_as_small_ones_are_whole() {
    let filler = "é some words\n".repeat(200_000);
    let utf16: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(format!("{filler}needle 😀\n").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin = [filler.as_bytes(), b"needle \xe9\n", filler.as_bytes()].concat();
    let binary = [filler.as_bytes(), b"needle\n\0"].concat();
    let long = [filler.as_bytes(), b"needle ", &vec![b'x'; 3_000_000]].concat();
    let folder =
        folder(&[("16.txt", &utf16), ("binary.txt", &binary), ("latin.txt", &latin), ("long.txt", &long)]);
    let found = search(Query { max_bytes: 2_000_000, ..query("needle") }, &scope(folder.path()));
    let lines: Vec<(u64, &str)> =
        found.files.iter().map(|file| (file.lines[0].number, file.lines[0].text.as_str())).collect();
    assert_eq!(lines, [(200_001, "needle 😀"), (200_001, "needle é")]);
    assert_eq!(found.searched, 2);
    assert_eq!(found.problems, ["long.txt: not searched: it has a line of more than 2000000 bytes"]);
}

#[test]
fn links_are_followed_where_asked_and_loops_told() {
    let folder = folder(&[("real/a.txt", b"needle\n")]);
    symlink(folder.path(), folder.path().join("real/loop")).unwrap();
    symlink(folder.path().join("real"), folder.path().join("alias")).unwrap();
    symlink("nowhere", folder.path().join("broken")).unwrap();
    assert_eq!(counts(&search(query("needle"), &scope(folder.path()))), [("real/a.txt", 1)]);
    let found = search(query("needle"), &Scope { follow: true, ..scope(folder.path()) });
    assert_eq!(counts(&found), [("alias/a.txt", 1), ("real/a.txt", 1)]);
    let loops = "this link leads back to a folder that it lies in";
    assert_eq!(
        found.problems,
        [
            "broken: No such file or directory".to_owned(),
            format!("alias/loop: {loops}"),
            format!("real/loop: {loops}"),
        ]
    );
}

#[test]
fn a_stop_frees_whoever_waits_whatever_the_threads_do() {
    let folder = folder(&[("large.txt", &b"some words that do not match at all\n".repeat(2_000_000))]);
    let slow = Query { multiline: true, ..query(r"(\w+\s){4,9}\d") };
    let running = Search::start(slow, &scope(folder.path())).unwrap();
    let (found, late) = thread::scope(|threads| {
        let waiting = threads.spawn(|| (running.take(usize::MAX, None), Instant::now()));
        thread::sleep(Duration::from_millis(20));
        let asked = Instant::now();
        running.stop();
        let (found, ended) = waiting.join().unwrap();
        (found, ended - asked)
    });
    assert!(found.is_none());
    assert!(late < Duration::from_millis(200), "stopped {late:?} after the cancel");
}
