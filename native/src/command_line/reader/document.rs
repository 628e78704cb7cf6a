//! Here-documents: an operator in one line, and the text that follows at the next.

use super::super::word::Word;
use super::Reader;

/// A here-document whose text is still to come.
#[derive(Debug)]
pub(super) struct Document {
    delimiter: String,
    quoted: bool,
    strip: bool,
    at: usize,
}

impl Reader<'_> {
    /// The operator of a here-document was read; its text follows at the next line.
    pub(super) fn document(&mut self, at: usize, strip: bool) {
        let raw = &self.line[self.at..self.at + self.delimiter()];
        if raw.is_empty() || raw.starts_with('#') || raw.contains(['$', '`']) {
            return self.doubt("a here-document without a plain end");
        }
        self.at += raw.len();
        let quoted = raw.contains(['\'', '"', '\\']);
        self.documents.push(Document { delimiter: raw.replace(['\'', '"', '\\'], ""), quoted, strip, at });
    }

    /// The length of a here-document's delimiter as it stands here, with its quotes.
    fn delimiter(&self) -> usize {
        let bytes = &self.line.as_bytes()[self.at..];
        let mut length = 0;
        while let Some(&byte) = bytes.get(length) {
            length += match byte {
                b'\'' | b'"' => {
                    let rest = &bytes[length + 1..];
                    match rest.iter().position(|&each| each == byte || each == b'\n') {
                        Some(end) if rest[end] == byte => end + 2,
                        _ => break,
                    }
                }
                b'\\' => match self.line[self.at + length + 1..].chars().next() {
                    Some(escaped) if escaped != '\n' => 1 + escaped.len_utf8(),
                    _ => break,
                },
                b' ' | b'\t'..=b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                _ => 1,
            };
        }
        length
    }

    /// Passes over the texts of here-documents; commands in those that are not quoted count.
    pub(super) fn read_documents(&mut self) {
        let documents = std::mem::take(&mut self.documents);
        if documents.first().is_some_and(|first| self.line[first.at..self.at - 1].contains('\n')) {
            self.doubt("a line that ends within the command of a here-document");
        }
        for document in documents {
            self.read_document(&document);
        }
    }

    fn read_document(&mut self, document: &Document) {
        let (start, mut joined) = (self.at, false);
        let end = loop {
            if self.at >= self.line.len() {
                self.doubt("a here-document without its end");
                break self.line.len();
            }
            let end = self.at;
            let after = self.line[end..].find('\n').map_or(self.line.len(), |length| end + length);
            let text = &self.line[end..after];
            let text = if document.strip { text.trim_start_matches('\t') } else { text };
            self.at = (after + 1).min(self.line.len());
            if text == document.delimiter {
                break end;
            }
            // An escaped end of line joins two lines, and what is joined may be the delimiter, or no longer be it.
            joined = !document.quoted && text.ends_with('\\');
            if joined && document.delimiter.starts_with(text.trim_end_matches('\\')) {
                self.doubt("a here-document whose end may be joined");
            }
        };
        if joined {
            self.doubt("a here-document whose end may be joined");
        }
        if !document.quoted {
            let base = self.base.map(|base| base + start);
            let text = &self.line[start.min(end)..end];
            Reader::new(text, base, self.depth + 1, self.out).double_quoted(&mut Word::default(), false);
        }
    }
}
