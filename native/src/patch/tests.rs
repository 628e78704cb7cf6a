//! Stories about this module.
