//! Whom the company deals with.

// an operation reads the same here as in a crate that uses this one
extern crate self as steward_directory;

pub mod parties;

use steward_tools::{Domain, EntityDef, Op};

use parties::{create, delete, get, list, update};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "directory",
    operations: OPERATIONS,
    entities: &[EntityDef::of::<parties::Party>()],
    describers: &[],
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<create::Create>(),
    Op::of::<delete::Delete>(),
    Op::of::<get::Get>(),
    Op::of::<list::List>(),
    Op::of::<update::Update>(),
];
