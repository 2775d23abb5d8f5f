//! The books: what we invoice, what is paid, what is owed, and the ledger that says the same.

pub mod accounts;
pub mod bills;
pub mod currencies;
mod describe;
pub mod documents;
pub mod entries;
pub mod invoices;
pub mod party_terms;
pub mod payments;
mod posting;
pub mod rates;
pub mod reports;
pub mod revaluations;
pub mod tax_codes;
pub mod tax_positions;

use steward_tools::{Domain, EntityDef, Op};

/// The domain as the catalogue takes it.
pub static DOMAIN: Domain = Domain {
    name: "accounting",
    about: "The books: invoices, credit notes, payments, ledger entries, accounts, and the reports over them.",
    operations: OPERATIONS,
    entities: &[
        EntityDef::of::<accounts::Account>(),
        EntityDef::of::<bills::Bill>(),
        EntityDef::of::<currencies::Currency>(),
        EntityDef::of::<entries::Entry>(),
        EntityDef::of::<invoices::Invoice>(),
        EntityDef::of::<payments::Payment>(),
        EntityDef::of::<rates::Rate>(),
        EntityDef::of::<revaluations::Revaluation>(),
        EntityDef::of::<tax_codes::TaxCode>(),
        EntityDef::of::<tax_positions::TaxPosition>(),
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
    Op::of::<currencies::archive::Archive>(),
    Op::of::<currencies::create::Create>(),
    Op::of::<currencies::list::List>(),
    Op::of::<currencies::restore::Restore>(),
    Op::of::<entries::create::Create>(),
    Op::of::<entries::delete::Delete>(),
    Op::of::<entries::get::Get>(),
    Op::of::<entries::list::List>(),
    Op::of::<entries::post::Post>(),
    Op::of::<entries::reverse::Reverse>(),
    Op::of::<invoices::create::Create>(),
    Op::of::<invoices::credit::Credit>(),
    Op::of::<invoices::delete::Delete>(),
    Op::of::<invoices::get::Get>(),
    Op::of::<invoices::list::List>(),
    Op::of::<invoices::post::Post>(),
    Op::of::<invoices::update::Update>(),
    Op::of::<party_terms::get::Get>(),
    Op::of::<party_terms::update::Update>(),
    Op::of::<payments::allocate::Allocate>(),
    Op::of::<payments::get::Get>(),
    Op::of::<payments::list::List>(),
    Op::of::<payments::pay::Pay>(),
    Op::of::<payments::receive::Receive>(),
    Op::of::<payments::reverse::Reverse>(),
    Op::of::<payments::unallocate::Unallocate>(),
    Op::of::<rates::create::Create>(),
    Op::of::<rates::delete::Delete>(),
    Op::of::<rates::import::Import>(),
    Op::of::<rates::list::List>(),
    Op::of::<reports::aged_receivables::AgedReceivables>(),
    Op::of::<reports::customer_statement::CustomerStatement>(),
    Op::of::<reports::general_ledger::GeneralLedger>(),
    Op::of::<reports::tax_report::TaxReport>(),
    Op::of::<reports::trial_balance::TrialBalance>(),
    Op::of::<revaluations::get::Get>(),
    Op::of::<revaluations::list::List>(),
    Op::of::<revaluations::reverse::Reverse>(),
    Op::of::<revaluations::run::Run>(),
    Op::of::<tax_codes::archive::Archive>(),
    Op::of::<tax_codes::create::Create>(),
    Op::of::<tax_codes::get::Get>(),
    Op::of::<tax_codes::list::List>(),
    Op::of::<tax_codes::restore::Restore>(),
    Op::of::<tax_codes::set_default::SetDefault>(),
    Op::of::<tax_codes::set_rate::SetRate>(),
    Op::of::<tax_codes::update::Update>(),
    Op::of::<tax_positions::archive::Archive>(),
    Op::of::<tax_positions::create::Create>(),
    Op::of::<tax_positions::get::Get>(),
    Op::of::<tax_positions::list::List>(),
    Op::of::<tax_positions::restore::Restore>(),
    Op::of::<tax_positions::update::Update>(),
];
