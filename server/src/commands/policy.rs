//! `steward policy explain`

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use steward_tools::{Call, Caller, Explanation, Judged, Surface};

use super::Asked;
use super::call::arguments_of;
use super::operator::Operator;
use crate::{Failure, Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say what the policies answer to a call, and which of them decide
    #[command(after_help = "Example:
  steward policy explain --as accountant@demo.example accounting.payments.receive \\
      '{\"customer\": \"Globex Industries SE\", \"amount\": \"20000\"}'

The call is run and rolled back, so that the facts it states (amounts) are judged too. Amounts are in minor units.")]
    Explain(Explain),
}

#[derive(Debug, ClapArgs)]
struct Explain {
    /// The operation, as domain.entities.verb
    operation: String,
    /// Its arguments, as a JSON object; - reads standard input
    #[arg(value_name = "JSON")]
    arguments: Option<String>,
    /// The organisation; needed only where several know the e-mail
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// The person who would call
    #[arg(long = "as", value_name = "EMAIL")]
    email: String,
    /// The way the call would come in
    #[arg(long, value_enum, default_value = "rest")]
    surface: Through,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Through {
    /// A person's own call
    Rest,
    /// A person in the web app
    Web,
    /// A person at the command line
    Cli,
    /// An agent for the person
    Agent,
}

impl Through {
    const fn surface(self) -> Surface {
        match self {
            Self::Rest => Surface::Rest,
            Self::Web => Surface::Web,
            Self::Cli => Surface::Cli,
            Self::Agent => Surface::Agent,
        }
    }
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let What::Explain(args) = args.what;
    let call = Call { name: args.operation.clone(), arguments: arguments_of(args.arguments.as_deref())? };
    let operator = Operator::open(&asked.settings.config).await?;
    let explained = explain(&operator, &args, call).await;
    operator.close().await?;
    let explanation = explained?;
    if asked.json {
        out::json(&serde_json::to_value(&explanation).map_err(|e| Failure::new(e.to_string()))?);
    } else {
        show(&explanation);
    }
    Ok(ExitCode::SUCCESS)
}

async fn explain(operator: &Operator, args: &Explain, call: Call) -> Result<Explanation> {
    let person = operator.person(&args.email, args.org.as_deref()).await?;
    let caller = Caller { surface: args.surface.surface(), ..Operator::acting_as(person) };
    Ok(operator.gate.explain(&caller, call).await?)
}

fn show(explanation: &Explanation) {
    let Explanation { operation, person, roles, surface, verdict, judged, refusal, .. } = explanation;
    out::line(&format!("{operation} by {person} ({}) through {surface}: {verdict}", roles.join(", ")));
    for one in judged {
        out::line(&format!("  {}", line(one)));
    }
    if let Some(refusal) = refusal {
        out::line(&format!("  the call itself is refused: {} ({})", refusal.detail, refusal.code));
    }
}

fn line(Judged { fact, verdict, policies, failed }: &Judged) -> String {
    let about = fact.as_ref().map_or_else(
        || "the permission".to_owned(),
        |fact| {
            let amount = fact.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
            let limit = fact.limit.map(|limit| format!(" (limit {limit})")).unwrap_or_default();
            format!("the fact \"{}{amount}\"{limit}", fact.kind)
        },
    );
    let by = match policies.as_slice() {
        [] => "since no policy permits it".to_owned(),
        some => format!("by {}", some.join(", ")),
    };
    let failed = if failed.is_empty() { String::new() } else { format!("; failed: {}", failed.join("; ")) };
    format!("{about}: {verdict}, {by}{failed}")
}
