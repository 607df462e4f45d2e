//! Titles and units of charts in the reader's language; on the wire they are Chinese.

use pop_cli::output::Facts;

/// Texts of the service, each with its English.
const TEXTS: [(&str, &str); 9] = [
    ("客户端连接数", "Devices online"),
    ("消息生产TPS", "Messages sent per second"),
    ("消息生产总量", "Messages sent"),
    ("消息消费TPS", "Messages received per second"),
    ("消息消费总量", "Messages received"),
    ("时间", "time"),
    ("数量", "devices"),
    ("条/秒", "messages/s"),
    ("条", "messages"),
];

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

/// Returns the English of a text; other texts stay as they are.
fn english(text: &str) -> &str {
    let known = TEXTS.iter().find(|(chinese, _)| *chinese == text);
    known.map_or(text, |(_, english)| english)
}
