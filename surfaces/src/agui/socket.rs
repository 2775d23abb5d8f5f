//! Runs over a WebSocket: one after another, one event a text frame.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use steward_tools::{Caller, Kind, Refusal, Surface, read_json};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tracing::Instrument as _;

use super::input::Turn;
use super::types::Event;
use super::{INPUT_LIMIT, narrator, run, watch};
use crate::App;
use crate::auth::{Cookie, same_origin};
use crate::metrics::{Open, SOCKETS};
use crate::problem::{Problem, Reply};
use crate::request_id::RequestId;
use crate::tokens::not_signed_in;

const SIGN_IN_WITHIN: Duration = Duration::from_secs(10);
const PING_EVERY: Duration = Duration::from_secs(20);
const SILENT_FOR: Duration = Duration::from_secs(60);
/// Inputs that may wait for the run before them.
const QUEUE: usize = 8;
const BEARER: &str = "bearer.";

/// `GET /api/v1/agent/ws`.
pub(super) async fn upgrade(
    State(app): State<App>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    method: Method,
    headers: HeaderMap,
    cookie: Cookie,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Reply {
    let socket = socket.map_err(|_| {
        Refusal::new(Kind::Malformed, "websocket_expected", "This path is a WebSocket.")
            .fix("Or use POST /api/v1/agent/run.")
    })?;
    if !at_home(&headers) {
        let refusal = Refusal::new(Kind::Forbidden, "foreign_origin", "Another site's page may not talk here.");
        return Err(refusal.fix("Open the page from this server's own address.").into());
    }
    let mut socket = socket.max_message_size(INPUT_LIMIT).max_frame_size(INPUT_LIMIT);
    let offered: Option<HeaderValue> =
        socket.requested_protocols().find(|p| p.as_bytes().starts_with(BEARER.as_bytes())).cloned();
    let token = offered.as_ref().and_then(|offered| offered.to_str().ok()?.strip_prefix(BEARER)).map(str::to_owned);
    // pages of ours come with their cookie; anybody else says who they are
    let cookie = cookie.token.filter(|_| same_origin(&method, &headers).is_ok());
    let token = token.map(Token::Bearer).or(cookie.map(Token::Cookie));
    if let Some(token) = &token {
        token.caller(&app, request_id.clone()).await?;
    }
    if let Some(offered) = offered {
        socket.set_selected_protocol(offered);
    }
    let tasks = app.tasks.clone();
    Ok(socket.on_upgrade(move |socket| tasks.track_future(talk(app, socket, request_id, token).in_current_span())))
}

/// Pages of this server, programs, and pages of this machine.
fn at_home(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Some((_, authority)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else { return false };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok());
    let name = authority
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(authority, |(name, _)| name);
    own.is_some_and(|own| own.eq_ignore_ascii_case(authority)) || matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

async fn talk(app: App, socket: WebSocket, request_id: String, token: Option<Token>) {
    let _open = Open::one_of(&SOCKETS);
    let mut talk = Talk { app, socket, request_id, runs: 0, person: None, running: None, waiting: VecDeque::new() };
    let end = match talk.sign_in(token).await {
        Ok(()) => talk.until_the_end().await,
        Err(end) => end,
    };
    let (code, reason) = match end {
        End::Gone => return,
        End::Stopping => (1001, "the server stops"),
        End::TooMuch => (1008, "one run after another, please"),
        End::SignedOut(problem) => {
            talk.send(&narrator::error(&problem)).await.ok();
            (4401, "not signed in")
        }
    };
    let frame = CloseFrame { code, reason: reason.into() };
    talk.socket.send(Message::Close(Some(frame))).await.ok();
}

/// Why a socket is closed.
enum End {
    Gone,
    Stopping,
    TooMuch,
    SignedOut(Problem),
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum SignIn {
    Auth { token: String },
}

/// How somebody at a socket has signed in.
enum Token {
    Bearer(String),
    Cookie(String),
}

impl Token {
    async fn caller(&self, app: &App, request_id: String) -> steward_tools::Result<Caller> {
        match self {
            Self::Bearer(token) => app.caller(token, Surface::Agent, request_id).await,
            Self::Cookie(token) => app.browsing(token, Surface::Agent, request_id).await,
        }
    }
}

struct Talk {
    app: App,
    socket: WebSocket,
    request_id: String,
    runs: u32,
    /// Who signed in, with their token: it is read again for each run, as it ends some time.
    person: Option<(Caller, Token)>,
    running: Option<mpsc::Receiver<Event>>,
    waiting: VecDeque<String>,
}

impl Talk {
    /// The first frame carries the token, unless the subprotocol did.
    async fn sign_in(&mut self, token: Option<Token>) -> Result<(), End> {
        let token = match token {
            Some(token) => token,
            None => match tokio::time::timeout(SIGN_IN_WITHIN, self.first_text()).await {
                Ok(text) => match serde_json::from_str(&text?) {
                    Ok(SignIn::Auth { token }) => Token::Bearer(token),
                    Err(_) => return Err(signed_out("The first frame is not {\"type\":\"auth\",\"token\":…}.")),
                },
                Err(_) => return Err(signed_out("Nobody signed in for ten seconds.")),
            },
        };
        self.accept(token).await
    }

    async fn first_text(&mut self) -> Result<String, End> {
        loop {
            match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
            }
        }
    }

    /// A token; a newer one of the same person may follow later.
    async fn accept(&mut self, token: Token) -> Result<(), End> {
        let caller = token.caller(&self.app, self.request_id.clone()).await;
        let caller = caller.map_err(|error| End::SignedOut(error.into()))?;
        if self.person.as_ref().is_some_and(|(person, _)| person.principal.id != caller.principal.id) {
            return Err(signed_out("This socket is somebody else's."));
        }
        self.person = Some((caller, token));
        Ok(())
    }

    /// Whoever is shut out meanwhile does not go on listening.
    async fn still_in(&mut self) -> Result<(), End> {
        match &self.person {
            Some((caller, _)) => watch::look(&self.app, caller).await.map_err(End::SignedOut),
            None => Ok(()),
        }
    }

    async fn until_the_end(&mut self) -> End {
        let mut heard = Instant::now();
        let mut ping = tokio::time::interval(PING_EVERY);
        let mut look = tokio::time::interval(watch::EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let turn = tokio::select! {
                () = self.app.stopping.cancelled(), if self.running.is_none() => return End::Stopping,
                _ = ping.tick() => {
                    if heard.elapsed() > SILENT_FOR || self.socket.send(Message::Ping(Vec::new().into())).await.is_err() {
                        return End::Gone;
                    }
                    Ok(())
                }
                _ = look.tick() => self.still_in().await,
                frame = self.socket.recv() => {
                    heard = Instant::now();
                    match frame {
                        Some(Ok(Message::Text(text))) => self.hear(text.to_string()).await,
                        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => Ok(()),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
                    }
                }
                event = next(&mut self.running) => match event {
                    Some(event) => self.send(&event).await,
                    None => {
                        self.running = None;
                        self.go_on().await
                    }
                },
            };
            if let Err(end) = turn {
                return end;
            }
        }
    }

    /// Inputs wait for the run before them.
    async fn hear(&mut self, text: String) -> Result<(), End> {
        if self.waiting.len() >= QUEUE {
            return Err(End::TooMuch);
        }
        self.waiting.push_back(text);
        self.go_on().await
    }

    async fn go_on(&mut self) -> Result<(), End> {
        while self.running.is_none()
            && let Some(text) = self.waiting.pop_front()
        {
            if let Ok(SignIn::Auth { token }) = serde_json::from_str(&text) {
                self.accept(Token::Bearer(token)).await?;
                continue;
            }
            match turn_of(&text) {
                Ok(turn) => self.begin(turn).await?,
                Err(error) => self.send(&narrator::error(&error.into())).await?,
            }
        }
        Ok(())
    }

    async fn begin(&mut self, turn: Turn) -> Result<(), End> {
        let Some((_, token)) = &self.person else { return Err(signed_out("Nobody is signed in.")) };
        self.runs += 1;
        let request_id = format!("{}.{}", self.request_id, self.runs);
        let caller = token.caller(&self.app, request_id).await;
        let caller = caller.map_err(|error| End::SignedOut(error.into()))?;
        self.running = Some(run::start(&self.app, caller, turn));
        Ok(())
    }

    async fn send(&mut self, event: &Event) -> Result<(), End> {
        let text = serde_json::to_string(event).map_err(|error| {
            tracing::error!(%error, "an event could not be written");
            End::Gone
        })?;
        self.socket.send(Message::Text(text.into())).await.map_err(|_| End::Gone)
    }
}

fn turn_of(text: &str) -> steward_tools::Result<Turn> {
    Turn::of(read_json(text.as_bytes(), "frame")?)
}

fn signed_out(detail: &str) -> End {
    End::SignedOut(not_signed_in(detail).into())
}

/// The next event of the run, where one is running.
async fn next(running: &mut Option<mpsc::Receiver<Event>>) -> Option<Event> {
    match running {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_stay_outside() {
        let home = |origin: &'static str, host: &'static str| {
            let headers = [(ORIGIN, HeaderValue::from_static(origin)), (HOST, HeaderValue::from_static(host))];
            at_home(&HeaderMap::from_iter(headers))
        };
        assert!(at_home(&HeaderMap::new()));
        assert!(home("https://erp.example", "erp.example"));
        assert!(home("http://localhost:5173", "127.0.0.1:8080"));
        assert!(home("http://[::1]:5173", "127.0.0.1:8080"));
        assert!(!home("https://evil.example", "erp.example"));
        assert!(!home("https://localhost.evil.example", "erp.example"));
        assert!(!home("null", "erp.example"));
    }
}
