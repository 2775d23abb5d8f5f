//! The books: what we invoice, what is paid, what is owed, and the ledger that says the same.

pub mod accounts;
pub mod bills;
mod describe;
pub mod documents;
pub mod entries;
pub mod fiscal_years;
pub mod invoices;
pub mod opening_balances;
pub mod payments;
pub mod periods;
mod posting;
pub mod reports;
pub mod tax_codes;

use steward_tools::{Domain, EntityDef, Op};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "accounting",
    about: "The books: invoices, credit notes, payments, ledger entries, accounts, and the reports over them.",
    operations: OPERATIONS,
    entities: &[
        EntityDef::of::<accounts::Account>(),
        EntityDef::of::<bills::Bill>(),
        EntityDef::of::<entries::Entry>(),
        EntityDef::of::<fiscal_years::FiscalYear>(),
        EntityDef::of::<invoices::Invoice>(),
        EntityDef::of::<payments::Payment>(),
        EntityDef::of::<periods::Period>(),
        EntityDef::of::<tax_codes::TaxCode>(),
    ],
    describers: describe::DESCRIBERS,
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<accounts::list::List>(),
    Op::of::<bills::approve::Approve>(),
    Op::of::<bills::create::Create>(),
    Op::of::<bills::debit::Debit>(),
    Op::of::<bills::delete::Delete>(),
    Op::of::<bills::get::Get>(),
    Op::of::<bills::list::List>(),
    Op::of::<bills::post::Post>(),
    Op::of::<bills::update::Update>(),
    Op::of::<entries::create::Create>(),
    Op::of::<entries::delete::Delete>(),
    Op::of::<entries::get::Get>(),
    Op::of::<entries::list::List>(),
    Op::of::<entries::post::Post>(),
    Op::of::<entries::reverse::Reverse>(),
    Op::of::<fiscal_years::close::Close>(),
    Op::of::<fiscal_years::create::Create>(),
    Op::of::<fiscal_years::delete::Delete>(),
    Op::of::<fiscal_years::get::Get>(),
    Op::of::<fiscal_years::list::List>(),
    Op::of::<fiscal_years::reopen::Reopen>(),
    Op::of::<invoices::create::Create>(),
    Op::of::<invoices::credit::Credit>(),
    Op::of::<invoices::delete::Delete>(),
    Op::of::<invoices::get::Get>(),
    Op::of::<invoices::list::List>(),
    Op::of::<invoices::post::Post>(),
    Op::of::<invoices::update::Update>(),
    Op::of::<opening_balances::post::Post>(),
    Op::of::<payments::allocate::Allocate>(),
    Op::of::<payments::get::Get>(),
    Op::of::<payments::list::List>(),
    Op::of::<payments::pay::Pay>(),
    Op::of::<payments::receive::Receive>(),
    Op::of::<payments::reverse::Reverse>(),
    Op::of::<payments::unallocate::Unallocate>(),
    Op::of::<periods::close::Close>(),
    Op::of::<periods::get::Get>(),
    Op::of::<periods::list::List>(),
    Op::of::<periods::reopen::Reopen>(),
    Op::of::<opening_balances::tie_out::OpeningTieOut>(),
    Op::of::<reports::aged_receivables::AgedReceivables>(),
    Op::of::<reports::customer_statement::CustomerStatement>(),
    Op::of::<reports::general_ledger::GeneralLedger>(),
    Op::of::<reports::trial_balance::TrialBalance>(),
];
