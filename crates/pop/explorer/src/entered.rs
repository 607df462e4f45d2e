//! Entries of a person in the form of an action, and the parameters that they become.

use pop_docs::{Form, Forms, Parameter, Style};
use pop_rpc::parameter::list_key;
use pop_rpc::{Format, Json, ParameterSink};

use crate::form::Fields;
use crate::value::{Misfit, read};

/// Field of the form that chooses the format of the answer; no parameter can have this name.
pub(crate) const FORMAT: &str = "-format";

/// Entries of a person.
pub(crate) struct Entered {
    /// Texts in the order of the form; an empty one is not sent.
    pub(crate) texts: Vec<String>,
    pub(crate) format: Format,
}

/// The action's own parameters.
pub(crate) struct Sent {
    /// Values in the order of the form.
    pub(crate) values: Vec<(&'static Parameter, Json)>,
    /// Names and values of the query.
    pub(crate) query: Vec<(String, String)>,
    /// Names and values of the form body.
    pub(crate) body: Vec<(String, String)>,
}

impl Entered {
    pub(crate) fn read(form: &Form, fields: &Fields) -> Self {
        let text =
            |parameter: &Parameter| fields.get(parameter.name).unwrap_or_default().to_owned();
        Self {
            texts: form.parameters.iter().map(text).collect(),
            format: Format::from_wire(fields.get(FORMAT)).unwrap_or_default(),
        }
    }

    /// Returns the parameters that are sent, or the parameter whose text does not fit, with the part at fault.
    pub(crate) fn sent(
        &self,
        forms: &Forms,
        form: &'static Form,
    ) -> Result<Sent, (&'static Parameter, Misfit)> {
        let mut sent = Sent {
            values: Vec::new(),
            query: Vec::new(),
            body: Vec::new(),
        };
        let entered = form.parameters.iter().zip(&self.texts);
        for (parameter, text) in entered.filter(|(_, text)| !text.trim().is_empty()) {
            let value = read(forms, parameter.name, &parameter.kind, text);
            let value = value.map_err(|misfit| (parameter, misfit))?;
            let mut pairs = Pairs(match parameter.is_in_form {
                true => &mut sent.body,
                false => &mut sent.query,
            });
            write(parameter, &value, &mut pairs);
            sent.values.push((parameter, value));
        }
        Ok(sent)
    }
}

/// Writes a value in the style of its parameter.
fn write(parameter: &Parameter, value: &Json, sink: &mut dyn ParameterSink) {
    match (parameter.style, value) {
        (Style::Json, value) => sink.json(parameter.name, value),
        (Style::Commas, Json::Array(items)) => sink.simple(parameter.name, items),
        (_, Json::Array(_)) => sink.flat(list_key(parameter.name), value),
        (_, value) => sink.flat(parameter.name, value),
    }
}

/// Keeps parameters in their order.
struct Pairs<'a>(&'a mut Vec<(String, String)>);

impl ParameterSink for Pairs<'_> {
    fn parameter(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }
}
