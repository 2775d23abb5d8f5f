//! `steward eval run`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};
use steward_agent::llm;
use steward_engines::postgres::{PrivatePostgres, ServerLock};
use steward_evals::record::{self, Record};
use steward_evals::report::{self, Format};
use steward_evals::{About, Plan, Suite, Verdict, run as evals, summary};

use super::stage::{LocalStage, Played};
use super::{Run, scores, template};
use crate::commands::Asked;
use crate::config::Config;
use crate::{Failure, Result, compose, out};

pub(super) async fn run(asked: Asked, args: Run) -> Result<ExitCode> {
    let folder = folder(&args);
    let suites = suites(&folder, &args.suites)?;
    let before = args.resume.as_deref().map(record::read).transpose()?.unwrap_or_default();
    for path in &args.output {
        if Format::of(path)? == Format::Lines && Some(path) != args.resume.as_ref() {
            std::fs::write(path, "")
                .map_err(|e| Failure::Usage(format!("{} cannot be written: {e}.", path.display())))?;
        }
    }
    let config = own(asked.settings.config);
    let played = played(&args, &config).await?;
    let lock = ServerLock::claim(&config.data, "steward eval")?;
    let cluster = Arc::new(PrivatePostgres::open(&config.data).await?);
    let ran = all(&args, &config, &cluster, (suites, before, played)).await;
    if let Ok(cluster) = Arc::try_unwrap(cluster) {
        cluster.stop().await?;
    }
    drop(lock);
    let records = ran?;
    report::write(&args.output, &records)?;
    if args.sealed {
        scores::write(&folder, &records)?;
    }
    tell(&records, asked.json, args.sealed);
    Ok(ExitCode::from(evals::exit_code(&records, args.pass_rate)))
}

/// Everything in a folder of its own beside the other data, whatever the settings name for the product.
fn own(config: Config) -> Config {
    let data = config.data.join("evals");
    let today = Some(template::TODAY);
    Config { data, today, database_url: None, app_database_url: None, s3_url: None, ..config }
}

fn folder(args: &Run) -> PathBuf {
    let usual = if args.sealed { "evals/sealed" } else { "evals/suites" };
    args.suites_in.clone().unwrap_or_else(|| usual.into())
}

/// The suites that are named, by file or by name; all of the folder where none is.
fn suites(folder: &Path, named: &[String]) -> Result<Vec<Suite>> {
    let yaml = |path: &Path| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let mut paths: Vec<PathBuf> = if named.is_empty() {
        let there = std::fs::read_dir(folder)
            .map_err(|e| Failure::Usage(format!("{} cannot be read: {e}.", folder.display())))?;
        there.flatten().map(|entry| entry.path()).filter(|path| yaml(path)).collect()
    } else {
        let path =
            |name: &String| if yaml(Path::new(name)) { name.into() } else { folder.join(format!("{name}.yaml")) };
        named.iter().map(path).collect()
    };
    paths.sort();
    if paths.is_empty() {
        return Err(Failure::Usage(format!("There is no suite in {}.", folder.display())));
    }
    Ok(paths.iter().map(|path| Suite::read(path)).collect::<Result<_, _>>()?)
}

async fn played(args: &Run, config: &Config) -> Result<Vec<(String, Played)>> {
    let mut played = Vec::new();
    for name in &args.models {
        played.push((name.clone(), Played::named(name, config).await?));
    }
    Ok(played)
}

type Given = (Vec<Suite>, Vec<Record>, Vec<(String, Played)>);

async fn all(
    args: &Run,
    config: &Config,
    cluster: &Arc<PrivatePostgres>,
    (suites, before, played): Given,
) -> Result<Vec<Record>> {
    let bar = bar();
    let seeding = |done: usize, of: usize, what: &str| {
        bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        bar.set_message(what.to_owned());
    };
    let template = template::ready(cluster, config, &seeding).await?;
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let plan = Plan {
        repeat: args.repeat,
        jobs,
        turn: Duration::from_secs(args.timeout),
        max_tokens: args.max_tokens,
        max_time: args.max_minutes.map(|minutes| Duration::from_secs(minutes * 60)),
        done: record::done(&before),
        only: args.only.clone(),
        ..Plan::of(suites)
    };
    let mut records = Vec::new();
    for (model, played) in played {
        let files = compose::files(config)?;
        let stage = LocalStage {
            cluster: Arc::clone(cluster),
            template: template.clone(),
            files,
            today: template::TODAY,
            played,
        };
        let about = about(&model);
        records.extend(before.iter().filter(|record| kept(record, &plan, &about)).cloned());
        let ran = one(args, &stage, (&about, &plan), &bar).await?;
        if ran.left > 0 {
            out::error(&format!("{model}: {} tests were not begun, since the budget was used up.", ran.left));
        }
        records.extend(ran.records);
    }
    bar.finish_and_clear();
    Ok(records)
}

/// What was done before and belongs to this run.
fn kept(record: &Record, plan: &Plan, about: &About) -> bool {
    let of = |suite: &Suite| suite.hash == record.suite_hash;
    record.verdict != Verdict::Error
        && record.about.model == about.model
        && record.about.prompt == about.prompt
        && record.repeat <= plan.repeat
        && plan.suites.iter().any(of)
}

async fn one(args: &Run, stage: &LocalStage, (about, plan): (&About, &Plan), bar: &ProgressBar) -> Result<evals::Ran> {
    bar.set_length(u64::try_from(plan.len()).unwrap_or(u64::MAX));
    bar.set_position(0);
    bar.set_message(about.model.clone());
    let lines: Vec<&PathBuf> =
        args.output.iter().filter(|path| Format::of(path).is_ok_and(|f| f == Format::Lines)).collect();
    let lost = Mutex::new(None);
    let progress = |record: &Record| {
        bar.inc(1);
        for path in &lines {
            if let Err(error) = record::append(path, record) {
                *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        }
    };
    let ran = evals::run(stage, about, plan, &progress).await;
    match lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error.into()),
        None => Ok(ran),
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{msg:26} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn about(model: &str) -> About {
    About {
        model: model.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit(),
        prompt: llm::prompt_version(),
        date: chrono::Utc::now().format("%Y-%m-%d").to_string(),
    }
}

/// The commit that is checked out here, where git tells.
fn commit() -> Option<String> {
    let told =
        std::process::Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=10"]).output().ok()?;
    let text = String::from_utf8(told.stdout).ok().filter(|_| told.status.success())?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn tell(records: &[Record], json: bool, sealed: bool) {
    let summaries = summary::of(records);
    if json {
        let row = |summary| summary::columns(summary).into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        out::json(&summaries.iter().map(|one| Value::Object(row(one).collect::<Map<_, _>>())).collect());
        return;
    }
    // what is sealed is known by its counts
    for record in records.iter().filter(|record| record.verdict != Verdict::Passed && !sealed) {
        let word = if record.verdict == Verdict::Error { "error " } else { "failed" };
        let repeat = if record.repeat > 1 { format!(" #{}", record.repeat) } else { String::new() };
        let why = record.wrong().join("; ");
        out::line(&format!("{word} {} / {} ({}){repeat}: {why}", record.suite, record.test, record.about.model));
    }
    out::line(&summary::tables(&summaries));
}
