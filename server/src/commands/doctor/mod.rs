//! `steward doctor [--books]`

pub(crate) mod books;
mod checks;

use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde::Serialize;
use serde_json::json;

use super::Asked;
use crate::database::Database;
use crate::{Failure, Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Also check the books: gaps in numbers, entries that do not balance, receivables that differ from their account
    #[arg(long)]
    books: bool,
}

/// What one check found.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    ok: bool,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'static str>,
}

impl Finding {
    fn good(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, ok: true, detail: detail.into(), fix: None }
    }
    fn bad(check: &'static str, detail: impl Into<String>, fix: &'static str) -> Self {
        Self { check, ok: false, detail: detail.into(), fix: Some(fix) }
    }
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let config = &asked.settings.config;
    let mut findings = checks::data_folder(config);
    // looking must not make a database
    if !config.is_private() || config.data.is_dir() {
        match Database::open(config).await {
            Ok(database) => {
                let found = examined(&database, args.books).await;
                database.close().await?;
                findings.extend(found);
            }
            Err(failure) => findings.push(unreachable(&failure)),
        }
    }
    findings.extend(checks::models(config).await);
    let settings = checks::settings(&asked.settings);
    if asked.json {
        out::json(&json!({ "settings": settings, "findings": findings }));
    } else {
        out::table(["setting", "value", "from"], settings.into_iter().map(|s| [s.name.to_owned(), s.value, s.from]));
        let row = |f: &Finding| [f.check.to_owned(), if f.ok { "ok" } else { "BAD" }.to_owned(), f.detail.clone()];
        out::table(["check", "", "found"], findings.iter().map(row));
        for finding in findings.iter().filter(|finding| !finding.ok) {
            out::line(&format!("{}: {}", finding.check, finding.fix.unwrap_or_default()));
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn examined(database: &Database, with_books: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    match checks::database(database).await {
        Ok(found) => findings.extend(found),
        Err(failure) => findings.push(unreachable(&failure)),
    }
    let up_to_date = findings.iter().all(|finding| finding.ok);
    if with_books {
        let found = if up_to_date {
            books::check(database).await
        } else {
            Err(Failure::new("They are looked at when the rest is well."))
        };
        findings.extend(found.unwrap_or_else(|failure| {
            vec![Finding::bad("books", failure.to_string(), "See to the findings above first.")]
        }));
    }
    findings
}

fn unreachable(failure: &Failure) -> Finding {
    Finding::bad("database", failure.to_string(), "Check the addresses above, and that the database runs.")
}
