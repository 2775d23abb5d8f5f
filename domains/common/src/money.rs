//! Money: integer minor units and a currency (X2).

use std::borrow::Cow;
use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use steward_tools::{Error, Refusal, Result, codes};

/// An amount in minor units (cents) of an ISO 4217 currency. Outside: `{"amount":"120.00","currency":"EUR"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Minor units; negative where the other side is owed.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

impl Money {
    /// `minor` units of `currency`.
    #[must_use]
    pub fn new(minor: i64, currency: &str) -> Self {
        Self { minor, currency: currency.to_owned() }
    }
    /// The amount as a decimal with the currency's digits.
    #[must_use]
    pub fn decimal(&self) -> Decimal {
        Decimal::new(self.minor, digits(&self.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &self.decimal().to_string())?;
        money.serialize_field("currency", &self.currency)?;
        money.end()
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "amount": {"type": "string", "description": "Decimal with the currency's digits."},
                "currency": {"type": "string", "description": "ISO 4217 code."}
            },
            "required": ["amount", "currency"],
            "x-money": true
        })
    }
}

/// Whether ISO 4217 knows this code.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    iso_currency::Currency::from_code(code).is_some()
}

/// What ISO 4217 calls a currency.
#[must_use]
pub fn currency_name(code: &str) -> Option<String> {
    iso_currency::Currency::from_code(code).map(|currency| currency.name().to_owned())
}

/// Digits behind the point (ISO 4217).
fn digits(currency: &str) -> u32 {
    iso_currency::Currency::from_code(currency).and_then(|c| c.exponent()).map_or(2, u32::from)
}

/// `amount * of / whole`, rounded as documents are (half away from zero); nothing of nothing.
#[must_use]
pub fn proportion(amount: i64, of: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let (exact, whole) = (i128::from(amount) * i128::from(of), i128::from(whole));
    let rounded = (exact.abs() * 2 + whole.abs()) / (whole.abs() * 2);
    i64::try_from(rounded * exact.signum() * whole.signum()).unwrap_or(amount)
}

/// Commercial rounding (half away from zero) to the currency's minor unit: the one rounding rule of documents.
pub fn round_to_minor(value: Decimal, currency: &str) -> Result<i64> {
    let digits = digits(currency);
    let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    let scale = Decimal::from(10_i64.checked_pow(digits).ok_or_else(|| Error::internal("currency digits"))?);
    (rounded.checked_mul(scale).and_then(|minor| minor.to_i64()))
        .filter(|minor| minor.abs() < 1_000_000_000_000_000)
        .ok_or_else(|| Refusal::invalid(codes::INVALID_INPUT, "", "The amount is too large.").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_are_rounded_half_away_from_zero_however_large() {
        assert_eq!(
            [proportion(10, 1, 4), proportion(-10, 1, 4), proportion(10, 1, -4), proportion(9, 1, 4)],
            [3, -3, -3, 2]
        );
        assert_eq!((proportion(7, 3, 0), proportion(0, 3, 7)), (0, 0));
        let large = 999_999_999_999_999;
        assert_eq!((proportion(large, large, large), proportion(large, 1, 3)), (large, 333_333_333_333_333));
    }
}
