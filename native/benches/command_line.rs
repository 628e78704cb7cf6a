//! How long it takes to read a shell line: one as models write them, and one of ten thousand characters.

use claw_native::command_line::{Limits, parse};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const LIMITS: Limits = Limits { depth: 16, commands: 10_000, words: 100_000 };
const USUAL: &str = "cd src && git diff --stat HEAD~1 -- '*.py' | grep -v \"test_\" > /tmp/out 2>&1";

fn lines(bench: &mut Criterion) {
    let long = [USUAL; 120].join("; ");
    let mut group = bench.benchmark_group("command_line");
    for (name, line) in [("usual", USUAL), ("long", &long)] {
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| parse(black_box(line), LIMITS)));
    }
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
