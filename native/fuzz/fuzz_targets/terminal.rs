#![no_main]
#[path = "../checks/terminal.rs"]
mod terminal;

libfuzzer_sys::fuzz_target!(|data: &[u8]| terminal::check(data));
