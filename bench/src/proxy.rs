//! Between a server and its database: counts how often the server waits for an answer. Statements say less, since several of
//! them may travel together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::Result;

/// A listening proxy.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    trips: Arc<AtomicU64>,
}

impl Proxy {
    /// Listens on this machine and passes everything on to a socket.
    pub(crate) async fn before(socket: PathBuf) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Self { address: listener.local_addr()?, trips: Arc::default() };
        let trips = Arc::clone(&proxy.trips);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, socket.clone(), Arc::clone(&trips)));
            }
        });
        Ok(proxy)
    }

    /// Round trips so far: each is something said after something heard.
    pub(crate) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }
}

async fn pass(client: TcpStream, socket: PathBuf, trips: Arc<AtomicU64>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let server = UnixStream::connect(socket).await?;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let answered = Arc::new(AtomicBool::new(true));
    let heard = Arc::clone(&answered);
    let up = copy(from_client, to_server, move || {
        if answered.swap(false, Ordering::Relaxed) {
            trips.fetch_add(1, Ordering::Relaxed);
        }
    });
    let down = copy(from_server, to_client, move || heard.store(true, Ordering::Relaxed));
    tokio::select! { done = up => done, done = down => done }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut told: impl FnMut(),
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        told();
        to.write_all(&buffer[..read]).await?;
    }
}
