//! `accounting.dunning_notices.get`

use std::fmt;
use std::fmt::Write as _;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};

use super::{DunningNotice, NoticeView, view};
use crate::invoices::Invoice;

/// Show one dunning notice: its invoices, and the letter to the customer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The dunning notice: its number or id.
    pub id: Ref<DunningNotice>,
}

/// An invoice of a notice.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoticeLine {
    /// The invoice.
    pub invoice: Named<Invoice>,
    /// When it was due, or the first of its instalments that was not paid.
    pub due_date: NaiveDate,
    /// How many days it was overdue then.
    pub days_overdue: i64,
    /// What was overdue.
    pub amount: Money,
}

/// A notice with its invoices and the letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoticeDetails {
    /// The notice.
    #[serde(flatten)]
    pub notice: NoticeView,
    /// Its invoices.
    pub lines: Vec<NoticeLine>,
    /// The letter to the customer, as Markdown.
    pub letter: String,
}

impl fmt::Display for NoticeDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.\n\n{}", self.notice, self.letter)
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.dunning_notices.get";
    const EFFECT: Effect = Effect::Read;
    type Output = NoticeDetails;

    async fn run(self, cx: &mut Cx) -> Result<NoticeDetails> {
        let (org, id) = (cx.org(), self.id.id);
        let notice = view(cx, id).await?;
        let rows = sqlx::query!(
            r#"select i.number as "number!", i.currency, l.due_date, l.amount,
                   (select n.text from dunning_notices n where n.org_id = l.org_id and n.id = l.notice_id) as "text!",
                   (select o.name from organizations o where o.id = l.org_id) as "company!"
               from dunning_notice_lines l join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
               where l.org_id = $1 and l.notice_id = $2 order by l.due_date, i.number"#,
            org,
            id
        )
        .fetch_all(cx.db())
        .await?;
        let said = rows.first().map(|row| (row.company.clone(), row.text.clone())).unwrap_or_default();
        let lines: Vec<NoticeLine> = rows
            .into_iter()
            .map(|row| NoticeLine {
                invoice: Named::from(row.number),
                due_date: row.due_date,
                days_overdue: (notice.date - row.due_date).num_days(),
                amount: Money::new(row.amount, &row.currency),
            })
            .collect();
        let letter = letter(&notice, &lines, &said);
        Ok(NoticeDetails { notice, lines, letter })
    }
}

/// The letter: to whom, what is open, what is asked for.
fn letter(notice: &NoticeView, lines: &[NoticeLine], (company, text): &(String, String)) -> String {
    let mut letter = format!(
        "{}\n\n# {}\n\n{}, {}\n\n{text}\n",
        notice.customer.name, notice.level_name, notice.number, notice.date
    );
    letter.push_str("\n| Invoice | Due | Days overdue | Open |\n|---|---|---:|---:|\n");
    for line in lines {
        // writing to a text does not fail
        let _ =
            writeln!(letter, "| {} | {} | {} | {} |", &*line.invoice, line.due_date, line.days_overdue, line.amount);
    }
    let _ = writeln!(letter, "\nIn all {} is overdue.", notice.total);
    if let Some(fee) = &notice.fee {
        let _ = writeln!(letter, "\nFor our expenses we ask for {fee} besides.");
    }
    let _ = writeln!(letter, "\n{company}");
    letter
}
