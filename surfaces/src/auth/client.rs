//! Where a request comes from: failed attempts are counted by it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::App;

const FORWARDED: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Proxies whose word about a client's address is taken. Nobody else's is.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[IpAddr]>);

impl Proxies {
    /// These.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        Self(addresses.into_iter().map(|address| address.to_canonical()).collect())
    }
    /// Whether a request comes from this machine itself. What a proxy passes on does not, unless the proxy is one of ours
    /// and says so.
    fn local(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let passed_on = headers.contains_key(FORWARDED) || headers.contains_key(axum::http::header::FORWARDED);
        let believed = !passed_on || self.0.contains(&peer.to_canonical());
        believed && self.client(peer, headers).is_loopback()
    }
    /// Whether a request was encrypted on its way to the proxy of ours that passes it on: the nearest has the last word.
    pub(super) fn encrypted(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let told = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
        let last = told.and_then(|all| all.rsplit(',').next());
        self.0.contains(&peer.to_canonical()) && last.is_some_and(|last| last.trim().eq_ignore_ascii_case("https"))
    }
    /// The client behind a connection: the last address that none of our proxies has.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        let forwarded = headers.get_all(FORWARDED);
        let told: Vec<&str> =
            forwarded.iter().filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(',')).collect();
        let mut told = told.into_iter().rev();
        while self.0.contains(&address) {
            match told.next().map(|text| text.trim().parse::<IpAddr>()) {
                Some(Ok(next)) => address = next.to_canonical(),
                Some(Err(_)) | None => break,
            }
        }
        address
    }
}

/// The client's address, where the listener knows it.
pub(super) struct Client(pub(super) Option<IpAddr>);

/// Whether the client is on this machine.
pub(crate) struct Local(pub(crate) bool);

impl FromRequestParts<App> for Local {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(peer.is_some_and(|peer| app.proxies.local(peer, &parts.headers))))
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(peer.map(|peer| app.proxies.client(peer, &parts.headers))))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_passed_on_is_not_local() {
        let none = Proxies::default();
        let ours = Proxies::new(["127.0.0.1".parse().unwrap()]);
        let asked = |proxies: &Proxies, peer: &str, headers: &[(&'static str, &'static str)]| {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            proxies.local(peer.parse().unwrap(), &HeaderMap::from_iter(headers))
        };
        assert!(asked(&none, "127.0.0.1", &[]));
        assert!(asked(&none, "::ffff:127.0.0.1", &[]));
        assert!(asked(&none, "::1", &[]));
        assert!(!asked(&none, "10.0.0.7", &[]));
        assert!(!asked(&none, "127.0.0.1", &[(FORWARDED, "198.51.100.1")]));
        assert!(!asked(&none, "127.0.0.1", &[(FORWARDED, "127.0.0.1")]), "whoever asks may write that");
        assert!(!asked(&none, "127.0.0.1", &[("forwarded", "for=198.51.100.1")]));
        assert!(!asked(&ours, "127.0.0.1", &[(FORWARDED, "198.51.100.1")]));
        assert!(asked(&ours, "127.0.0.1", &[(FORWARDED, "127.0.0.1")]));
    }

    #[test]
    fn only_our_proxies_say_what_was_encrypted() {
        let ours = Proxies::new(["10.0.0.1".parse().unwrap()]);
        let asked = |peer: &str, told: Option<&'static str>| {
            let told = told.map(|told| (FORWARDED_PROTO.parse().unwrap(), HeaderValue::from_static(told)));
            ours.encrypted(peer.parse().unwrap(), &HeaderMap::from_iter(told))
        };
        assert!(asked("10.0.0.1", Some("https")) && asked("::ffff:10.0.0.1", Some("http, HTTPS")));
        assert!(
            !asked("10.0.0.1", None) && !asked("10.0.0.1", Some("http")) && !asked("10.0.0.1", Some("https, http"))
        );
        assert!(!asked("192.0.2.7", Some("https")), "anybody can write that");
    }

    #[test]
    fn only_our_proxies_are_believed() {
        let ours = Proxies::new(["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
        let asked = |peer: &str, forwarded: &'static str| {
            let headers = HeaderMap::from_iter([(FORWARDED.parse().unwrap(), HeaderValue::from_static(forwarded))]);
            ours.client(peer.parse().unwrap(), &headers).to_string()
        };
        assert_eq!(asked("192.0.2.7", "198.51.100.1"), "192.0.2.7", "a client does not choose its address");
        assert_eq!(asked("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(asked("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(asked("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(asked("::ffff:10.0.0.1", "198.51.100.1"), "198.51.100.1");
    }
}
