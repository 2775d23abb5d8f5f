//! Changes of rows, as the database wrote them down.

pub mod list;
