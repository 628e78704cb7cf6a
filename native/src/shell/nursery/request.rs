//! A request as the forked side finds it: one block of memory, laid out so that a process which may not allocate can use
//! it as it stands, and the descriptors that go with it.

use std::ffi::{OsStr, OsString};
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::MemfdFlags;
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};

use crate::error::{Error, Result};
use crate::sandbox::Prepared;
use crate::shell::Start;

/// The numbers at the start of the block. Places are bytes from there; lists are ends with 0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Header {
    /// Bytes of the whole block.
    pub(super) length: usize,
    /// Where the program's path stands.
    pub(super) program: usize,
    /// Where the folder stands.
    pub(super) folder: usize,
    /// Where the list of places of the arguments stands.
    pub(super) arguments: usize,
    /// Where the list of places of the variables stands.
    pub(super) variables: usize,
    /// Where the steps of the confinement stand.
    pub(super) steps: usize,
    /// Their bytes.
    pub(super) steps_length: usize,
    /// The number under which the command finds its notes.
    pub(super) notes: usize,
    /// Which descriptors follow the terminal and this block: bits of `INPUT`, `NOTES`, `RULESET`.
    pub(super) descriptors: usize,
}

impl Header {
    /// How many numbers it is.
    const NUMBERS: usize = 9;
    const BYTES: usize = Self::NUMBERS * size_of::<usize>();

    /// The one that a block begins with.
    pub(super) fn of(block: &[u8]) -> Option<Self> {
        let mut numbers = [0; Self::NUMBERS];
        let slots = block.get(..Self::BYTES)?.chunks_exact(size_of::<usize>());
        for (number, slot) in numbers.iter_mut().zip(slots) {
            *number = usize::from_ne_bytes(slot.try_into().ok()?);
        }
        let [length, program, folder, arguments, variables, steps, steps_length, notes, descriptors] =
            numbers;
        Some(Self { length, program, folder, arguments, variables, steps, steps_length, notes, descriptors })
    }
}

/// The command's standard input.
pub(super) const INPUT: usize = 1;
/// What the command may write to beside its output.
pub(super) const NOTES: usize = 2;
/// A Landlock ruleset.
pub(super) const RULESET: usize = 4;
/// The most descriptors that go with a request.
pub(super) const MOST_DESCRIPTORS: usize = 5;

/// A start, ready to be handed over.
pub(super) struct Request<'a> {
    block: OwnedFd,
    extra: Vec<BorrowedFd<'a>>,
}

impl<'a> Request<'a> {
    pub(super) fn new(
        start: &'a Start,
        input: Option<&'a OwnedFd>,
        notes: Option<&'a OwnedFd>,
        confinement: Option<&'a Prepared>,
    ) -> Result<Self> {
        let ruleset = confinement.and_then(|confinement| confinement.ruleset.as_ref());
        let steps = confinement.map_or(&[][..], |confinement| &confinement.steps);
        let mut descriptors = 0;
        let mut extra = vec![];
        for (bit, descriptor) in [(INPUT, input), (NOTES, notes), (RULESET, ruleset)] {
            if let Some(descriptor) = descriptor {
                descriptors |= bit;
                extra.push(descriptor.as_fd());
            }
        }
        let bytes = layout(start, steps, descriptors)?;
        let block = store(&bytes).map_err(|error| Error::os("memory", error))?;
        Ok(Self { block, extra })
    }

    /// Hands it to a warden.
    pub(super) fn send(&self, warden: BorrowedFd<'_>, terminal: BorrowedFd<'_>) -> rustix::io::Result<()> {
        hand_over(warden, &[&[terminal, self.block.as_fd()], self.extra.as_slice()].concat())
    }
}

/// Sends descriptors, no more than go with a request.
pub(super) fn hand_over(socket: BorrowedFd<'_>, descriptors: &[BorrowedFd<'_>]) -> rustix::io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(descriptors));
    loop {
        match rustix::net::sendmsg(socket, &[IoSlice::new(b"!")], &mut ancillary, SendFlags::NOSIGNAL) {
            Err(Errno::INTR) => {}
            sent => return sent.map(drop),
        }
    }
}

fn layout(start: &Start, steps: &[u8], descriptors: usize) -> Result<Vec<u8>> {
    let (program, _) = start.program()?;
    let mut block = Block { bytes: vec![0; Header::BYTES] };
    let notes = start.notes.map_or(0, |(number, _)| usize::from(number));
    let mut header = Header { notes, descriptors, ..Header::default() };
    header.program = block.text(find(program, &start.env).as_os_str().as_bytes())?;
    header.folder = block.text(start.cwd.as_os_str().as_bytes())?;
    let arguments = start.argv.iter().map(|word| block.text(word.as_bytes())).collect::<Result<Vec<_>>>()?;
    let variables = start
        .env
        .iter()
        .map(|(name, value)| block.text(&[name.as_bytes(), b"=", value.as_bytes()].concat()))
        .collect::<Result<Vec<_>>>()?;
    header.arguments = block.list(&arguments);
    header.variables = block.list(&variables);
    header.steps = block.place();
    header.steps_length = steps.len();
    block.bytes.extend_from_slice(steps);
    header.length = block.place();
    let Header { length, program, folder, arguments, variables, steps, steps_length, .. } = header;
    let numbers = [length, program, folder, arguments, variables, steps, steps_length, notes, descriptors];
    for (place, number) in block.bytes.chunks_exact_mut(size_of::<usize>()).zip(numbers) {
        place.copy_from_slice(&number.to_ne_bytes());
    }
    Ok(block.bytes)
}

struct Block {
    bytes: Vec<u8>,
}

impl Block {
    fn place(&self) -> usize {
        self.bytes.len()
    }

    fn text(&mut self, text: &[u8]) -> Result<usize> {
        if text.contains(&0) {
            let shown = String::from_utf8_lossy(text);
            return Err(Error::Invalid(format!("no command can be told of a NUL character: {shown:?}")));
        }
        let place = self.place();
        self.bytes.extend_from_slice(text);
        self.bytes.push(0);
        Ok(place)
    }

    fn list(&mut self, places: &[usize]) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(size_of::<usize>()), 0);
        let place = self.place();
        for number in places.iter().chain(&[0]) {
            self.bytes.extend_from_slice(&number.to_ne_bytes());
        }
        place
    }
}

fn store(bytes: &[u8]) -> rustix::io::Result<OwnedFd> {
    let file = rustix::fs::memfd_create("command", MemfdFlags::CLOEXEC)?;
    let mut left = bytes;
    while !left.is_empty() {
        match rustix::io::write(&file, left) {
            Ok(count) => left = &left[count..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(file)
}

/// The program by its path; a bare name is looked up in the command's own `PATH`.
fn find(program: &OsStr, env: &[(OsString, OsString)]) -> OsString {
    if program.as_bytes().contains(&b'/') {
        return program.to_owned();
    }
    let path =
        env.iter().find(|(name, _)| name == "PATH").map_or(OsStr::new("/usr/bin:/bin"), |(_, path)| path);
    std::env::split_paths(path)
        .map(|folder| folder.join(Path::new(program)))
        .find(|file| file.is_file())
        .map_or_else(|| program.to_owned(), Into::into)
}
