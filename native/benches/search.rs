//! Search over a tree of many small files, and over one large file.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use claw_native::search::{Case, Found, Query, Scope, Search, Want};
use criterion::{Criterion, criterion_group, criterion_main};

fn search(root: &Path, pattern: &str, want: Want) -> Found {
    let query = Query {
        pattern: pattern.to_owned(),
        literal: false,
        case: Case::Sensitive,
        multiline: false,
        want,
        before: 0,
        after: 0,
        limit: None,
        max_columns: 2000,
        max_bytes: 64 << 20,
    };
    let scope = Scope {
        root: root.to_owned(),
        globs: vec![],
        types: vec![],
        hidden: false,
        respect_ignore: true,
        follow: false,
    };
    Search::start(query, &scope).unwrap().take(usize::MAX, None).unwrap()
}

fn searches(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let text = "fn name(argument: &str) -> usize {\n    argument.len() // counted in bytes\n}\n\n".repeat(60);
    for number in 0..5_000 {
        let path = folder.path().join(format!("{}/{number}.rs", number % 100));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}// needle {number}\n")).unwrap();
    }
    let large = tempfile::tempdir().unwrap();
    fs::write(large.path().join("large.txt"), text.repeat(10_000)).unwrap();

    let mut group = c.benchmark_group("search");
    group.sample_size(10);
    group.bench_function("a hit in each of 5,000 files", |bench| {
        bench.iter(|| black_box(search(folder.path(), r"needle \d+", Want::Lines)));
    });
    group.bench_function("no hit in 5,000 files", |bench| {
        bench.iter(|| black_box(search(folder.path(), "haystack", Want::Lines)));
    });
    group.bench_function("60,000 lines of a large file, counted", |bench| {
        bench.iter(|| black_box(search(large.path(), "bytes$", Want::Counts)));
    });
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
