//! A way to NATS that a test can cut, and on which answers get lost.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Begins the answers of NATS to writes to the tables of clients and of nodes.
const WRITTEN: [&[u8]; 2] = [
    b"{\"stream\":\"KV_ons_clients\"",
    b"{\"stream\":\"KV_ons_nodes\"",
];

/// Places of both tables in what is kept for each.
const CLIENTS: usize = 0;
const NODES: usize = 1;

/// Forwards connections to NATS while it is open.
pub(crate) struct Proxy {
    address: SocketAddr,
    is_open: watch::Sender<bool>,
    /// Numbers of answers that are still to get lost, for each table.
    lost: Arc<[AtomicUsize; 2]>,
}

impl Proxy {
    pub(crate) async fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_open, watched) = watch::channel(true);
        let lost = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let losing = Arc::clone(&lost);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let mut watched = watched.clone();
                if !*watched.borrow_and_update() {
                    continue;
                }
                let lost = Arc::clone(&losing);
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else {
                        return;
                    };
                    let (mut asking, answered) = client.into_split();
                    let (answering, mut asked) = server.into_split();
                    tokio::select! {
                        _ = tokio::io::copy(&mut asking, &mut asked) => {}
                        _ = answer(answering, answered, &lost) => {}
                        _ = watched.wait_for(|is_open| !is_open) => {}
                    }
                });
            }
        });
        Self {
            address,
            is_open,
            lost,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Ends all connections and refuses others, or lets them through again.
    pub(crate) fn set_open(&self, is_open: bool) {
        self.is_open.send_replace(is_open);
    }

    /// Loses the next answers to writes to the table of clients.
    pub(crate) fn lose(&self, answers: usize) {
        self.lost[CLIENTS].store(answers, Ordering::SeqCst);
    }

    /// Loses the answers to writes to the table of nodes, or no more of them.
    pub(crate) fn lose_beats(&self, is_lost: bool) {
        let answers = if is_lost { usize::MAX } else { 0 };
        self.lost[NODES].store(answers, Ordering::SeqCst);
    }

    /// Returns how many answers are still to get lost.
    pub(crate) fn to_lose(&self) -> usize {
        self.lost[CLIENTS].load(Ordering::SeqCst)
    }
}

/// Forwards what NATS says, except for answers that get lost.
async fn answer(
    server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    lost: &[AtomicUsize; 2],
) -> io::Result<()> {
    let mut server = BufReader::new(server);
    let mut message = Vec::new();
    while server.read_until(b'\n', &mut message).await? > 0 {
        let head = message.len();
        if message.starts_with(b"MSG ") || message.starts_with(b"HMSG ") {
            let length = String::from_utf8_lossy(&message);
            let length: usize = length.split_whitespace().last().unwrap().parse().unwrap();
            message.resize(head + length + 2, 0);
            server.read_exact(&mut message[head..]).await?;
        }
        let table = WRITTEN
            .iter()
            .position(|start| message[head..].starts_with(start));
        let is_lost = table.is_some_and(|table| {
            lost[table]
                .try_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                })
                .is_ok()
        });
        if !is_lost {
            client.write_all(&message).await?;
        }
        message.clear();
    }
    Ok(())
}
