//! `steward call OPERATION [JSON]` and `steward call --plan FILE`

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde::Deserialize;
use serde_json::Value;

use steward_tools::{Answer, Call, Options, Plan, PreviewEffect, read_json};

use super::Asked;
use super::operator::Operator;
use crate::{Failure, Result, out};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  steward call accounting.invoices.list '{\"overdue\": true}' --as accountant@demo.example
  steward call accounting.invoices.post '{\"id\": \"…\"}' --as accountant@demo.example --dry-run
  steward call --plan plan.json --as sales@demo.example      (plan.json: {\"calls\":[{\"name\":…,\"arguments\":…},…]})

It is run on this machine's own authority: the person's rights hold, and the operator is recorded.")]
pub(crate) struct Args {
    /// The operation, as domain.entities.verb
    #[arg(required_unless_present = "plan")]
    operation: Option<String>,
    /// Its arguments, as a JSON object; - reads standard input
    #[arg(value_name = "JSON")]
    arguments: Option<String>,
    /// The organisation; needed only where several know the e-mail
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// The person to act as
    #[arg(long = "as", value_name = "EMAIL")]
    email: String,
    /// Show what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Several calls as one, from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["operation", "arguments"])]
    plan: Option<PathBuf>,
    /// The same key and arguments give the same answer, once
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    calls: Vec<Call>,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let plan = plan_of(&args)?;
    let operator = Operator::open(&asked.settings.config).await?;
    let answer = submit(&operator, &args, plan).await;
    operator.close().await?;
    let answer = answer?;
    if asked.json {
        out::json(&serde_json::to_value(&answer).map_err(|e| Failure::new(e.to_string()))?);
    } else {
        show(&answer);
    }
    Ok(ExitCode::SUCCESS)
}

async fn submit(operator: &Operator, args: &Args, plan: Plan) -> Result<Answer> {
    let person = operator.person(&args.email, args.org.as_deref()).await?;
    let caller = Operator::acting_as(person);
    let options = Options { dry_run: args.dry_run, idempotency_key: args.idempotency_key.clone() };
    let calls = plan.calls().to_vec();
    let answer = operator.gate.submit(&caller, plan, options).await?;
    Ok(operator.gate.with_contents(&caller, &calls, answer, |_, _| None).await?)
}

fn plan_of(args: &Args) -> Result<Plan> {
    if let Some(path) = &args.plan {
        let text = if path == Path::new("-") { standard_input()? } else { read(path)? };
        let plan = read_json(text.as_bytes(), "plan").map_err(|r| Failure::Usage(r.detail))?;
        let file: PlanFile = serde_json::from_value(plan)
            .map_err(|e| Failure::Usage(format!("The plan is not {{\"calls\":[…]}}: {e}.")))?;
        return Ok(Plan::of(file.calls));
    }
    let name = args.operation.clone().ok_or_else(|| Failure::Usage("Name an operation.".to_owned()))?;
    Ok(Plan::one(Call { name, arguments: arguments_of(args.arguments.as_deref())? }))
}

/// The arguments as the command line has them: a JSON object, `-` for standard input, or nothing.
pub(crate) fn arguments_of(text: Option<&str>) -> Result<Value> {
    let text = match text {
        Some("-") => standard_input()?,
        Some(text) => text.to_owned(),
        None => "{}".to_owned(),
    };
    read_json(text.as_bytes(), "text of the arguments").map_err(|r| Failure::Usage(r.detail))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{} cannot be read: {e}.", path.display())))
}

fn standard_input() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|e| Failure::new(format!("Standard input cannot be read: {e}.")))?;
    Ok(text)
}

pub(super) fn show(answer: &Answer) {
    match answer {
        Answer::Done { call_id, result, sentences, .. } => {
            told(sentences);
            match call_id {
                Some(id) => out::line(&format!("Recorded as {id}.")),
                None => out::json(result),
            }
        }
        Answer::Preview { effects, sentences, .. } => {
            out::line("Nothing has happened; this would:");
            told(sentences);
            listed(effects);
        }
        Answer::NeedsApproval { approval } => {
            out::line(&approval.title);
            listed(&approval.effects);
            let who = approval
                .approver
                .strip_prefix("role:")
                .map_or("the person themselves".to_owned(), |role| format!("somebody with the role {role}"));
            out::line(&format!(
                "Nothing has happened yet: {who} decides on approval {}, until {}.",
                approval.id,
                approval.expires_at.format("%Y-%m-%d %H:%M UTC")
            ));
        }
        Answer::Rejected { approval } => out::line(&format!("Rejected: {}", approval.title)),
    }
}

fn told(sentences: &[String]) {
    for sentence in sentences {
        out::line(sentence);
    }
}

fn listed(effects: &[PreviewEffect]) {
    if !effects.is_empty() {
        let kind = |effect: &PreviewEffect| {
            serde_json::to_value(effect.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned))
        };
        out::table(
            ["what", "effect"],
            effects.iter().map(|effect| [kind(effect).unwrap_or_default(), effect.text.clone()]),
        );
    }
}
