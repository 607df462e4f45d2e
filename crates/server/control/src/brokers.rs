//! The brokers of all instances.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::{self as broker, Broker, Limits, Listeners, Remainder};
use parking_lot::{Mutex, RwLock};
use tokio::task::{JoinSet, spawn_blocking};

use crate::config::{Config, Instance};
use crate::directory::{Directory, InstanceDirectory};
use crate::kept::Kept;
use crate::membership::Membership;
use crate::start_error::StartError;

/// One broker per instance, in the order of the configuration.
pub(crate) struct Brokers {
    data_dir: PathBuf,
    node: Arc<Membership>,
    running: RwLock<Vec<Running>>,
    /// Counts of instances that were removed.
    left: Mutex<Vec<(String, Remainder)>>,
}

struct Running {
    id: String,
    broker: Arc<Broker>,
    kept: Kept,
    view: Arc<InstanceDirectory>,
}

/// Changes of brokers that can be made without a failure.
#[derive(Default)]
pub(crate) struct Plan {
    moved: Vec<(Arc<Broker>, Listeners)>,
    started: Vec<Running>,
}

impl Brokers {
    /// Returns no brokers yet.
    pub(crate) fn new(config: &Config, node: &Arc<Membership>) -> Self {
        Self {
            data_dir: config.data_dir.clone(),
            node: Arc::clone(node),
            running: RwLock::default(),
            left: Mutex::default(),
        }
    }

    /// Starts all brokers.
    ///
    /// # Errors
    ///
    /// The first reason why a broker cannot start. Those that were started are stopped.
    pub(crate) async fn start(
        &self,
        config: &Config,
        directory: &Arc<Directory>,
    ) -> Result<(), StartError> {
        match self.plan(config, directory).await {
            Ok(plan) => self.apply(plan, config, directory).await,
            Err(mut reasons) => return Err(reasons.swap_remove(0)),
        }
        Ok(())
    }

    /// Binds addresses, reads certificates and starts new brokers, without a change to those that
    /// run.
    ///
    /// # Errors
    ///
    /// All reasons why this is impossible, at least one. Nothing is left running.
    pub(crate) async fn plan(
        &self,
        config: &Config,
        directory: &Arc<Directory>,
    ) -> Result<Plan, Vec<StartError>> {
        let (mut plan, mut new, mut reasons) = (Plan::default(), Vec::new(), Vec::new());
        for instance in &config.instances {
            let endpoints = endpoints(instance);
            match self.get(&instance.id) {
                Some(broker) => match broker.prepare(&endpoints) {
                    Ok(listeners) => plan.moved.push((broker, listeners)),
                    Err(error) => reasons.push(error.into()),
                },
                None => match self.bind(instance, &endpoints) {
                    Ok((kept, listeners)) => new.push((instance, kept, listeners)),
                    Err(error) => reasons.push(error),
                },
            }
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        for (instance, kept, listeners) in new {
            let started = self.start_one(instance, kept, listeners, config.limits, directory);
            let started = started.await;
            match started {
                Ok(running) => plan.started.push(running),
                Err(error) => {
                    for running in &plan.started {
                        running.broker.stop().await;
                    }
                    return Err(vec![error]);
                }
            }
        }
        Ok(plan)
    }

    fn bind(
        &self,
        instance: &Instance,
        endpoints: &broker::Endpoints,
    ) -> Result<(Kept, Listeners), StartError> {
        let listeners = Broker::bind(endpoints)?;
        Ok((Kept::open(&self.data_dir, &instance.id)?, listeners))
    }

    async fn start_one(
        &self,
        instance: &Instance,
        kept: Kept,
        listeners: Listeners,
        limits: Limits,
        directory: &Arc<Directory>,
    ) -> Result<Running, StartError> {
        let view = Arc::new(InstanceDirectory::new(directory, instance));
        let endpoints = endpoints(instance);
        let config = broker::Config {
            instance_id: instance.id.clone(),
            listen: endpoints.listen,
            tls: endpoints.tls,
            websocket: endpoints.websocket,
            disk: Arc::new(kept.clone()),
            limits,
        };
        let known = Arc::clone(&view) as Arc<_>;
        let broker = self.node.start_broker(listeners, config, known).await?;
        // At once, so that no connection is missed until the events are taken.
        broker.watch(instance.watched_groups());
        Ok(Running {
            id: instance.id.clone(),
            broker: Arc::new(broker),
            kept,
            view,
        })
    }

    /// Makes the changes of a plan, and stops the brokers of removed instances.
    pub(crate) async fn apply(&self, plan: Plan, config: &Config, directory: &Directory) {
        for (broker, listeners) in plan.moved {
            broker.move_to(listeners).await;
            broker.set_limits(config.limits);
        }
        let gone = {
            let mut running = self.running.write();
            let mut all = std::mem::take(&mut *running);
            all.extend(plan.started);
            for instance in &config.instances {
                let at = all.iter().position(|running| running.id == instance.id);
                running.extend(at.map(|at| all.swap_remove(at)));
            }
            for running in &*running {
                running.view.update(directory);
            }
            all
        };
        for removed in gone {
            let remainder = removed.broker.stop().await;
            self.left.lock().push((removed.id, remainder));
        }
    }

    pub(crate) fn get(&self, instance_id: &str) -> Option<Arc<Broker>> {
        let running = self.running.read();
        let running = running.iter().find(|running| running.id == instance_id)?;
        Some(Arc::clone(&running.broker))
    }

    /// Disconnects the devices of a deleted group, on a thread of its own: sessions that are busy block it.
    ///
    /// Goes on if the caller does not wait for it.
    pub(crate) async fn disconnect_group(&self, instance_id: &str, group_id: String) {
        if let Some(broker) = self.get(instance_id) {
            let _ = spawn_blocking(move || broker.disconnect_group(&group_id)).await;
        }
    }

    /// Returns the brokers, each with the ID of its instance.
    pub(crate) fn all(&self) -> Vec<(String, Arc<Broker>)> {
        let running = self.running.read();
        let brokers = running.iter();
        brokers
            .map(|running| (running.id.clone(), Arc::clone(&running.broker)))
            .collect()
    }

    /// Returns what each broker keeps on disk, with the ID of its instance.
    pub(crate) fn kept(&self) -> Vec<(String, Kept)> {
        let running = self.running.read();
        let kept = running.iter();
        kept.map(|running| (running.id.clone(), running.kept.clone()))
            .collect()
    }

    /// Returns the counts of instances that were removed since the last call.
    pub(crate) fn take_left(&self) -> Vec<(String, Remainder)> {
        std::mem::take(&mut *self.left.lock())
    }

    /// Accepts no further devices, and disconnects all within some time. Returns how many were online.
    pub(crate) async fn drain(&self, time: Duration) -> u64 {
        let drain = |(_, broker): (String, Arc<Broker>)| async move { broker.drain(time).await };
        let draining: JoinSet<_> = self.all().into_iter().map(drain).collect();
        draining.join_all().await.into_iter().sum()
    }

    /// Disconnects all devices, and returns the counts that have not been taken yet.
    pub(crate) async fn stop(&self) -> Vec<(String, Remainder)> {
        let stop = |(id, broker): (String, Arc<Broker>)| async move { (id, broker.stop().await) };
        let stopping: JoinSet<_> = self.all().into_iter().map(stop).collect();
        stopping.join_all().await
    }
}

fn endpoints(instance: &Instance) -> broker::Endpoints {
    broker::Endpoints {
        listen: instance.mqtt_listen,
        tls: instance.tls.as_ref().map(|tls| broker::Tls {
            listen: tls.listen,
            websocket: tls.websocket_listen,
            certificate: tls.certificate.clone(),
            key: tls.key.clone(),
        }),
        websocket: instance.websocket_listen,
    }
}
