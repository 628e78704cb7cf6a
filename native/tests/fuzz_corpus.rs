//! Inputs that a fuzzer found worth keeping, asked again. New ones come from `make fuzz`.

use std::fs;
use std::path::Path;

#[path = "../fuzz/checks/command_line.rs"]
mod command_line;
#[path = "../fuzz/checks/patch.rs"]
mod patch;
#[path = "../fuzz/checks/terminal.rs"]
mod terminal;

fn replay(name: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut inputs = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("a file of the corpus").path();
        println!("{}", path.display());
        check(&fs::read(&path).expect("its bytes"));
        inputs += 1;
    }
    assert!(inputs > 0, "{} is empty", folder.display());
}

#[test]
fn shell_lines() {
    replay("command_line", command_line::check);
}

#[test]
fn patches() {
    replay("patch", patch::check);
}

#[test]
fn terminal_output() {
    replay("terminal", terminal::check);
}
