//! The books: what we invoice, what is paid, what is owed, and the ledger that says the same.

pub mod accounts;
pub mod bills;
pub mod currencies;
mod describe;
pub mod dimensions;
pub mod documents;
pub mod entries;
pub mod fiscal_years;
pub mod invoices;
pub mod journals;
mod occurrences;
pub mod opening_balances;
pub mod party_terms;
pub mod payment_terms;
pub mod payments;
pub mod periods;
mod posting;
pub mod rates;
pub mod recurring;
pub mod reports;
pub mod revaluations;
pub mod schedules;
mod shared;
pub mod tax_codes;
pub mod tax_positions;
pub mod write_offs;

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
        EntityDef::of::<dimensions::Dimension>(),
        EntityDef::of::<entries::Entry>(),
        EntityDef::of::<fiscal_years::FiscalYear>(),
        EntityDef::of::<invoices::Invoice>(),
        EntityDef::of::<journals::Journal>(),
        EntityDef::of::<payment_terms::PaymentTerm>(),
        EntityDef::of::<payments::Payment>(),
        EntityDef::of::<periods::Period>(),
        EntityDef::of::<rates::Rate>(),
        EntityDef::of::<recurring::Recurring>(),
        EntityDef::of::<revaluations::Revaluation>(),
        EntityDef::of::<schedules::Schedule>(),
        EntityDef::of::<tax_codes::TaxCode>(),
        EntityDef::of::<tax_positions::TaxPosition>(),
        EntityDef::of::<write_offs::WriteOff>(),
    ],
    describers: describe::DESCRIBERS,
    masked: &[],
};

const OPERATIONS: &[Op] = &[
    Op::of::<accounts::archive::Archive>(),
    Op::of::<accounts::create::Create>(),
    Op::of::<accounts::get::Get>(),
    Op::of::<accounts::list::List>(),
    Op::of::<accounts::restore::Restore>(),
    Op::of::<accounts::update::Update>(),
    Op::of::<bills::approve::Approve>(),
    Op::of::<bills::create::Create>(),
    Op::of::<bills::debit::Debit>(),
    Op::of::<bills::delete::Delete>(),
    Op::of::<bills::get::Get>(),
    Op::of::<bills::list::List>(),
    Op::of::<bills::post::Post>(),
    Op::of::<bills::update::Update>(),
    Op::of::<bills::write_off::WriteOffBill>(),
    Op::of::<currencies::archive::Archive>(),
    Op::of::<currencies::create::Create>(),
    Op::of::<currencies::list::List>(),
    Op::of::<currencies::restore::Restore>(),
    Op::of::<dimensions::archive::Archive>(),
    Op::of::<dimensions::create::Create>(),
    Op::of::<dimensions::get::Get>(),
    Op::of::<dimensions::list::List>(),
    Op::of::<dimensions::restore::Restore>(),
    Op::of::<dimensions::update::Update>(),
    Op::of::<entries::create::Create>(),
    Op::of::<entries::delete::Delete>(),
    Op::of::<entries::get::Get>(),
    Op::of::<entries::list::List>(),
    Op::of::<entries::post::Post>(),
    Op::of::<entries::reverse::Reverse>(),
    Op::of::<entries::update::Update>(),
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
    Op::of::<invoices::write_off::WriteOffInvoice>(),
    Op::of::<journals::archive::Archive>(),
    Op::of::<journals::create::Create>(),
    Op::of::<journals::get::Get>(),
    Op::of::<journals::list::List>(),
    Op::of::<journals::restore::Restore>(),
    Op::of::<journals::update::Update>(),
    Op::of::<opening_balances::post::Post>(),
    Op::of::<opening_balances::tie_out::OpeningTieOut>(),
    Op::of::<party_terms::get::Get>(),
    Op::of::<party_terms::update::Update>(),
    Op::of::<payment_terms::archive::Archive>(),
    Op::of::<payment_terms::create::Create>(),
    Op::of::<payment_terms::get::Get>(),
    Op::of::<payment_terms::list::List>(),
    Op::of::<payment_terms::restore::Restore>(),
    Op::of::<payment_terms::update::Update>(),
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
    Op::of::<rates::create::Create>(),
    Op::of::<rates::delete::Delete>(),
    Op::of::<rates::import::Import>(),
    Op::of::<rates::list::List>(),
    Op::of::<recurring::archive::Archive>(),
    Op::of::<recurring::create::Create>(),
    Op::of::<recurring::get::Get>(),
    Op::of::<recurring::list::List>(),
    Op::of::<recurring::restore::Restore>(),
    Op::of::<recurring::reverse::Reverse>(),
    Op::of::<recurring::run::Run>(),
    Op::of::<recurring::update::Update>(),
    Op::of::<reports::aged_payables::AgedPayables>(),
    Op::of::<reports::aged_receivables::AgedReceivables>(),
    Op::of::<reports::balance_sheet::BalanceSheet>(),
    Op::of::<reports::bill_register::BillRegister>(),
    Op::of::<reports::cash_flow::CashFlow>(),
    Op::of::<reports::customer_statement::CustomerStatement>(),
    Op::of::<reports::deferrals::Deferrals>(),
    Op::of::<reports::general_ledger::GeneralLedger>(),
    Op::of::<reports::invoice_register::InvoiceRegister>(),
    Op::of::<reports::journal::Journal>(),
    Op::of::<reports::number_gaps::NumberGaps>(),
    Op::of::<reports::party_ledger::PartyLedger>(),
    Op::of::<reports::profit_and_loss::ProfitAndLoss>(),
    Op::of::<reports::tax_report::TaxReport>(),
    Op::of::<reports::tie_outs::TieOuts>(),
    Op::of::<reports::trial_balance::TrialBalance>(),
    Op::of::<reports::vendor_statement::VendorStatement>(),
    Op::of::<revaluations::get::Get>(),
    Op::of::<revaluations::list::List>(),
    Op::of::<revaluations::reverse::Reverse>(),
    Op::of::<revaluations::run::Run>(),
    Op::of::<schedules::cancel::Cancel>(),
    Op::of::<schedules::create::Create>(),
    Op::of::<schedules::get::Get>(),
    Op::of::<schedules::list::List>(),
    Op::of::<schedules::reopen::Reopen>(),
    Op::of::<schedules::reverse::Reverse>(),
    Op::of::<schedules::run::Run>(),
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
    Op::of::<write_offs::get::Get>(),
    Op::of::<write_offs::list::List>(),
    Op::of::<write_offs::reverse::Reverse>(),
];
