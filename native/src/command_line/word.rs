//! Words: what is quoted, escaped or expanded in them.

use super::reader::Reader;

/// One word, without its quotes.
#[derive(Debug, Default)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) quoted: bool,
    pub(super) expanded: bool,
    pub(super) globbed: bool,
}

impl Reader<'_> {
    /// Reads one word, with what is quoted and substituted in it.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'<' | b'>' if self.peek(1) == Some(b'(') && word.text.is_empty() => {
                    self.at += 2;
                    self.nested(&mut word);
                }
                _ if ends_word(byte) => break,
                b'\\' => self.backslash(&mut word),
                b'\'' => self.single_quoted(&mut word),
                b'"' => {
                    self.at += 1;
                    word.quoted = true;
                    self.double_quoted(&mut word, true);
                }
                b'$' => self.dollar(&mut word, false),
                b'`' => self.backtick(&mut word, false),
                _ => self.plain(&mut word),
            }
        }
        word
    }

    /// Takes over characters that stand for themselves, or for file names, or begin braces.
    fn plain(&mut self, word: &mut Word) {
        let Some(character) = self.line[self.at..].chars().next() else { return };
        word.text.push(character);
        self.at += character.len_utf8();
        match character {
            '*' | '?' | '[' => word.globbed = true,
            // `{a,b}` and `{1..9}` become something else; a lone `{}` does not.
            '{' if self.last_choice.is_some_and(|last| self.at <= last) => {
                let alone = self.peek(0) == Some(b'}')
                    && self.peek(1).is_none_or(|after| ends_word(after) || matches!(after, b'"' | b'\''));
                word.expanded |= !alone;
            }
            // Somebody's home.
            '~' if word.text == "~" => {
                word.expanded |= self.peek(0).is_some_and(|after| after != b'/' && !ends_word(after));
            }
            _ => {}
        }
    }

    /// An escaped end of line vanishes; where nothing blank stands before it, what it joins may mean more.
    pub(super) fn continuation(&mut self) {
        if self.at > 0 && !matches!(self.line.as_bytes()[self.at - 1], b' ' | b'\t' | b'\n') {
            self.doubt("a line that goes on in the middle of a word");
        }
        self.at += 2;
    }

    fn backslash(&mut self, word: &mut Word) {
        match self.line[self.at + 1..].chars().next() {
            Some('\n') => return self.continuation(),
            Some(escaped) => {
                word.text.push(escaped);
                self.at += 1 + escaped.len_utf8();
            }
            None => {
                self.doubt("a backslash at the end");
                self.at += 1;
            }
        }
        word.quoted = true;
    }

    fn single_quoted(&mut self, word: &mut Word) {
        let start = self.at + 1;
        let length = self.line[start..].find('\'');
        let end = length.map_or(self.line.len(), |length| start + length);
        if length.is_none() {
            self.doubt("a quote that is not closed");
        }
        word.text.push_str(&self.line[start..end]);
        word.quoted = true;
        self.at = (end + 1).min(self.line.len());
    }

    /// Reads up to the closing quote, or where none is expected, as in a here-document, to the end.
    pub(super) fn double_quoted(&mut self, word: &mut Word, closes: bool) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' if closes => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.backslash_in_quotes(word),
                b'$' => self.dollar(word, true),
                b'`' => self.backtick(word, closes),
                _ => {
                    let rest = &self.line[self.at..];
                    let length = rest.find(['"', '\\', '$', '`']).map_or(rest.len(), |end| end.max(1));
                    word.text.push_str(&rest[..length]);
                    self.at += length;
                }
            }
        }
        if closes {
            self.doubt("a quote that is not closed");
        }
    }

    fn backslash_in_quotes(&mut self, word: &mut Word) {
        let following = self.line[self.at + 1..].chars().next();
        if following == Some('\n') {
            return self.continuation();
        }
        if !matches!(following, Some('$' | '`' | '"' | '\\')) {
            word.text.push('\\');
        }
        word.text.extend(following);
        self.at += 1 + following.map_or(0, char::len_utf8);
    }

    fn dollar(&mut self, word: &mut Word, in_quotes: bool) {
        let start = self.at;
        match self.peek(1) {
            Some(b'(') => {
                if self.peek(2) == Some(b'(') {
                    self.doubt("arithmetic in the line");
                }
                self.at += 2;
                self.nested(word);
            }
            Some(b'{') => {
                word.expanded = true;
                let length = parameter(&self.line[start + 1..]);
                if length.is_none() {
                    self.doubt("a parameter expansion that is more than a name");
                }
                self.at += 1 + length.unwrap_or(1);
            }
            Some(b'\'') if !in_quotes => {
                word.expanded = true;
                // Its escapes are not read.
                let end = self.find_unescaped(start + 2, b'\'');
                if end.is_none() {
                    self.doubt("a quote that is not closed");
                }
                self.at = end.map_or(self.line.len(), |end| end + 1);
            }
            Some(b'"') if !in_quotes => {
                word.expanded = true;
                self.at += 1;
            }
            Some(b'[') => {
                self.doubt("arithmetic in the line");
                word.expanded = true;
                self.at += 2;
            }
            _ => {
                let rest = &self.line[start + 1..];
                let special = rest.starts_with(['@', '*', '#', '?', '$', '!', '-']) || digits(rest) > 0;
                let length = name(rest).max(usize::from(special));
                word.expanded |= length > 0;
                self.at += 1 + length;
            }
        }
        word.text.push_str(&self.line[start..self.at]);
    }

    /// Where `sign` stands next without a backslash before it.
    pub(super) fn find_unescaped(&self, from: usize, sign: u8) -> Option<usize> {
        let bytes = self.line.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                _ if byte == sign => return Some(at),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        None
    }
}

/// The length of a variable's name at the start of `text`.
pub(super) fn name(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.first().is_none_or(u8::is_ascii_digit) {
        return 0;
    }
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// How many digits stand at the start of `text`.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// The length of `{name}` or `{#name}` at the start of `text`, where no more than that stands in the braces.
fn parameter(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let plain = inner.strip_prefix('#').unwrap_or(inner);
    let length = plain.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (length > 0 && plain[length..].starts_with('}')).then(|| text.len() - plain.len() + length + 1)
}
