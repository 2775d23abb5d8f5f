//! The WebSocket: one input a frame out, one event a frame in.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::api::{Api, Server};
use crate::{Failure, Result};

/// A connection on which a person is signed in.
pub(super) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    server: Server,
    token: String,
}

impl Socket {
    pub(super) async fn open(api: &Api) -> Result<Self> {
        let server = api.server.clone();
        let (stream, _) = connect_async(server.socket()).await.map_err(|error| match error {
            Error::Http(response) => server.unreachable(&format!("it answered {} to a WebSocket", response.status())),
            other => server.unreachable(&other.to_string()),
        })?;
        let mut socket = Self { stream, server, token: String::new() };
        socket.stay_signed_in(api).await?;
        Ok(socket)
    }

    /// Hands the token over where it is a new one.
    pub(super) async fn stay_signed_in(&mut self, api: &Api) -> Result<()> {
        let token = api.token().await?;
        if token != self.token {
            self.send(&json!({"type": "auth", "token": token})).await?;
            self.token = token;
        }
        Ok(())
    }

    pub(super) async fn send(&mut self, input: &Value) -> Result<()> {
        self.stream.send(Message::text(input.to_string())).await.map_err(|_| self.lost())
    }

    /// The next frame. A conversation that breaks off does not tell whether the last thing was done.
    pub(super) async fn next(&mut self) -> Result<String> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(self.lost()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Answers the server's pings while a person thinks; comes back when the connection is gone.
    pub(super) async fn idle(&mut self) {
        while self.next().await.is_ok() {}
    }

    /// Says goodbye.
    pub(super) async fn close(mut self) {
        let _ = self.stream.close(None).await;
    }

    fn lost(&self) -> Failure {
        Failure::new(format!("The connection to {} was lost.", self.server.address()))
            .fix("What was begun may have been done: look with steward chat, once the server runs again.")
    }
}
