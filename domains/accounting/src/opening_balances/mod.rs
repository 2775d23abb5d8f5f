//! Opening balances: what a company brings from the system before, and whether the books say it.

mod entity;
pub mod import_items;
mod items;
pub mod post;
pub mod reverse_items;
pub mod tie_out;
mod write;

use steward_common::Money;

pub use entity::OpeningImport;

/// `3 invoices of 120.00 EUR in all and 1 bill of 50.00 EUR`
fn counted(invoices: (usize, &Money), bills: (usize, &Money)) -> String {
    let of = |(count, sum): (usize, &Money), noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun} of {sum}")),
        _ => Some(format!("{count} {noun}s of {sum} in all")),
    };
    let parts: Vec<String> = of(invoices, "invoice").into_iter().chain(of(bills, "bill")).collect();
    parts.join(" and ")
}

/// What entries with opening balances name as their source.
pub(crate) const SOURCE: &str = "accounting.opening_balances";
