//! Ports to outside engines and their embedded twins.
//!
//! The server needs PostgreSQL and nothing else; where none is named, [`postgres`] runs a private one in the data folder.
//! Files are in a folder, or where named in a bucket ([`files`]).

pub mod files;
pub mod postgres;
