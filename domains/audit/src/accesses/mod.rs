//! Who read what.

pub mod list;
