//! What a person would have seen: control sequences taken out, and each line as it stood at its end after `\r`,
//! backspace and erasing.

use std::iter::Peekable;
use std::str::Chars;

/// The text without control sequences, with overwritten lines as they ended.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut page = Page::default();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => page.end_line(),
            '\r' => page.column = 0,
            '\u{8}' => page.column = page.column.saturating_sub(1),
            '\u{1b}' => escape(&mut page, &mut letters),
            '\t' => page.put('\t'),
            '\0'..' ' | '\u{7f}'..='\u{9f}' => {}
            letter => page.put(letter),
        }
    }
    page.done.extend(page.line);
    page.done
}

#[derive(Default)]
struct Page {
    /// The lines above.
    done: String,
    line: Vec<char>,
    column: usize,
}

impl Page {
    fn put(&mut self, letter: char) {
        if self.column < self.line.len() {
            self.line[self.column] = letter;
        } else {
            self.line.resize(self.column, ' ');
            self.line.push(letter);
        }
        self.column += 1;
    }

    fn end_line(&mut self) {
        self.done.extend(self.line.drain(..));
        self.done.push('\n');
        self.column = 0;
    }

    /// `ESC [ parameters final`: those that change the current line are obeyed, all others are taken out.
    fn obey(&mut self, parameters: &str, final_letter: char) {
        // No terminal is wider; a larger number would only ask for memory.
        const WIDEST: usize = 4096;
        let first = parameters.split(';').next().unwrap_or_default();
        let is_number = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        let number =
            is_number.then(|| if first.len() < 10 { first.parse().unwrap_or(WIDEST) } else { WIDEST });
        let number = number.map(|number| number.min(WIDEST));
        let steps = number.unwrap_or(1).max(1);
        match final_letter {
            'K' => match number.unwrap_or(0) {
                0 => self.line.truncate(self.column),
                1 => {
                    let end = self.line.len().min(self.column + 1);
                    self.line[..end].fill(' ');
                }
                _ => self.line.clear(),
            },
            'C' => self.column = (self.column + steps).min(WIDEST.max(self.line.len())),
            'D' => self.column = self.column.saturating_sub(steps),
            'G' => self.column = steps - 1,
            _ => {}
        }
    }
}

/// What follows ESC; an unfinished sequence is dropped.
fn escape(page: &mut Page, letters: &mut Peekable<Chars<'_>>) {
    match letters.peek() {
        Some('[') => {
            letters.next();
            let mut parameters = String::new();
            while let Some(letter) = letters.next_if(|letter| (' '..='~').contains(letter)) {
                if letter >= '@' {
                    page.obey(&parameters, letter);
                    return;
                }
                parameters.push(letter);
            }
        }
        // A string (title, link, device control) ends with BEL or ESC \; a line's end means it was never closed.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(letter) = letters.next_if(|&letter| letter != '\n') {
                if letter == '\u{7}' || (letter == '\u{1b}' && letters.next_if_eq(&'\\').is_some()) {
                    return;
                }
            }
        }
        _ => {
            while letters.next_if(|letter| (' '..='/').contains(letter)).is_some() {}
            letters.next_if(|letter| ('0'..='~').contains(letter));
        }
    }
}
