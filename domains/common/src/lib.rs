//! What every domain counts with: money, exact decimals, number series.

mod decimal;
mod money;
pub mod series;

pub use decimal::Dec;
pub use money::{Money, currency_name, is_currency, proportion, round_to_minor};
