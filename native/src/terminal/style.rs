//! How a character looks: colours as programs name them, and what else a terminal does to letters.

use super::sequence::Parameter;

/// A colour: 0 is the terminal's own, 1 to 256 are those of the palette (one more than their number), and from 1 << 24
/// on red, green and blue, eight bits each.
pub(super) type Colour = u32;

const RGB: Colour = 1 << 24;

/// How a character looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    front: Colour,
    back: Colour,
    marks: u8,
}

const MARKS: [(u16, u16, &str); 6] = [
    (1, 22, "bold"),
    (2, 22, "dim"),
    (3, 23, "italic"),
    (4, 24, "underline"),
    (7, 27, "reverse"),
    (9, 29, "strike"),
];

impl Style {
    /// Obeys `SGR`: parameters, each with those after its colons.
    pub(super) fn select(&mut self, mut rest: impl Iterator<Item = Parameter>) {
        while let Some(parameter) = rest.next() {
            match parameter[0] {
                0 => *self = Self::default(),
                // Underlines of other kinds are underlines; `4:0` is none.
                4 if parameter.get(1) == Some(&0) => self.unmark(24),
                number @ (1..=4 | 7 | 9) => self.mark(number),
                number @ (22..=24 | 27 | 29) => self.unmark(number),
                number @ 30..=37 => self.front = Colour::from(number - 29),
                number @ 40..=47 => self.back = Colour::from(number - 39),
                number @ 90..=97 => self.front = Colour::from(number - 81),
                number @ 100..=107 => self.back = Colour::from(number - 91),
                38 => self.front = colour(&parameter, &mut rest).unwrap_or(self.front),
                48 => self.back = colour(&parameter, &mut rest).unwrap_or(self.back),
                58 => drop(colour(&parameter, &mut rest)),
                39 => self.front = 0,
                49 => self.back = 0,
                _ => {}
            }
        }
    }

    fn mark(&mut self, number: u16) {
        for (index, (on, _, _)) in MARKS.iter().enumerate() {
            self.marks |= u8::from(*on == number) << index;
        }
    }

    fn unmark(&mut self, number: u16) {
        for (index, (_, off, _)) in MARKS.iter().enumerate() {
            self.marks &= !(u8::from(*off == number) << index);
        }
    }

    /// In words, such as `bold 1 on #102030`: marks, the colour's number in the palette or its parts, and that behind.
    pub(super) fn words(self) -> String {
        let mut words: Vec<String> = MARKS
            .iter()
            .enumerate()
            .filter(|(index, _)| self.marks & (1 << index) != 0)
            .map(|(_, (_, _, name))| (*name).to_owned())
            .collect();
        words.extend(name(self.front));
        words.extend(name(self.back).map(|back| format!("on {back}")));
        words.join(" ")
    }
}

fn name(colour: Colour) -> Option<String> {
    match colour {
        0 => None,
        1..RGB => Some((colour - 1).to_string()),
        _ => Some(format!("#{:06x}", colour - RGB)),
    }
}

/// The colour behind 38 or 48, in whichever way it is written: `38;5;n`, `38;2;r;g;b`, `38:5:n`, `38:2::r:g:b`.
fn colour(parameter: &[u16], rest: &mut impl Iterator<Item = Parameter>) -> Option<Colour> {
    let mut next = || rest.next().map_or(0, |parameter| parameter[0]);
    match *parameter {
        [_] => match next() {
            5 => of_palette(next()),
            2 => rgb(next(), next(), next()),
            _ => None,
        },
        [_, 5, number, ..] => of_palette(number),
        [_, 2, _, red, green, blue, ..] | [_, 2, red, green, blue] => rgb(red, green, blue),
        _ => None,
    }
}

fn of_palette(number: u16) -> Option<Colour> {
    (number < 256).then_some(Colour::from(number) + 1)
}

fn rgb(red: u16, green: u16, blue: u16) -> Option<Colour> {
    let colour = Colour::from(red) << 16 | Colour::from(green) << 8 | Colour::from(blue);
    (red.max(green).max(blue) < 256).then_some(RGB | colour)
}
