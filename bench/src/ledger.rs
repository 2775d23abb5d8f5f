//! Reports as the ledger grows tenfold and again: what they take must grow with the answer and not with history.

use std::time::{Duration, Instant};

use chrono::{Datelike as _, Days, Months, NaiveDate, Utc};
use indicatif::ProgressBar;
use serde::Serialize;
use steward_engines::postgres::Login;

use crate::cluster::Cluster;
use crate::http::Connection;
use crate::load::quantile;
use crate::scenarios::World;
use crate::{Args, Result};

/// The companies of `sql/ledger.sql`.
const SIZES: [&str; 3] = ["l10k", "l100k", "l1m"];
/// What a report over a million lines may take, in milliseconds.
pub(crate) const MOST: f64 = 150.0;

/// A report, at each size.
#[derive(Debug, Serialize)]
pub(crate) struct Growth {
    pub(crate) report: &'static str,
    /// Milliseconds through the gate and HTTP, the median of warm calls.
    pub(crate) took: [f64; 3],
    /// Milliseconds in which bare SQL adds the lines up for the same figures, where it is one sum.
    pub(crate) bare: Option<[f64; 3]>,
}

/// Reports that are measured: a day in the past is one that most documents have been settled after.
fn reports(today: NaiveDate) -> [(&'static str, String); 7] {
    let past = today - Months::new(14);
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let path = |rest: String| format!("/api/v1/accounting/reports/{rest}");
    [
        ("trial balance", path("trial_balance".to_owned())),
        ("trial balance, 14 months ago", path(format!("trial_balance?as_of={past}"))),
        ("balance sheet beside last year's", path(format!("balance_sheet?compare_to={}", year - Days::new(1)))),
        ("profit and loss of the year", path(format!("profit_and_loss?from={year}&to={today}"))),
        ("aged receivables", path("aged_receivables".to_owned())),
        ("aged receivables, 14 months ago", path(format!("aged_receivables?as_of={past}"))),
        ("tie-outs", path("tie_outs".to_owned())),
    ]
}

/// Asks for each report of each company.
pub(crate) async fn measure(
    cluster: &Cluster,
    world: &World<'_>,
    args: &Args,
    bar: &ProgressBar,
) -> Result<Vec<Growth>> {
    let turns = if args.quick { 5 } else { 15 };
    let today = Utc::now().date_naive();
    let mut growths: Vec<Growth> =
        reports(today).into_iter().map(|(report, _)| Growth { report, took: [0.0; 3], bare: None }).collect();
    for (size, code) in SIZES.into_iter().enumerate() {
        let mut connection = Connection::open(&world.address).await?;
        let token = connection.sign_in(code, "accountant").await?;
        for (growth, (report, path)) in growths.iter_mut().zip(reports(today)) {
            bar.set_message(format!("{report} of {code}"));
            let mut took = Vec::with_capacity(turns);
            for turn in 0..=turns {
                let begun = Instant::now();
                connection.get(&path, Some(&token)).await?.ok()?;
                // the first is to warm up
                if turn > 0 {
                    took.push(millis(begun.elapsed()));
                }
            }
            growth.took[size] = quantile(&mut took, 0.5);
        }
    }
    growths[0].bare = Some(sums(cluster, turns).await?);
    Ok(growths)
}

/// Bare SQL that adds up the lines of every account.
async fn sums(cluster: &Cluster, turns: usize) -> Result<[f64; 3]> {
    let mut superuser = cluster.there(Login::Superuser).await?;
    let mut bare = [0.0; 3];
    for (size, code) in SIZES.into_iter().enumerate() {
        let mut took = Vec::with_capacity(turns);
        for _ in 0..turns {
            let begun = Instant::now();
            sqlx::query(
                "select account_id, sum(debit)::bigint, sum(credit)::bigint from entry_lines
                 where org_id = (select id from organizations where code = $1) and date <= current_date group by account_id",
            )
            .bind(code)
            .fetch_all(&mut superuser)
            .await?;
            took.push(millis(begun.elapsed()));
        }
        bare[size] = quantile(&mut took, 0.5);
    }
    Ok(bare)
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}
