//! One connection to the server that is kept, with as little around it as possible.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::{Result, cluster::PASSWORD};

/// A kept connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The document, where all went well.
    pub(crate) fn ok(self) -> Result<Value> {
        if (200..300).contains(&self.status) && self.status != 202 {
            return Ok(serde_json::from_slice(&self.body)?);
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_owned() })
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        Ok(Answer { status, body: answer.into_body().collect().await?.to_bytes() })
    }

    fn request(&self, method: Method, path: &str, token: Option<&str>) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header("host", &self.host);
        match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub(crate) async fn get(&mut self, path: &str, token: Option<&str>) -> Result<Answer> {
        let request = self.request(Method::GET, path, token).body(Full::default())?;
        self.send(request).await
    }

    pub(crate) async fn post(
        &mut self,
        path: &str,
        token: Option<&str>,
        key: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Answer> {
        let mut request = self.request(Method::POST, path, token).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(body.into()))?;
        self.send(request).await
    }

    /// Signs somebody in and answers their token.
    pub(crate) async fn sign_in(&mut self, organization: &str, role: &str) -> Result<String> {
        let asked = json!({"organization": organization, "email": format!("{role}@{organization}.example"), "password": PASSWORD});
        let answer = self.post("/api/v1/auth/token", None, None, serde_json::to_vec(&asked)?).await?.ok()?;
        Ok(answer["access_token"].as_str().ok_or("no token")?.to_owned())
    }
}
