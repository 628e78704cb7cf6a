//! Stories about the file finder.

use std::fs;

use proptest::collection::vec;
use proptest::{prop_assert_eq, proptest};

use super::*;

const BONUS: u32 = 8;

fn found(paths: &[&str], query: &str) -> Vec<String> {
    let index = Index::new(paths.iter().map(ToString::to_string).collect());
    let ranking = index.rank(query, 10, BONUS, &Cancel::default());
    assert_eq!(ranking.total, ranking.best.len());
    ranking.best.into_iter().map(|ranked| ranked.path).collect()
}

#[test]
fn the_files_own_name_counts_more_than_its_folders() {
    assert_eq!(found(&["cart/main.py", "shop/cart.py"], "cart"), ["shop/cart.py", "cart/main.py"]);
    assert_eq!(found(&["cart/main.py", "shop/cart.py"], "c/ma"), ["cart/main.py"]);
}

#[test]
fn beginnings_of_words_count_more_than_letters_in_them() {
    assert_eq!(found(&["src/scatter.rs", "src/search_tests.rs"], "st")[0], "src/search_tests.rs");
    assert_eq!(found(&["a/xfoobar", "a/foo_bar"], "fb")[0], "a/foo_bar");
}

#[test]
fn of_two_that_fit_alike_the_shorter_comes_first() {
    assert_eq!(
        found(&["b/deep/er/main.rs", "a/main.rs", "z/main.rs"], "main"),
        ["a/main.rs", "z/main.rs", "b/deep/er/main.rs"]
    );
}

#[test]
fn an_upper_case_letter_tells_cases_apart() {
    assert_eq!(found(&["README.md", "readme.txt"], "readme"), ["README.md", "readme.txt"]);
    assert_eq!(found(&["README.md", "readme.txt"], "README"), ["README.md"]);
}

#[test]
fn every_word_has_to_be_there_in_any_order() {
    assert_eq!(found(&["tests/core/grep.py", "claw/tools/grep.py"], "grep test"), ["tests/core/grep.py"]);
    assert_eq!(found(&["a", "b"], ""), ["a", "b"]);
}

#[test]
fn letters_beyond_ascii_are_letters() {
    assert_eq!(found(&["docs/Übung.md", "docs/naïve.md"], "übu"), ["docs/Übung.md"]);
    let index = Index::new(vec!["ä/ö.txt".into()]);
    let ranking = index.rank("öt", 1, BONUS, &Cancel::default());
    assert_eq!(ranking.best[0].positions, [2, 4]);
}

#[test]
fn the_folders_of_paths_are_each_there_once() {
    let index = Index::new(["a/b/c", "a/d", "e", "/x/y"].map(str::to_owned).to_vec());
    let ranking = index.folders().rank("", 10, BONUS, &Cancel::default());
    let folders: Vec<_> = ranking.best.into_iter().map(|ranked| ranked.path).collect();
    assert_eq!(folders, ["a", "/x", "a/b"]);
}

#[test]
fn a_query_that_goes_on_finds_what_it_finds_alone() {
    let paths: Vec<String> = (0..30_000).map(|n| format!("src/{}/file_{n}.rs", n % 97)).collect();
    let index = Index::new(paths.clone());
    for query in ["f", "fi", "fi9", "fi9 ", "fi9 s", "fi"] {
        let went_on = index.rank(query, 20, BONUS, &Cancel::default());
        let alone = Index::new(paths.clone()).rank(query, 20, BONUS, &Cancel::default());
        assert_eq!(went_on, alone, "{query}");
    }
}

proptest! {
    #[test]
    fn what_is_passed_over_unseen_would_not_have_been_among_the_best(
        paths in vec("[abAB_/.é]{0,12}", 0..60),
        query in "[abAB_./é ]{0,4}",
        limit in 0_usize..8,
    ) {
        let index = Index::new(paths);
        let few = index.rank(&query, limit, BONUS, &Cancel::default());
        let all = index.rank(&query, 1000, BONUS, &Cancel::default());
        prop_assert_eq!(few.total, all.best.len());
        prop_assert_eq!(&few.best[..], &all.best[..limit.min(all.best.len())]);
    }
}

#[test]
fn a_cancelled_ranking_says_so_and_leaves_nothing_behind() {
    let index = Index::new(vec!["a".into(), "ab".into()]);
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(index.rank("a", 10, BONUS, &cancel).cancelled);
    assert_eq!(index.rank("ab", 10, BONUS, &Cancel::default()).total, 1);
}

#[test]
fn a_folder_is_listed_as_searches_see_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [(".gitignore", "*.log\n"), ("a.py", ""), ("b.log", ""), (".git/HEAD", "")] {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    let scope = Scope {
        root: folder.path().to_owned(),
        globs: vec![],
        types: vec![],
        hidden: true,
        respect_ignore: true,
        follow: false,
    };
    let index = Index::below(&scope, &Cancel::default()).unwrap();
    assert_eq!(index.len(), 2);
    assert!(index.problems().is_empty());
}
