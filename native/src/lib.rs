//! What must be fast: search, patches, and commands on a terminal of their own.
//!
//! Each module is plain Rust with its parts in a folder of the same name, and a `python.rs` beside them that says how
//! Python sees it. The manual for Python is `claw_core/native/_native.pyi`.

#![deny(unsafe_code)]

pub mod cancel;
pub mod command_line;
pub mod error;
pub mod fuzzy;
#[allow(unsafe_code, reason = "what of the operating system has no safe door, in one place; see there")]
mod kernel;
pub mod patch;
pub mod sandbox;
pub mod search;
pub mod shell;
pub mod terminal;

/// The extension module: everything Python sees, in one list.
#[cfg(feature = "python")]
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::cancel::python::CancelToken;
    #[pymodule_export]
    use crate::command_line::python::read_commands;
    #[pymodule_export]
    use crate::error::python::PatchConflict;
    #[pymodule_export]
    use crate::fuzzy::python::Index;
    #[pymodule_export]
    use crate::patch::python::{
        apply_hunks, changed_words, fit_chunks, format_unified, make_hunks, parse_patch, replace,
    };
    #[pymodule_export]
    use crate::sandbox::python::{Confinement, sandbox_support};
    #[pymodule_export]
    use crate::search::python::{Lines, Search, find};
    #[pymodule_export]
    use crate::shell::python::Process;
    #[pymodule_export]
    use crate::terminal::python::Terminal;
}
