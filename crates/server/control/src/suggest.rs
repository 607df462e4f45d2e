//! Values that the API Explorer suggests: what the access key of its user owns.

use std::sync::Arc;

use pop_explorer::Suggest;

use crate::config::Instance;
use crate::directory::Directory;

/// Largest number of groups that are suggested.
const GROUPS: usize = 100;

/// Returns the suggestions for parameters that name an instance, a group or a parent topic.
pub(crate) fn suggest(directory: Arc<Directory>) -> Suggest {
    Arc::new(move |access_key_id, parameter| {
        let mut instances = directory.instances();
        instances.retain(|instance| instance.owner == access_key_id);
        let instances = instances.iter();
        match parameter {
            "InstanceId" => instances.map(|instance| instance.id.clone()).collect(),
            "ParentTopic" | "Topic" => instances
                .flat_map(|instance| instance.topics.iter().cloned())
                .collect(),
            "GroupId" => {
                let groups = |instance: &Arc<Instance>| directory.groups_of(instance);
                let groups = instances.flat_map(groups).take(GROUPS);
                groups.map(|group| group.group_id).collect()
            }
            _ => Vec::new(),
        }
    })
}
