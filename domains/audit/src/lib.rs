//! The record of what happened: who did what, through which surface, and what it changed.

pub mod calls;

use steward_tools::{Domain, Op};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain =
    Domain { name: "audit", operations: OPERATIONS, entities: &[], describers: &[], masked: &[] };

const OPERATIONS: &[Op] = &[Op::of::<calls::get::Get>(), Op::of::<calls::list::List>()];
