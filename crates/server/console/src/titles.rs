//! Titles and units of charts in English; on the wire they are Chinese.

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

/// Returns the English of a title or unit; other texts stay as they are.
pub fn english(text: &str) -> &str {
    let known = TEXTS.iter().find(|(chinese, _)| *chinese == text);
    known.map_or(text, |(_, english)| english)
}
