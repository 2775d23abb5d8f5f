//! The session of a browser: a cookie that no script reads, and that is taken from our own pages only.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::{COOKIE as COOKIES, HOST, InvalidHeaderValue, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse as _};
use chrono::Utc;
use steward_tools::identity::SignIn;
use steward_tools::{Caller, Error, Kind, Refusal, Result, Surface};

use super::{Client, WithLink, WithPassword, described};
use crate::App;
use crate::arguments::NoQuery;
use crate::body::Body;
use crate::problem::Reply;
use crate::tokens::{COOKIE_LIFETIME, Shown};

/// The cookie's name where nothing is encrypted.
pub(crate) const COOKIE: &str = "steward_session";
/// Browsers take a cookie of this name from an encrypted page of this very host only: no neighbour can plant one.
const ENCRYPTED: &str = "__Host-steward_session";
const FETCH_SITE: &str = "sec-fetch-site";

/// A cookie to be set, or none.
type SetCookie = AppendHeaders<Option<(axum::http::HeaderName, HeaderValue)>>;

/// The cookie of a request, and how one is set in answer to it.
#[derive(Debug)]
pub(crate) struct Cookie {
    /// What it holds. None where two of the name came: one of them is not ours.
    pub(crate) token: Option<String>,
    /// Whether the request came encrypted.
    encrypted: bool,
}

impl Cookie {
    pub(crate) fn of(parts: &Parts, app: &App) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let encrypted = peer.is_some_and(|peer| app.proxies.encrypted(peer, &parts.headers));
        Self { token: value(&parts.headers, name(encrypted)), encrypted }
    }
    fn set(&self, value: &str, seconds: i64) -> Result<SetCookie> {
        let (name, secure) = (name(self.encrypted), if self.encrypted { "; Secure" } else { "" });
        let cookie = format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{secure}");
        let cookie = cookie.parse().map_err(|e: InvalidHeaderValue| Error::internal(format!("cookie: {e}")))?;
        Ok(AppendHeaders(Some((SET_COOKIE, cookie))))
    }
}

impl FromRequestParts<App> for Cookie {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

const fn name(encrypted: bool) -> &'static str {
    if encrypted { ENCRYPTED } else { COOKIE }
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIES).iter().filter_map(|cookies| cookies.to_str().ok());
    let pairs = all.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(found, _)| *found == name).map(|(_, value)| value);
    let first = named.next()?;
    named.next().is_none().then(|| first.to_owned())
}

/// Refuses what a page of another site sends. A browser says where a request comes from; where it is too old for
/// that, or the address is not encrypted, it names the page's origin with everything that changes something.
pub(crate) fn same_origin(method: &Method, headers: &HeaderMap) -> Result<(), Box<Refusal>> {
    let safe = matches!(*method, Method::GET | Method::HEAD);
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let ours = match (text(FETCH_SITE), text(ORIGIN.as_str())) {
        (Some("same-origin"), _) => true,
        (Some("none"), _) => safe,
        (Some(_), _) => false,
        (None, Some(origin)) => origin
            .split_once("://")
            .zip(text(HOST.as_str()))
            .is_some_and(|((_, authority), host)| !host.is_empty() && authority.eq_ignore_ascii_case(host)),
        (None, None) => safe,
    };
    if ours {
        return Ok(());
    }
    let refusal = Refusal::new(Kind::Forbidden, "cross_site", "A page of another site may not act with your cookie.");
    Err(Box::new(refusal.fix("Open the page from this server's own address; programs send a bearer token instead.")))
}

/// Signs in with a password, or sets one by a one-time link; the session is kept in a cookie.
pub(super) async fn enter(
    State(app): State<App>,
    Client(from): Client,
    cookie: Cookie,
    method: Method,
    headers: HeaderMap,
    _: NoQuery,
    body: Body,
) -> Reply {
    // or somebody else's page could sign people in as somebody else
    same_origin(&method, &headers)?;
    let identity = app.gate.identity();
    let opened = if body.0.get("token").is_some() {
        let WithLink { token, password } = body.typed()?;
        identity.redeem(&token, password, from).await?
    } else {
        let WithPassword { organization, email, password } = body.typed()?;
        identity.sign_in(SignIn { organization, email, password }, from).await?
    };
    let token = app.tokens.for_session(Shown::Cookie, &opened.principal, opened.session)?;
    Ok((cookie.set(&token, COOKIE_LIFETIME)?, Json(described(&opened.principal))).into_response())
}

/// Ends the session of the cookie, if it is one, and takes the cookie back.
pub(super) async fn leave(
    State(app): State<App>,
    cookie: Cookie,
    method: Method,
    headers: HeaderMap,
    _: NoQuery,
) -> Reply {
    same_origin(&method, &headers)?;
    if let Some(token) = &cookie.token {
        let left = match app.browsing(token, Surface::Web, String::new()).await {
            Ok(caller) => app.gate.identity().sign_out(&caller).await,
            Err(error) => Err(error),
        };
        match left {
            Err(Error::Refused(refusal)) if refusal.kind == Kind::Unauthenticated => {} // it had ended before
            other => other?,
        }
    }
    Ok((StatusCode::NO_CONTENT, cookie.set("", 0)?).into_response())
}

/// The cookie anew where more than half of its time is over, so that whoever is at work stays signed in.
pub(super) async fn renewed(app: &App, caller: &Caller, cookie: &Cookie) -> Result<SetCookie> {
    let (Surface::Web, Some(token), Some(session)) = (caller.surface, &cookie.token, caller.pass) else {
        return Ok(AppendHeaders(None));
    };
    let since = Utc::now().timestamp() - app.tokens.shown(Shown::Cookie, token)?.iat;
    if since <= COOKIE_LIFETIME / 2 {
        return Ok(AppendHeaders(None));
    }
    app.gate.identity().prolong(caller).await?;
    cookie.set(&app.tokens.for_session(Shown::Cookie, &caller.principal, session)?, COOKIE_LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        pairs.fold(HeaderMap::new(), |mut headers, (name, value): (axum::http::HeaderName, _)| {
            headers.append(name, value);
            headers
        })
    }

    #[test]
    fn only_our_own_pages_act_with_a_cookie() {
        let home = |method: Method, pairs: &[(&'static str, &'static str)]| same_origin(&method, &of(pairs)).is_ok();
        for (get, post, pairs) in [
            (true, true, vec![("sec-fetch-site", "same-origin")]),
            (true, false, vec![("sec-fetch-site", "none")]),
            (false, false, vec![("sec-fetch-site", "same-site")]),
            (false, false, vec![("sec-fetch-site", "cross-site")]),
            (
                false,
                false,
                vec![("sec-fetch-site", "cross-site"), ("origin", "http://a.example"), ("host", "a.example")],
            ),
            (false, false, vec![("sec-fetch-site", "")]),
            (true, true, vec![("origin", "http://a.example:8080"), ("host", "a.example:8080")]),
            (true, true, vec![("origin", "https://A.example"), ("host", "a.example")]),
            (false, false, vec![("origin", "http://a.example:8081"), ("host", "a.example:8080")]),
            (false, false, vec![("origin", "http://a.example.evil"), ("host", "a.example")]),
            (false, false, vec![("origin", "null"), ("host", "null")]),
            (false, false, vec![("origin", "http://"), ("host", "")]),
            (true, false, vec![("host", "a.example")]),
        ] {
            assert_eq!((home(Method::GET, &pairs), home(Method::POST, &pairs)), (get, post), "{pairs:?}");
            assert_eq!((home(Method::HEAD, &pairs), home(Method::DELETE, &pairs)), (get, post), "{pairs:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_once() {
        let found = |cookies: &[&'static str], name: &str| {
            value(&of(&cookies.iter().map(|cookie| ("cookie", *cookie)).collect::<Vec<_>>()), name)
        };
        assert_eq!(found(&["a=b; steward_session=x.y=; c=d"], COOKIE).as_deref(), Some("x.y="));
        assert_eq!(found(&["a=b", "__Host-steward_session=x"], ENCRYPTED).as_deref(), Some("x"));
        for none in [&["__Host-steward_session=x"][..], &["xsteward_session=x"], &["steward_session"], &[]] {
            assert_eq!(found(none, COOKIE), None, "{none:?}");
        }
        assert_eq!(found(&["steward_session=x; steward_session=y"], COOKIE), None, "one of them is not ours");
    }
}
