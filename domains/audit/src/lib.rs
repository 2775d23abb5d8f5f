//! The record of what happened: who did what, through which surface, and what it changed.

pub mod accesses;
pub mod attempts;
pub mod calls;
pub mod changes;

use steward_tools::{Domain, Op};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "audit",
    about: "What happened: every call, every change, every look, every attempt that was refused.",
    operations: OPERATIONS,
    entities: &[],
    describers: &[],
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<accesses::list::List>(),
    Op::of::<attempts::list::List>(),
    Op::of::<calls::get::Get>(),
    Op::of::<calls::list::List>(),
    Op::of::<changes::list::List>(),
];
