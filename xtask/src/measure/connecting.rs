//! Measures how fast devices connect.

use std::ops::Range;
use std::thread;
use std::time::Instant;

use super::broker::Listener;
use super::device::{Device, Login};
use crate::error::Error;

/// Devices that connect at the same time.
const AT_ONCE: usize = 16;

/// Connects devices without subscriptions. Returns them, and how many connected per second.
pub(super) fn connect(
    listener: &Listener,
    numbers: Range<usize>,
) -> Result<(Vec<Device>, f64), Error> {
    let count = numbers.len();
    let numbers: Vec<usize> = numbers.collect();
    let begin = Instant::now();
    let devices = thread::scope(|scope| {
        let part = |numbers: &[usize]| -> Result<Vec<Device>, Error> {
            let device = |number: &usize| {
                let login = Login {
                    name: &format!("connecting{number}"),
                    number: *number,
                    ..Login::default()
                };
                Device::connect(listener, login)
            };
            numbers.iter().map(device).collect()
        };
        let parts = numbers.chunks(count.div_ceil(AT_ONCE).max(1));
        let threads: Vec<_> = parts
            .map(|numbers| scope.spawn(move || part(numbers)))
            .collect();
        let mut devices = Vec::new();
        for thread in threads {
            let panicked = |_| Error::Step("a thread of the load panicked".to_owned());
            devices.extend(thread.join().map_err(panicked)??);
        }
        Ok::<_, Error>(devices)
    })?;
    Ok((devices, count as f64 / begin.elapsed().as_secs_f64()))
}
