//! Reports over the books, as of any date.

pub mod aged_receivables;
pub mod trial_balance;
