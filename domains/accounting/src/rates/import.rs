//! `accounting.rates.import`

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};
use uuid::Uuid;

use super::exists;
use crate::currencies::Currency;

/// Import many rates of exchange at once, such as those a central bank has published.
///
/// Importing the same again changes nothing. A line without a rate removes the rate of that day. What is posted keeps its rate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The rates, one a currency and day.
    #[schemars(length(min = 1, max = 1000))]
    pub lines: Vec<RateLine>,
    /// Whether they take the place of other rates of those days; refused unless told.
    pub replace: Option<bool>,
    /// Where they were taken from.
    #[schemars(length(max = 100))]
    pub source: Option<String>,
}

/// One rate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct RateLine {
    /// The foreign currency: its code.
    pub currency: Ref<Currency>,
    /// The day from which it holds.
    pub date: NaiveDate,
    /// Units of the company's currency for one of it; left out, the rate of that day is removed.
    pub rate: Option<Dec>,
}

/// What became of the lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Imported {
    /// How many rates are new.
    pub added: usize,
    /// How many took the place of others.
    pub replaced: usize,
    /// How many were removed.
    pub removed: usize,
    /// How many were there already.
    pub unchanged: usize,
    #[serde(skip)]
    before: Vec<Value>,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, replaced, removed, unchanged, .. } = self;
        write!(f, "Rates imported: {added} new, {replaced} replaced, {removed} removed, {unchanged} unchanged.")
    }
}

/// A line beside what is recorded for its day.
struct Beside {
    code: String,
    archived: bool,
    date: NaiveDate,
    rate: Option<Decimal>,
    had: Option<Decimal>,
}

impl Operation for Import {
    const NAME: &'static str = "accounting.rates.import";
    const EFFECT: Effect = Effect::Write;
    type Output = Imported;

    async fn run(self, cx: &mut Cx) -> Result<Imported> {
        for (i, line) in self.lines.iter().enumerate() {
            line.rate.map(|rate| rate.positive(&format!("/lines/{i}/rate"))).transpose()?;
            let same = |other: &RateLine| other.currency.id == line.currency.id && other.date == line.date;
            if self.lines[..i].iter().any(same) {
                let detail = format!("{} is named twice for this currency.", line.date);
                return Err(Refusal::invalid(codes::INVALID_INPUT, &format!("/lines/{i}"), detail).into());
            }
        }
        let beside = self.beside(cx).await?;
        let mut told = Imported { added: 0, replaced: 0, removed: 0, unchanged: 0, before: Vec::new() };
        let mut moved: Vec<&Beside> = Vec::new();
        for (i, line) in beside.iter().enumerate() {
            let count = match (line.had, line.rate) {
                (had, rate) if had == rate => &mut told.unchanged,
                (None, _) if line.archived => {
                    let detail = format!("{} is archived and takes no rates.", line.code);
                    return Err(Refusal::invalid("archived", &format!("/lines/{i}/currency"), detail).into());
                }
                (None, _) => &mut told.added,
                (Some(had), _) if self.replace != Some(true) => {
                    return Err(exists(&line.code, line.date, had, &format!("/lines/{i}")).into());
                }
                (Some(_), Some(_)) => &mut told.replaced,
                (Some(_), None) => &mut told.removed,
            };
            *count += 1;
            if line.had != line.rate {
                let mut before = json!({"currency": line.code, "date": line.date});
                if let Some(had) = line.had {
                    before["rate"] = json!(Dec(had.normalize()));
                }
                told.before.push(before);
                moved.push(line);
            }
        }
        write(cx, &moved, self.source).await?;
        Ok(told)
    }

    /// The rates of those days as they were.
    fn undo(&self, output: &Imported, _: &Changes) -> Option<Call> {
        (!output.before.is_empty()).then(|| call::<Self>(json!({ "lines": output.before, "replace": true })))
    }
}

impl Import {
    async fn beside(&self, cx: &mut Cx) -> Result<Vec<Beside>> {
        let org = cx.org();
        let currencies: Vec<Uuid> = self.lines.iter().map(|line| line.currency.id).collect();
        let dates: Vec<NaiveDate> = self.lines.iter().map(|line| line.date).collect();
        let rates: Vec<Option<Decimal>> = self.lines.iter().map(|line| line.rate.map(|rate| rate.0)).collect();
        let rows = sqlx::query_as!(
            Beside,
            r#"select c.code, c.archived_at is not null as "archived!", l.date as "date!", l.rate as "rate?", r.rate as "had?"
               from unnest($2::uuid[], $3::date[], $4::numeric[]) with ordinality as l (currency, date, rate, n)
               join currencies c on c.org_id = $1 and c.id = l.currency
               left join rates r on r.org_id = $1 and r.currency = c.code and r.date = l.date order by l.n"#,
            org,
            &currencies,
            &dates,
            &rates as &[Option<Decimal>]
        )
        .fetch_all(cx.db())
        .await?;
        Ok(rows)
    }
}

/// Writes and removes.
async fn write(cx: &mut Cx, moved: &[&Beside], source: Option<String>) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let (gone, new): (Vec<&Beside>, Vec<&Beside>) = moved.iter().partition(|line| line.rate.is_none());
    let codes = |of: &[&Beside]| of.iter().map(|line| line.code.clone()).collect::<Vec<String>>();
    let dates = |of: &[&Beside]| of.iter().map(|line| line.date).collect::<Vec<NaiveDate>>();
    if !gone.is_empty() {
        sqlx::query!(
            "delete from rates r using unnest($2::text[], $3::date[]) as g (currency, date)
             where r.org_id = $1 and r.currency = g.currency and r.date = g.date",
            org,
            &codes(&gone),
            &dates(&gone)
        )
        .execute(cx.db())
        .await?;
    }
    if !new.is_empty() {
        let ids: Vec<Uuid> = new.iter().map(|_| cx.id()).collect();
        let rates: Vec<Decimal> = new.iter().filter_map(|line| line.rate).collect();
        sqlx::query!(
            "insert into rates as r (org_id, id, currency, date, rate, source, created_at, updated_at)
             select $1, l.id, l.currency, l.date, l.rate, $6, $7, $7
             from unnest($2::uuid[], $3::text[], $4::date[], $5::numeric[]) as l (id, currency, date, rate)
             on conflict on constraint rate_once_a_day do update set rate = excluded.rate, source = excluded.source, version = r.version + 1,
                 updated_at = excluded.updated_at",
            org,
            &ids,
            &codes(&new),
            &dates(&new),
            &rates,
            source,
            now
        )
        .execute(cx.db())
        .await?;
    }
    Ok(())
}
