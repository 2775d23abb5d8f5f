//! Exact decimals as callers write them.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use steward_tools::{Refusal, Result, codes};

use crate::round_to_minor;

/// A decimal in plain notation (`"49.90"`), never a float. At most 12 digits before and 6 behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Dec(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

impl JsonSchema for Dec {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"})
    }
}

impl Dec {
    /// Refuses zero and negative values.
    pub fn positive(self, pointer: &str) -> Result<Decimal> {
        if self.0 > Decimal::ZERO {
            Ok(self.0)
        } else {
            Err(Refusal::invalid(codes::INVALID_INPUT, pointer, "This must be more than 0.").into())
        }
    }
    /// Refuses negative values.
    pub fn not_negative(self, pointer: &str) -> Result<Decimal> {
        if self.0 >= Decimal::ZERO {
            Ok(self.0)
        } else {
            Err(Refusal::invalid(codes::INVALID_INPUT, pointer, "This must not be negative.").into())
        }
    }
    /// Refuses what is not between 0 and 100.
    pub fn percent(self, pointer: &str) -> Result<Decimal> {
        let value = self.not_negative(pointer)?;
        if value <= Decimal::ONE_HUNDRED {
            Ok(value)
        } else {
            Err(Refusal::invalid(codes::INVALID_INPUT, pointer, "This is at most 100.").into())
        }
    }
    /// A positive amount of money in minor units; refuses fractions of a cent.
    pub fn amount(self, currency: &str, pointer: &str) -> Result<i64> {
        let value = self.positive(pointer)?;
        let minor = round_to_minor(value, currency)?;
        if crate::Money::new(minor, currency).decimal() == value {
            return Ok(minor);
        }
        Err(Refusal::invalid(codes::INVALID_INPUT, pointer, format!("{currency} has no such fraction.")).into())
    }
}
