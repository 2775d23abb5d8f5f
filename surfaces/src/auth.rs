//! Signing in, staying signed in, leaving, and who asks.

mod client;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use steward_tools::identity::{Opened, SignIn, api_keys};
use steward_tools::{Caller, Credential, Kind, Principal, Refusal, Result, Surface, codes};
use uuid::Uuid;

use crate::App;
use crate::arguments::NoQuery;
use crate::body::Body;
use crate::problem::{Problem, Reply};
use crate::request_id::{self, RequestId};
use crate::tokens::{LIFETIME, not_signed_in};

use client::Client;
pub(crate) use client::Local;
pub use client::Proxies;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/auth/token", post(token))
        .route("/api/v1/auth/refresh", post(refresh))
        .route("/api/v1/auth/redeem", post(redeem))
        .route("/api/v1/auth/logout", post(logout))
        .route("/api/v1/auth/me", get(me))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithPassword {
    organization: String,
    email: String,
    password: String,
}

async fn token(State(app): State<App>, Client(from): Client, _: NoQuery, body: Body) -> Reply {
    let WithPassword { organization, email, password } = body.typed()?;
    let who = SignIn { organization, email, password };
    opened(&app, &app.gate.identity().sign_in(who, from).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithRefreshToken {
    refresh_token: String,
}

async fn refresh(State(app): State<App>, Client(from): Client, _: NoQuery, body: Body) -> Reply {
    let WithRefreshToken { refresh_token } = body.typed()?;
    opened(&app, &app.gate.identity().refresh(&refresh_token, from).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithLink {
    token: String,
    password: String,
}

async fn redeem(State(app): State<App>, Client(from): Client, _: NoQuery, body: Body) -> Reply {
    let WithLink { token, password } = body.typed()?;
    opened(&app, &app.gate.identity().redeem(&token, password, from).await?)
}

async fn logout(State(app): State<App>, Signed(caller): Signed, _: NoQuery) -> Reply {
    if caller.credential == Credential::Key {
        let refusal = Refusal::new(Kind::Forbidden, codes::NEEDS_PERSON, "A key has no session that could be left.");
        return Err(refusal.fix("Revoke it with directory.api_keys.revoke.").into());
    }
    app.gate.identity().sign_out(&caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn opened(app: &App, opened: &Opened) -> Reply {
    let access_token = app.tokens.issue(opened)?;
    let body = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME, "refresh_token": opened.refresh_token,
    });
    Ok(Json(body).into_response())
}

async fn me(State(app): State<App>, Signed(caller): Signed, _: NoQuery) -> Reply {
    let me = app.fresh(&caller).await?;
    Ok(Json(described(&me.principal)).into_response())
}

fn described(who: &Principal) -> serde_json::Value {
    json!({
        "id": who.id, "email": who.email, "name": who.name, "roles": who.roles, "party": who.party,
        "organization": {"id": who.org, "code": who.org_code, "name": who.org_name, "currency": who.currency, "zone": who.zone.name()},
    })
}

impl App {
    /// The person behind a token or key, with the rights they were last known to have: the gate's first statement checks
    /// those, and that the session or key still holds.
    pub(crate) async fn caller(&self, token: &str, surface: Surface, request_id: String) -> Result<Caller> {
        let caller = self.behind(token, surface, request_id).await?;
        request_id::note_caller(&caller);
        Ok(caller)
    }
    async fn behind(&self, token: &str, surface: Surface, request_id: String) -> Result<Caller> {
        let identity = self.gate.identity();
        if token.starts_with(api_keys::PREFIX) {
            let key = identity.key(token).await?;
            let caller = Caller {
                principal: identity.principal(key.user).await?,
                credential: Credential::Key,
                pass: Some(key.id),
                scopes: key.scopes.clone(),
                surface,
                conversation: None,
                request_id,
                reason: None,
            };
            identity.key_used(&caller);
            return Ok(caller);
        }
        let claims = self.tokens.read(token)?;
        let principal = identity.principal(claims.sub).await?;
        if principal.org != claims.org {
            return Err(not_signed_in("This token is of another organisation.").into());
        }
        Ok(Caller {
            principal,
            credential: Credential::Person,
            pass: Some(claims.sid),
            scopes: None,
            surface,
            conversation: None,
            request_id,
            reason: None,
        })
    }
    /// The same person with the rights of this moment, for answers that the gate does not check.
    pub(crate) async fn fresh(&self, caller: &Caller) -> Result<Caller> {
        let principal = self.gate.identity().current(caller).await?;
        Ok(Caller { principal, ..caller.clone() })
    }
}

/// A person who signed in, at the REST surface.
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(|| not_signed_in("Nobody is signed in."))?;
        Ok(Self(app.caller(token, Surface::Rest, request_id(parts)).await?))
    }
}

/// A person who signed in, talking to the agent.
pub(crate) struct Talking(pub(crate) Caller);

impl FromRequestParts<App> for Talking {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Signed(caller) = Signed::from_request_parts(parts, app).await?;
        let caller = Caller { surface: Surface::Agent, ..caller };
        request_id::note_caller(&caller);
        Ok(Self(caller))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The id of the request; the layer has set it.
pub(crate) fn request_id(parts: &Parts) -> String {
    parts.extensions.get::<RequestId>().map_or_else(|| Uuid::now_v7().to_string(), |id| id.0.clone())
}
