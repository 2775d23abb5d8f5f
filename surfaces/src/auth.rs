//! Signing in, staying signed in, leaving, and who asks.

mod browser;
mod client;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::identity::{Opened, SignIn, api_keys};
use steward_tools::{Caller, Credential, Kind, Principal, Refusal, Result, Surface, codes};
use uuid::Uuid;

use crate::App;
use crate::arguments::NoQuery;
use crate::body::Body;
use crate::problem::{Problem, Reply};
use crate::request_id::{self, RequestId};
use crate::tokens::{Claims, LIFETIME, Shown, not_signed_in};

pub(crate) use browser::{COOKIE, Cookie, same_origin};
use client::Client;
pub(crate) use client::Local;
pub use client::Proxies;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/auth/token", post(token))
        .route("/api/v1/auth/refresh", post(refresh))
        .route("/api/v1/auth/redeem", post(redeem))
        .route("/api/v1/auth/logout", post(logout))
        .route("/api/v1/auth/session", post(browser::enter).delete(browser::leave))
        .route("/api/v1/auth/me", get(me))
}

/// Who signs in, and where.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignIn")]
pub(crate) struct WithPassword {
    /// The organisation's short code.
    organization: String,
    /// The address they sign in with.
    email: String,
    /// Their password.
    #[schemars(extend("format" = "password"))]
    password: String,
}

async fn token(State(app): State<App>, Client(from): Client, _: NoQuery, body: Body) -> Reply {
    let WithPassword { organization, email, password } = body.typed()?;
    let who = SignIn { organization, email, password };
    opened(&app, &app.gate.identity().sign_in(who, from).await?)
}

/// A session that goes on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Refresh")]
pub(crate) struct WithRefreshToken {
    /// The newest of the session: it is good once.
    #[schemars(extend("format" = "password"))]
    refresh_token: String,
}

async fn refresh(State(app): State<App>, Client(from): Client, _: NoQuery, body: Body) -> Reply {
    let WithRefreshToken { refresh_token } = body.typed()?;
    opened(&app, &app.gate.identity().refresh(&refresh_token, from).await?)
}

/// A one-time link, and the password that it sets.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Redeem")]
pub(crate) struct WithLink {
    /// What stands at the end of the link.
    #[schemars(extend("format" = "password"))]
    token: String,
    /// The new password.
    #[schemars(extend("format" = "password"))]
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

/// A session that was opened, or goes on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Token<'a> {
    /// Sent as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schemars(extend("const" = "Bearer"))]
    token_type: &'static str,
    /// Seconds that the access token holds.
    expires_in: i64,
    /// Opens the next one; good once.
    refresh_token: &'a str,
}

fn opened(app: &App, opened: &Opened) -> Reply {
    let access_token = app.tokens.issue(opened)?;
    let (token_type, refresh_token) = ("Bearer", opened.refresh_token.as_str());
    Ok(Json(Token { access_token, token_type, expires_in: LIFETIME, refresh_token }).into_response())
}

async fn me(State(app): State<App>, Signed(caller): Signed, cookie: Cookie, _: NoQuery) -> Reply {
    let me = app.fresh(&caller).await?;
    let renewed = browser::renewed(&app, &me, &cookie).await?;
    Ok((renewed, Json(described(&me.principal))).into_response())
}

/// Who is signed in.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Me<'a> {
    /// The person.
    id: Uuid,
    /// The address they sign in with.
    email: &'a str,
    /// Their name.
    name: &'a str,
    /// Roles granted to them.
    roles: &'a [String],
    /// The party they stand for, when they are an outsider.
    party: Option<Uuid>,
    /// Where they are signed in.
    organization: Organization<'a>,
}

/// An organisation, as its people see it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Organization<'a> {
    /// Its id.
    id: Uuid,
    /// Its short code.
    code: &'a str,
    /// Its name.
    name: &'a str,
    /// The currency of its books.
    currency: &'a str,
    /// The zone in which its business days begin.
    zone: &'a str,
}

fn described(who: &Principal) -> Me<'_> {
    let organization = Organization {
        id: who.org,
        code: &who.org_code,
        name: &who.org_name,
        currency: &who.currency,
        zone: who.zone.name(),
    };
    Me { id: who.id, email: &who.email, name: &who.name, roles: &who.roles, party: who.party, organization }
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
        self.person(self.tokens.read(token)?, surface, request_id).await
    }
    /// The same for what was shown as a browser's cookie.
    pub(crate) async fn browsing(&self, cookie: &str, surface: Surface, request_id: String) -> Result<Caller> {
        let claims = self.tokens.shown(Shown::Cookie, cookie)?;
        let caller = self.person(claims, surface, request_id).await?;
        request_id::note_caller(&caller);
        Ok(caller)
    }
    async fn person(&self, claims: Claims, surface: Surface, request_id: String) -> Result<Caller> {
        let principal = self.gate.identity().principal(claims.sub).await?;
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

/// A person who signed in: a program by its token, or a browser by its cookie, which comes along with whatever page asks
/// and is therefore taken from our own pages only.
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if parts.headers.contains_key(AUTHORIZATION) {
            let token = bearer(parts).ok_or_else(|| not_signed_in("Nobody is signed in."))?;
            return Ok(Self(app.caller(token, Surface::Rest, request_id(parts)).await?));
        }
        let Cookie { token, .. } = Cookie::of(parts, app);
        let token = token.ok_or_else(|| not_signed_in("Nobody is signed in."))?;
        let caller = app.browsing(&token, Surface::Web, request_id(parts)).await?;
        same_origin(&parts.method, &parts.headers)?;
        Ok(Self(caller))
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
