//! What control characters and sequences do. Those that only a real terminal could follow (titles, links, the mouse,
//! clipboards, graphics) do nothing.

use super::Terminal;
use super::screen::{Cursor, Screen};
use super::sequence::Parameter;

impl Terminal {
    pub(super) fn control(&mut self, byte: u8) {
        let screen = &mut self.screen;
        match byte {
            0x08 => screen.go_to_column(screen.cursor.column.saturating_sub(1)),
            b'\t' => screen.tab(),
            b'\n' | 0x0B | 0x0C => {
                screen.line_feed();
                // As the kernel would have it: not for vertical tabs and form feeds.
                if screen.newline && byte == b'\n' {
                    screen.go_to_column(0);
                }
            }
            b'\r' => screen.go_to_column(0),
            0x0E => screen.cursor.set = 1,
            0x0F => screen.cursor.set = 0,
            _ => {}
        }
    }

    pub(super) fn escape(&mut self, intermediate: u8, byte: u8) {
        let screen = &mut self.screen;
        match (intermediate, byte) {
            (0, b'7') => screen.saved = screen.cursor,
            (0, b'8') => screen.restore(),
            (0, b'D') => screen.line_feed(),
            (0, b'E') => {
                screen.line_feed();
                screen.go_to_column(0);
            }
            (0, b'H') => screen.set_stop(true),
            (0, b'M') => screen.reverse_line_feed(),
            (0, b'c') => screen.reset(self.newline),
            (b'#', b'8') => {
                screen.grid.fill('E', screen.columns);
                screen.go_to_row(0);
                screen.go_to_column(0);
            }
            (b'(', kind) => screen.cursor.draws[0] = kind == b'0',
            (b')', kind) => screen.cursor.draws[1] = kind == b'0',
            _ => {}
        }
    }

    pub(super) fn sequence(&mut self) {
        let csi = std::mem::take(&mut self.reader.csi);
        let first = usize::from(csi.number(0, 1));
        match (csi.mark, csi.intermediate, csi.last) {
            (0, 0, b'n') => self.report(csi.number(0, 0)),
            (0, 0, b'c') => self.reply("\x1b[?6c"),
            (0, 0, b'h' | b'l') => self.screen.switch(csi.all(), csi.last == b'h'),
            (b'?', 0, b'h' | b'l') => {
                for mode in csi.all() {
                    self.screen.switch_private(mode[0], csi.last == b'h');
                }
            }
            (0 | b'?', 0, b'J') => self.screen.erase_screen(csi.number(0, 0)),
            (0 | b'?', 0, b'K') => self.screen.erase_line(csi.number(0, 0)),
            (0, 0, b'm') => self.screen.cursor.style.select(csi.all()),
            (0, 0, b'r') => {
                let bottom = csi.number(1, u16::MAX);
                self.screen.set_region(first - 1, usize::from(bottom) - 1);
            }
            (0, 0, b'g') => match csi.number(0, 0) {
                0 => self.screen.set_stop(false),
                3 => self.screen.clear_stops(),
                _ => {}
            },
            (0, 0, b'H' | b'f') => {
                self.screen.go_to_row(first - 1);
                self.screen.go_to_column(usize::from(csi.number(1, 1)) - 1);
            }
            (0, 0, b'b') => self.screen.repeat(first),
            (0, 0, b's') => self.screen.saved = self.screen.cursor,
            (0, 0, b'u') => self.screen.restore(),
            (0, b'!', b'p') => self.screen.soft_reset(),
            (0, 0, last) => self.screen.move_or_edit(last, first),
            _ => {}
        }
        self.reader.csi = csi;
    }

    fn report(&mut self, what: u16) {
        match what {
            5 => self.reply("\x1b[0n"),
            6 => {
                let Cursor { row, column, .. } = self.screen.cursor;
                self.reply(&format!("\x1b[{};{}R", row + 1, column + 1));
            }
            _ => {}
        }
    }
}

impl Screen {
    fn restore(&mut self) {
        self.cursor = Cursor { is_past: false, ..self.saved };
        self.cursor.row = self.cursor.row.min(self.grid.last());
        self.cursor.column = self.cursor.column.min(self.columns - 1);
    }

    fn repeat(&mut self, count: usize) {
        if let Some(letter) = self.last {
            for _ in 0..count.min(self.columns) {
                self.print(letter);
            }
        }
    }

    fn soft_reset(&mut self) {
        (self.wraps, self.inserts) = (true, false);
        (self.grid.top, self.grid.bottom) = (0, self.grid.last());
        self.cursor = Cursor { row: self.cursor.row, column: self.cursor.column, ..Cursor::default() };
        self.saved = Cursor::default();
    }

    fn move_or_edit(&mut self, last: u8, count: usize) {
        let (column, columns, row) = (self.cursor.column, self.columns, self.cursor.row);
        let scrolls = (self.grid.top..=self.grid.bottom).contains(&row);
        match last {
            b'A' => self.up(count),
            b'B' => self.down(count),
            b'e' => self.cursor.row = (row + count).min(self.grid.last()),
            b'C' | b'a' => self.go_to_column(column + count),
            b'D' => self.go_to_column(column.saturating_sub(count)),
            b'E' => {
                self.down(count);
                self.go_to_column(0);
            }
            b'F' => {
                self.up(count);
                self.go_to_column(0);
            }
            b'G' | b'`' => self.go_to_column(count - 1),
            b'd' => self.go_to_row(count - 1),
            b'I' => return self.tabs(count),
            b'Z' => return self.back_tabs(count),
            b'S' => self.scroll_up(count),
            b'T' => self.scroll_down(count),
            b'L' if scrolls => {
                self.grid.insert_rows(row, count);
                self.go_to_column(0);
            }
            b'M' if scrolls => {
                self.grid.delete_rows(row, count);
                self.go_to_column(0);
            }
            b'@' => self.grid.rows[row].insert(column, count, columns),
            b'P' => self.grid.rows[row].delete(column, count),
            b'X' => self.grid.rows[row].erase(column, column + count),
            _ => return,
        }
        self.cursor.is_past = false;
    }

    fn switch(&mut self, modes: impl Iterator<Item = Parameter>, on: bool) {
        for mode in modes {
            match mode[0] {
                4 => self.inserts = on,
                20 => self.newline = on,
                _ => {}
            }
        }
    }

    fn switch_private(&mut self, mode: u16, on: bool) {
        match mode {
            // Columns stay as they are, but the screen is blank again.
            3 => {
                (self.grid.top, self.grid.bottom) = (0, self.grid.last());
                self.erase_screen(2);
                self.go_to_row(0);
                self.go_to_column(0);
            }
            6 => {
                self.cursor.keeps_to_region = on;
                self.go_to_row(0);
                self.go_to_column(0);
            }
            7 => self.wraps = on,
            47 | 1047 => self.go_aside(on),
            1048 if on => self.saved = self.cursor,
            1048 => self.restore(),
            1049 if on => {
                self.saved = self.cursor;
                self.go_aside(true);
            }
            1049 => {
                self.go_aside(false);
                self.restore();
            }
            _ => {}
        }
    }
}
