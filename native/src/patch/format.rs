//! Hunks to the unified form, as git writes and reads it.

use std::fmt::Write as _;

use super::Hunk;
use crate::cancel::Cancel;
use crate::error::Result;

/// What happens to the file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Add,
    /// It was there and stays.
    Edit,
    /// It goes.
    Delete,
}

/// A patch of one file that `git apply` takes. Without hunks only a new or a deleted file has anything to say.
pub fn format_unified(path: &[u8], hunks: &[Hunk], change: Change, cancel: &Cancel) -> Result<Vec<u8>> {
    let (old, new) = (name(b"a/", path), name(b"b/", path));
    let mut out = Vec::new();
    if hunks.is_empty() {
        let mode: &[u8] = match change {
            Change::Add => b"new file mode 100644\n",
            Change::Delete => b"deleted file mode 100644\n",
            Change::Edit => return Ok(out),
        };
        for piece in [b"diff --git ", &old[..], b" ", &new, b"\n", mode] {
            out.extend_from_slice(piece);
        }
        return Ok(out);
    }
    let nothing = b"/dev/null".to_vec();
    header(&mut out, b"--- ", if change == Change::Add { &nothing } else { &old });
    header(&mut out, b"+++ ", if change == Change::Delete { &nothing } else { &new });
    for hunk in hunks {
        let mut head = String::from("@@ -");
        range(&mut head, hunk.old_start, hunk.old_count);
        head.push_str(" +");
        range(&mut head, hunk.new_start, hunk.new_count);
        head.push_str(" @@\n");
        out.extend_from_slice(head.as_bytes());
        for line in &hunk.lines {
            cancel.check()?;
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
    Ok(out)
}

fn header(out: &mut Vec<u8>, sign: &[u8], name: &[u8]) {
    out.extend_from_slice(sign);
    out.extend_from_slice(name);
    // A name with a space would otherwise end at it for some readers; git closes such a name with a tab.
    if name.contains(&b' ') && !name.starts_with(b"\"") {
        out.push(b'\t');
    }
    out.push(b'\n');
}

fn range(head: &mut String, start: usize, count: usize) {
    let _ = if count == 1 { write!(head, "{start}") } else { write!(head, "{start},{count}") };
}

/// A path with its prefix, quoted as in C where it holds a byte that a header line cannot.
fn name(prefix: &[u8], path: &[u8]) -> Vec<u8> {
    let whole = [prefix, path].concat();
    if !whole.iter().any(|&byte| byte < b' ' || byte == b'"' || byte == b'\\' || byte == 0x7f) {
        return whole;
    }
    let mut quoted = vec![b'"'];
    for byte in whole {
        match byte {
            b'\n' => quoted.extend_from_slice(b"\\n"),
            b'\t' => quoted.extend_from_slice(b"\\t"),
            b'\r' => quoted.extend_from_slice(b"\\r"),
            b'"' | b'\\' => quoted.extend_from_slice(&[b'\\', byte]),
            0..b' ' | 0x7f => quoted.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'"');
    quoted
}
