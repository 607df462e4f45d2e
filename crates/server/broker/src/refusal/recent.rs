//! The last refused devices.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::reason::Refusal;
use crate::excerpt::Excerpt;

/// Most refusals that are remembered.
const REFUSALS: usize = 1_000;
/// Most refusals of one client ID that are remembered.
const PER_CLIENT: usize = 5;

/// A device that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedDevice {
    /// Unix time in ms.
    pub time: i64,
    /// First 128 characters of what the device sent as its client ID: any text, which may try to deceive its reader.
    pub client_id: String,
    /// Address that it came from.
    pub address: SocketAddr,
    /// Reason by which it is counted.
    pub reason: Refusal,
    /// Cause and remedy; texts of the device are quoted and escaped.
    pub remedy: String,
    /// The same in Chinese.
    pub remedy_in_chinese: String,
}

/// Bounded list of refused devices, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<RefusedDevice>);

impl Recent {
    /// Adds a device. The oldest of the same client ID makes room for it, or else the oldest of all.
    pub(super) fn push(&mut self, device: RefusedDevice) {
        let mut same =
            (self.0.iter().enumerate()).filter(|(_, it)| it.client_id == device.client_id);
        let oldest = same.next().map(|(at, _)| at);
        if let Some(oldest) = oldest
            && same.count() + 1 >= PER_CLIENT
        {
            self.0.remove(oldest);
        } else if self.0.len() >= REFUSALS {
            self.0.pop_front();
        }
        self.0.push_back(device);
    }

    /// Returns the devices of a client ID, or all, the newest first.
    pub(super) fn newest(&self, client_id: Option<&str>) -> Vec<RefusedDevice> {
        let client_id = client_id.map(Excerpt::cut);
        let devices = self.0.iter().rev();
        devices
            .filter(|device| client_id.is_none_or(|id| device.client_id == id))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(client_id: impl ToString, time: i64) -> RefusedDevice {
        RefusedDevice {
            time,
            client_id: client_id.to_string(),
            address: ([127, 0, 0, 1], 1).into(),
            reason: Refusal::Group,
            remedy: String::new(),
            remedy_in_chinese: String::new(),
        }
    }

    fn times(recent: &Recent, client_id: Option<&str>) -> Vec<i64> {
        let newest = recent.newest(client_id);
        newest.into_iter().map(|device| device.time).collect()
    }

    #[test]
    fn a_client_that_tries_again_and_again_does_not_displace_the_others() {
        let mut recent = Recent::default();
        recent.push(device("quiet", 0));
        for time in 1..=2_000 {
            recent.push(device("loud", time));
        }
        assert_eq!(times(&recent, Some("loud")), [2000, 1999, 1998, 1997, 1996]);
        assert_eq!(times(&recent, Some("quiet")), [0]);
        assert_eq!(times(&recent, None).len(), 6);
    }

    #[test]
    fn of_many_clients_the_last_thousand_are_remembered() {
        let mut recent = Recent::default();
        for time in 0..1_500 {
            recent.push(device(time, time));
        }
        let all = times(&recent, None);
        assert_eq!((all.len(), all[0], all[999]), (1_000, 1_499, 500));
        assert_eq!(times(&recent, Some("499")), [0; 0]);
    }
}
