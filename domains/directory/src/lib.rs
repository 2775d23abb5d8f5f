//! Whom the company deals with, and the people of the company itself.

// an operation reads the same here as in a crate that uses this one
extern crate self as steward_directory;

pub mod api_keys;
pub mod attachments;
pub mod comments;
pub mod custom_fields;
pub mod organizations;
pub mod parties;
pub mod users;

use steward_tools::{Domain, EntityDef, Op, Refusal, Result, codes};

use parties::{archive, create, delete, describe, get, list, restore, update};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "directory",
    about: "Who and what the company deals with: parties, people who sign in, roles, keys, comments, files, fields of your own.",
    operations: OPERATIONS,
    entities: &[
        EntityDef::of::<parties::Party>(),
        EntityDef::of::<users::User>(),
        EntityDef::of::<organizations::Organization>(),
        EntityDef::of::<api_keys::ApiKey>(),
        EntityDef::of::<custom_fields::CustomField>(),
    ],
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
    Op::of::<organizations::get::Get>(),
    Op::of::<organizations::list::List>(),
    Op::of::<organizations::update::Update>(),
    Op::of::<users::change_password::ChangePassword>(),
    Op::of::<users::create::Create>(),
    Op::of::<users::disable::Disable>(),
    Op::of::<users::enable::Enable>(),
    Op::of::<users::get::Get>(),
    Op::of::<users::list::List>(),
    Op::of::<users::reset_password::ResetPassword>(),
    Op::of::<users::update::Update>(),
    Op::of::<api_keys::create::Create>(),
    Op::of::<api_keys::list::List>(),
    Op::of::<api_keys::revoke::Revoke>(),
];

/// Groups of rights (see `policies/people.cedar`): looking after the organisation and its people,
const PEOPLE: &str = "directory.people";
/// having keys of one's own,
const KEYS: &str = "directory.keys";
/// and what everybody does for themselves.
const SELF: &str = "directory.self";

/// A text with letters or digits in it, its spaces put in order.
fn checked_text(text: &str, pointer: &str) -> Result<String> {
    if steward_tools::name_key(text).is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, pointer, "A name has letters or digits.").into());
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
