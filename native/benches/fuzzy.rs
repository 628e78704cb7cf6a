//! One key in the file finder: a query that begins anew, and one that goes on from the one before.

use std::hint::black_box;

use claw_native::cancel::Cancel;
use claw_native::fuzzy::Index;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const WORDS: [&str; 24] = [
    "src", "core", "tests", "native", "search", "session", "stream", "config", "views", "parser", "lib",
    "model", "tools", "render", "cache", "index", "client", "server", "handler", "utils", "types", "main",
    "theme", "format",
];
const ENDINGS: [&str; 6] = ["py", "rs", "ts", "md", "json", "toml"];

/// Paths as projects have them: three to seven words deep, 20 to 60 characters.
fn paths(count: usize) -> Vec<String> {
    let mut chance: u64 = 1;
    let mut next = |below: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(chance >> 33).unwrap_or(0) % below
    };
    (0..count)
        .map(|number| {
            let mut path = String::new();
            for _ in 0..2 + next(5) {
                path.push_str(WORDS[next(WORDS.len())]);
                path.push('/');
            }
            format!("{path}{}_{number}.{}", WORDS[next(WORDS.len())], ENDINGS[next(ENDINGS.len())])
        })
        .collect()
}

fn keys(c: &mut Criterion) {
    for count in [100_000, 1_000_000] {
        let paths = paths(count);
        let mut group = c.benchmark_group(format!("a key among {count} files"));
        group.sample_size(10);
        let index = Index::new(paths);
        for query in ["s", "se", "sess", "tests/parser", "core main", "searchsession12"] {
            group.bench_function(format!("{query}, anew"), |bench| {
                // A query that nothing begins with makes the index forget the one before.
                bench.iter_batched(
                    || index.rank("\u{1}", 1, 8, &Cancel::default()),
                    |_| black_box(index.rank(query, 50, 8, &Cancel::default())),
                    BatchSize::PerIteration,
                );
            });
        }
        group.bench_function("sessi after sess", |bench| {
            bench.iter_batched(
                || {
                    index.rank("\u{1}", 1, 8, &Cancel::default());
                    index.rank("sess", 50, 8, &Cancel::default())
                },
                |_| black_box(index.rank("sessi", 50, 8, &Cancel::default())),
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, keys);
criterion_main!(benches);
