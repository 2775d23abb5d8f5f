//! A run: the agent on one side, whoever listens on the other.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse as _;
use axum::response::sse::{self, KeepAlive, Sse};
use futures::{FutureExt as _, stream};
use steward_agent::Event as Told;
use steward_tools::{Caller, Error};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::input::Turn;
use super::narrator::{self, Narrator};
use super::types::Event;
use super::watch;
use crate::App;
use crate::arguments::NoQuery;
use crate::auth::Talking;
use crate::body::Body;
use crate::metrics::{Open, RUNS};
use crate::problem::Reply;

/// Events on their way to a listener.
const AHEAD: usize = 64;
/// A listener that takes nothing for so long is gone; the run goes on without them.
const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Reverse proxies hold events back unless told.
pub(crate) const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// `POST /api/v1/agent/run`.
pub(super) async fn stream(State(app): State<App>, Talking(caller): Talking, _: NoQuery, Body(body): Body) -> Reply {
    let turn = Turn::of(body)?;
    let shut_out = Box::pin(watch::until_shut_out(app.clone(), caller.clone()));
    let events = stream::unfold(Some((start(&app, caller, turn), shut_out)), async |state| {
        let (mut events, mut shut_out) = state?;
        let (event, state) = tokio::select! {
            event = events.recv() => (event?, Some((events, shut_out))),
            problem = &mut shut_out => (narrator::error(&problem), None),
        };
        let event = sse::Event::default().json_data(&event).unwrap_or_else(|error| {
            tracing::error!(%error, "an event could not be written");
            sse::Event::default().comment("an event could not be written")
        });
        Some((Ok::<_, Infallible>(event), state))
    });
    Ok(([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response())
}

/// Starts a run on a task of its own: a listener who leaves does not stop it half way.
pub(super) fn start(app: &App, caller: Caller, turn: Turn) -> mpsc::Receiver<Event> {
    let (to, events) = mpsc::channel(AHEAD);
    let span = tracing::info_span!(
        "run",
        request_id = caller.request_id,
        conversation = %turn.thread,
        operation = tracing::field::Empty
    );
    let running = run(app.clone(), caller, turn, Listener { to: Some(to) });
    app.tasks.spawn(running.instrument(span));
    events
}

async fn run(app: App, caller: Caller, turn: Turn, mut listener: Listener) {
    let _at_work = Open::one_of(&RUNS);
    let (mut narrator, started) = Narrator::begin(&turn);
    listener.tell(started).await;
    let (events, mut told) = mpsc::channel(AHEAD);
    let agent = async {
        let outcome = app.agent.run_on(&caller, turn.thread, turn.input, &turn.page, &events).await;
        drop(events);
        outcome
    };
    let narrate = async {
        let mut next = None;
        loop {
            let event = match next.take() {
                Some(event) => Some(event),
                None => told.recv().await,
            };
            let Some(mut event) = event else { break };
            next = gathered(&mut event, &mut told);
            for event in narrator.tell(event) {
                listener.tell(event).await;
            }
        }
    };
    let (outcome, ()) = tokio::join!(AssertUnwindSafe(agent).catch_unwind(), narrate);
    let outcome = outcome.unwrap_or_else(|_| Err(Error::internal("the agent panicked")));
    let last = match outcome {
        Ok(outcome) => narrator.finish(outcome),
        Err(error) => narrator.fail(&app.problem(&caller, error)),
    };
    for event in last {
        listener.tell(event).await;
    }
}

/// Text that has already followed becomes one event; what follows it is handed back.
fn gathered(event: &mut Told, told: &mut mpsc::Receiver<Told>) -> Option<Told> {
    let Told::Text(text) = event else { return None };
    loop {
        match told.try_recv() {
            Ok(Told::Text(more)) => text.push_str(&more),
            Ok(other) => return Some(other),
            Err(_) => return None,
        }
    }
}

/// Whoever asked, as long as they listen.
struct Listener {
    to: Option<mpsc::Sender<Event>>,
}

impl Listener {
    async fn tell(&mut self, event: Event) {
        if let Some(to) = &self.to
            && to.send_timeout(event, PATIENCE).await.is_err()
        {
            self.to = None;
        }
    }
}
