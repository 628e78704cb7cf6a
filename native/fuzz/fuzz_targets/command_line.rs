#![no_main]
#[path = "../checks/command_line.rs"]
mod command_line;

libfuzzer_sys::fuzz_target!(|data: &[u8]| command_line::check(data));
