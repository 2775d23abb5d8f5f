//! A server of recorded bytes: what a connection sends is kept, what it gets was written before. It speaks HTTP by
//! hand, so that it can also break off, lie about lengths and fall silent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What a connection gets.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    head: String,
    body: Vec<u8>,
    /// The body is written in pieces of so many bytes.
    piece: usize,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The connection is closed as if all had been said.
    Clean,
    /// More was promised.
    Short,
    /// Nothing more is said, and nothing closed.
    Silence,
}

impl Answer {
    pub(super) fn of(status: &str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n");
        Self { head, body: body.into(), piece: usize::MAX, end: End::Clean }
    }
    pub(super) fn stream(body: impl Into<Vec<u8>>) -> Self {
        Self::of("200 OK", "text/event-stream", body)
    }
    pub(super) fn json(body: &Value) -> Self {
        Self::of("200 OK", "application/json", body.to_string())
    }
    pub(super) fn header(mut self, line: &str) -> Self {
        self.head.push_str(line);
        self.head.push_str("\r\n");
        self
    }
    pub(super) fn pieces(self, piece: usize) -> Self {
        Self { piece, ..self }
    }
    pub(super) fn end(self, end: End) -> Self {
        Self { end, ..self }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) head: String,
    pub(super) body: Value,
}

type Script = Arc<dyn Fn(usize, &Asked) -> Answer + Send + Sync>;

/// A running player.
#[derive(Clone)]
pub(super) struct Player {
    pub(super) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Told when a request is there, and when a connection that was left in silence is closed.
    pub(super) came: Arc<Notify>,
    pub(super) left: Arc<Notify>,
}

impl Player {
    /// Gives the answers one after the other, then the last one for ever.
    pub(super) async fn of(answers: Vec<Answer>) -> Self {
        Self::playing(move |at, _| answers[at.min(answers.len() - 1)].clone()).await
    }
    pub(super) async fn playing(script: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let player = Self { address, asked: Arc::default(), came: Arc::default(), left: Arc::default() };
        let (running, script): (_, Script) = (player.clone(), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (player, script) = (running.clone(), script.clone());
                tokio::spawn(async move {
                    // a client that is gone is no matter of the player
                    let _ = player.play(connection, &script).await;
                });
            }
        });
        player
    }
    async fn play(&self, mut connection: TcpStream, script: &Script) -> std::io::Result<()> {
        let Some(asked) = read(&mut connection).await? else { return Ok(()) };
        let answer = {
            let mut all = self.asked.lock().unwrap();
            all.push(asked.clone());
            script(all.len() - 1, &asked)
        };
        self.came.notify_one();
        if answer.head.is_empty() {
            return self.silence(&mut connection).await;
        }
        let promised = match answer.end {
            End::Short => format!("content-length: {}\r\n", answer.body.len() + 9),
            End::Clean | End::Silence => String::new(),
        };
        connection.write_all(format!("{}{promised}\r\n", answer.head).as_bytes()).await?;
        for piece in answer.body.chunks(answer.piece) {
            connection.write_all(piece).await?;
            connection.flush().await?;
            if answer.piece < 100 {
                tokio::task::yield_now().await;
            }
        }
        if answer.end == End::Silence {
            self.silence(&mut connection).await?;
        }
        connection.shutdown().await
    }
    async fn silence(&self, connection: &mut TcpStream) -> std::io::Result<()> {
        let mut rest = [0; 64];
        while connection.read(&mut rest).await.is_ok_and(|read| read > 0) {}
        self.left.notify_one();
        Ok(())
    }
    /// What was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// Silence from the first moment on.
pub(super) fn silence() -> Answer {
    Answer { head: String::new(), body: Vec::new(), piece: usize::MAX, end: End::Silence }
}

/// Reads one request.
async fn read(connection: &mut TcpStream) -> std::io::Result<Option<Asked>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if connection.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + length {
        if connection.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let body = serde_json::from_slice(&bytes[head_end..]).unwrap_or_default();
    Ok(Some(Asked { head, body }))
}

/// Nothing in these tests takes longer, or it hangs.
pub(super) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work).await.expect("it hangs")
}
