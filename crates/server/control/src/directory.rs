//! Instances, access keys, topics and groups, kept in memory because they are needed all the time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ons_mqtt_broker as broker;
use ons_mqtt_store::Group;
use parking_lot::RwLock;
use pop_gateway::SecretString;

use crate::config::{AccessKey, Config, Instance, Receiver};

/// Namespace of the groups of all instances without independent naming.
const COMMON_NAMESPACE: &str = "";

/// The configured instances and access keys, and the existing groups.
pub(crate) struct Directory {
    configured: RwLock<Configured>,
    /// Groups by namespace and group ID.
    groups: RwLock<Groups>,
}

type Groups = HashMap<String, HashMap<String, Group>>;

/// Returns groups by namespace and group ID.
fn by_namespace(groups: Vec<Group>) -> Groups {
    let mut namespaces = Groups::new();
    for group in groups {
        insert(&mut namespaces, group);
    }
    namespaces
}

fn insert(namespaces: &mut Groups, group: Group) {
    let groups = namespaces.entry(group.namespace.clone()).or_default();
    groups.insert(group.group_id.clone(), group);
}

/// Part of the directory that the configuration decides.
struct Configured {
    access_keys: Vec<AccessKey>,
    instances: Vec<Arc<Instance>>,
}

impl Configured {
    fn of(config: &Config) -> Self {
        Self {
            access_keys: config.access_keys.clone(),
            instances: config.instances.iter().cloned().map(Arc::new).collect(),
        }
    }
}

impl Directory {
    pub(crate) fn new(config: &Config, groups: Vec<Group>) -> Self {
        Self {
            configured: RwLock::new(Configured::of(config)),
            groups: RwLock::new(by_namespace(groups)),
        }
    }

    /// Takes instances and access keys from another configuration. Groups stay, even those of
    /// instances that are gone.
    pub(crate) fn configure(&self, config: &Config) {
        *self.configured.write() = Configured::of(config);
    }

    /// Returns all instances, in the order of the configuration.
    pub(crate) fn instances(&self) -> Vec<Arc<Instance>> {
        self.configured.read().instances.clone()
    }

    /// Returns the instance with this ID.
    pub(crate) fn instance(&self, instance_id: &str) -> Option<Arc<Instance>> {
        let configured = self.configured.read();
        let mut instances = configured.instances.iter();
        instances
            .find(|instance| instance.id == instance_id)
            .map(Arc::clone)
    }

    pub(crate) fn insert(&self, group: Group) {
        insert(&mut self.groups.write(), group);
    }

    /// Replaces all groups, and returns those that are gone.
    pub(crate) fn replace_groups(&self, groups: Vec<Group>) -> Vec<Group> {
        let namespaces = by_namespace(groups);
        let has = |group: &Group| {
            let groups = namespaces.get(&group.namespace);
            groups.is_some_and(|groups| groups.contains_key(&group.group_id))
        };
        let mut current = self.groups.write();
        let gone = current.values().flat_map(HashMap::values);
        let gone = gone.filter(|group| !has(group)).cloned().collect();
        *current = namespaces;
        gone
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
        let instances = self.instances();
        let owned: HashSet<&str> = instances
            .iter()
            .filter(|instance| instance.owner == access_key_id)
            .map(|instance| instance.id.as_str())
            .collect();
        let namespaces = self.groups.read();
        let groups = namespaces.values().flat_map(HashMap::values);
        groups
            .filter(|group| owned.contains(group.instance_id.as_str()))
            .count()
    }

    /// Returns how many groups an instance has.
    pub(crate) fn count_groups(&self, instance: &Instance) -> usize {
        let namespaces = self.groups.read();
        let groups = namespaces.get(namespace(instance)).into_iter();
        let groups = groups.flat_map(HashMap::values);
        groups
            .filter(|group| group.instance_id == instance.id)
            .count()
    }

    /// Returns the groups of an instance, sorted by ID.
    pub(crate) fn groups_of(&self, instance: &Instance) -> Vec<Group> {
        self.first_groups(instance, usize::MAX, |_| ())
    }

    /// Returns the groups of an instance with the smallest keys, then by ID; at most `most`.
    pub(crate) fn first_groups<K: Ord>(
        &self,
        instance: &Instance,
        most: usize,
        key: impl Fn(&Group) -> K,
    ) -> Vec<Group> {
        let namespaces = self.groups.read();
        let groups = namespaces.get(namespace(instance)).into_iter();
        let groups = groups.flat_map(HashMap::values);
        let groups = groups.filter(|group| group.instance_id == instance.id);
        let mut groups: Vec<_> = groups.map(|group| (key(group), group)).collect();
        groups.sort_unstable_by(|(one_key, one), (other_key, other)| {
            (one_key, &one.group_id).cmp(&(other_key, &other.group_id))
        });
        let first = groups.into_iter().take(most);
        first.map(|(_, group)| group.clone()).collect()
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
    directory: Arc<Directory>,
    /// Copied from the directory, because every message asks for its topic.
    instance: RwLock<Arc<Instance>>,
}

impl InstanceDirectory {
    pub(crate) fn new(directory: &Arc<Directory>, instance: &Instance) -> Self {
        Self {
            directory: Arc::clone(directory),
            instance: RwLock::new(Arc::new(instance.clone())),
        }
    }

    /// Takes over what the directory says about the instance.
    pub(crate) fn update(&self, directory: &Directory) {
        let mut instance = self.instance.write();
        if let Some(configured) = directory.instance(&instance.id) {
            *instance = configured;
        }
    }
}

impl broker::Directory for InstanceDirectory {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        if self.instance.read().owner != access_key_id {
            return None;
        }
        let configured = self.directory.configured.read();
        let mut keys = configured.access_keys.iter();
        let key = keys.find(|key| key.id == access_key_id)?;
        Some(key.secret.clone())
    }

    fn has_group(&self, group_id: &str) -> bool {
        let instance = Arc::clone(&self.instance.read());
        let namespaces = self.directory.groups.read();
        let groups = namespaces.get(namespace(&instance));
        groups
            .and_then(|groups| groups.get(group_id))
            .is_some_and(|group| group.instance_id == instance.id)
    }

    fn has_topic(&self, parent_topic: &str) -> bool {
        let instance = self.instance.read();
        instance.topics.iter().any(|topic| topic == parent_topic)
    }

    fn may_read(&self, parent_topic: &str, group_id: &str) -> bool {
        let instance = self.instance.read();
        let mut notify = instance.notify.iter();
        notify.any(|notify| match &notify.receiver {
            Receiver::Topic(topic) => {
                topic.name == parent_topic && topic.readers.iter().any(|reader| reader == group_id)
            }
            Receiver::Webhook(_) => false,
        })
    }
}
