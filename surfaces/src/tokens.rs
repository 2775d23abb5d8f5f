//! Access tokens, and the cookies of browsers: HS256 and nothing else, with keys that live in the data folder.
//!
//! A token's header must be, byte for byte, the one that we write for one of our keys: no algorithm, key or address of a
//! key is ever taken from a token.

mod keys;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::Utc;
use jsonwebtoken::{Algorithm, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use steward_tools::identity::Opened;
use steward_tools::{Error, Kind, Principal, Refusal, Result, codes};
use uuid::Uuid;

use keys::Key;
pub use keys::TokenKeyError;

/// How long a token opens doors, in seconds.
pub(crate) const LIFETIME: i64 = 3600;
/// How long a browser's cookie opens them: a working day. It is handed out anew while somebody is at work.
pub(crate) const COOKIE_LIFETIME: i64 = 12 * 3600;
const ISSUER: &str = "steward";
const AUDIENCE: &str = "steward-api";
const COOKIE_AUDIENCE: &str = "steward-web";
/// A minute of disagreement between clocks.
const LEEWAY: u64 = 60;
/// Ours have about 450 bytes.
const LONGEST: usize = 2048;

/// Where a token is shown. One is never taken for the other: what a page cannot read shall not serve programs, and what
/// programs hold shall not come along with a browser's every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As `Authorization: Bearer`.
    Bearer,
    /// As the cookie of a browser.
    Cookie,
}

impl Shown {
    const fn audience(self) -> &'static str {
        match self {
            Self::Bearer => AUDIENCE,
            Self::Cookie => COOKIE_AUDIENCE,
        }
    }
    const fn lifetime(self) -> i64 {
        match self {
            Self::Bearer => LIFETIME,
            Self::Cookie => COOKIE_LIFETIME,
        }
    }
}

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who made it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// The person.
    pub sub: Uuid,
    /// Their organisation.
    pub org: Uuid,
    /// Their session: when it ends, so does the token.
    pub sid: Uuid,
    /// When it was made.
    pub iat: i64,
    /// When it begins to hold.
    pub nbf: i64,
    /// When it ends.
    pub exp: i64,
}

/// Makes and reads access tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    /// The current key first; the former, as long as a token of it may hold.
    keys: Arc<[Key]>,
}

impl Tokens {
    /// With the key in this file; a new one is made where there is none, where it is older than thirty days, and where
    /// `rotate` asks for it. The former key stays beside it until the last token that it signed has ended.
    pub fn open(path: &std::path::Path, rotate: bool) -> Result<Self, TokenKeyError> {
        Ok(Self { keys: keys::open(path, rotate)?.into() })
    }
    /// With this key.
    #[must_use]
    pub fn with_key(key: &[u8; keys::BYTES]) -> Self {
        Self { keys: Arc::new([Key::new(key, None)]) }
    }
    /// A token for whoever has opened a session.
    pub fn issue(&self, opened: &Opened) -> Result<String> {
        self.for_session(Shown::Bearer, &opened.principal, opened.session)
    }
    /// A token for this session, to be shown there.
    pub(crate) fn for_session(&self, shown: Shown, who: &Principal, session: Uuid) -> Result<String> {
        let now = Utc::now().timestamp();
        self.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: shown.audience().to_owned(),
            sub: who.id,
            org: who.org,
            sid: session,
            iat: now,
            nbf: now,
            exp: now + shown.lifetime(),
        })
    }
    fn sign(&self, claims: &Claims) -> Result<String> {
        let key = self.keys.first().ok_or_else(|| Error::internal("no key for tokens"))?;
        encode(&header(&key.id), claims, &key.signs).map_err(|e| Error::internal(format!("token: {e}")))
    }
    /// What an access token says, if it is one of ours and still holds.
    pub fn read(&self, token: &str) -> Result<Claims> {
        self.shown(Shown::Bearer, token)
    }
    /// What a token says that was shown there.
    pub(crate) fn shown(&self, shown: Shown, token: &str) -> Result<Claims> {
        let refuse = || not_signed_in("This token is not valid, or no longer.");
        if token.len() > LONGEST {
            return Err(refuse().into());
        }
        let begin = token.split('.').next().unwrap_or_default();
        let now = Utc::now().timestamp();
        let key = self.keys.iter().find(|key| key.header == begin && key.until.is_none_or(|until| now < until));
        let key = key.ok_or_else(refuse)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[shown.audience()]);
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        rules.validate_nbf = true;
        rules.leeway = LEEWAY;
        let claims = decode::<Claims>(token, &key.reads, &rules).map_err(|_| refuse())?.claims;
        // whatever a key signed, nothing holds longer than our tokens do
        if claims.exp.saturating_sub(claims.iat) > shown.lifetime() || claims.iat > now + LEEWAY.cast_signed() {
            return Err(refuse().into());
        }
        Ok(claims)
    }
}

/// The only header there is for a key.
fn header(kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) }
}

/// Nobody is signed in.
pub(crate) fn not_signed_in(detail: &str) -> Refusal {
    Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, detail)
        .fix("Sign in at POST /api/v1/auth/token, and send the token as Authorization: Bearer.")
}
