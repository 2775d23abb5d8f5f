//! `accounting.tax_codes.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{TaxCode, TaxCodeView, TaxRateView, rates_of, view};

/// Show a tax code with all its rates, past and to come.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The tax code: its code or id.
    pub id: Ref<TaxCode>,
}

/// A tax code with its rates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaxCodeDetails {
    /// As it is now.
    #[serde(flatten)]
    pub tax_code: TaxCodeView,
    /// Its rates, latest first.
    pub rates: Vec<TaxRateView>,
}

impl fmt::Display for TaxCodeDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tax_code)?;
        for rate in &self.rates {
            write!(f, " {} % from {}.", rate.rate.0.normalize(), rate.valid_from)?;
        }
        Ok(())
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.tax_codes.get";
    const EFFECT: Effect = Effect::Read;
    type Output = TaxCodeDetails;

    async fn run(self, cx: &mut Cx) -> Result<TaxCodeDetails> {
        Ok(TaxCodeDetails { tax_code: view(cx, self.id.id).await?, rates: rates_of(cx, self.id.id).await? })
    }
}
