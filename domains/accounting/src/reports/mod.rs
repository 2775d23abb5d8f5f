//! Reports over the books, as of any date.

pub mod aged_receivables;
pub mod customer_statement;
pub mod general_ledger;
pub mod trial_balance;
