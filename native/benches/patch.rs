//! How long it takes to find 1,000 changes in 50,000 lines, to apply them, and to compare two texts of that size.

use claw_native::cancel::Cancel;
use claw_native::patch::{Chunk, Edit, Rules, apply_hunks, fit_chunks, make_hunks, replace};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const LINES: usize = 50_000;
const EVERY: usize = 50;

fn texts() -> (String, String) {
    let line = |number: usize, name: &str| format!("    value_{number} = {name}({})  # line\n", number % 97);
    let before = (0..LINES).map(|number| line(number, "compute")).collect();
    let after = (0..LINES)
        .map(|number| line(number, if number % EVERY == 7 { "recompute" } else { "compute" }))
        .collect();
    (before, after)
}

fn patches(bench: &mut Criterion) {
    let (before, after) = texts();
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let rules = Rules { similar: 70, growth: 25, cells: 250_000, ..Rules::default() };
    let cancel = Cancel::default();
    let hunks = make_hunks(old, new, 3, &cancel).expect("nobody cancels");
    let chunk =
        |start: Option<usize>, lines: &[Vec<u8>]| Chunk { start, lines: lines.to_vec(), ..Chunk::default() };
    let told: Vec<_> = hunks.iter().map(|hunk| chunk(Some(hunk.old_start), &hunk.lines)).collect();
    let untold: Vec<_> = hunks.iter().map(|hunk| chunk(None, &hunk.lines)).collect();
    let edits: Vec<_> = before
        .lines()
        .zip(after.lines())
        .filter(|(one, other)| one != other)
        .map(|(one, other)| Edit { old: one.into(), new: other.into(), everywhere: false })
        .collect();
    let mut group = bench.benchmark_group("patch");
    group.sample_size(10);
    for (name, chunks) in [("fit with line numbers", &told), ("fit without", &untold)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| fit_chunks(black_box(old), chunks, false, &rules, &cancel));
        });
    }
    group.bench_function("apply", |bencher| {
        bencher.iter(|| apply_hunks(black_box(old), &hunks, None, &cancel));
    });
    group.bench_function("make", |bencher| bencher.iter(|| make_hunks(black_box(old), new, 3, &cancel)));
    group.bench_function("replace", |bencher| {
        bencher.iter(|| replace(black_box(old), &edits, &rules, &cancel));
    });
    group.finish();
}

criterion_group!(benches, patches);
criterion_main!(benches);
