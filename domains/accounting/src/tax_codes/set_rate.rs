//! `accounting.tax_codes.set_rate`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::{TaxCode, TaxCodeView, TaxRateView, rates_of, view};

/// Let a tax code have another rate from a day on, such as when the law changes it.
///
/// Posted documents keep their rate: the day is after the last of them. Drafts from that day on are to be priced anew before they are posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRate {
    /// The tax code: its code or id.
    pub id: Ref<TaxCode>,
    /// The day from which it holds.
    pub valid_from: NaiveDate,
    /// In percent; left out, the rate that begins on that day is removed, and the one before it holds on.
    pub rate: Option<Dec>,
}

/// The tax code with its rates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RateSet {
    /// As it is now.
    #[serde(flatten)]
    pub tax_code: TaxCodeView,
    /// Its rates, latest first.
    pub rates: Vec<TaxRateView>,
    /// Drafts from that day on that are to be priced anew.
    pub drafts: i64,
    #[serde(skip)]
    before: Option<Dec>,
    #[serde(skip)]
    told: String,
}

impl fmt::Display for RateSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)?;
        match self.drafts {
            0 => Ok(()),
            1 => write!(f, " 1 draft is to be priced anew."),
            n => write!(f, " {n} drafts are to be priced anew."),
        }
    }
}

impl Operation for SetRate {
    const NAME: &'static str = "accounting.tax_codes.set_rate";
    const EFFECT: Effect = Effect::Write;
    type Output = RateSet;

    async fn run(self, cx: &mut Cx) -> Result<RateSet> {
        let (code, day) = (view(cx, self.id.id).await?.code, self.valid_from);
        let rates = rates_of(cx, self.id.id).await?;
        let before = rates.iter().find(|rate| rate.valid_from == day).map(|rate| Dec(rate.rate.0.normalize()));
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let told = match (self.rate, before) {
            (Some(rate), None) => {
                let rate = rate.percent("/rate")?;
                sqlx::query!(
                    "insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at) values ($1, $2, $3, $4, $5, $6)",
                    org,
                    id,
                    self.id.id,
                    day,
                    rate,
                    now
                )
                .execute(cx.db())
                .await
                .on_constraint("tax_rate_in_use", || in_use(&code, day))?;
                format!("{code} is {} % from {day}.", rate.normalize())
            }
            (Some(_), Some(Dec(rate))) => {
                let detail = format!("{code} is {rate} % from {day} already.");
                let fix = "Leave the rate out to remove it first.";
                return Err(Refusal::conflict("rate_exists", detail).fix(fix).into());
            }
            (None, None) => {
                let detail = format!("No rate of {code} begins on {day}.");
                return Err(Refusal::invalid("no_such_rate", "/valid_from", detail).into());
            }
            (None, Some(_)) if rates.len() == 1 => {
                let detail = format!("It is the only rate of {code}.");
                return Err(Refusal::conflict("only_rate", detail).fix("Archive the tax code instead.").into());
            }
            (None, Some(Dec(rate))) => {
                sqlx::query!(
                    "delete from tax_rates where org_id = $1 and tax_code_id = $2 and valid_from = $3",
                    org,
                    self.id.id,
                    day
                )
                .execute(cx.db())
                .await
                .on_constraint("tax_rate_in_use", || in_use(&code, day))?;
                format!("{code} is no longer {rate} % from {day}.")
            }
        };
        let drafts = sqlx::query_scalar!(
            r#"select count(distinct i.id) as "drafts!" from invoices i join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
               join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
               where i.org_id = $1 and i.status <> 'posted' and l.tax_code_id = $2 and not (t.reverse_charge and i.side = 'sale')
                 and l.tax_rate is distinct from tax_rate_on($1, $2, i.date)"#,
            org,
            self.id.id
        )
        .fetch_one(cx.db())
        .await?;
        let rates = rates_of(cx, self.id.id).await?;
        Ok(RateSet { tax_code: view(cx, self.id.id).await?, rates, drafts, before, told })
    }

    fn undo(&self, output: &RateSet, _: &Changes) -> Option<Call> {
        let mut arguments = json!({"id": output.tax_code.id, "valid_from": self.valid_from});
        if let Some(before) = output.before {
            arguments["rate"] = json!(before);
        }
        Some(call::<Self>(arguments))
    }
}

fn in_use(code: &str, day: NaiveDate) -> Refusal {
    Refusal::conflict("tax_rate_in_use", format!("Documents with {code} are posted on {day} or later."))
        .fix("Name a day after the last of them, or add another tax code.")
}
