//! `accounting.periods.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::unfinished::{Unfinished, told, within};
use super::{Period, PeriodView, view};

/// Show one accounting period: its days, whether it is closed, and what is unfinished in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The period: its code (`2026-01`), month (`January 2026`) or id.
    pub id: Ref<Period>,
}

/// A period with what is unfinished in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PeriodDetails {
    /// The period.
    #[serde(flatten)]
    pub period: PeriodView,
    /// Drafts that are dated in it.
    pub warnings: Vec<Unfinished>,
}

impl fmt::Display for PeriodDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.period, told(&self.warnings))
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.periods.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PeriodDetails;

    async fn run(self, cx: &mut Cx) -> Result<PeriodDetails> {
        let period = view(cx, self.id.id).await?;
        let warnings = within(cx, period.start, period.end).await?;
        Ok(PeriodDetails { period, warnings })
    }
}
