//! Stories about processes on their own terminal.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Pid;

use super::*;

fn shell(command: &str) -> Start {
    Start {
        argv: ["/bin/sh", "-c", command].iter().map(OsString::from).collect(),
        cwd: "/".into(),
        env: vec![("PATH".into(), "/usr/bin:/bin".into())],
        rows: 7,
        columns: 70,
        piped: false,
        echo: false,
        notes: None,
    }
}

fn started(command: &str, piped: bool) -> Process {
    Process::spawn(&Start { piped, ..shell(command) }, None).unwrap()
}

/// Everything it prints until nobody can print any more, and how it ended.
fn finished(mut process: Process) -> (String, Exit) {
    let mut output = Vec::new();
    loop {
        let bell = process.output().unwrap();
        poll(&mut [PollFd::new(&bell, PollFlags::IN)], None).unwrap();
        match process.read(1 << 16).unwrap() {
            Some(bytes) if bytes.is_empty() => break,
            Some(bytes) => output.extend(bytes),
            None => {}
        }
    }
    let exit = loop {
        if let Some(exit) = process.reap().unwrap() {
            break exit;
        }
    };
    (String::from_utf8(output).unwrap(), exit)
}

#[test]
fn a_process_sees_its_terminal_and_its_size() {
    let process = started("stty size; stty size < /dev/tty; exit 5", false);
    assert_eq!(finished(process), ("7 70\n7 70\n".to_owned(), Exit::Code(5)));
}

#[test]
fn its_notes_have_a_bound() {
    let line = "printf some >&9; printf more >&9; head -c 9000 /dev/zero >&9 2>/dev/null; echo $?";
    let mut process = Process::spawn(&Start { notes: Some((9, 1000)), ..shell(line) }, None).unwrap();
    while process.reap().unwrap().is_none() {}
    let notes = process.notes(100_000).unwrap();
    assert!(notes.starts_with(b"somemore"));
    assert!(notes.len() <= 1000);
    assert_ne!(finished(process).0, "0\n");
}

#[test]
fn a_signal_reaches_the_whole_group() {
    let process = started("sleep 100 & sleep 100", false);
    while !process.signal(Signal::KILL.as_raw()).unwrap() {}
    assert_eq!(finished(process).1, Exit::Signal(9));
}

#[test]
fn who_left_the_group_and_the_session_is_still_on_the_leash() {
    let escape =
        "(setsid sh -c 'trap \"\" HUP INT TERM; echo $$; sleep 100; sleep 100' &) ; sleep 0.2; exit 3";
    let mut process = started(escape, false);
    while process.reap().unwrap().is_none() {}
    assert_eq!(process.reap().unwrap(), Some(Exit::Code(3)));
    assert!(!process.is_gone().unwrap());
    assert!(process.signal(Signal::KILL.as_raw()).unwrap());
    while !process.is_gone().unwrap() {}
}

#[test]
fn closing_ends_everything() {
    let process = started("(setsid sh -c 'trap \"\" HUP; echo $$; exec sleep 100' &) ; sleep 100", false);
    let output = loop {
        if let Some(bytes) = process.read(100).unwrap() {
            break String::from_utf8(bytes).unwrap();
        }
    };
    let escaped = Pid::from_raw(output.trim().parse().unwrap()).unwrap();
    drop(process);
    while rustix::process::test_kill_process(escaped).is_ok() {}
}

#[test]
fn without_a_nursery_a_command_is_a_child_and_its_group_ends_with_it() {
    let (_terminal, theirs) = pty::open(7, 70, false).unwrap();
    let start = shell("sleep 100 & sleep 100");
    let leash = direct::Leash::spawn(&start, &theirs, None, None, None).unwrap();
    assert_eq!((leash.is_gone().unwrap(), leash.news().is_none()), (false, true));
    assert!(leash.signal(Signal::KILL).unwrap());
    while leash.reap().unwrap() != Some(Exit::Signal(9)) {}
    let group = Pid::from_raw(leash.pid()).unwrap();
    drop(leash);
    while rustix::process::test_kill_process_group(group).is_ok() {}
}

#[test]
fn a_pipe_carries_input_to_the_byte() {
    let mut process = started("cat", true);
    assert_eq!(process.write(b"\x04\x03hi").unwrap(), 4);
    process.end_input();
    assert_eq!(finished(process), ("\x04\x03hi".to_owned(), Exit::Code(0)));
}

#[test]
fn after_all_of_it_ended_no_signal_is_sent() {
    let mut process = started("true", false);
    while !process.is_gone().unwrap() {}
    assert_eq!(process.reap().unwrap(), Some(Exit::Code(0)));
    assert!(!process.signal(Signal::TERM.as_raw()).unwrap());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let start = Start {
        argv: vec!["/no/such/program".into()],
        cwd: "/".into(),
        env: vec![],
        rows: 1,
        columns: 1,
        piped: false,
        echo: false,
        notes: None,
    };
    assert!(Process::spawn(&start, None).unwrap_err().to_string().starts_with("/no/such/program: "));
}

#[cfg(target_os = "linux")]
#[test]
fn where_a_confinement_cannot_be_entered_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut start = shell("echo ran > proof");
    start.cwd = folder.path().into();
    let walls = Confinement { sealed: vec![folder.path().into()], ..Confinement::default() };
    assert!(Process::spawn(&start, Some(&walls)).is_err(), "sealing needs namespaces");
    assert!(!folder.path().join("proof").exists());
}
