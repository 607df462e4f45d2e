//! Messages of a topic that a person wants to see.

use ons_mqtt_models::{MsgType, Qos, QueryMsgTransTrendRequest, TpsType, TransType};
use pop_explorer::Guest;

use crate::range::Field;
use crate::texts::Texts;

/// Fields of the form; texts are those of the browser.
pub(crate) struct Filter {
    pub(crate) kind: String,
    pub(crate) direction: String,
    pub(crate) sub_topic: String,
    pub(crate) mode: String,
    pub(crate) qos: String,
    /// Kind of parts that are shown apart.
    pub(crate) parts: String,
}

/// Some of the messages, which are shown apart.
pub(crate) struct Part {
    /// Name in the language of the page; empty for all messages together.
    pub(crate) name: String,
    /// Name in a file.
    pub(crate) key: &'static str,
    mode: String,
    qos: String,
}

impl Filter {
    pub(crate) fn read(guest: &Guest) -> Self {
        let text = |name, default: &str| guest.parameter(name).unwrap_or(default).to_owned();
        Self {
            kind: text("kind", TpsType::Sum.as_str()),
            direction: text("direction", TransType::Pub.as_str()),
            sub_topic: text("sub", ""),
            mode: text("mode", ""),
            qos: text("qos", ""),
            parts: text("parts", ""),
        }
    }

    /// Returns `true` if values are numbers of messages, which add up.
    pub(crate) fn is_sum(&self) -> bool {
        self.kind == TpsType::Sum.as_str()
    }

    /// Returns the fields of a form with these values.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let fields = [
            ("kind", &self.kind),
            ("direction", &self.direction),
            ("sub", &self.sub_topic),
            ("mode", &self.mode),
            ("qos", &self.qos),
            ("parts", &self.parts),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name, value.clone())).collect()
    }

    /// Returns the parts that are shown apart; only one if all are shown together.
    pub(crate) fn parts(&self, t: &Texts) -> Vec<Part> {
        let part = |name: &str, key, mode: &str, qos: &str| Part {
            name: name.to_owned(),
            key,
            mode: mode.to_owned(),
            qos: qos.to_owned(),
        };
        let all = match &*self.parts {
            "qos" => [("QoS 0", "0"), ("QoS 1", "1"), ("QoS 2", "2")]
                .map(|(name, qos)| part(name, name, &self.mode, qos))
                .into(),
            "mode" => vec![
                part(t.by_subscription, "SUB", "SUB", &self.qos),
                part("P2P", "P2P", "P2P", &self.qos),
            ],
            _ => vec![part("", "value", &self.mode, &self.qos)],
        };
        // A filter of the same kind leaves one part.
        let is_chosen = |part: &Part| {
            (self.qos.is_empty() || part.qos == self.qos)
                && (self.mode.is_empty() || part.mode == self.mode)
        };
        all.into_iter().filter(is_chosen).collect()
    }

    /// Returns the request for a part in a period.
    pub(crate) fn request(
        &self,
        part: &Part,
        instance_id: &str,
        topic: &str,
        period: (i64, i64),
    ) -> QueryMsgTransTrendRequest {
        let (kind, direction) = (
            TpsType::from(&*self.kind),
            TransType::from(&*self.direction),
        );
        let mut request =
            QueryMsgTransTrendRequest::new(period.0, period.1, topic, kind, direction);
        request.instance_id = Some(instance_id.to_owned());
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        request.sub_topic = given(&self.sub_topic);
        request.msg_type = given(&part.mode).map(|mode| MsgType::from(&*mode));
        request.qos = part.qos.parse::<i32>().ok().map(Qos::from);
        request
    }
}
