//! The fiscal years of a company's history: all of it is in one, and those long over are closed.

use chrono::{Datelike, Months, NaiveDate};
use serde_json::json;
use steward_tools::{Gate, Result};

use super::teller::{Teller, of};
use crate::founding::Company;

/// So many months after its end, a year is closed: the accounts are audited and adopted by then.
const ADOPTED: u32 = 6;

/// The years before the one in which the company was founded, back to where its history begins.
pub(super) async fn create(teller: &mut Teller<'_>, start: NaiveDate, today: NaiveDate) -> Result<()> {
    let years = (start.year()..today.year()).rev();
    let create = |year: i32| vec![of("accounting.fiscal_years.create", json!({"start": format!("{year}-01-01")}))];
    teller.all(years.map(create).collect()).await.map(drop)
}

/// Closes what has long been over, as somebody who may.
pub(super) async fn close(gate: &Gate, company: &Company<'_>, start: NaiveDate, who: &str) -> Result<()> {
    let mut controller = Teller::new(gate, company.code, who).await?;
    let over = |year: &i32| {
        NaiveDate::from_ymd_opt(*year, 12, 31).is_some_and(|end| end + Months::new(ADOPTED) < company.today)
    };
    let years = (start.year()..company.today.year()).filter(over);
    let close = |year: i32| vec![of("accounting.fiscal_years.close", json!({"id": year.to_string()}))];
    controller.all(years.map(close).collect()).await.map(drop)
}
