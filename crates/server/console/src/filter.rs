//! Messages of a topic that a person wants to see.

use ons_mqtt_models::{MsgType, Qos, QueryMsgTransTrendRequest, TpsType, TransType};
use pop_explorer::Guest;

use crate::range::Field;
use crate::status::Split;
use crate::texts::Texts;
use crate::unit::Measure;

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
    pub(crate) key: String,
    mode: String,
    qos: String,
}

/// Choices of the form: the name of each field, its label, and its values.
pub(crate) struct Choices {
    pub(crate) lists: Vec<(&'static str, &'static str, Vec<Choice>)>,
}

/// A value that a person can choose.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) is_chosen: bool,
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

    /// Returns what a value says of its interval.
    pub(crate) fn measure(&self) -> Measure {
        if self.is_sum() {
            Measure::Sum
        } else {
            Measure::Mean
        }
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
        let part = |name: String, key: &str, mode: &str, qos: &str| Part {
            name,
            key: key.to_owned(),
            mode: mode.to_owned(),
            qos: qos.to_owned(),
        };
        let by_qos = |qos: &Qos| {
            let name = qos_name(qos);
            part(name.clone(), &name, &self.mode, &qos.to_string())
        };
        let by_mode = |mode: &MsgType| {
            let (name, mode) = (mode_name(mode, t), mode.to_string());
            part(name, &mode, &mode, &self.qos)
        };
        let all: Vec<Part> = match self.parts.as_str() {
            "qos" => Qos::KNOWN.iter().map(by_qos).collect(),
            "mode" => MsgType::KNOWN.iter().map(by_mode).collect(),
            _ => vec![part(String::new(), "value", &self.mode, &self.qos)],
        };
        // A filter of the same kind leaves one part.
        let is_chosen = |part: &Part| {
            (self.qos.is_empty() || part.qos == self.qos)
                && (self.mode.is_empty() || part.mode == self.mode)
        };
        all.into_iter().filter(is_chosen).collect()
    }

    /// Returns all parts as one, and how to split it into them again.
    pub(crate) fn together(&self, parts: &[Part]) -> (Part, Split) {
        let all = |mode: &str, qos: &str| Part {
            name: String::new(),
            key: String::new(),
            mode: mode.to_owned(),
            qos: qos.to_owned(),
        };
        match (parts, self.parts.as_str()) {
            ([one], _) => (all(&one.mode, &one.qos), Split::None),
            (_, "qos") => (all(&self.mode, ""), Split::Qos),
            (_, "mode") => (all("", &self.qos), Split::Mode),
            _ => (all(&self.mode, &self.qos), Split::None),
        }
    }

    /// Returns the choices of the form.
    pub(crate) fn choices(&self, t: &'static Texts) -> Choices {
        let all = || Choice {
            value: String::new(),
            name: t.all.to_owned(),
            is_chosen: false,
        };
        let optional = |mut choices: Vec<Choice>| {
            choices.insert(0, all());
            choices
        };
        let modes = choices(MsgType::KNOWN, &self.mode, |mode| mode_name(mode, t));
        let kinds = choices(TpsType::KNOWN, &self.kind, |kind| match kind {
            TpsType::Sum => t.sums.to_owned(),
            TpsType::Tps => t.rates.to_owned(),
            other => other.to_string(),
        });
        let directions = choices(
            TransType::KNOWN,
            &self.direction,
            |direction| match direction {
                TransType::Pub => t.published.to_owned(),
                TransType::Sub => t.delivered.to_owned(),
                other => other.to_string(),
            },
        );
        let qos = choices(Qos::KNOWN, &self.qos, Qos::to_string);
        Choices {
            lists: vec![
                ("kind", t.value, kinds),
                ("direction", t.direction, directions),
                ("mode", t.mode, optional(modes)),
                ("qos", "QoS", optional(qos)),
            ],
        }
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

/// Returns the known values of an enum, with names.
fn choices<T: ToString>(known: &[T], chosen: &str, name: impl Fn(&T) -> String) -> Vec<Choice> {
    let choice = |value: &T| Choice {
        name: name(value),
        value: value.to_string(),
        is_chosen: value.to_string() == chosen,
    };
    known.iter().map(choice).collect()
}

fn qos_name(qos: &Qos) -> String {
    format!("QoS {qos}")
}

fn mode_name(mode: &MsgType, t: &Texts) -> String {
    match mode {
        MsgType::PublishSubscribe => t.by_subscription.to_owned(),
        other => other.to_string(),
    }
}
