//! Checks the instances of a configuration.

use ons_mqtt_models::Region;

use crate::config::check::{Check, is_name, name_rule};
use crate::config::file;
use crate::config::mistake::did_you_mean;
use crate::config::settings::{Edition, Instance, Tls};

impl Check<'_> {
    pub(super) fn instances(
        &mut self,
        instances: &[file::Instance],
        keys: &[file::AccessKey],
    ) -> Vec<Instance> {
        if instances.is_empty() && !self.is_left_out(file::INSTANCE) {
            let hint = "add `[[instance]]` with `id`, `region` and `mqtt_listen`";
            self.mistake("", "no instance is configured", hint);
        }
        let mut checked: Vec<Instance> = Vec::new();
        for (index, instance) in instances.iter().enumerate() {
            let table = format!("{}.{index}", file::INSTANCE);
            let Some(instance) = self.instance(&table, instance, keys) else {
                continue;
            };
            if checked.iter().any(|other| other.id == instance.id) {
                let message = format!("the instance ID `{}` is used twice", instance.id);
                self.mistake(
                    &format!("{table}.id"),
                    message,
                    "rename or remove one of them",
                );
            }
            self.common_topics(&table, &instance, &checked);
            checked.push(instance);
        }
        checked
    }

    fn instance(
        &mut self,
        table: &str,
        instance: &file::Instance,
        keys: &[file::AccessKey],
    ) -> Option<Instance> {
        let id = self.name(table, "id", instance.id.as_deref());
        let region = self.region(table, instance.region.as_deref());
        let edition = self.edition(table, instance.edition.as_deref());
        let mqtt_listen = self.required(table, "mqtt_listen", instance.mqtt_listen.as_deref());
        let mqtt_listen =
            mqtt_listen.and_then(|text| self.address(&format!("{table}.mqtt_listen"), text));
        let websocket_listen = instance.websocket_listen.as_deref();
        let websocket_listen = websocket_listen
            .and_then(|text| self.address(&format!("{table}.websocket_listen"), text));
        let tls = instance.tls.as_ref();
        let tls = tls.and_then(|tls| self.tls(&format!("{table}.tls"), tls));
        for (index, topic) in instance.topics.iter().enumerate() {
            self.topic(&format!("{table}.topics"), index, topic);
        }
        let owner = self.owner(table, instance.owner.as_deref(), keys);
        let notify = self.notify(table, &instance.notify, &instance.topics);
        Some(Instance {
            id: id?,
            region: region?,
            edition: edition?,
            independent_naming: instance.independent_naming.unwrap_or(true),
            mqtt_listen: mqtt_listen?,
            websocket_listen,
            tls,
            topics: instance.topics.clone(),
            owner: owner?,
            notify,
        })
    }

    fn region(&mut self, table: &str, id: Option<&str>) -> Option<&'static Region> {
        let id = self.required(table, "region", id)?;
        let region = Region::find(id);
        if region.is_none() {
            let known: Vec<&str> = Region::ALL.iter().map(|region| region.id).collect();
            let hint = did_you_mean(id, &known);
            let message = format!("unknown region `{id}`");
            self.mistake(&format!("{table}.region"), message, hint);
        }
        region
    }

    fn edition(&mut self, table: &str, name: Option<&str>) -> Option<Edition> {
        let Some(name) = name else {
            return Some(Edition::default());
        };
        let edition = Edition::ALL.iter().find(|edition| edition.name() == name);
        if edition.is_none() {
            let hint = did_you_mean(name, &Edition::ALL.map(Edition::name));
            let message = format!("unknown edition `{name}`");
            self.mistake(&format!("{table}.edition"), message, hint);
        }
        edition.copied()
    }

    fn tls(&mut self, table: &str, tls: &file::Tls) -> Option<Tls> {
        let listen = self.required(table, "listen", tls.listen.as_deref());
        let listen = listen.and_then(|text| self.address(&format!("{table}.listen"), text));
        let websocket_listen = tls.websocket_listen.as_deref();
        let websocket_listen = websocket_listen
            .and_then(|text| self.address(&format!("{table}.websocket_listen"), text));
        let files = self.certificate(table, tls.certificate.as_deref(), tls.key.as_deref());
        let (listen, files) = (listen?, files?);
        Some(Tls {
            listen,
            websocket_listen,
            certificate: files.certificate,
            key: files.key,
        })
    }

    /// Returns the owner of an instance: the first access key unless another one is named.
    fn owner(
        &mut self,
        table: &str,
        owner: Option<&str>,
        keys: &[file::AccessKey],
    ) -> Option<String> {
        let known: Vec<&str> = keys.iter().filter_map(|key| key.id.as_deref()).collect();
        let Some(owner) = owner else {
            return known.first().map(|id| (*id).to_owned());
        };
        let all_are_known = !self.is_left_out(file::ACCESS_KEY);
        if !known.contains(&owner) && all_are_known {
            let hint = did_you_mean(owner, &known);
            let message = format!("the owner `{owner}` is not the ID of an access key");
            self.mistake(&format!("{table}.owner"), message, hint);
        }
        Some(owner.to_owned())
    }

    fn topic(&mut self, list: &str, index: usize, topic: &str) {
        if !is_name(topic) {
            let key = self.item(list, index);
            let message = format!("`{topic}` is not a valid parent topic");
            self.mistake(&key, message, name_rule());
        }
    }

    /// Checks that instances without independent naming share no topic names, as with groups.
    fn common_topics(&mut self, table: &str, instance: &Instance, others: &[Instance]) {
        for topic in &instance.topics {
            let common = |other: &&Instance| {
                !other.independent_naming
                    && !instance.independent_naming
                    && other.topics.contains(topic)
            };
            if let Some(other) = others.iter().find(common) {
                let message = format!("the instance `{}` also has the topic `{topic}`", other.id);
                let hint =
                    "rename the topic, or set `independent_naming = true` in one of the instances";
                self.mistake(&format!("{table}.topics"), message, hint);
            }
        }
    }
}
