//! Instances, access keys, topics and groups, kept in memory because they are needed all the time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ons_mqtt_broker as broker;
use ons_mqtt_store::Group;
use parking_lot::RwLock;
use pop_gateway::SecretString;

use crate::config::{AccessKey, Config, Instance};

/// Namespace of the groups of all instances without independent naming.
const COMMON_NAMESPACE: &str = "";

/// The configured instances and access keys, and the existing groups.
pub(crate) struct Directory {
    access_keys: Vec<AccessKey>,
    instances: Vec<Arc<Instance>>,
    /// Groups by namespace and group ID.
    groups: RwLock<HashMap<String, HashMap<String, Group>>>,
}

impl Directory {
    pub(crate) fn new(config: &Config, groups: Vec<Group>) -> Self {
        let directory = Self {
            access_keys: config.access_keys.clone(),
            instances: config.instances.iter().cloned().map(Arc::new).collect(),
            groups: RwLock::default(),
        };
        for group in groups {
            directory.insert(group);
        }
        directory
    }

    /// Iterates over all instances, in the order of the configuration.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &Arc<Instance>> {
        self.instances.iter()
    }

    /// Returns the instance with this ID.
    pub(crate) fn instance(&self, instance_id: &str) -> Option<&Arc<Instance>> {
        self.instances().find(|instance| instance.id == instance_id)
    }

    pub(crate) fn insert(&self, group: Group) {
        let mut namespaces = self.groups.write();
        let groups = namespaces.entry(group.namespace.clone()).or_default();
        groups.insert(group.group_id.clone(), group);
    }

    pub(crate) fn remove(&self, namespace: &str, group_id: &str) {
        if let Some(groups) = self.groups.write().get_mut(namespace) {
            groups.remove(group_id);
        }
    }

    pub(crate) fn group(&self, namespace: &str, group_id: &str) -> Option<Group> {
        let namespaces = self.groups.read();
        namespaces.get(namespace)?.get(group_id).cloned()
    }

    /// Returns how many groups the instances of an access key have.
    pub(crate) fn groups_of_owner(&self, access_key_id: &str) -> usize {
        let owned: HashSet<&str> = self
            .instances()
            .filter(|instance| instance.owner == access_key_id)
            .map(|instance| instance.id.as_str())
            .collect();
        let namespaces = self.groups.read();
        let groups = namespaces.values().flat_map(HashMap::values);
        groups
            .filter(|group| owned.contains(group.instance_id.as_str()))
            .count()
    }

    /// Returns the groups of an instance, sorted by ID.
    pub(crate) fn groups_of(&self, instance: &Instance) -> Vec<Group> {
        let namespaces = self.groups.read();
        let groups = namespaces.get(namespace(instance)).into_iter();
        let mut groups: Vec<Group> = groups
            .flat_map(HashMap::values)
            .filter(|group| group.instance_id == instance.id)
            .cloned()
            .collect();
        groups.sort_by(|a, b| a.group_id.cmp(&b.group_id));
        groups
    }
}

/// Returns the namespace in which the groups of an instance must have unique names.
pub(crate) fn namespace(instance: &Instance) -> &str {
    if instance.independent_naming {
        &instance.id
    } else {
        COMMON_NAMESPACE
    }
}

/// The part of the directory that concerns one instance, for its broker.
pub(crate) struct InstanceDirectory {
    pub(crate) directory: Arc<Directory>,
    pub(crate) instance: Arc<Instance>,
}

impl broker::Directory for InstanceDirectory {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        let mut keys = self.directory.access_keys.iter();
        let key = keys.find(|key| key.id == access_key_id && key.id == self.instance.owner)?;
        Some(key.secret.clone())
    }

    fn has_group(&self, group_id: &str) -> bool {
        let namespaces = self.directory.groups.read();
        let groups = namespaces.get(namespace(&self.instance));
        groups
            .and_then(|groups| groups.get(group_id))
            .is_some_and(|group| group.instance_id == self.instance.id)
    }

    fn has_topic(&self, parent_topic: &str) -> bool {
        self.instance
            .topics
            .iter()
            .any(|topic| topic == parent_topic)
    }
}
