//! Layout of rendered text: Rust by prettyplease, and blank lines.

/// Removes blank lines at the beginning and end of a text, and joins successive ones.
pub(crate) fn single_blank_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_blank = false;
    for line in text.lines() {
        if line.is_empty() {
            is_blank = true;
            continue;
        }
        if std::mem::take(&mut is_blank) && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Formats Rust as a person would: prettyplease, with blank lines between items.
pub(crate) fn rust(text: &str) -> syn::Result<String> {
    // Most of the text is documentation, which keeps its form and takes long to parse.
    let docs = Docs::of(text);
    Ok(docs.restore(&code(&docs.code)?))
}

fn code(text: &str) -> syn::Result<String> {
    let mut file = syn::parse_file(text)?;
    let items = std::mem::take(&mut file.items);
    let mut out = prettyplease::unparse(&file);
    file.attrs.clear();
    let mut previous = None;
    for item in items {
        let group = ItemGroup::of(&item);
        let joined = previous == Some(group) && group.stays_together();
        if !out.is_empty() && !joined {
            out.push('\n');
        }
        previous = Some(group);
        file.items = vec![item];
        let code = prettyplease::unparse(&file);
        match group {
            ItemGroup::Members => push_members(&mut out, &code),
            _ => out.push_str(&code),
        }
    }
    Ok(out)
}

/// Code whose documentation is replaced by numbers: one line, `///0`, for successive lines.
struct Docs<'a> {
    code: String,
    /// Lines of documentation for each number, without indentation.
    lines: Vec<Vec<&'a str>>,
}

impl<'a> Docs<'a> {
    fn of(text: &'a str) -> Self {
        let mut docs = Self {
            code: String::with_capacity(text.len() / 2),
            lines: Vec::new(),
        };
        let mut previous = None;
        for line in text.lines() {
            let place = Self::place(line);
            let is_next = place.is_some() && place == previous;
            previous = place;
            let Some((indentation, mark)) = place else {
                docs.code.extend([line, "\n"]);
                continue;
            };
            let text = line[indentation.len()..].trim_end();
            match docs.lines.last_mut() {
                Some(lines) if is_next => lines.push(text),
                _ => {
                    let number = docs.lines.len().to_string();
                    docs.code.extend([indentation, mark, &number, "\n"]);
                    docs.lines.push(vec![text]);
                }
            }
        }
        docs
    }

    /// Returns the indentation and the mark of a line of documentation.
    fn place(line: &str) -> Option<(&str, &'static str)> {
        let text = line.trim_start();
        let mark = ["///", "//!"]
            .into_iter()
            .find(|mark| text.starts_with(mark))?;
        Some((&line[..line.len() - text.len()], mark))
    }

    /// Puts the documentation back, as far to the right as its number is now.
    fn restore(&self, code: &str) -> String {
        let mut out = String::with_capacity(code.len() * 2);
        for line in code.lines() {
            let place = Self::place(line);
            let number = place.map(|(indentation, mark)| &line[indentation.len() + mark.len()..]);
            let lines = number.and_then(|number| self.lines.get(number.parse::<usize>().ok()?));
            match (place, lines) {
                (Some((indentation, _)), Some(lines)) => {
                    for text in lines {
                        out.extend([indentation, text, "\n"]);
                    }
                }
                _ => out.extend([line, "\n"]),
            }
        }
        out
    }
}

/// Group of items; a blank line separates each from the next.
#[derive(Clone, Copy, Eq, PartialEq)]
enum ItemGroup {
    Use,
    PublicUse,
    Module,
    Static,
    Macro,
    /// A trait or an implementation, whose members are also separated by blank lines.
    Members,
    Other,
}

impl ItemGroup {
    fn of(item: &syn::Item) -> Self {
        match item {
            syn::Item::Use(item) if matches!(item.vis, syn::Visibility::Public(_)) => {
                Self::PublicUse
            }
            syn::Item::Use(_) => Self::Use,
            syn::Item::Mod(item) if item.content.is_none() => Self::Module,
            syn::Item::Static(_) => Self::Static,
            syn::Item::Macro(_) => Self::Macro,
            syn::Item::Impl(_) | syn::Item::Trait(_) => Self::Members,
            _ => Self::Other,
        }
    }

    fn stays_together(self) -> bool {
        !matches!(self, Self::Members | Self::Other)
    }
}

/// Appends a trait or an implementation with a blank line before each documented member and each
/// function.
fn push_members(out: &mut String, code: &str) {
    const STARTS: [&str; 6] = [
        "    ///",
        "    fn ",
        "    async fn ",
        "    pub fn ",
        "    pub async fn ",
        "    type ",
    ];
    let mut ended = false;
    for line in code.lines() {
        if ended && STARTS.iter().any(|start| line.starts_with(start)) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        ended = line == "    }" || line.ends_with(';');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_keeps_its_lines_and_follows_the_indentation_of_its_item() {
        let text = "//! Title.\n//!\n//! - `a`  \nmod m {\n/// First.\n///\n///   Second: `///0`.\npub fn f() {}\n}\n";
        let formatted = "//! Title.\n//!\n//! - `a`\n\nmod m {\n    /// First.\n    ///\n    ///   Second: `///0`.\n    pub fn f() {}\n}\n";
        assert_eq!(rust(text).unwrap(), formatted);
    }

    #[test]
    fn text_that_looks_like_documentation_stays_in_its_literal() {
        let literal = "/// a\n   /// b\n\n//! c";
        let text = format!("/// Doc.\nconst TEXT: &str = r#\"\n{literal}\n\"#;\n");
        assert_eq!(rust(&text).unwrap(), text);
    }
}
