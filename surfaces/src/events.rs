//! `GET /api/v1/events`: what changes, as it happens, so that pages show it.
//!
//! What has changed is told by kind of record, never by content: whoever hears of it reads it by its own route, with the
//! rights of that moment. Each stream has a task of its own that takes news as they come and keeps only what they add up
//! to; a reader who is slow hears less often, and holds nobody up.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::stream;
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Caller, Listening, Logged, News, Scope};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use uuid::Uuid;

use crate::App;
use crate::agui::run::{KEEP_ALIVE, UNBUFFERED};
use crate::agui::watch;
use crate::arguments::NoQuery;
use crate::auth::Signed;
use crate::metrics::{EVENTS, Open};
use crate::problem::Reply;

/// Changes are told at most so often.
const PAUSE: Duration = Duration::from_secs(1);
/// How often what other processes did is looked for.
const LOOK: Duration = Duration::from_secs(20);
/// When a page tries again that lost its stream.
const RETRY: Duration = Duration::from_secs(3);
/// Events on their way to a reader; what does not fit is told together later.
const AHEAD: usize = 4;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/events", get(listen))
}

/// Kinds of record that committed calls touched.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// `domain.entities`, in order.
    entities: Vec<String>,
}

/// What waits for this person.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Approvals {
    /// Approvals that they may decide now.
    waiting: usize,
}

/// What came of something that this person asked for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Outcome")]
pub(crate) struct Outcome {
    /// The approval.
    id: Uuid,
    /// What it was about, in a sentence.
    title: String,
    /// `approved`, `rejected` or `expired`.
    status: String,
}

async fn listen(State(app): State<App>, Signed(caller): Signed, _: NoQuery) -> Reply {
    // what the gate does not check, this must: the rights of this moment, and that the session still holds
    let caller = app.fresh(&caller).await?;
    let audible = app.gate.audible(&caller)?;
    let news = app.gate.listen(&caller)?;
    let (to, mut events) = mpsc::channel(AHEAD);
    let stream =
        Stream { app: app.clone(), caller, audible, to, changed: BTreeSet::new(), asked: Vec::new(), told: None };
    app.tasks.spawn(stream.run(news));
    let events = stream::poll_fn(move |cx| events.poll_recv(cx).map(|event| event.map(Ok::<_, Infallible>)));
    Ok(([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response())
}

/// One reader.
struct Stream {
    app: App,
    caller: Caller,
    /// Of these kinds of record they hear.
    audible: BTreeSet<String>,
    to: mpsc::Sender<Event>,
    /// Not told yet.
    changed: BTreeSet<String>,
    /// What they asked for and nobody has decided.
    asked: Vec<Uuid>,
    /// The number of waiting approvals that was told last.
    told: Option<usize>,
}

/// Nobody reads any more.
struct Gone;

impl Stream {
    async fn run(mut self, news: Listening) {
        let _open = Open::one_of(&EVENTS);
        let stopping = self.app.stopping.clone();
        let shut_out = watch::until_shut_out(self.app.clone(), self.caller.clone());
        tokio::select! {
            () = stopping.cancelled() => {}
            _ = shut_out => {}
            Err(Gone) = self.tell(news) => {}
        }
    }

    async fn tell(&mut self, mut news: Listening) -> Result<Infallible, Gone> {
        self.send(Event::default().retry(RETRY).comment("what changes is told here")).await?;
        self.look_around().await;
        self.approvals().await?;
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.reset();
        let mut quiet_until = Instant::now();
        loop {
            let reader = self.to.clone();
            tokio::select! {
                news = news.next() => match news {
                    Some(News::Changed(touched)) => self.changed.extend(touched.heard(&self.caller, &self.audible)),
                    Some(News::Approvals(org)) if org == self.caller.principal.org => self.approvals().await?,
                    Some(News::Approvals(_)) => {}
                    // so much was missed that anything may have changed
                    None => {
                        self.changed.clone_from(&self.audible);
                        self.approvals().await?;
                    }
                },
                room = wait_for_room(&reader, quiet_until), if !self.changed.is_empty() => {
                    let entities = std::mem::take(&mut self.changed).into_iter().collect();
                    room.ok_or(Gone)?.send(event("changed", &Changed { entities }));
                    quiet_until = Instant::now() + PAUSE;
                }
                _ = looks.tick() => {
                    self.look_around().await;
                    if self.caller.principal.scope() != Scope::Organization {
                        self.approvals().await?;
                    }
                }
                () = reader.closed() => return Err(Gone),
            }
        }
    }

    async fn send(&self, event: Event) -> Result<(), Gone> {
        self.to.send(event).await.map_err(|_| Gone)
    }

    /// What other processes did.
    async fn look_around(&self) {
        if let Err(error) = self.app.gate.look_around(&self.caller).await {
            tracing::debug!(error = %Logged(&error), "what others did could not be looked at");
        }
    }

    /// What waits for this person, where that is news, and what came of what they asked for.
    async fn approvals(&mut self) -> Result<(), Gone> {
        let waiting = match self.app.gate.waiting(&self.caller, &self.asked).await {
            Ok(waiting) => waiting,
            Err(error) => {
                // whoever is shut out is noticed beside this; a database that does not answer now does later
                tracing::debug!(error = %Logged(&error), "what waits could not be looked at");
                return Ok(());
            }
        };
        self.asked = waiting.asked;
        for outcome in waiting.decided {
            let outcome = Outcome { id: outcome.id, title: outcome.title, status: outcome.status };
            self.send(event("decided", &outcome)).await?;
        }
        if self.told != Some(waiting.count) {
            self.told = Some(waiting.count);
            self.send(event("approvals", &Approvals { waiting: waiting.count })).await?;
        }
        Ok(())
    }
}

/// Room for one event, not before the pause is over; none where nobody reads.
async fn wait_for_room(to: &mpsc::Sender<Event>, quiet_until: Instant) -> Option<mpsc::Permit<'_, Event>> {
    sleep_until(quiet_until).await;
    to.reserve().await.ok()
}

fn event(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).json_data(data).unwrap_or_else(|error| {
        tracing::error!(%error, "an event could not be written");
        Event::default().comment("an event could not be written")
    })
}
