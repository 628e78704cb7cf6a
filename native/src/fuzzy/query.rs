//! What somebody typed, and how well one path fits it.

use nucleo_matcher::chars::to_lower_case;
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Characters of a query that count: a longer one fits nothing that people have.
const MOST_LETTERS: usize = 200;

/// The words of a query.
pub(super) struct Query {
    words: Vec<Word>,
    /// The letters of all words.
    letters: u64,
    name_bonus: u32,
}

struct Word {
    text: String,
    characters: Vec<char>,
    ignore_case: bool,
    /// What no path scores more.
    most: u32,
}

/// A path, itself in lower case, and where the file's own name begins.
#[derive(Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) path: &'a str,
    pub(super) folded: &'a str,
    pub(super) name_at: usize,
}

/// What one thread needs to compare.
pub(super) struct Desk {
    matcher: Matcher,
    path: Vec<char>,
    found: Vec<u32>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let mut config = Config::DEFAULT.match_paths();
        config.normalize = false;
        Self { matcher: Matcher::new(config), path: Vec::new(), found: Vec::new() }
    }
}

impl Query {
    pub(super) fn new(query: &str, name_bonus: u32) -> Self {
        let query: String = query.chars().take(MOST_LETTERS).collect();
        let words: Vec<Word> = query.split_whitespace().map(Word::new).collect();
        let letters =
            words.iter().filter(|word| word.text.is_ascii()).fold(0, |all, word| all | letters(&word.text));
        Self { words, letters, name_bonus }
    }

    /// Whether a path with these letters can fit.
    pub(super) fn may_fit(&self, letters: u64) -> bool {
        self.letters & !letters == 0
    }

    /// What a path scores at most; None where it does not fit. It is told without comparing, which takes far longer; for
    /// what is not ASCII it is not told.
    pub(super) fn most(&self, paths: Paths<'_>) -> Option<u32> {
        let mut sum = 0;
        for word in &self.words {
            let text = if word.ignore_case { paths.folded } else { paths.path };
            sum += word.most;
            if word.is_in(&text[paths.name_at..]) {
                sum += self.name_bonus;
            } else if !word.is_in(text) {
                return None;
            }
        }
        Some(sum)
    }

    /// Whether every letter of the query is ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        self.words.iter().all(|word| word.text.is_ascii())
    }

    /// How well a path fits; None where a word is not in it.
    pub(super) fn score(&self, path: &str, desk: &mut Desk) -> Option<u32> {
        self.compare::<false>(path, desk)
    }

    /// Which characters of a path that fits were found.
    pub(super) fn positions(&self, path: &str, desk: &mut Desk) -> Vec<u32> {
        desk.found.clear();
        self.compare::<true>(path, desk);
        desk.found.sort_unstable();
        desk.found.dedup();
        desk.found.clone()
    }

    fn compare<const POSITIONS: bool>(&self, path: &str, desk: &mut Desk) -> Option<u32> {
        let Desk { matcher, path: characters, found } = desk;
        let (whole, name_at) = if path.is_ascii() {
            (Utf32Str::Ascii(path.as_bytes()), path.rfind('/').map_or(0, |at| at + 1))
        } else {
            characters.clear();
            characters.extend(path.chars());
            let name_at = characters.iter().rposition(|&letter| letter == '/').map_or(0, |at| at + 1);
            (Utf32Str::Unicode(characters), name_at)
        };
        let name = whole.slice(name_at..);
        let mut sum = 0;
        for word in &self.words {
            matcher.config.ignore_case = word.ignore_case;
            let in_path = u32::from(matcher.fuzzy_match(whole, word.needle())?);
            let in_name =
                matcher.fuzzy_match(name, word.needle()).map(|score| u32::from(score) + self.name_bonus);
            sum += in_path.max(in_name.unwrap_or(0));
            if POSITIONS {
                let begin = found.len();
                if in_name.is_some_and(|in_name| in_name >= in_path) {
                    matcher.fuzzy_indices(name, word.needle(), found);
                    let name_at = u32::try_from(name_at).unwrap_or(0);
                    found[begin..].iter_mut().for_each(|at| *at += name_at);
                } else {
                    matcher.fuzzy_indices(whole, word.needle(), found);
                }
            }
        }
        Some(sum)
    }
}

impl Word {
    fn new(word: &str) -> Self {
        let ignore_case = word.chars().all(|letter| to_lower_case(letter) == letter);
        let characters: Vec<char> = word.chars().collect();
        // Letters that are found side by side at the beginning of a name score what letters can.
        let best = "a".repeat(characters.len());
        let best = Utf32Str::Ascii(best.as_bytes());
        let most = Desk::new().matcher.fuzzy_match(best, best).map_or(0, u32::from);
        Self { text: word.to_owned(), characters, ignore_case, most }
    }

    /// Whether its letters stand in an ASCII text in their order.
    fn is_in(&self, text: &str) -> bool {
        let mut wanted = self.text.bytes();
        let Some(mut next) = wanted.next() else { return true };
        for byte in text.bytes() {
            if byte == next {
                match wanted.next() {
                    Some(byte) => next = byte,
                    None => return true,
                }
            }
        }
        false
    }

    fn needle(&self) -> Utf32Str<'_> {
        if self.text.is_ascii() {
            Utf32Str::Ascii(self.text.as_bytes())
        } else {
            Utf32Str::Unicode(&self.characters)
        }
    }
}

/// The set of a text's letters, cases alike. What is not ASCII may stand for any letter.
pub(super) fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |all, byte| {
        all | match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'A'..=b'Z' => 1 << (byte - b'A'),
            b'0'..=b'9' => 1 << (26 + byte - b'0'),
            b'_' => 1 << 36,
            b'-' => 1 << 37,
            b'.' => 1 << 38,
            b'/' => 1 << 39,
            0x80.. => u64::MAX,
            _ => 0,
        }
    })
}
