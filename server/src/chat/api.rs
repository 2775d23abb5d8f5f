//! The server, over HTTP.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use super::pass::Pass;
use crate::{Failure, Result};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server is.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    url: Url,
    /// It runs for this conversation only.
    passing: bool,
}

impl Server {
    /// The server at this address.
    pub(crate) fn at(address: &str) -> Result<Self> {
        let bad = || Failure::Usage(format!("{address} is not the address of a server: write it as http://HOST:PORT."));
        let mut url: Url = address.trim_end_matches('/').parse().map_err(|_| bad())?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(bad());
        }
        // a server that listens everywhere is reached here
        if ip(&url).is_some_and(|ip| ip.is_unspecified()) {
            url.set_host(Some("127.0.0.1")).map_err(|_| bad())?;
        }
        Ok(Self { url, passing: false })
    }
    /// One that runs for this conversation only.
    pub(crate) fn passing(address: &str) -> Result<Self> {
        Ok(Self { passing: true, ..Self::at(address)? })
    }
    pub(crate) const fn is_passing(&self) -> bool {
        self.passing
    }
    /// Whether it is this machine's.
    pub(crate) fn is_local(&self) -> bool {
        self.url.host_str() == Some("localhost") || ip(&self.url).is_some_and(|ip| ip.is_loopback())
    }
    /// Its address as people write it.
    pub(crate) fn address(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
    /// Where conversations are.
    pub(super) fn socket(&self) -> String {
        let path = self.path("/api/v1/agent/ws");
        path.strip_prefix("http").map_or_else(|| path.clone(), |rest| format!("ws{rest}"))
    }
    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }
    /// It could not be reached.
    pub(super) fn unreachable(&self, why: &str) -> Failure {
        Failure::new(format!("{} could not be reached: {why}.", self.address()))
            .fix("Check that the server runs there (steward serve), or name another with --url.")
    }
    /// The person is not signed in there.
    pub(super) fn signed_out(&self) -> Failure {
        Failure::new(format!("You are not signed in at {}, or no longer.", self.address())).fix(self.way_in())
    }
    /// How to sign in there.
    pub(super) fn way_in(&self) -> String {
        if self.passing {
            return "Start steward serve, and sign in there with steward login.".to_owned();
        }
        format!("Sign in with steward login --url {}", self.address())
    }
}

fn ip(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

/// A server, as a person who signed in sees it.
pub(crate) struct Api {
    pub(super) server: Server,
    pass: Mutex<Pass>,
    client: Client,
}

#[derive(Deserialize)]
struct List<T> {
    items: Vec<T>,
}

/// Why a server refused, as far as we read it.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    fix: Option<String>,
}

impl Api {
    pub(crate) fn new(server: Server, pass: Pass) -> Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build();
        let client = client.map_err(|e| Failure::new(format!("HTTP could not be set up: {e}.")))?;
        Ok(Self { server, pass: Mutex::new(pass), client })
    }
    /// Their token, renewed where it ends soon.
    pub(super) async fn token(&self) -> Result<String> {
        self.pass.lock().await.token(&self.server).await
    }
    /// What is at a path.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.client.get(self.server.path(path)).bearer_auth(self.token().await?);
        let response = request.send().await.map_err(|e| self.server.unreachable(&innermost(&e)))?;
        match response.status() {
            status if status.is_success() => response.json().await.map_err(|e| self.stranger(&innermost(&e))),
            StatusCode::UNAUTHORIZED => Err(self.server.signed_out()),
            status => Err(match response.json::<Problem>().await {
                Ok(Problem { detail, fix: Some(fix) }) => Failure::new(detail).fix(fix),
                Ok(Problem { detail, fix: None }) => Failure::new(detail),
                Err(_) => self.stranger(&status.to_string()),
            }),
        }
    }
    /// The list at a path.
    pub(super) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        Ok(self.get::<List<T>>(path).await?.items)
    }
    /// Who is signed in, and where they work.
    pub(super) async fn whoami(&self) -> Result<String> {
        let me: Value = self.get("/api/v1/auth/me").await?;
        let word = |pointer| me.pointer(pointer).and_then(Value::as_str).unwrap_or("?");
        Ok(format!("{}, {} · {}", word("/name"), word("/organization/name"), self.server.address()))
    }
    fn stranger(&self, why: &str) -> Failure {
        Failure::new(format!("{} does not answer like Steward: {why}.", self.server.address())).fix("Check --url.")
    }
}

/// What lies at the bottom of an error: "connection refused" says more than "error sending request".
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it does not answer".to_owned();
    }
    let mut deepest = error.source();
    while let Some(next) = deepest.and_then(std::error::Error::source) {
        deepest = Some(next);
    }
    deepest.map_or_else(|| error.to_string(), ToString::to_string).trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_kindly() {
        let server = Server::at("http://0.0.0.0:8080/").unwrap();
        assert_eq!(server.address(), "http://127.0.0.1:8080");
        assert_eq!(server.socket(), "ws://127.0.0.1:8080/api/v1/agent/ws");
        assert_eq!(
            Server::at("https://erp.example/steward").unwrap().socket(),
            "wss://erp.example/steward/api/v1/agent/ws"
        );
        for no_address in ["erp.example", "localhost:8080", "ftp://erp.example", ""] {
            assert!(matches!(Server::at(no_address), Err(Failure::Usage(_))), "{no_address}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        let local = |address| Server::at(address).unwrap().is_local();
        assert!(local("http://localhost:8080") && local("http://127.0.0.2") && local("http://[::1]:8080"));
        assert!(!local("http://localhost.evil.example") && !local("https://10.0.0.1"));
    }
}
