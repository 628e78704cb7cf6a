//! How Python sees a process.

use std::ffi::OsString;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Exit, Start};
use crate::sandbox::python::Confinement;

/// A process on a terminal of its own, in a session and a process group of its own.
#[pyclass(module = "claw_core.native._native")]
#[derive(Debug)]
pub(crate) struct Process {
    inner: super::Process,
}

#[pymethods]
impl Process {
    /// Starts a process.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "the door's keywords, one for one")]
    #[pyo3(signature = (argv, cwd, env, *, rows, columns, piped, echo = false, notes = None, confinement = None))]
    fn spawn(
        py: Python<'_>,
        argv: Vec<OsString>,
        cwd: PathBuf,
        env: Vec<(OsString, OsString)>,
        rows: u16,
        columns: u16,
        piped: bool,
        echo: bool,
        notes: Option<(u16, usize)>,
        confinement: Option<&Confinement>,
    ) -> PyResult<Self> {
        let start = Start { argv, cwd, env, rows, columns, piped, echo, notes };
        let confinement = confinement.map(|confinement| &confinement.inner);
        Ok(Self { inner: py.detach(|| super::Process::spawn(&start, confinement))? })
    }

    /// Its id, and that of its group and session.
    #[getter]
    fn pid(&self) -> i32 {
        self.inner.pid()
    }

    /// Our end of its terminal; never blocks.
    fn fileno(&self) -> PyResult<i32> {
        Ok(self.inner.terminal()?.as_raw_fd())
    }

    /// A descriptor that is readable when there is something for `read`.
    fn output_fileno(&self) -> PyResult<i32> {
        Ok(self.inner.output()?.as_raw_fd())
    }

    /// Our end of its standard input where that is an open pipe.
    fn input_fileno(&self) -> Option<i32> {
        number(self.inner.input())
    }

    /// A descriptor that is readable when there is news for `reap` and `is_gone`.
    fn news_fileno(&self) -> Option<i32> {
        number(self.inner.news())
    }

    /// Output that is there now.
    fn read<'py>(&self, py: Python<'py>, size: usize) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let bytes = py.detach(|| self.inner.read(size))?;
        Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Writes to its standard input what fits now.
    fn write(&self, data: &[u8]) -> PyResult<usize> {
        Ok(self.inner.write(data)?)
    }

    /// Closes the pipe that is its standard input.
    fn end_input(&mut self) {
        self.inner.end_input();
    }

    /// Its notes so far.
    fn notes<'py>(&self, py: Python<'py>, limit: usize) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.notes(limit)?))
    }

    /// Tells the terminal another size.
    fn resize(&self, rows: u16, columns: u16) -> PyResult<()> {
        Ok(self.inner.resize(rows, columns)?)
    }

    /// Sends a signal to the command and all that it started.
    fn signal(&self, number: i32) -> PyResult<bool> {
        Ok(self.inner.signal(number)?)
    }

    /// `(exit code, signal)`, one of them None, once it has ended.
    fn reap(&mut self) -> PyResult<Option<(Option<i32>, Option<i32>)>> {
        Ok(self.inner.reap()?.map(|exit| match exit {
            Exit::Code(code) => (Some(code), None),
            Exit::Signal(signal) => (None, Some(signal)),
        }))
    }

    /// Whether it and all that it started have ended.
    fn is_gone(&mut self) -> PyResult<bool> {
        Ok(self.inner.is_gone()?)
    }

    /// Closes every descriptor; what still runs is killed.
    fn close(&mut self) {
        self.inner.close();
    }
}

fn number(descriptor: Option<BorrowedFd<'_>>) -> Option<i32> {
    descriptor.map(|descriptor| descriptor.as_raw_fd())
}
