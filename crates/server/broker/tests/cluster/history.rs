//! Clients note what they send and get while nodes and servers of NATS fail. Afterwards, the notes say what was lost, doubled or out
//! of order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use crate::messages::id;
use crate::nats::Nats;
use crate::node::Process;
use crate::proxy::Proxy;
use crate::support::raw;

/// Environment variable with the number of rounds, in each of which something fails.
const VARIABLE: &str = "ONS_MQTT_TEST_ROUNDS";
const ROUNDS: usize = 2;
const NODES: usize = 3;
const SERVERS: usize = 3;
const WRITERS: usize = 4;
const READERS: usize = 3;
/// Clients that share a subscription: together, they get what one reader gets.
const SHARERS: usize = 2;
/// Index in [`World::got`] of what all sharers got together.
const SHARED: usize = READERS;
/// Messages that a writer has sent and that are not acknowledged.
const WINDOW: usize = 8;
/// Messages of a writer that wait for a reader at most. A session holds 10 000.
const LEAD: u64 = 2_000;
/// Time for which all goes well before something fails.
const CALM: Duration = Duration::from_secs(2);
/// Time for which a node is frozen or cut off: until others have what its sessions had. A server of NATS is away for as long.
const FAILURE: Duration = Duration::from_secs(15);
/// Longest time until all clients are served, and have what was sent meanwhile.
const RECOVERY: Duration = Duration::from_secs(60);
/// Messages of each writer that are acknowledged before something fails again.
const MORE: u64 = 50;
const RETRY: Duration = Duration::from_millis(50);
/// Time that a node has to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What fails in a round.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// A node is killed and another one is started.
    KillNode,
    /// A node is stopped for longer than its lease, and woken.
    FreezeNode,
    /// A node is cut off from NATS for longer than its lease, while clients can still reach it.
    CutNode,
    /// A server of NATS is killed, and started again.
    KillServer,
    /// Two of three servers of NATS are killed, and started again.
    KillServers,
    /// A node is killed, one frozen and one cut off, and two servers of NATS are killed, at the same time.
    All,
}

/// Faults in the order in which rounds have them.
const FAULTS: [Fault; 6] = [
    Fault::All,
    Fault::KillNode,
    Fault::FreezeNode,
    Fault::CutNode,
    Fault::KillServer,
    Fault::KillServers,
];

/// The process of a node, and its proxies to the servers of NATS.
struct ProxiedNode {
    process: Process,
    proxies: Vec<Proxy>,
}

impl ProxiedNode {
    fn set_connected(&self, is_connected: bool) {
        let proxies = self.proxies.iter();
        proxies.for_each(|proxy| proxy.set_open(is_connected));
    }
}

/// The nodes and what they run on.
struct Machine {
    nats: Nats,
    nodes: VecDeque<ProxiedNode>,
    started: usize,
}

impl Machine {
    async fn start() -> Self {
        let mut machine = Self {
            nats: Nats::start(SERVERS),
            nodes: VecDeque::new(),
            started: 0,
        };
        for _ in 0..NODES {
            machine.start_node().await;
        }
        machine
    }

    async fn start_node(&mut self) {
        let mut proxies = Vec::new();
        for server in 0..SERVERS {
            proxies.push(Proxy::start(self.nats.port(server)).await);
        }
        let urls: Vec<_> = proxies.iter().map(Proxy::url).collect();
        let name = format!("n{}", self.started);
        // `Process::start` blocks, and the proxies need this runtime meanwhile.
        let process = spawn_blocking(move || Process::start(&name, &urls)).await;
        let process = process.unwrap();
        self.nodes.push_back(ProxiedNode { process, proxies });
        self.started += 1;
    }

    fn ports(&self) -> Vec<u16> {
        self.nodes.iter().map(|node| node.process.port).collect()
    }

    /// Lets something fail, and brings it back.
    async fn fail(&mut self, fault: Fault, round: usize) {
        let has = |one| fault == one || fault == Fault::All;
        let servers = match fault {
            Fault::KillServer => 1,
            Fault::KillServers | Fault::All => 2,
            _ => 0,
        };
        let servers = (0..servers).map(|at| (round + at) % SERVERS);
        if has(Fault::FreezeNode) {
            self.nodes[1].process.freeze().await;
        }
        if has(Fault::CutNode) {
            self.nodes[2].set_connected(false);
        }
        servers.clone().for_each(|server| self.nats.kill(server));
        if has(Fault::KillNode) {
            self.nodes.pop_front();
        }
        if fault != Fault::KillNode {
            sleep(FAILURE).await;
        }
        servers.for_each(|server| self.nats.restart(server));
        for node in &self.nodes {
            node.process.thaw();
            node.set_connected(true);
        }
        if has(Fault::KillNode) {
            self.start_node().await;
        }
    }
}

/// The test as all clients see it.
struct World {
    ports: Mutex<Vec<u16>>,
    is_stopping: AtomicBool,
    /// Writers that have sent all and are acknowledged.
    done: AtomicUsize,
    /// Numbers of messages by writer, as each reader and all sharers got them.
    got: Vec<Mutex<BTreeMap<usize, Vec<u64>>>>,
    /// Numbers of messages that each sharer got.
    shares: [AtomicUsize; SHARERS],
    /// Number of messages that each writer was acknowledged.
    acknowledged: Vec<Mutex<u64>>,
}

impl World {
    fn port(&self, at: usize) -> u16 {
        let ports = self.ports.lock().unwrap();
        ports[at % ports.len()]
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Returns whether each reader, and the sharers together, have as many messages of each writer as there are.
    fn is_complete(&self) -> bool {
        self.got.iter().all(|got| {
            let got = got.lock().unwrap();
            let mut writers = self.acknowledged.iter().enumerate();
            writers.all(|(writer, sent)| {
                let got = got.get(&writer).map(Vec::as_slice).unwrap_or_default();
                let numbers: BTreeSet<_> = got.iter().collect();
                numbers.len() as u64 >= *sent.lock().unwrap()
            })
        })
    }

    /// Returns what went wrong.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut shares = self.shares.iter();
        if shares.any(|share| share.load(Ordering::Relaxed) == 0) {
            faults.push("a sharer got nothing".to_owned());
        }
        for (place, got) in self.got.iter().enumerate() {
            let got = got.lock().unwrap();
            for (writer, sent) in self.acknowledged.iter().enumerate() {
                let sent = *sent.lock().unwrap();
                let got = got.get(&writer).map(Vec::as_slice).unwrap_or_default();
                let who = match place {
                    SHARED => "the sharers".to_owned(),
                    _ => format!("reader {place}"),
                };
                let name = format!("{who}, writer {writer} of QoS {}", qos(writer));
                let numbers: BTreeSet<_> = got.iter().copied().collect();
                let lost: Vec<_> = (1..=sent).filter(|one| !numbers.contains(one)).collect();
                let mut seen = BTreeSet::new();
                let first: Vec<_> = got.iter().filter(|one| seen.insert(**one)).collect();
                let is_in_order = place == SHARED || first.is_sorted();
                let is_doubled = qos(writer) == 2 && got.len() > numbers.len();
                if !lost.is_empty() || !is_in_order || is_doubled {
                    faults.push(format!("{name}: lost {}, got {}", runs(&lost), runs(got)));
                }
            }
        }
        faults
    }
}

/// Returns numbers with each run of successive ones as its ends.
fn runs(numbers: &[u64]) -> String {
    let runs = numbers.chunk_by(|one, next| next == &(one + 1));
    let runs: Vec<_> = runs
        .map(|run| format!("{}-{}", run[0], run[run.len() - 1]))
        .collect();
    runs.join(" ")
}

fn qos(writer: usize) -> u8 {
    if writer.is_multiple_of(2) { 1 } else { 2 }
}

/// A connection that is read by a task of its own.
struct Connection {
    write: OwnedWriteHalf,
    packets: UnboundedReceiver<(u8, Vec<u8>)>,
}

impl Connection {
    /// Connects to any node, with a session that is kept. Returns whether it was there.
    async fn open(world: &World, client_id: &str, mut at: usize) -> (Self, bool) {
        loop {
            match timeout(PATIENCE, Self::try_open(world.port(at), client_id)).await {
                Ok(Some(opened)) => return opened,
                _ => sleep(RETRY).await,
            }
            at += 1;
        }
    }

    async fn try_open(port: u16, client_id: &str) -> Option<(Self, bool)> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (read, write) = stream.into_split();
        let (sender, packets) = unbounded_channel();
        tokio::spawn(async move {
            let mut read = BufReader::new(read);
            while let Some(packet) = packet(&mut read).await {
                if sender.send(packet).is_err() {
                    return;
                }
            }
        });
        let mut connection = Self { write, packets };
        connection.send(&raw::connect(client_id, 60, false)).await?;
        match connection.packets.recv().await? {
            (raw::CONNACK, body) if body[1] == 0 => Some((connection, body[0] == 1)),
            _ => None,
        }
    }

    async fn send(&mut self, packet: &[u8]) -> Option<()> {
        self.write.write_all(packet).await.ok()
    }

    async fn acknowledge(&mut self, kind: u8, id: u16) -> Option<()> {
        self.send(&raw::acknowledgement(kind, id)).await
    }
}

async fn packet(read: &mut BufReader<OwnedReadHalf>) -> Option<(u8, Vec<u8>)> {
    let kind = read.read_u8().await.ok()?;
    // All packets of this test are short.
    let length = read.read_u8().await.ok()?;
    assert!(length < 0x80);
    let mut body = vec![0; length.into()];
    read.read_exact(&mut body).await.ok()?;
    Some((kind, body))
}

fn number(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

/// A client that publishes numbers, each once it has room.
struct Writer {
    world: Arc<World>,
    number: usize,
    sent: u64,
    /// Numbers on their way, and whether the node has said PUBREC.
    under_way: VecDeque<(u64, bool)>,
}

impl Writer {
    async fn run(mut self) {
        let name = id(&format!("w{}", self.number));
        let mut at = self.number;
        let mut is_first = true;
        loop {
            let (connection, is_there) = Connection::open(&self.world, &name, at).await;
            assert!(is_first || is_there, "the session of {name} is gone");
            is_first = false;
            if self.exchange(connection).await.is_some() {
                self.world.done.fetch_add(1, Ordering::AcqRel);
                return;
            }
            at += 1;
        }
    }

    /// Returns once all is acknowledged and the test is about to end, or `None` if the connection is lost.
    async fn exchange(&mut self, mut connection: Connection) -> Option<()> {
        for (number, is_received) in self.under_way.clone() {
            if is_received {
                connection.send(&raw::pubrel(self.id(number))).await?;
            } else {
                connection.send(&self.publish(number, true)).await?;
            }
        }
        loop {
            let is_stopping = self.world.is_stopping();
            while self.under_way.len() < WINDOW && !is_stopping && !self.is_far_ahead() {
                self.sent += 1;
                self.under_way.push_back((self.sent, false));
                connection.send(&self.publish(self.sent, false)).await?;
            }
            if self.under_way.is_empty() {
                if is_stopping {
                    return Some(());
                }
                sleep(RETRY).await;
                continue;
            }
            let (kind, body) = timeout(PATIENCE, connection.packets.recv()).await.ok()??;
            self.handle(&mut connection, kind, number(&body)).await?;
            // Slow enough for the machine, so that nothing piles up.
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns whether so much waits for a reader that its session could soon hold no more.
    fn is_far_ahead(&self) -> bool {
        self.world.got.iter().any(|got| {
            let got = got.lock().unwrap();
            let last = got.get(&self.number).and_then(|got| got.last());
            self.sent > last.unwrap_or(&0) + LEAD
        })
    }

    async fn handle(&mut self, connection: &mut Connection, kind: u8, id: u16) -> Option<()> {
        let at = (self.under_way.iter()).position(|(number, _)| self.id(*number) == id)?;
        match kind {
            raw::PUBREC => {
                self.under_way[at].1 = true;
                connection.send(&raw::pubrel(id)).await?;
            }
            _ => {
                self.under_way.remove(at);
            }
        }
        // A message counts as acknowledged if the node has said PUBACK or PUBREC, and so has it for all before.
        let first = self.under_way.iter().find(|(_, is_received)| !is_received);
        let sure = first.map_or(self.sent, |(number, _)| number - 1);
        *self.world.acknowledged[self.number].lock().unwrap() = sure;
        Some(())
    }

    fn id(&self, number: u64) -> u16 {
        u16::try_from(number % 60_000 + 1).unwrap()
    }

    fn publish(&self, number: u64, dup: bool) -> Vec<u8> {
        let topic = format!("lamps/{}", self.number);
        let payload = number.to_string();
        let qos = qos(self.number);
        raw::publish(&topic, payload.as_bytes(), qos, self.id(number), dup)
    }
}

/// A client that notes what it gets, and changes nodes again and again. From number [`READERS`] on, it is a sharer.
struct Reader {
    world: Arc<World>,
    number: usize,
    /// Identifiers of messages of QoS 2 that are not released.
    received: BTreeSet<u16>,
}

impl Reader {
    async fn run(mut self) {
        let name = id(&format!("r{}", self.number));
        let mut connects: usize = 0;
        while !self.world.is_stopping() || !self.world.is_complete() {
            let at = self.number + connects;
            let (connection, is_there) = Connection::open(&self.world, &name, at).await;
            assert!(connects == 0 || is_there, "the session of {name} is gone");
            connects += 1;
            let stay = Duration::from_millis(400 + 150 * (connects % 5) as u64);
            let _ = timeout(stay, self.exchange(connection, connects == 1)).await;
        }
    }

    async fn exchange(&mut self, mut connection: Connection, is_first: bool) -> Option<()> {
        if is_first {
            let filter = match self.number {
                ..READERS => "lamps/#",
                _ => "$share/sharers/lamps/#",
            };
            connection.send(&raw::subscribe(filter, 2)).await?;
        }
        loop {
            let (kind, body) = connection.packets.recv().await?;
            match kind & 0xf0 {
                0x30 => self.publish(&mut connection, kind >> 1 & 3, &body).await?,
                0x60 => {
                    let id = number(&body);
                    self.received.remove(&id);
                    connection.acknowledge(raw::PUBCOMP, id).await?;
                }
                _ => {}
            }
        }
    }

    async fn publish(&mut self, connection: &mut Connection, qos: u8, body: &[u8]) -> Option<()> {
        let (topic, rest) = body[2..].split_at(number(body).into());
        let (id, payload) = (number(rest), &rest[2..]);
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        let writer = text(topic).rsplit('/').next().unwrap().parse().unwrap();
        if qos == 1 || self.received.insert(id) {
            if let Some(sharer) = self.number.checked_sub(READERS) {
                self.world.shares[sharer].fetch_add(1, Ordering::Relaxed);
            }
            let mut got = self.world.got[self.number.min(SHARED)].lock().unwrap();
            let got: &mut Vec<_> = got.entry(writer).or_default();
            got.push(text(payload).parse().unwrap());
        }
        let kind = if qos == 1 { raw::PUBACK } else { raw::PUBREC };
        connection.acknowledge(kind, id).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_out_of_order_when_nodes_and_servers_of_nats_fail() {
    let rounds = std::env::var(VARIABLE).map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let mut machine = Machine::start().await;
    let world = Arc::new(World {
        ports: Mutex::new(machine.ports()),
        is_stopping: AtomicBool::new(false),
        done: AtomicUsize::new(0),
        got: (0..=SHARED).map(|_| Mutex::default()).collect(),
        shares: Default::default(),
        acknowledged: (0..WRITERS).map(|_| Mutex::new(0)).collect(),
    });
    let reader = |number| Reader {
        world: Arc::clone(&world),
        number,
        received: BTreeSet::new(),
    };
    let mut clients: Vec<_> = (0..READERS + SHARERS)
        .map(|number| tokio::spawn(reader(number).run()))
        .collect();
    sleep(CALM).await;
    let writer = |number| Writer {
        world: Arc::clone(&world),
        number,
        sent: 0,
        under_way: VecDeque::new(),
    };
    clients.extend((0..WRITERS).map(|number| tokio::spawn(writer(number).run())));
    for round in 0..rounds {
        sleep(CALM).await;
        let fault = FAULTS[round % FAULTS.len()];
        machine.fail(fault, round).await;
        *world.ports.lock().unwrap() = machine.ports();
        let begin = Instant::now();
        let before: Vec<_> = (world.acknowledged.iter())
            .map(|sent| *sent.lock().unwrap())
            .collect();
        let go_on = || {
            let mut now = world.acknowledged.iter().zip(&before);
            now.all(|(now, before)| *now.lock().unwrap() > before + MORE)
        };
        while !go_on() && begin.elapsed() < RECOVERY {
            sleep(RETRY).await;
        }
        let what = if go_on() { "all" } else { "NOT all" };
        println!(
            "round {round}, {fault:?}: {what} go on after {:?}",
            begin.elapsed()
        );
    }
    sleep(CALM).await;
    world.is_stopping.store(true, Ordering::Release);
    let begin = Instant::now();
    while begin.elapsed() < RECOVERY && clients.iter().any(|client| !client.is_finished()) {
        sleep(RETRY).await;
    }
    let sent: Vec<_> = (world.acknowledged.iter())
        .map(|sent| *sent.lock().unwrap())
        .collect();
    println!(
        "acknowledged {sent:?}, all there after {:?}",
        begin.elapsed()
    );
    let faults = world.faults();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for client in clients {
        assert!(client.is_finished(), "a client still waits");
        client.await.unwrap();
    }
}
