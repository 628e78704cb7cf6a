//! The memory map of this process, read without allocating.

use std::ops::Range;

use rustix::fs::{CWD, Mode, OFlags};

/// Bytes above which a mapping is worth giving back. What the C library keeps for itself is smaller.
const LARGE: usize = 256 << 10;

/// Calls `give_back` with every large mapping of private memory that belongs to no file and holds none of `needed`.
pub(super) fn each_large(needed: &[usize], mut give_back: impl FnMut(Range<usize>)) {
    let Ok(maps) =
        rustix::fs::openat(CWD, c"/proc/self/maps", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
    else {
        return;
    };
    let mut text = [0_u8; 8192];
    let mut filled = 0;
    while let Ok(count @ 1..) = rustix::io::read(&maps, &mut text[filled..]) {
        filled += count;
        let mut rest = &text[..filled];
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            if let Some(range) = private(&rest[..end])
                && range.len() >= LARGE
                && !needed.iter().any(|address| range.contains(address))
            {
                give_back(range);
            }
            rest = &rest[end + 1..];
        }
        let (from, left) = (filled - rest.len(), rest.len());
        text.copy_within(from..filled, 0);
        filled = if left == text.len() { 0 } else { left };
    }
}

/// Where the mapping of a line such as `7f00-7f80 rw-p 00000000 00:00 0 [heap]` lies, if it is of that kind.
fn private(line: &[u8]) -> Option<Range<usize>> {
    let mut words = line.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
    let (place, rights) = (words.next()?, words.next()?);
    let (inode, name) = (words.nth(2)?, words.next().unwrap_or_default());
    if rights != b"rw-p"
        || inode != b"0"
        || !(name.is_empty() || name == b"[heap]" || name.starts_with(b"[anon"))
    {
        return None;
    }
    let middle = place.iter().position(|&byte| byte == b'-')?;
    Some(hexadecimal(&place[..middle])?..hexadecimal(&place[middle + 1..])?)
}

fn hexadecimal(digits: &[u8]) -> Option<usize> {
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_private_memory_is_found_and_what_is_needed_is_left() {
        let memory = vec![7_u8; 64 << 20];
        let (address, mut found, mut kept) = (memory.as_ptr() as usize, 0, 0);
        each_large(&[], |range| found += usize::from(range.contains(&address)));
        each_large(&[address], |range| kept += usize::from(range.contains(&address)));
        assert_eq!((found, kept), (1, 0));
    }

    #[test]
    fn only_private_memory_without_a_file_counts() {
        let line = |text: &str| private(text.as_bytes());
        assert_eq!(line("7f00-7f80 rw-p 00000000 00:00 0 "), Some(0x7f00..0x7f80));
        assert_eq!(line("7f00-7f80 rw-p 00000000 00:00 0    [heap]"), Some(0x7f00..0x7f80));
        assert_eq!(line("7f00-7f80 rw-p 00000000 00:00 0    [stack]"), None);
        assert_eq!(line("7f00-7f80 r--p 00000000 00:00 0 "), None);
        assert_eq!(line("7f00-7f80 rw-p 00000000 08:01 77   /usr/lib/libc.so.6"), None);
        assert_eq!(line("garbage"), None);
    }
}
