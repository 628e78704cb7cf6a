//! Reads a line, character by character, into simple commands.
//!
//! Control structures are not followed: their keywords are dropped, what they hold is read as commands, and the line is
//! doubted. A here-document's text and what stands in backticks are read by a reader of their own.

mod document;
mod outcome;
mod signs;

use self::document::Document;
use self::outcome::Draft;
pub(super) use self::outcome::{Outcome, Place, Role};
use self::signs::{assigns, is_descriptor, is_keyword, is_named_descriptor, is_sign};
use super::Command;
use super::word::{Word, digits};

pub(super) struct Reader<'a> {
    pub(super) line: &'a str,
    pub(super) at: usize,
    /// Where the last sign stands that makes braces more than braces.
    pub(super) last_choice: Option<usize>,
    /// Where `line` stands in the whole line; none where it does not stand there as it is.
    base: Option<usize>,
    depth: usize,
    documents: Vec<Document>,
    draft: Draft,
    out: &'a mut Outcome,
}

impl<'a> Reader<'a> {
    pub(super) fn new(line: &'a str, base: Option<usize>, depth: usize, out: &'a mut Outcome) -> Self {
        let last_choice = line.rfind(',').max(line.rfind(".."));
        let mut reader = Self {
            line,
            at: 0,
            last_choice,
            base,
            depth,
            documents: Vec::new(),
            draft: Draft::default(),
            out,
        };
        reader.draft = reader.fresh(false);
        reader
    }

    /// Reads commands up to `closer`, or to the end.
    pub(super) fn commands(&mut self, closer: Option<u8>) {
        if self.depth > self.out.limits.depth {
            self.doubt("it is nested too deeply");
            self.at = self.line.len();
            return;
        }
        while let Some(byte) = self.peek(0).filter(|_| !self.out.full) {
            if closer == Some(byte) {
                self.at += 1;
                self.finish(false);
                return;
            }
            self.step(byte);
        }
        self.finish(false);
        if let Some(closer) = closer {
            self.doubt(&format!("a {} is missing", char::from(closer)));
        }
        if !self.documents.is_empty() {
            self.doubt("a here-document without its end");
        }
    }

    /// Reads the commands of a substitution, after its parenthesis; what it gives is not known.
    pub(super) fn nested(&mut self, word: &mut Word) {
        word.expanded = true;
        let draft = self.fresh(false);
        let outer = std::mem::replace(&mut self.draft, draft);
        let documents = std::mem::take(&mut self.documents);
        self.depth += 1;
        self.commands(Some(b')'));
        self.depth -= 1;
        if !self.documents.is_empty() {
            self.doubt("a here-document without its end");
        }
        (self.draft, self.documents) = (outer, documents);
    }

    /// Reads the commands between backticks.
    pub(super) fn backtick(&mut self, word: &mut Word, in_quotes: bool) {
        word.expanded = true;
        let start = self.at + 1;
        let Some(end) = self.find_unescaped(start, b'`') else {
            self.doubt("a backtick that is not closed");
            self.at = self.line.len();
            return;
        };
        self.at = end + 1;
        let text = &self.line[start..end];
        let plain = unescaped(text);
        let as_it_stands = plain == text;
        if !as_it_stands || (in_quotes && text.contains("\\\"")) {
            self.doubt("an escaped sign in backticks");
        }
        let base = self.base.filter(|_| as_it_stands).map(|base| base + start);
        Reader::new(&plain, base, self.depth + 1, self.out).commands(None);
    }

    pub(super) fn doubt(&mut self, why: &str) {
        self.out.doubt(why);
    }

    /// The byte at some distance from here.
    pub(super) fn peek(&self, distance: usize) -> Option<u8> {
        self.line.as_bytes().get(self.at + distance).copied()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.line.as_bytes()[self.at..].starts_with(text.as_bytes())
    }

    fn fresh(&mut self, reads_pipe: bool) -> Draft {
        self.out.begun += 1;
        let command = Command { reads_pipe, ..Command::default() };
        Draft { command, number: self.out.begun, ..Draft::default() }
    }

    fn place(&mut self, start: usize, role: Role) {
        if let Some(base) = self.base {
            let place = Place { start: base + start, end: base + self.at, role, command: self.draft.number };
            self.out.places.push(place);
        }
    }

    /// Reads one word or operator, which begins with `byte`.
    fn step(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' => self.at += 1,
            b'\\' if self.peek(1) == Some(b'\n') => self.continuation(),
            b'#' => self.at = self.line[self.at..].find('\n').map_or(self.line.len(), |end| self.at + end),
            b'\n' => {
                self.at += 1;
                self.finish(false);
                self.read_documents();
            }
            b'(' => self.parenthesis(),
            b')' => {
                self.doubt("a ) without its (");
                self.at += 1;
                self.finish(false);
            }
            b'&' if self.peek(1) == Some(b'>') => self.redirect(true),
            b';' | b'&' | b'|' => self.operator(),
            _ if self.starts_with("<(") || self.starts_with(">(") => self.word_of_command(),
            b'<' | b'>' | b'0'..=b'9' => self.descriptor(),
            _ => self.word_of_command(),
        }
    }

    /// A redirection, with the number of its descriptor before it, or a word that begins with digits.
    fn descriptor(&mut self) {
        let count = digits(&self.line[self.at..]);
        if !matches!(self.peek(count), Some(b'<' | b'>')) {
            return self.word_of_command();
        }
        if count > 3 {
            self.doubt("a descriptor of many digits");
        }
        let number = self.line[self.at..self.at + count].trim_start_matches('0');
        self.at += count;
        self.redirect(number == "1" || (count == 0 && self.peek(0) == Some(b'>')));
    }

    /// The command that was being read is complete.
    fn finish(&mut self, pipes: bool) {
        let next = self.fresh(pipes);
        let draft = std::mem::replace(&mut self.draft, next);
        if draft.runs_or_changes() {
            self.out.add(draft.command);
        }
    }

    fn operator(&mut self) {
        const OPERATORS: [&str; 9] = ["&&", "||", "|&", ";;&", ";;", ";&", ";", "&", "|"];
        let operator = OPERATORS.into_iter().find(|each| self.starts_with(each)).unwrap_or(";");
        self.at += operator.len();
        if matches!(operator, ";;" | ";&" | ";;&") {
            self.doubt("a case construct");
        }
        self.finish(matches!(operator, "|" | "|&"));
    }

    fn parenthesis(&mut self) {
        if self.peek(1) == Some(b'(') {
            self.doubt("arithmetic, or parentheses in parentheses");
        }
        let Command { words, assignments, reads_pipe, .. } = &self.draft.command;
        let (begun, reads_pipe) = (!words.is_empty() || !assignments.is_empty(), *reads_pipe);
        if begun {
            self.doubt("a function, an array or a pattern in parentheses");
        }
        self.at += 1;
        let draft = self.fresh(reads_pipe);
        let outer = std::mem::replace(&mut self.draft, draft);
        self.depth += 1;
        self.commands(Some(b')'));
        self.depth -= 1;
        self.draft = outer;
    }

    /// Reads a word and finds its part in the command: keyword, assignment, or a plain word.
    fn word_of_command(&mut self) {
        let start = self.at;
        let word = self.word();
        self.out.count();
        let raw = &self.line[start..self.at];
        if matches!(self.peek(0), Some(b'<' | b'>')) && is_named_descriptor(raw) {
            self.doubt("a descriptor with a name");
        }
        // The name must stand unquoted; what follows the = may be anything.
        let assigns = assigns(raw) && assigns(&word.text);
        let plain = !word.quoted && !word.expanded;
        let (unnamed, only_timed) = (self.draft.command.words.is_empty(), self.draft.only_timed);
        if plain && (is_sign(&word.text) || is_keyword(&word.text)) {
            if !self.draft.begun() {
                if is_keyword(&word.text) {
                    self.doubt(&format!("the shell construct {}", word.text));
                }
                return;
            }
            if unnamed || only_timed {
                self.doubt(&format!("{} where a command begins", word.text));
            }
        }
        if assigns && only_timed {
            self.doubt("a variable after time");
        }
        if assigns && unnamed {
            self.place(start, Role::Assignment);
            return self.draft.command.assignments.push(word.text);
        }
        if unnamed && (word.expanded || (word.globbed && word.text != "[") || word.text.is_empty()) {
            self.doubt("the name of a command is only known when it runs");
        }
        self.place(start, if unnamed { Role::Name } else { Role::Word });
        let times = word.text == "time";
        self.draft.only_timed =
            if unnamed { times && !word.quoted } else { only_timed && (times || word.text.starts_with('-')) };
        self.add(word);
    }

    fn add(&mut self, word: Word) {
        let command = &mut self.draft.command;
        let place = command.words.len();
        if word.expanded {
            command.expanded.push(place);
        }
        if word.globbed {
            command.globbed.push(place);
        }
        command.words.push(word.text);
    }

    fn redirect(&mut self, of_output: bool) {
        const OPERATORS: [&str; 11] = ["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">|", ">&", "<"];
        let begin = self.at;
        let operator = OPERATORS.into_iter().find(|each| self.starts_with(each)).unwrap_or(">");
        self.at += operator.len();
        self.draft.redirected = true;
        if of_output {
            self.draft.command.output.clear();
        }
        self.out.count();
        if matches!(operator, ">&" | "<&") && self.peek(0) == Some(b'-') {
            self.at += 1; // the dash belongs to the operator, whatever follows
            return;
        }
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.peek(1) == Some(b'\n') => self.continuation(),
                _ => break,
            }
        }
        if matches!(operator, "<<" | "<<-") {
            return self.document(begin, operator == "<<-");
        }
        let start = self.at;
        let word = if self.peek(0) == Some(b'#') { Word::default() } else { self.word() };
        if self.at == start {
            return self.doubt("a redirection without its file");
        }
        let duplicates = matches!(operator, ">&" | "<&") && is_descriptor(&word.text);
        self.place(start, Role::Target);
        let command = &mut self.draft.command;
        if operator == "<<<" || duplicates {
            return;
        }
        if word.expanded || word.globbed {
            command.redirect_expanded = true;
            return;
        }
        if of_output {
            command.output.clone_from(&word.text);
        }
        if matches!(operator, "<" | "<&") {
            command.read.push(word.text);
        } else {
            command.written.push(word.text);
        }
    }
}

/// What stands in backticks, as the shell reads it.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let escapes = rest[at + 1..].starts_with(['`', '\\', '$']);
        let end = if escapes { at + 2 } else { at + 1 };
        plain.push_str(&rest[..at]);
        plain.push_str(if escapes { &rest[at + 1..end] } else { "\\" });
        rest = &rest[end..];
    }
    plain + rest
}
