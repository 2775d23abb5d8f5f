//! Where a request comes from: failed attempts are counted by it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::App;

const FORWARDED: &str = "x-forwarded-for";

/// Proxies whose word about a client's address is taken. Nobody else's is.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[IpAddr]>);

impl Proxies {
    /// These.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        Self(addresses.into_iter().map(|address| address.to_canonical()).collect())
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
