//! `accounting.schedules.create`

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::{Dec, Money, round_to_minor};
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, name_key};
use uuid::Uuid;

use super::view::view;
use super::{ScheduleKind, ScheduleView, cancel};
use crate::accounts::Account;
use crate::dimensions::Dimension;
use crate::entries::lines::known;
use crate::posting::{Leg, account_for};
use crate::shared::{checked_name, kept};

/// Spread an amount over months: a prepaid expense, deferred income, or an accrual that is reversed each month.
///
/// Each month takes the same, the last what rounding left. Nothing is posted yet; `accounting.schedules.run` posts what is due. Cancelling it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// What it is about.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What is spread, and from where.
    pub kind: ScheduleKind,
    /// How much in all, in the company's currency.
    pub amount: Dec,
    /// Over how many months.
    #[schemars(range(min = 1, max = 120))]
    pub months: i32,
    /// A day in the first month. This month unless told.
    pub start: Option<NaiveDate>,
    /// The income or expense account: code, name or id.
    pub account: Ref<Account>,
    /// The account that holds what is deferred or accrued: code, name or id. The one for that purpose unless told.
    pub balance_account: Option<Ref<Account>>,
    /// The customer or vendor it is about: name, number or id.
    pub party: Option<Ref<Party>>,
    /// The cost centre it belongs to: code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// The project it belongs to: code, name or id.
    pub project: Option<Ref<Dimension>>,
    /// Number of the invoice or paper behind it.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
}

/// The schedule.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub ScheduleView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New schedule {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.schedules.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (name, amount) = (checked_name(&self.name)?, self.minor(cx.currency())?);
        let balance = match self.balance_account {
            Some(account) => account.id,
            None => account_for(cx, self.kind.as_str()).await?,
        };
        let leg = |account: Uuid| Leg {
            party: self.party.map(|party| party.id),
            dimension: self.dimension.map(|dimension| dimension.id),
            project: self.project.map(|project| project.id),
            ..Leg::debit(account, None, amount)
        };
        known(cx, &[leg(self.account.id), leg(balance)]).await?;
        expect_types(cx, self.account.id, balance, self.kind).await?;
        let start = self.start.unwrap_or_else(|| cx.today());
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into schedules (org_id, id, name, name_key, kind, amount, months, start_date, account_id, balance_account_id, party_id,
                 dimension_id, project_id, reference, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
            org,
            id,
            name,
            name_key(&name),
            self.kind.as_str(),
            amount,
            self.months,
            start.with_day(1).unwrap_or(start),
            self.account.id,
            balance,
            self.party.map(|party| party.id),
            self.dimension.map(|dimension| dimension.id),
            self.project.map(|project| project.id),
            kept(self.reference.as_deref()),
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<cancel::Cancel>(json!({ "id": output.0.head.id, "reason": "Set up by mistake" })))
    }
}

impl Create {
    /// At least the smallest coin a month.
    fn minor(&self, currency: &str) -> Result<i64> {
        let amount = self.amount.positive("/amount")?;
        let minor = round_to_minor(amount, currency)?;
        if Money::new(minor, currency).decimal() != amount {
            let detail = format!("{amount} has more digits behind the point than {currency} has.");
            return Err(Refusal::invalid("too_precise", "/amount", detail).fix("Round the amount.").into());
        }
        if minor < i64::from(self.months) {
            let detail = format!("{} is too little for {} months.", Money::new(minor, currency), self.months);
            return Err(Refusal::invalid("too_little", "/amount", detail).fix("Spread it over fewer months.").into());
        }
        Ok(minor)
    }
}

/// Income or expense on one side, what is deferred or accrued on the other.
async fn expect_types(cx: &mut Cx, account: Uuid, balance: Uuid, kind: ScheduleKind) -> Result<()> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select id, code || ' ' || name as "label!", type as "type" from accounts where org_id = $1 and id = any ($2)"#,
        org,
        &[account, balance]
    )
    .fetch_all(cx.db())
    .await?;
    let result = if kind.is_expense() { ["expense", "expense"] } else { ["income", "income"] };
    for (id, field, wanted) in [(account, "account", result), (balance, "balance_account", ["asset", "liability"])] {
        let Some(row) = rows.iter().find(|row| row.id == id).filter(|row| !wanted.contains(&row.r#type.as_str()))
        else {
            continue;
        };
        let detail = format!(
            "{} is of type {}, which does not do for {}.",
            row.label,
            row.r#type,
            kind.as_str().replace('_', " ")
        );
        let fix = if field == "account" {
            format!("Name an account of type {}.", wanted[0])
        } else {
            "Name an asset or a liability.".to_owned()
        };
        return Err(Refusal::invalid("schedule_account", &format!("/{field}"), detail).fix(fix).into());
    }
    Ok(())
}
