//! The books: what we invoice, what is paid, what is owed, and the ledger that says the same.

pub mod accounts;
mod describe;
pub mod entries;
pub mod invoices;
pub mod payments;
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
        EntityDef::of::<entries::Entry>(),
        EntityDef::of::<invoices::Invoice>(),
        EntityDef::of::<payments::Payment>(),
        EntityDef::of::<tax_codes::TaxCode>(),
    ],
    describers: describe::DESCRIBERS,
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<accounts::list::List>(),
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
    Op::of::<payments::allocate::Allocate>(),
    Op::of::<payments::get::Get>(),
    Op::of::<payments::list::List>(),
    Op::of::<payments::receive::Receive>(),
    Op::of::<payments::reverse::Reverse>(),
    Op::of::<payments::unallocate::Unallocate>(),
    Op::of::<reports::aged_receivables::AgedReceivables>(),
    Op::of::<reports::balance_sheet::BalanceSheet>(),
    Op::of::<reports::cash_flow::CashFlow>(),
    Op::of::<reports::customer_statement::CustomerStatement>(),
    Op::of::<reports::general_ledger::GeneralLedger>(),
    Op::of::<reports::invoice_register::InvoiceRegister>(),
    Op::of::<reports::journal::Journal>(),
    Op::of::<reports::number_gaps::NumberGaps>(),
    Op::of::<reports::party_ledger::PartyLedger>(),
    Op::of::<reports::profit_and_loss::ProfitAndLoss>(),
    Op::of::<reports::tie_outs::TieOuts>(),
    Op::of::<reports::trial_balance::TrialBalance>(),
];
