//! What payment terms make of a document: when it is due, in which parts, and what is let go for paying early.

use chrono::{Datelike, Days, Months, NaiveDate};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use crate::shared::{archived, label};

/// Payment terms, as documents use them.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) percents: Vec<Decimal>,
    pub(crate) days: Vec<i32>,
    pub(crate) end_of_month: bool,
    pub(crate) discount_percent: Option<Decimal>,
    pub(crate) discount_days: Option<i32>,
    pub(crate) archived: bool,
}

/// The terms that somebody names; else what is agreed with the party; else the company's default, if it has one.
pub(crate) async fn applied(cx: &mut Cx, named: Option<Uuid>, party: Uuid) -> Result<Option<Term>> {
    usable(find(cx, named, party).await?, named)
}

/// Terms that somebody names exist and are in use; those that were agreed hold as they are.
pub(crate) fn usable(found: Option<Term>, named: Option<Uuid>) -> Result<Option<Term>> {
    match found {
        None if named.is_some() => Err(Refusal::not_found("payment terms").into()),
        Some(term) if named.is_some() && term.archived => {
            Err(archived(&label(&term.code, &term.name, false), "/payment_terms").into())
        }
        term => Ok(term),
    }
}

/// The terms that a draft has, in use or not.
pub(crate) async fn kept(cx: &mut Cx, id: Uuid) -> Result<Option<Term>> {
    find(cx, Some(id), id).await
}

async fn find(cx: &mut Cx, named: Option<Uuid>, party: Uuid) -> Result<Option<Term>> {
    let org = cx.org();
    let term = sqlx::query_as!(
        Term,
        r#"select t.id, t.code, t.name, t.percents as "percents: Vec<Decimal>", t.days, t.end_of_month, t.discount_percent, t.discount_days,
               t.archived_at is not null as "archived!"
           from payment_terms t where t.org_id = $1 and t.id = coalesce($2,
               (select p.payment_term_id from party_terms p where p.org_id = $1 and p.party_id = $3),
               (select d.id from payment_terms d where d.org_id = $1 and d.is_default))"#,
        org,
        named,
        party
    )
    .fetch_optional(cx.db())
    .await?;
    Ok(term)
}

impl Term {
    /// When something of that day is due, in as many parts as there are.
    fn due_dates(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        self.days.iter().map(move |days| {
            let due = later(date, *days);
            if self.end_of_month { end_of_month(due) } else { due }
        })
    }
    /// When the last of it is due.
    pub(crate) fn due_date(&self, date: NaiveDate) -> NaiveDate {
        self.due_dates(date).last().unwrap_or(date)
    }
    /// The parts of an amount, to the cent: each is what the percents so far come to, less what went before.
    pub(crate) fn parts(&self, amount: i64) -> Vec<i64> {
        let (mut so_far, mut percent) = (0, Decimal::ZERO);
        let part = |of: &Decimal| {
            percent += of;
            let upto = portion(amount, percent);
            let part = upto - so_far;
            so_far = upto;
            part
        };
        self.percents.iter().map(part).collect()
    }
    /// The instalments of a document: due date, amount, and amount in the company's currency. None where it is due at once.
    pub(crate) fn instalments(&self, date: NaiveDate, gross: i64, company: i64) -> Vec<(NaiveDate, i64, i64)> {
        if self.days.len() < 2 {
            return Vec::new();
        }
        let amounts = self.parts(gross).into_iter().zip(self.parts(company));
        self.due_dates(date).zip(amounts).map(|(due, (amount, company))| (due, amount, company)).collect()
    }
    /// What is let go of an amount for paying early, and until when.
    pub(crate) fn discount(&self, date: NaiveDate, gross: i64) -> Option<(i64, NaiveDate)> {
        let discount = portion(gross, self.discount_percent?);
        (discount > 0 && discount < gross).then_some((discount, later(date, self.discount_days?)))
    }
}

fn later(date: NaiveDate, days: i32) -> NaiveDate {
    date + Days::new(u64::try_from(days).unwrap_or_default())
}

fn end_of_month(date: NaiveDate) -> NaiveDate {
    date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))?.pred_opt()).unwrap_or(date)
}

/// So many percent of an amount in minor units, rounded half away from zero.
fn portion(amount: i64, percent: Decimal) -> i64 {
    let exact = Decimal::from(amount) * percent / Decimal::ONE_HUNDRED;
    exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(parts: &[(i64, u32, i32)]) -> Term {
        Term {
            id: Uuid::nil(),
            code: String::new(),
            name: String::new(),
            percents: parts.iter().map(|(p, scale, _)| Decimal::new(*p, *scale)).collect(),
            days: parts.iter().map(|(.., days)| *days).collect(),
            end_of_month: false,
            discount_percent: None,
            discount_days: None,
            archived: false,
        }
    }

    #[test]
    fn parts_come_to_the_whole() {
        let thirds = term(&[(3333, 2, 0), (3333, 2, 30), (3334, 2, 60)]);
        assert_eq!(thirds.parts(10_000), [3333, 3333, 3334]);
        assert_eq!(thirds.parts(1), [0, 1, 0]);
        let halves = term(&[(50, 0, 0), (50, 0, 30)]);
        assert_eq!(halves.parts(101), [51, 50]);
        for amount in 0..2_000 {
            for term in [&thirds, &halves, &term(&[(1, 0, 0), (99, 0, 1)]), &term(&[(125, 1, 1), (875, 1, 2)])] {
                let parts = term.parts(amount);
                assert_eq!(parts.iter().sum::<i64>(), amount);
                assert!(parts.iter().all(|part| *part >= 0));
            }
        }
    }

    #[test]
    fn due_dates_follow_the_date_or_end_their_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut term = term(&[(100, 0, 30)]);
        assert_eq!(term.due_date(day("2026-01-31")), day("2026-03-02"));
        term.end_of_month = true;
        assert_eq!(term.due_date(day("2026-01-31")), day("2026-03-31"));
        assert_eq!(term.due_date(day("2027-12-05")), day("2028-01-31"));
        (term.discount_percent, term.discount_days) = (Some(Decimal::TWO), Some(10));
        assert_eq!(term.discount(day("2026-01-31"), 10_025), Some((201, day("2026-02-10"))));
        assert_eq!(term.discount(day("2026-01-31"), 10), None);
    }
}
