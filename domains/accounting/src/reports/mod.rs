//! Reports over the books, as of any date.

pub mod aged_payables;
pub mod aged_receivables;
pub mod balance_sheet;
mod balances;
pub mod bill_register;
pub mod cash_flow;
pub mod customer_statement;
pub mod deferrals;
pub mod general_ledger;
pub mod invoice_register;
pub mod journal;
pub mod number_gaps;
pub mod party_ledger;
pub mod profit_and_loss;
pub mod statement;
mod statements;
pub mod tax_report;
pub mod tax_report_parts;
pub mod tie_outs;
mod tree;
pub mod trial_balance;
pub mod vendor_statement;
