//! Titles and units of charts in the reader's language; on the wire they are Chinese.

use ons_mqtt_console::english;
use pop_cli::output::Facts;

/// Variables that set the language of messages, the strongest first.
const LANGUAGE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// Translates the texts of a chart, unless the reader's language is Chinese.
pub(crate) fn translated(mut facts: Facts<'_>) -> Facts<'_> {
    let mut variables = LANGUAGE.iter().filter_map(|name| std::env::var(name).ok());
    let language = variables.find(|value| !value.is_empty());
    let is_chinese = language.is_some_and(|language| language.starts_with("zh"));
    if let (false, Some(chart)) = (is_chinese, &mut facts.chart) {
        chart.texts = chart.texts.iter().copied().map(english).collect();
    }
    facts
}
