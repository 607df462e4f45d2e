//! Cheap devices for load, each on a blocking socket.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rustls::StreamOwned;
use socket2::{Domain, Protocol, Socket, Type};

use super::broker::Listener;
use crate::error::{Error, same};
use crate::packet::{self, CONNACK, PINGRESP, Packet, SUBACK};
use crate::process::allow_open_files;

/// Longest wait of a device for an expected packet.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes to read at once, and size of the longest packet.
const BUFFER: usize = 64 << 10;

/// Devices that share a local address, which has a limited number of ports.
const DEVICES_PER_ADDRESS: usize = 20_000;

/// Open files of a broker or of this program, besides those of the devices.
const OTHER_FILES: usize = 1_500;

/// Prepares for many devices. Returns how many are possible, at most the wanted number.
pub(super) fn prepare_for(wanted: usize) -> Result<usize, Error> {
    let files = allow_open_files((wanted + OTHER_FILES) as u64)? as usize;
    let possible = wanted.min(files.saturating_sub(OTHER_FILES));
    if possible < wanted {
        println!("{wanted} devices are not possible: the machine allows {files} open files");
    }
    Ok(possible)
}

/// A connected device.
pub(super) struct Device {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    filled: usize,
}

/// A socket, with TLS or without.
trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// Name, session and subscription of a device of group `GID_test`.
#[derive(Clone, Copy, Default)]
pub(super) struct Login<'a> {
    pub(super) name: &'a str,
    /// Selects the local address; see [`DEVICES_PER_ADDRESS`].
    pub(super) number: usize,
    /// A filter and a QoS.
    pub(super) subscription: Option<(&'a str, u8)>,
    /// `true` if its session outlives the connection.
    pub(super) is_kept: bool,
    /// Keepalive in seconds; 0 for none.
    pub(super) keepalive: u16,
}

impl Device {
    /// Connects a device, and subscribes if that is wanted.
    pub(super) fn connect(listener: &Listener, login: Login<'_>) -> Result<Self, Error> {
        let name = login.name;
        let socket = open(listener.address, login.number);
        let socket = socket.map_err(Error::io(format!("to connect {name}")))?;
        let stream: Box<dyn Stream> = match &listener.certificate {
            None => Box::new(socket),
            Some(certificate) => Box::new(StreamOwned::new(certificate.connection()?, socket)),
        };
        let mut device = Self {
            stream,
            buffer: Vec::new(),
            filled: 0,
        };
        let client_id = format!("GID_test@@@{name}");
        let mut packets = packet::connect(&client_id, login.is_kept, login.keepalive);
        if let Some((filter, qos)) = login.subscription {
            packets.extend(packet::subscribe(filter, qos));
        }
        device.write(&packets)?;
        device.expect(|packet| {
            same(name, packet.kind, CONNACK)?;
            // The first byte says whether there was a session.
            same(name, packet.body.last(), Some(&0))
        })?;
        if let Some((_, qos)) = login.subscription {
            let granted: &[u8] = &[0, 1, qos];
            device.expect(|packet| same(name, (packet.kind, packet.body), (SUBACK, granted)))?;
        }
        device.give_memory_back();
        Ok(device)
    }

    /// Disconnects, and waits until the broker has noticed.
    pub(super) fn disconnect(mut self) -> Result<(), Error> {
        self.write(&packet::disconnect())?;
        let read = self.stream.read_to_end(&mut self.buffer);
        read.map(|_| ()).map_err(Error::io("to disconnect"))
    }

    /// Says that the device is still there, and waits for the answer.
    pub(super) fn ping(&mut self) -> Result<(), Error> {
        self.write(&packet::ping())?;
        self.expect(|packet| same("answer to PINGREQ", packet.kind, PINGRESP))?;
        self.give_memory_back();
        Ok(())
    }

    pub(super) fn write(&mut self, packets: &[u8]) -> Result<(), Error> {
        let written = self.stream.write_all(packets);
        written.map_err(Error::io("to send to the broker"))
    }

    /// Waits for a packet, unless one was read already, and handles each complete one.
    pub(super) fn read(
        &mut self,
        mut handle: impl FnMut(Packet<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if Packet::first(&self.buffer[..self.filled]).is_none() {
            self.fill()?;
        }
        let mut start = 0;
        while let Some((packet, length)) = Packet::first(&self.buffer[start..self.filled]) {
            handle(packet)?;
            start += length;
        }
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        Ok(())
    }

    /// Waits for one packet and handles it.
    fn expect(
        &mut self,
        handle: impl FnOnce(Packet<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            if let Some((packet, length)) = Packet::first(&self.buffer[..self.filled]) {
                handle(packet)?;
                self.buffer.copy_within(length..self.filled, 0);
                self.filled -= length;
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// An idle device needs no buffer.
    fn give_memory_back(&mut self) {
        if self.filled == 0 {
            self.buffer = Vec::new();
        }
    }

    fn fill(&mut self) -> Result<(), Error> {
        self.buffer.resize(BUFFER, 0);
        let read = self.stream.read(&mut self.buffer[self.filled..]);
        let read = read.map_err(Error::io("to receive an expected packet"))?;
        same("connection closed by the broker", read == 0, false)?;
        self.filled += read;
        Ok(())
    }
}

fn open(broker: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    let host = 2 + u8::try_from(number / DEVICES_PER_ADDRESS).unwrap_or(u8::MAX - 2);
    socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), 0)).into())?;
    socket.connect(&broker.into())?;
    socket.set_tcp_nodelay(true)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket.into())
}
