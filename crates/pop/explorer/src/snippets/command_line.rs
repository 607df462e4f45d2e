//! The call with the command line of the product.

use pop_docs::{Parameter, ValueKind};
use pop_rpc::Json;

use super::Call;
use super::literal::word;

impl Call<'_> {
    pub(super) fn command_line(&self) -> String {
        let (mut options, mut arguments) = (String::new(), String::new());
        for parameter in self.form.parameters {
            let words = self.words(parameter);
            match parameter.option {
                // An empty word keeps later arguments in their places.
                "" if words.is_empty() => arguments.push_str(" ''"),
                "" => arguments.extend(words.iter().flat_map(|text| [" ".to_owned(), word(text)])),
                option => {
                    for text in words {
                        options.extend([" ", &word(&format!("--{option}={text}"))]);
                    }
                }
            }
        }
        let end = if arguments.is_empty() { "" } else { " --" };
        format!(
            "{} {} {} --output={}{options}{end}{arguments}\n",
            self.forms.program,
            self.form.command.join(" "),
            word(&format!("--endpoint={}", self.endpoint)),
            self.format.as_str().to_ascii_lowercase(),
        )
    }

    /// Returns the value of a parameter as words: one per item of a list.
    fn words(&self, parameter: &Parameter) -> Vec<String> {
        let mut values = self.sent.values.iter();
        let value =
            values.find_map(|(other, value)| (other.name == parameter.name).then_some(value));
        match (parameter.kind, value) {
            (_, None) => Vec::new(),
            (ValueKind::List(item), Some(Json::Array(items))) => {
                items.iter().map(|value| text(item, value)).collect()
            }
            (kind, Some(value)) => vec![text(&kind, value)],
        }
    }
}

/// Returns a value as the command line reads it.
fn text(kind: &ValueKind, value: &Json) -> String {
    match value {
        Json::String(text) if !kind.has_parts() => text.clone(),
        value => value.to_string(),
    }
}
