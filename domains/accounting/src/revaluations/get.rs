//! `accounting.revaluations.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{Revaluation, RevaluationLineView, RevaluationView, lines, view};

/// Show a revaluation of foreign currency with what it restated.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The revaluation: its day or id.
    pub id: Ref<Revaluation>,
}

/// A revaluation with its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevaluationDetails {
    /// The revaluation.
    #[serde(flatten)]
    pub revaluation: RevaluationView,
    /// What it restated.
    pub lines: Vec<RevaluationLineView>,
}

impl fmt::Display for RevaluationDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revaluation {}, {} lines.", self.revaluation, self.lines.len())
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.revaluations.get";
    const EFFECT: Effect = Effect::Read;
    type Output = RevaluationDetails;

    async fn run(self, cx: &mut Cx) -> Result<RevaluationDetails> {
        Ok(RevaluationDetails { revaluation: view(cx, self.id.id).await?, lines: lines(cx, self.id.id).await? })
    }
}
