//! Whom the company deals with.

// an operation reads the same here as in a crate that uses this one
extern crate self as steward_directory;

pub mod attachments;
pub mod comments;
pub mod custom_fields;
pub mod parties;

use steward_tools::{Domain, EntityDef, Op};

use parties::{archive, create, delete, describe, get, list, restore, update};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "directory",
    operations: OPERATIONS,
    entities: &[EntityDef::of::<parties::Party>(), EntityDef::of::<custom_fields::CustomField>()],
    describers: &[
        describe::PARTIES,
        describe::ADDRESSES,
        describe::CONTACTS,
        describe::TAX_IDS,
        describe::BANK_ACCOUNTS,
        comments::DESCRIBER,
        attachments::DESCRIBER,
    ],
    masked: parties::MASKED,
};

const OPERATIONS: &[Op] = &[
    Op::of::<archive::Archive>(),
    Op::of::<create::Create>(),
    Op::of::<delete::Delete>(),
    Op::of::<get::Get>(),
    Op::of::<list::List>(),
    Op::of::<restore::Restore>(),
    Op::of::<update::Update>(),
    Op::of::<comments::create::Create>(),
    Op::of::<comments::delete::Delete>(),
    Op::of::<comments::list::List>(),
    Op::of::<comments::restore::Restore>(),
    Op::of::<comments::update::Update>(),
    Op::of::<attachments::create::Create>(),
    Op::of::<attachments::delete::Delete>(),
    Op::of::<attachments::download::Download>(),
    Op::of::<attachments::get::Get>(),
    Op::of::<attachments::list::List>(),
    Op::of::<attachments::restore::Restore>(),
    Op::of::<custom_fields::archive::Archive>(),
    Op::of::<custom_fields::create::Create>(),
    Op::of::<custom_fields::list::List>(),
    Op::of::<custom_fields::restore::Restore>(),
    Op::of::<custom_fields::update::Update>(),
];
