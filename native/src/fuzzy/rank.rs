//! The best of many paths, on several threads.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::thread;

use super::query::{Desk, Query};
use super::{Index, Ranked, Ranking};
use crate::cancel::Cancel;

/// Paths that are worth a thread of their own.
const WORTH_A_THREAD: usize = 10_000;
const MOST_THREADS: usize = 8;
/// Paths between two looks at the flag.
const PIECE: usize = 4096;

/// What a path is ranked by: the greatest is the best.
type Key = (u32, Reverse<usize>, Reverse<u32>);

/// What one thread found.
struct Share {
    best: BinaryHeap<Reverse<Key>>,
    fits: Vec<u32>,
}

/// Ranks `count` paths of the index, of which `path_at` gives the number of each; returns also which fit.
pub(super) fn rank(
    index: &Index,
    count: usize,
    path_at: impl Fn(usize) -> u32 + Sync,
    query: &Query,
    limit: usize,
    cancel: &Cancel,
) -> (Ranking, Vec<u32>) {
    let most = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS));
    let threads = (count / WORTH_A_THREAD).clamp(1, most);
    let part = count.div_ceil(threads);
    let look = |number: usize| {
        let (from, to) = (number * part, ((number + 1) * part).min(count));
        share(index, (from..to).map(&path_at), query, limit, cancel)
    };
    let shares: Vec<Share> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|number| scope.spawn(move || look(number))).collect();
        let first = look(0);
        let others = others.into_iter().map(|thread| thread.join().expect("no thread panics here"));
        [first].into_iter().chain(others).collect()
    });
    let mut keys: Vec<Key> = shares.iter().flat_map(|share| share.best.iter().map(|key| key.0)).collect();
    keys.sort_unstable_by(|a, b| b.cmp(a));
    let mut desk = Desk::new();
    let best = keys.into_iter().take(limit).map(|(score, _, Reverse(at))| {
        let path = index.paths(at).path;
        Ranked { path: path.to_owned(), score, positions: query.positions(path, &mut desk) }
    });
    let best = best.collect();
    let fits: Vec<u32> = shares.into_iter().flat_map(|share| share.fits).collect();
    (Ranking { best, total: fits.len(), cancelled: cancel.is_cancelled() }, fits)
}

fn share(
    index: &Index,
    paths: impl Iterator<Item = u32>,
    query: &Query,
    limit: usize,
    cancel: &Cancel,
) -> Share {
    let mut share = Share { best: BinaryHeap::new(), fits: Vec::new() };
    let mut desk = Desk::new();
    let is_ascii = query.is_ascii();
    for (number, at) in paths.enumerate() {
        if number % PIECE == 0 && cancel.is_cancelled() {
            break;
        }
        let letters = index.letters[at as usize];
        if !query.may_fit(letters) {
            continue;
        }
        let paths = index.paths(at);
        let key = |score: u32| (score, Reverse(paths.path.len()), Reverse(at));
        let worst = if share.best.len() < limit { None } else { share.best.peek().map(|worst| worst.0) };
        if is_ascii && letters != u64::MAX {
            let Some(most) = query.most(paths) else { continue };
            if worst.is_some_and(|worst| key(most) < worst) || limit == 0 {
                share.fits.push(at);
                continue;
            }
        }
        let Some(score) = query.score(paths.path, &mut desk) else { continue };
        share.fits.push(at);
        if worst.is_none_or(|worst| key(score) > worst) && limit > 0 {
            if worst.is_some() {
                share.best.pop();
            }
            share.best.push(Reverse(key(score)));
        }
    }
    share
}
