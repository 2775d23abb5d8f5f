//! Access tokens: HS256 and nothing else, with a key that lives in the data folder.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use steward_tools::{Error, Kind, Principal, Refusal, Result, codes};
use uuid::Uuid;

/// How long a token opens doors, in seconds.
pub(crate) const LIFETIME: i64 = 3600;
const ISSUER: &str = "steward";
const AUDIENCE: &str = "steward-api";
const KEY_BYTES: usize = 32;
/// A minute of disagreement between clocks.
const LEEWAY: u64 = 60;

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Who made it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// The person.
    pub sub: Uuid,
    /// Their organisation.
    pub org: Uuid,
    /// When it was made.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
}

/// Why the key could not be had.
#[derive(Debug)]
pub enum TokenKeyError {
    /// The file could not be read or made.
    Io(PathBuf, io::Error),
    /// It is not 32 bytes.
    Length(PathBuf),
    /// Others on this machine could read it.
    Open(PathBuf),
}

impl std::fmt::Display for TokenKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => {
                write!(f, "The key for access tokens, {}, cannot be used: {error}.", path.display())
            }
            Self::Length(path) => write!(
                f,
                "{} is not a key of {KEY_BYTES} bytes: remove it, and everybody signs in again.",
                path.display()
            ),
            Self::Open(path) => write!(f, "{} can be read by others on this machine: chmod 600 {0}", path.display()),
        }
    }
}

impl std::error::Error for TokenKeyError {}

/// Makes and reads access tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    keys: Arc<(EncodingKey, DecodingKey)>,
}

impl Tokens {
    /// With the key in this file; a new one is made where there is none.
    pub fn open(path: &Path) -> Result<Self, TokenKeyError> {
        let io = |error| TokenKeyError::Io(path.to_owned(), error);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                let mut key = [0; KEY_BYTES];
                File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key)).map_err(io)?;
                file.write_all(&key).and_then(|()| file.sync_all()).map_err(io)?;
                Ok(Self::with_key(&key))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if path.metadata().map_err(io)?.permissions().mode() & 0o077 != 0 {
                    return Err(TokenKeyError::Open(path.to_owned()));
                }
                let key = std::fs::read(path).map_err(io)?;
                let key: [u8; KEY_BYTES] = key.try_into().map_err(|_| TokenKeyError::Length(path.to_owned()))?;
                Ok(Self::with_key(&key))
            }
            Err(error) => Err(io(error)),
        }
    }
    /// With this key.
    #[must_use]
    pub fn with_key(key: &[u8; KEY_BYTES]) -> Self {
        Self { keys: Arc::new((EncodingKey::from_secret(key), DecodingKey::from_secret(key))) }
    }
    /// A token for this person.
    pub fn issue(&self, principal: &Principal) -> Result<String> {
        let now = Utc::now().timestamp();
        self.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: principal.id,
            org: principal.org,
            iat: now,
            exp: now + LIFETIME,
        })
    }
    fn sign(&self, claims: &Claims) -> Result<String> {
        encode(&Header::new(Algorithm::HS256), claims, &self.keys.0).map_err(|e| Error::internal(format!("token: {e}")))
    }
    /// What a token says, if it is one of ours and still holds.
    pub fn read(&self, token: &str) -> Result<Claims> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.leeway = LEEWAY;
        let read = decode::<Claims>(token, &self.keys.1, &rules);
        Ok(read.map_err(|_| not_signed_in("This token is not valid, or no longer."))?.claims)
    }
}

/// Nobody is signed in.
pub(crate) fn not_signed_in(detail: &str) -> Refusal {
    Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, detail)
        .fix("Sign in at POST /api/v1/auth/token, and send the token as Authorization: Bearer.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens::with_key(&[7; KEY_BYTES])
    }
    fn claims() -> Claims {
        let now = Utc::now().timestamp();
        Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: Uuid::now_v7(),
            org: Uuid::now_v7(),
            iat: now,
            exp: now + 60,
        }
    }
    fn refused(token: &str) -> bool {
        let error = tokens().read(token).unwrap_err();
        error.refusal().unwrap().kind == Kind::Unauthenticated
    }

    #[test]
    fn what_we_sign_we_read() {
        let claims = claims();
        let read = tokens().read(&tokens().sign(&claims).unwrap()).unwrap();
        assert_eq!((read.sub, read.org), (claims.sub, claims.org));
    }

    #[test]
    fn only_our_algorithm_and_key() {
        let claims = claims();
        let other = encode(&Header::new(Algorithm::HS384), &claims, &EncodingKey::from_secret(&[7; 32])).unwrap();
        assert!(refused(&other));
        assert!(refused(&Tokens::with_key(&[8; KEY_BYTES]).sign(&claims).unwrap()));
        // {"alg":"none","typ":"JWT"}, the claims of a good token, no signature
        let good = tokens().sign(&claims).unwrap();
        let payload = good.split('.').nth(1).unwrap();
        assert!(refused(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.")));
        assert!(refused("nonsense"));
    }

    #[test]
    fn only_while_it_holds_and_only_for_us() {
        let past = Utc::now().timestamp() - 3600;
        assert!(refused(&tokens().sign(&Claims { exp: past, ..claims() }).unwrap()));
        assert!(refused(&tokens().sign(&Claims { aud: "other".into(), ..claims() }).unwrap()));
        assert!(refused(&tokens().sign(&Claims { iss: "other".into(), ..claims() }).unwrap()));
    }

    #[test]
    fn the_key_stays_and_stays_ours() {
        let folder = std::env::temp_dir().join(format!("steward-{}", Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("token.key");
        let token = Tokens::open(&path).unwrap().sign(&claims()).unwrap();
        assert!(Tokens::open(&path).unwrap().read(&token).is_ok());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Tokens::open(&path), Err(TokenKeyError::Open(_))));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
