//! `steward doctor [--books]`

pub(crate) mod books;
mod checks;
mod derived;
mod machine;
mod models;
mod periods;
mod port;

use std::borrow::Cow;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde::Serialize;
use serde_json::json;

use super::Asked;
use crate::config::Config;
use crate::database::Database;
use crate::{Failure, Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Also check the books: gaps in numbers, entries that do not balance, receivables that differ from their account
    #[arg(long)]
    books: bool,
}

/// What one check found. A warning is well enough to go on (`ok`), and has a `fix` all the same.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    ok: bool,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Cow<'static, str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Bad,
}

impl State {
    const fn shown(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Bad => "BAD",
        }
    }
}

impl Finding {
    fn good(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, ok: true, state: State::Ok, detail: detail.into(), fix: None }
    }
    fn warning(check: &'static str, detail: impl Into<String>, fix: impl Into<Cow<'static, str>>) -> Self {
        Self { check, ok: true, state: State::Warning, detail: detail.into(), fix: Some(fix.into()) }
    }
    fn bad(check: &'static str, detail: impl Into<String>, fix: impl Into<Cow<'static, str>>) -> Self {
        Self { check, ok: false, state: State::Bad, detail: detail.into(), fix: Some(fix.into()) }
    }
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let config = &asked.settings.config;
    let mut findings = machine::check(config).await;
    findings.extend(checks::files(config).await);
    // looking must not make a database
    if !config.is_private() || has_database(config) {
        match Database::open(config).await {
            Ok(database) => {
                let found = examined(&database, args.books).await;
                database.close().await?;
                findings.extend(found);
            }
            Err(failure) => findings.push(unreachable(&failure, config.is_private())),
        }
    } else {
        findings.push(Finding::good("database", "none yet: the first start makes a private one"));
    }
    findings.extend(models::check(config).await);
    let settings = checks::settings(&asked.settings);
    if asked.json {
        out::json(&json!({ "settings": settings, "findings": findings }));
    } else {
        out::table(["setting", "value", "from"], settings.into_iter().map(|s| [s.name.to_owned(), s.value, s.from]));
        let row = |f: &Finding| [f.check.to_owned(), f.state.shown().to_owned(), f.detail.clone()];
        out::table(["check", "", "found"], findings.iter().map(row));
        for (check, fix) in findings.iter().filter_map(|finding| Some((finding.check, finding.fix.as_ref()?))) {
            out::line(&format!("{check}: {fix}"));
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the data folder has a private database, or says where it is.
fn has_database(config: &Config) -> bool {
    ["postgres", "postgres-location"].iter().any(|name| config.data.join(name).exists())
}

async fn examined(database: &Database, with_books: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    match checks::database(database).await {
        Ok(found) => findings.extend(found),
        Err(failure) => findings.push(unreachable(&failure, database.is_private())),
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

/// The private one's failures say their way out themselves.
fn unreachable(failure: &Failure, private: bool) -> Finding {
    let fix = match private {
        true => "Do what it says above; postgres/log in the data folder says more.",
        false => "Check DATABASE_URL and STEWARD_APP_DATABASE_URL above, and that psql \"$DATABASE_URL\" gets through.",
    };
    Finding::bad("database", failure.to_string(), fix)
}
