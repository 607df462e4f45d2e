//! Checks whether the process can be a node of a cluster.

#[cfg(feature = "cluster")]
use ons_mqtt_broker::ClusterConfig;
use pop_gateway::ExposeSecret;

use crate::config::check::Check;
use crate::config::file::{self, File};
use crate::config::settings::Cluster;

/// Largest limit of calls per minute. All calls of a minute are one value, which each call changes.
const MOST_QUERIES: u32 = 1_000;

/// Copies that NATS keeps unless configured.
const REPLICAS: u32 = 3;

/// Bytes of kept sessions and retained messages in NATS unless configured.
const KEPT_BYTES: usize = 4 << 30;

impl Check<'_> {
    pub(super) fn cluster(&mut self, file: &File) -> Option<Cluster> {
        let cluster = file.cluster.as_ref()?;
        if !cfg!(feature = "cluster") {
            let message = "this program was built without clusters";
            let hint = "build it with the feature `cluster`, or remove `[cluster]`";
            self.mistake(file::CLUSTER, message, hint);
            return None;
        }
        self.shared_database(file);
        self.small_limit(file);
        let node = self.node(cluster);
        self.servers(cluster);
        let replicas = cluster.replicas.unwrap_or(REPLICAS);
        if !matches!(replicas, 1 | 3 | 5) {
            let message = format!("NATS cannot keep {replicas} copies safely");
            let hint = "use 3, or 5; 1 if there is one server of NATS only";
            self.mistake("cluster.replicas", message, hint);
        }
        let kept_bytes = cluster.kept_bytes.as_deref();
        let kept_bytes = self.bytes("cluster.kept_bytes", kept_bytes, KEPT_BYTES);
        let certificates = cluster.certificates.as_deref();
        Some(Cluster {
            node: node?,
            nats: cluster.nats.clone(),
            certificates: certificates.map(|path| self.path("cluster.certificates", path)),
            replicas: replicas as usize,
            kept_bytes,
        })
    }

    /// Checks that there is a database for all nodes.
    fn shared_database(&mut self, file: &File) {
        let url = file.store.as_ref().map(ExposeSecret::expose_secret);
        let is_shared = url
            .is_some_and(|url| url.starts_with("postgres://") || url.starts_with("postgresql://"));
        if !is_shared && !self.is_left_out("store") {
            let message = "nodes share a PostgreSQL database, and `store` is not the URL of one";
            let hint = "set `store = \"postgres://user:password@host:port/database\"`";
            self.mistake(file::CLUSTER, message, hint);
        }
    }

    /// Checks that nodes can count the calls of a minute together.
    fn small_limit(&mut self, file: &File) {
        let queries = file.limits.queries_per_minute;
        if queries.is_some_and(|queries| queries > MOST_QUERIES) {
            let message = format!("nodes count at most {MOST_QUERIES} calls per minute");
            let hint = "use a smaller number, or 0 for no limit";
            self.mistake("limits.queries_per_minute", message, hint);
        }
    }

    fn node(&mut self, cluster: &file::Cluster) -> Option<String> {
        let node = self.required(file::CLUSTER, "node", cluster.node.clone())?;
        #[cfg(feature = "cluster")]
        if let Err(error) = ClusterConfig::check_name(&node) {
            self.mistake_in("cluster.node", &error.to_string());
        }
        Some(node)
    }

    fn servers(&mut self, cluster: &file::Cluster) {
        if cluster.nats.is_empty() && !self.is_left_out("cluster.nats") {
            self.required(file::CLUSTER, "nats", None::<()>);
        }
        #[cfg(feature = "cluster")]
        for (index, url) in cluster.nats.iter().enumerate() {
            if let Err(error) = ClusterConfig::check_server(url.expose_secret()) {
                let key = self.item("cluster.nats", index);
                self.mistake_in(&key, &error.to_string());
            }
        }
    }

    /// Reports a mistake with the text of an error, whose remedy follows a colon.
    #[cfg(feature = "cluster")]
    fn mistake_in(&mut self, key: &str, error: &str) {
        let (message, hint) = error.split_once(": ").unwrap_or((error, "correct it"));
        self.mistake(key, message, hint);
    }
}
