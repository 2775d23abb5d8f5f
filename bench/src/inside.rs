//! In this process, without HTTP or a database: a policy decision, and the gate's first three steps (who, shape, may).

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;
use steward_policies::{Circumstances, Fact, Subject};
use steward_server::compose;
use steward_server::config::Config;
use steward_tools::{Call, Caller, Credential, Gate, Options, Plan, Surface};
use uuid::Uuid;

use crate::load::quantile;
use crate::scenarios::World;
use crate::{Args, Result};

/// How long something takes, in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Took {
    pub(crate) median: f64,
    pub(crate) p99: f64,
}

/// What was measured in this process.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Inside {
    /// One decision with an amount.
    pub(crate) policy: Took,
    /// Who, shape and may for the plan that creates and posts an invoice of three lines, with the task it runs on.
    pub(crate) first_steps_of_plan: Took,
    /// The same for reading one party.
    pub(crate) first_steps_of_read: Took,
}

/// Measures all three. The gate stands before a pool that is closed: everything up to the first statement happens, and then
/// the call fails.
pub(crate) async fn measure(world: &World<'_>, args: &Args) -> Result<Inside> {
    let pool = world.cluster.pool();
    let config = Config::private(&world.cluster.data);
    let gate = compose::gate(pool.clone(), compose::files(&config)?, None)?;
    let company = &world.companies[1];
    let caller = Caller {
        principal: Arc::clone(&gate.identity().principal(company.accountant).await?),
        credential: Credential::Person,
        pass: None,
        scopes: None,
        surface: Surface::Rest,
        conversation: None,
        request_id: "bench".into(),
        reason: None,
    };
    pool.close().await;
    let length = Duration::from_millis(if args.quick { 300 } else { 1500 });
    let line = |text, price| json!({"description": text, "quantity": "2", "unit": "hours", "unit_price": price});
    let create = json!({"customer": Uuid::now_v7(), "lines": [line("Consulting", "100.00"), line("Installation", "101.00"), line("Training", "101.50")]});
    let post = json!({"id": {"$result": [0, "/id"]}});
    let plan = Plan::of(vec![
        Call { name: "accounting.invoices.create".into(), arguments: create },
        Call { name: "accounting.invoices.post".into(), arguments: post },
    ]);
    let read = Plan::one(Call { name: "directory.parties.get".into(), arguments: json!({"id": Uuid::now_v7()}) });
    Ok(Inside {
        policy: policy(&gate, &caller, length)?,
        first_steps_of_plan: first_steps(&gate, &caller, &plan, length).await?,
        first_steps_of_read: first_steps(&gate, &caller, &read, length).await?,
    })
}

fn policy(gate: &Gate, caller: &Caller, length: Duration) -> Result<Took> {
    let id = caller.principal.id.to_string();
    let fact = Some(Fact { kind: "posted", amount: Some(72_780), limit: None });
    let (mut took, since) = (Vec::new(), Instant::now());
    while since.elapsed() < length {
        let begun = Instant::now();
        let who = Subject { id: &id, roles: &caller.principal.roles };
        let circumstances = Circumstances { surface: "rest", agent: false, approved_by: &[], fact };
        let judgement = gate.policies().judge(who, "accounting.invoices.post", circumstances)?;
        took.push(begun.elapsed().as_secs_f64() * 1e6);
        if judgement.verdict != steward_policies::Verdict::Allow {
            return Err("an accountant may not post".into());
        }
    }
    Ok(summary(took))
}

async fn first_steps(gate: &Gate, caller: &Caller, plan: &Plan, length: Duration) -> Result<Took> {
    let (mut took, since) = (Vec::new(), Instant::now());
    while since.elapsed() < length {
        let options = Options { dry_run: true, idempotency_key: None };
        let (caller, plan) = (caller.clone(), plan.clone());
        let begun = Instant::now();
        let answer = gate.submit(&caller, plan, options).await;
        took.push(begun.elapsed().as_secs_f64() * 1e6);
        if !matches!(answer, Err(steward_tools::Error::Database(_))) {
            return Err("the gate did not come as far as the database".into());
        }
    }
    Ok(summary(took))
}

fn summary(mut took: Vec<f64>) -> Took {
    took.drain(..took.len() / 10);
    Took { median: quantile(&mut took, 0.5), p99: quantile(&mut took, 0.99) }
}
