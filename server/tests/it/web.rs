//! What the tests in a browser need of a server beside the real one.

use std::io::Read as _;

use steward_surfaces::{Metrics, Proxies, Web};

use crate::http::Server;

/// Serves the company of these tests with the operation that docs/extend.md adds, until standard input ends: nothing of the
/// web app knows that operation.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until standard input ends; scripts/web.sh browser starts it"]
async fn serve_with_a_new_operation() {
    let server = Server::behind(Metrics::default(), Proxies::default(), Web::embedded()).await;
    println!("serving {}", server.url);
    let until_told = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(until_told).await.unwrap().unwrap();
}
