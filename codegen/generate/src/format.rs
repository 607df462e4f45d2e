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
    const STARTS: [&str; 4] = ["    ///", "    fn ", "    pub fn ", "    type "];
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
