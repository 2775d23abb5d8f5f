//! The books: what we invoice, what is paid, what is owed, and the ledger that says the same.

pub mod accounts;
mod describe;
pub mod invoices;
pub mod payments;
mod posting;
pub mod reports;
pub mod tax_codes;

use steward_tools::{Domain, EntityDef, Op};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "accounting",
    operations: OPERATIONS,
    entities: &[
        EntityDef::of::<accounts::Account>(),
        EntityDef::of::<invoices::Invoice>(),
        EntityDef::of::<payments::Payment>(),
        EntityDef::of::<tax_codes::TaxCode>(),
    ],
    describers: describe::DESCRIBERS,
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<accounts::list::List>(),
    Op::of::<invoices::create::Create>(),
    Op::of::<invoices::credit::Credit>(),
    Op::of::<invoices::delete::Delete>(),
    Op::of::<invoices::get::Get>(),
    Op::of::<invoices::list::List>(),
    Op::of::<invoices::post::Post>(),
    Op::of::<payments::receive::Receive>(),
    Op::of::<payments::reverse::Reverse>(),
    Op::of::<reports::aged_receivables::AgedReceivables>(),
    Op::of::<reports::trial_balance::TrialBalance>(),
];
