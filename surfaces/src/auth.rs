//! Signing in, and who asks.

use axum::extract::{FromRequestParts, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use steward_tools::{Caller, Credential, Principal, Result, Surface};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::App;
use crate::body::Body;
use crate::problem::{Problem, Reply};
use crate::request_id::RequestId;
use crate::tokens::{LIFETIME, not_signed_in};

/// Checking a password costs 19 MiB and a core on purpose: only so many at a time.
static CHECKS: Semaphore = Semaphore::const_new(4);

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/auth/token", post(token)).route("/api/v1/auth/me", get(me))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    organization: String,
    email: String,
    password: String,
}

async fn token(State(app): State<App>, body: Body) -> Reply {
    let SignIn { organization, email, password } = body.typed()?;
    let _turn = CHECKS.acquire().await.map_err(|e| steward_tools::Error::internal(e.to_string()))?;
    let principal = app.gate.identity().sign_in(&organization, &email, password).await?;
    let access_token = app.tokens.issue(&principal)?;
    Ok(Json(json!({"access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME})).into_response())
}

async fn me(State(app): State<App>, Signed(caller): Signed) -> Reply {
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
    /// The person behind a token, with the rights they were last known to have: the gate's first statement checks those.
    pub(crate) async fn caller(&self, token: &str, surface: Surface, request_id: String) -> Result<Caller> {
        let claims = self.tokens.read(token)?;
        let principal = self.gate.identity().principal(claims.sub).await?;
        if principal.org != claims.org {
            return Err(not_signed_in("This token is of another organisation.").into());
        }
        Ok(Caller {
            principal,
            credential: Credential::Person,
            scopes: None,
            surface,
            conversation: None,
            request_id,
            reason: None,
        })
    }
    /// The same person with the rights of this moment, for answers that the gate does not check.
    pub(crate) async fn fresh(&self, caller: &Caller) -> Result<Caller> {
        self.gate.identity().forget(caller.principal.id);
        let principal = self.gate.identity().principal(caller.principal.id).await?;
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
        Ok(Self(Caller { surface: Surface::Agent, ..caller }))
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
