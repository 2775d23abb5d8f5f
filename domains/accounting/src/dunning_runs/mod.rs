//! Dunning runs: everybody who is late, asked to pay.

pub mod cancel;
mod entity;
pub mod get;
pub mod list;
pub mod run;

pub use entity::DunningRun;
