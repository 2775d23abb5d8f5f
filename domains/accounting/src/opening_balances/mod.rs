//! Opening balances: what a company brings from the system before, and whether the books say it.

pub mod post;
pub mod tie_out;

/// What entries with opening balances name as their source.
pub(crate) const SOURCE: &str = "accounting.opening_balances";
