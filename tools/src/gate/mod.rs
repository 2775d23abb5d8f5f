//! The one gate. Nothing else can run an operation: `Op::run` is visible to this module only.
//!
//! who → shape → may → one transaction (begin, references, run) → obligations → record, then commit or roll
//! back and show. Every surface goes through [`Gate::submit`]; it runs on a task of its own, so that a
//! dropped connection cannot cancel it half way.

mod accesses;
mod approvals;
mod ask;
mod asked;
mod decide;
mod effects;
mod explain;
mod files;
mod job;
mod lookup;
mod news;
mod op;
mod plan;
mod record;
mod refs;
mod rights;
mod run;
mod shape;
mod sight;
mod since;
mod undo;
mod vitals;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, RwLock};
use std::time::Instant;

use futures::FutureExt as _;
use sqlx::PgPool;
use steward_policies::{Action, Circumstances, Judgement, Policies, Subject};
use tokio::sync::oneshot;
use tracing::Instrument as _;

pub use asked::{Answer, ApprovalComment, ApprovalRow, Decision, Inbox, Options, Plan, Verdict};
pub(crate) use effects::describe;
pub use explain::{Explanation, Judged, JudgedFact};
pub use lookup::Lookup;
pub use news::{Listening, News, Outcome, Touched, Waiting};
pub use op::Op;
pub(crate) use rights::Rights;
pub(crate) use sight::{Sight, veil_call, veil_change, veil_recorded};
pub use undo::UndoTarget;
pub use vitals::VitalSigns;

use crate::files::Files;
use crate::identity::Identity;
use crate::measure::{self, GATE, JUDGE};
use crate::{Caller, Catalogue, Clock, Entry, Error, Kind, Logged, Refusal, Result, codes, masked};

/// What a gate is made of.
pub struct GateOptions {
    /// Connections as the application role.
    pub pool: PgPool,
    /// What can be done.
    pub catalogue: Catalogue,
    /// The business clock.
    pub clock: Clock,
    /// Policies beside the shipped ones.
    pub policies: Vec<String>,
    /// Where files are kept.
    pub files: Files,
}

/// The gate. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    pool: PgPool,
    catalogue: Arc<Catalogue>,
    policies: Arc<Policies>,
    files: Files,
    identity: Identity,
    clock: Clock,
    sights: RwLock<HashMap<(Vec<String>, crate::Surface), Sight>>,
    reads: accesses::Later,
    news: news::Newsroom,
}

impl Gate {
    /// A gate before this database. Policies that name unknown operations are refused here.
    pub fn new(options: GateOptions) -> Result<Self> {
        let GateOptions { pool, catalogue, clock, policies, files } = options;
        let action = |entry: &Entry| Action { name: entry.name().to_owned(), groups: entry.groups().to_vec() };
        let mut actions: Vec<Action> = catalogue.iter().map(action).collect();
        actions.extend(catalogue.masks().iter().map(|mask| Action { name: masked::action(mask), groups: Vec::new() }));
        let extra: Vec<&str> = policies.iter().map(String::as_str).collect();
        let policies = Arc::new(Policies::load(&actions, &extra).map_err(|e| Error::internal(e.to_string()))?);
        let identity = Identity::new(pool.clone());
        let (catalogue, sights) = (Arc::new(catalogue), RwLock::default());
        let (reads, news) = (accesses::Later::new(pool.clone()), news::Newsroom::new());
        let inner = Inner { pool, catalogue, policies, files, identity, clock, sights, reads, news };
        Ok(Self { inner: Arc::new(inner) })
    }
    /// Writes down what still waits to be: before the server stops.
    pub async fn flush(&self) {
        self.inner.reads.flush().await;
    }
    /// Everything there is.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.inner.catalogue
    }
    /// The people.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.inner.identity
    }
    /// The business clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.inner.clock
    }
    /// The roles that policies know.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.inner.policies
    }
    /// The operations that this caller may use.
    pub fn tools(&self, caller: &Caller) -> Result<Vec<&Entry>> {
        let mut tools = Vec::new();
        for entry in self.inner.catalogue.iter() {
            if self.inner.may(caller, entry)? {
                tools.push(entry);
            }
        }
        Ok(tools)
    }

    /// Whether these roles may use an operation on this surface, approvals aside (for the matrix).
    pub fn may(&self, roles: &[String], operation: &str, surface: crate::Surface) -> Result<bool> {
        let circumstances =
            Circumstances { surface: surface.as_str(), agent: surface.is_agent(), approved_by: &[], fact: None };
        self.inner.policies.may(Subject { id: "somebody", roles }, operation, circumstances).map_err(policy_failure)
    }

    /// Runs, previews, or asks for approval of a plan.
    pub async fn submit(&self, caller: &Caller, mut plan: Plan, options: Options) -> Result<Answer> {
        let since = Instant::now();
        let taken = files::take(&self.inner, caller, &mut plan, !options.dry_run).await;
        let job = job::Job::new(&self.inner, caller.clone(), plan, options)?;
        if let Err(error) = taken {
            self.inner.write_down(&job, &error).await;
            let refused = Err(error);
            measure::answered(&self.inner.catalogue, &job.calls, job.caller.surface, since, &refused);
            return refused;
        }
        self.spawn(job).await
    }

    /// Runs a job on its own task; refusals are written down after the roll-back.
    async fn spawn(&self, job: job::Job) -> Result<Answer> {
        let (inner, since) = (Arc::clone(&self.inner), Instant::now());
        measure::note_operation(&inner.catalogue, &job.calls);
        let (tell, told) = oneshot::channel();
        let task = async move {
            // an operation that panics is written down like every other failure
            let answer = AssertUnwindSafe(run::to_the_end(&inner, &job)).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| Err(Error::internal("the operation panicked")));
            if let Err(error) = &answer {
                inner.write_down(&job, error).await;
            }
            measure::answered(&inner.catalogue, &job.calls, job.caller.surface, since, &answer);
            if let Err(answer) = tell.send(answer) {
                measure::unheard(&answer);
            }
        };
        tokio::spawn(task.in_current_span());
        told.await.map_err(|_| Error::internal("the call's task ended without an answer"))?
    }
}

impl Inner {
    /// Records what was asked and refused, unless it was only a preview.
    async fn write_down(&self, job: &job::Job, error: &Error) {
        if !job.dry_run
            && let Err(failure) = record::attempt(self, job, error).await
        {
            tracing::error!(failure = %Logged(&failure), "a refused attempt could not be recorded");
        }
    }

    /// What the person may, and what they signed in with is not too narrow for.
    fn may(&self, caller: &Caller, entry: &Entry) -> Result<bool> {
        Ok(within(caller.scopes.as_deref(), entry) && self.permits(caller, entry.name())?)
    }

    fn permits(&self, caller: &Caller, operation: &str) -> Result<bool> {
        self.policies
            .may(subject(caller, &caller.principal.id.to_string()), operation, circumstances(caller, &[], None))
            .map_err(policy_failure)
    }

    #[tracing::instrument(name = JUDGE, target = GATE, level = "debug", skip_all)]
    fn judge(
        &self,
        caller: &Caller,
        operation: &str,
        approved_by: &[String],
        fact: Option<&crate::Fact>,
    ) -> Result<Judgement> {
        let id = caller.principal.id.to_string();
        self.policies
            .judge(subject(caller, &id), operation, circumstances(caller, approved_by, fact))
            .map_err(policy_failure)
    }

    fn entry(&self, name: &str) -> Result<&Entry> {
        self.catalogue.get(name).ok_or_else(|| {
            Refusal::new(Kind::NotFound, codes::UNKNOWN_OPERATION, format!("There is no operation called \"{name}\"."))
                .fix("List the tools to see what there is.")
                .into()
        })
    }
}

/// Whether what somebody signed in with is not too narrow for an operation.
fn within(scopes: Option<&[String]>, entry: &Entry) -> bool {
    let [group, effect] = entry.groups();
    scopes.is_none_or(|scopes| scopes.iter().any(|scope| *scope == entry.name() || *scope == group || *scope == effect))
}

fn subject<'a>(caller: &'a Caller, id: &'a str) -> Subject<'a> {
    Subject { id, roles: &caller.principal.roles }
}

fn circumstances<'a>(
    caller: &'a Caller,
    approved_by: &'a [String],
    fact: Option<&'a crate::Fact>,
) -> Circumstances<'a> {
    Circumstances {
        surface: caller.surface.as_str(),
        agent: caller.surface.is_agent(),
        approved_by,
        fact: fact.map(|fact| steward_policies::Fact {
            kind: fact.kind,
            amount: fact.amount,
            limit: caller.principal.limits.get(fact.kind).copied(),
        }),
    }
}

fn policy_failure(error: steward_policies::PolicyError) -> Error {
    Error::internal(error.to_string())
}

/// The person lacks the permission: says which, and where it comes from.
fn forbidden(caller: &Caller, entry: &Entry) -> Error {
    let name = entry.name();
    let [group, _] = entry.groups();
    Refusal::new(
        Kind::Forbidden,
        codes::FORBIDDEN,
        format!("{} lacks the permission {name} (it comes with {group}).", caller.principal.email),
    )
    .fix("Ask somebody who has it, or ask an administrator for a role that includes it.")
    .into()
}
