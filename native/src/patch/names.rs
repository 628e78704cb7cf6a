//! The names in a diff: git's prefixes, its quotes, and what stands for no file.

/// The two names of a file's head. `a/` and `b/` are git's where both sides agree on it.
pub(super) fn paths(old: &[u8], new: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (old, new) = (unquoted(old), unquoted(new));
    let is_git = [(&old, b"a/"), (&new, b"b/")]
        .iter()
        .all(|(name, prefix)| is_nothing(name) || name.starts_with(*prefix));
    let path = |name: Vec<u8>| {
        if is_nothing(&name) {
            None
        } else if is_git {
            Some(name[2..].to_vec())
        } else {
            Some(name)
        }
    };
    (path(old), path(new))
}

fn is_nothing(name: &[u8]) -> bool {
    name == b"/dev/null"
}

/// The names of a `diff --git a/x b/x` line. Without quotes it is read only where both names are the same.
pub(super) fn git_names(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let names = &line[b"diff --git ".len()..];
    if names.starts_with(b"\"") {
        let end = quote_end(names)?;
        let (old, new) = paths(&names[..end], names.get(end + 1..)?);
        return Some((old?, new?));
    }
    let middle = names.len() / 2;
    if names.get(middle) != Some(&b' ') {
        return None;
    }
    let (old, new) = paths(&names[..middle], &names[middle + 1..]);
    Some((old?, new?))
}

/// The index after the closing quote.
fn quote_end(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// A name as a file system has it: unquoted where it is quoted as in C, else up to a tab (after it comes a time).
pub(super) fn unquoted(name: &[u8]) -> Vec<u8> {
    let end = if name.starts_with(b"\"") { quote_end(name) } else { None };
    let Some(end) = end else {
        return name.split(|&byte| byte == b'\t').next().unwrap_or_default().to_vec();
    };
    let mut bytes = name[1..end - 1].iter().copied().peekable();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'a') => out.push(0x07),
            Some(b'b') => out.push(0x08),
            Some(b'v') => out.push(0x0b),
            Some(b'f') => out.push(0x0c),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) {
                        value = value * 8 + u32::from(next - b'0');
                    }
                }
                out.push((value & 0xff) as u8);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
