//! JSON formatted as a person would write it.

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::spec::Spec;

/// Maximum line width in columns, unless a line cannot be broken.
const WIDTH: usize = 120;

/// Formats a spec as the text of its file.
///
/// # Errors
///
/// Returns the error of the serializer, which does not occur for a spec read from a file.
pub fn spec(spec: &Spec) -> Result<String, serde_json::Error> {
    let value = serde_json::to_value(spec)?;
    let mut out = String::new();
    write(&value, 0, 0, &mut out)?;
    out.push('\n');
    Ok(out)
}

/// Appends a value that begins at `column`. If it is broken, its closing bracket is indented by
/// `indentation`.
fn write(
    value: &Value,
    indentation: usize,
    column: usize,
    out: &mut String,
) -> Result<(), serde_json::Error> {
    let start = out.len();
    if one_line(value, WIDTH.saturating_sub(column + 1), out)? {
        return Ok(());
    }
    out.truncate(start);
    let inner = indentation + 2;
    let open = |out: &mut String, index: usize| {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(inner));
    };
    let close = match value {
        Value::Object(object) => {
            out.push('{');
            for (index, (key, value)) in object.iter().enumerate() {
                open(out, index);
                let key = serde_json::to_string(key)? + ": ";
                out.push_str(&key);
                write(value, inner, inner + key.width(), out)?;
            }
            '}'
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                open(out, index);
                write(item, inner, inner, out)?;
            }
            ']'
        }
        _ => return Ok(()),
    };
    out.push('\n');
    out.push_str(&" ".repeat(indentation));
    out.push(close);
    Ok(())
}

/// Appends a value on one line. Returns `false` if the value needs more than `room` columns but can
/// be broken.
fn one_line(value: &Value, room: usize, out: &mut String) -> Result<bool, serde_json::Error> {
    let can_break = match value {
        Value::Object(object) => !object.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    let start = out.len();
    let mut line = Line {
        bytes: Vec::new(),
        room: can_break.then_some(room),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut line, Spaced);
    let fits = value.serialize(&mut serializer).is_ok();
    let text = String::from_utf8_lossy(&line.bytes);
    out.push_str(&text);
    Ok(!can_break || fits && out[start..].width() <= room)
}

/// A writer that fails once a line is too long, so that large values are not written in vain at
/// every level.
struct Line {
    bytes: Vec<u8>,
    /// Columns left; `None` if the value cannot be broken.
    room: Option<usize>,
}

impl std::io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // A character has at most three bytes per column.
        if self.room.is_some_and(|room| self.bytes.len() > 3 * room) {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A formatter that puts a space after commas and colons.
struct Spaced;

impl serde_json::ser::Formatter for Spaced {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}
