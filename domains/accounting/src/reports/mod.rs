//! Reports over the books, as of any date.

pub mod aged_receivables;
pub mod customer_statement;
pub mod general_ledger;
pub mod tax_report;
pub mod tax_report_parts;
pub mod trial_balance;
