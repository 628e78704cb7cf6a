//! Finds characters, control characters and sequences in a stream of bytes that may be cut anywhere.

/// Bytes of parameters that a sequence may have; of a longer one nothing is obeyed.
const MOST_PARAMETER_BYTES: usize = 256;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// Printable ASCII, one after the other.
    Ascii(&'a [u8]),
    /// Another character, or U+FFFD for bytes that are none.
    Letter(char),
    /// A control character.
    Control(u8),
    /// `ESC`, an intermediate byte (0 for none), and the final one.
    Escape(u8, u8),
    /// `ESC [`: see `csi`.
    Csi,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Escape,
    Csi,
    /// A title, a link, a device control: read past.
    Text,
}

/// Where in the stream we are.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    state: State,
    intermediate: u8,
    pub(super) csi: Csi,
    letter: Letter,
}

/// A control sequence: private mark and intermediate byte (0 for none), the bytes of its parameters, its final byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Csi {
    pub(super) mark: u8,
    pub(super) intermediate: u8,
    pub(super) parameters: Vec<u8>,
    pub(super) last: u8,
    is_broken: bool,
}

impl Reader {
    /// What comes next in `bytes`, which loses what was read; None where it ended.
    pub(super) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Found<'a>> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.state == State::Ground {
                if (0x20..0x7F).contains(&byte) && self.letter.wanted == 0 {
                    let (run, rest) = bytes.split_at(printable(bytes));
                    *bytes = rest;
                    return Some(Found::Ascii(run));
                }
                if byte >= 0x80 || self.letter.wanted > 0 {
                    let (letter, is_taken) = self.letter.add(byte);
                    *bytes = if is_taken { rest } else { bytes };
                    match letter {
                        // Control characters of eight bits: nobody means them.
                        Some('\u{80}'..='\u{9F}') | None => continue,
                        Some(letter) => return Some(Found::Letter(letter)),
                    }
                }
            }
            if byte == 0x1B
                && let Some(length) = plain_csi(bytes)
            {
                let (sequence, rest) = bytes.split_at(length);
                *bytes = rest;
                self.state = State::Ground;
                self.csi.take(sequence);
                return Some(Found::Csi);
            }
            *bytes = rest;
            match self.step(byte) {
                Step::Nothing => {}
                Step::Found(found) => return Some(found),
                Step::Again => {
                    self.state = State::Ground;
                    // Only what is no ASCII comes back: it begins a character.
                    let (letter, _) = self.letter.add(byte);
                    if let Some(letter) = letter {
                        return Some(Found::Letter(letter));
                    }
                }
            }
        }
        None
    }

    /// Whether nothing is half read.
    pub(super) fn is_between(&self) -> bool {
        self.state == State::Ground && self.letter.wanted == 0
    }

    /// The character that was never finished.
    pub(super) fn end(&mut self) -> Option<char> {
        (std::mem::take(&mut self.letter.wanted) > 0).then_some('\u{FFFD}')
    }

    fn step<'a>(&mut self, byte: u8) -> Step<'a> {
        match (self.state, byte) {
            (State::Text, 0x07 | 0x18 | 0x1A) | (_, 0x18 | 0x1A) => self.state = State::Ground,
            (_, 0x1B) => (self.state, self.intermediate) = (State::Escape, 0),
            // A line's end means that it was never closed.
            (State::Text, b'\n') => {
                self.state = State::Ground;
                return Step::Found(Found::Control(byte));
            }
            (State::Text, _) | (_, 0x7F) => {}
            (_, 0..0x20) => return Step::Found(Found::Control(byte)),
            (_, 0x80..) => return Step::Again,
            (State::Escape, b'[') => (self.state, self.csi) = (State::Csi, Csi::reuse(&mut self.csi)),
            (State::Escape, b']' | b'P' | b'X' | b'^' | b'_') if self.intermediate == 0 => {
                self.state = State::Text;
            }
            (State::Escape, 0x20..0x30) => self.intermediate = byte,
            (State::Escape, _) => {
                self.state = State::Ground;
                return Step::Found(Found::Escape(self.intermediate, byte));
            }
            (State::Csi, 0x40..) => {
                self.state = State::Ground;
                self.csi.last = byte;
                if !self.csi.is_broken {
                    return Step::Found(Found::Csi);
                }
            }
            (State::Csi, _) => self.csi.add(byte),
            (State::Ground, _) => {}
        }
        Step::Nothing
    }
}

enum Step<'a> {
    Nothing,
    Found(Found<'a>),
    Again,
}

impl Csi {
    fn reuse(old: &mut Self) -> Self {
        let mut parameters = std::mem::take(&mut old.parameters);
        parameters.clear();
        Self { parameters, ..Self::default() }
    }

    /// Takes a sequence as `plain_csi` found it.
    fn take(&mut self, sequence: &[u8]) {
        let mut parameters = std::mem::take(&mut self.parameters);
        parameters.clear();
        parameters.extend_from_slice(&sequence[2..sequence.len() - 1]);
        *self = Self { parameters, last: sequence[sequence.len() - 1], ..Self::default() };
    }

    fn add(&mut self, byte: u8) {
        match byte {
            b'0'..=b';' if self.intermediate == 0 && self.parameters.len() < MOST_PARAMETER_BYTES => {
                self.parameters.push(byte);
            }
            b'<'..=b'?' if self.parameters.is_empty() && self.mark == 0 => self.mark = byte,
            0x20..0x30 if self.intermediate == 0 => self.intermediate = byte,
            _ => self.is_broken = true,
        }
    }

    /// The number at an index; `missing` where none was given, or 0 was.
    pub(super) fn number(&self, index: usize, missing: u16) -> u16 {
        let text = self.parameters.split(|&byte| byte == b';').nth(index).unwrap_or_default();
        match decimal(text.split(|&byte| byte == b':').next().unwrap_or_default()) {
            0 => missing,
            number => number,
        }
    }

    /// All parameters.
    pub(super) fn all(&self) -> impl Iterator<Item = Parameter> {
        parameters(&self.parameters)
    }
}

/// A parameter with those after its colons: the first six of them, which is all that any sequence has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    parts: [u16; 6],
    count: usize,
}

impl std::ops::Deref for Parameter {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        &self.parts[..self.count]
    }
}

/// The parameters of a sequence, from their bytes.
pub(super) fn parameters(bytes: &[u8]) -> impl Iterator<Item = Parameter> {
    bytes.split(|&byte| byte == b';').map(|text| {
        let (mut parts, mut count) = ([0; 6], 0);
        for (place, part) in parts.iter_mut().zip(text.split(|&byte| byte == b':')) {
            *place = decimal(part);
            count += 1;
        }
        Parameter { parts, count }
    })
}

/// Bytes at the start that are printable ASCII.
pub(super) fn printable(bytes: &[u8]) -> usize {
    const STRIDE: usize = 32;
    let is_printable = |byte: &u8| byte.wrapping_sub(0x20) < 0x5F;
    // Without an early end inside a stride, the compiler compares all of it at once.
    let whole = bytes
        .chunks_exact(STRIDE)
        .take_while(|stride| stride.iter().fold(true, |printable, byte| printable & is_printable(byte)));
    let start = STRIDE * whole.count();
    start + bytes[start..].iter().position(|byte| !is_printable(byte)).unwrap_or(bytes.len() - start)
}

/// The length of a sequence at the start that has nothing but parameters, `ESC [ 1 ; 31 m`, where all of it is there.
pub(super) fn plain_csi(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let end = parameters.iter().take(MOST_PARAMETER_BYTES).position(|byte| !(b'0'..=b';').contains(byte))?;
    (0x40..0x7F).contains(&parameters[end]).then_some(end + 3)
}

fn decimal(digits: &[u8]) -> u16 {
    let add = |sum: u16, digit: &u8| sum.saturating_mul(10).saturating_add(u16::from(digit - b'0'));
    digits.iter().filter(|byte| byte.is_ascii_digit()).fold(0, add)
}

/// A character of several bytes, as far as it came.
#[derive(Clone, Debug, Default)]
struct Letter {
    code: u32,
    /// Bytes that are still to come.
    wanted: u8,
    /// What the next one has to lie in.
    low: u8,
    high: u8,
}

impl Letter {
    /// The character that a byte ends, and whether the byte was taken.
    fn add(&mut self, byte: u8) -> (Option<char>, bool) {
        if self.wanted == 0 {
            let (wanted, low, high) = match byte {
                0xC2..=0xDF => (1, 0x80, 0xBF),
                0xE0 => (2, 0xA0, 0xBF),
                0xED => (2, 0x80, 0x9F),
                0xE1..=0xEF => (2, 0x80, 0xBF),
                0xF0 => (3, 0x90, 0xBF),
                0xF1..=0xF3 => (3, 0x80, 0xBF),
                0xF4 => (3, 0x80, 0x8F),
                _ => return (Some('\u{FFFD}'), true),
            };
            let code = u32::from(byte) & (0x3F >> wanted);
            *self = Self { code, wanted, low, high };
            return (None, true);
        }
        if !(self.low..=self.high).contains(&byte) {
            self.wanted = 0;
            return (Some('\u{FFFD}'), false);
        }
        let code = self.code << 6 | u32::from(byte & 0x3F);
        *self = Self { code, wanted: self.wanted - 1, low: 0x80, high: 0xBF };
        ((self.wanted == 0).then(|| char::from_u32(code).unwrap_or('\u{FFFD}')), true)
    }
}
