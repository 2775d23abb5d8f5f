//! What was asked and refused.

pub mod list;
