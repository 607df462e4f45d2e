//! Pages of the Explorer, fetched with curl as a browser fetches them; shared by tests.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Somebody who has signed in.
pub(crate) struct Pages {
    /// Address of the API.
    api: String,
    /// Folder with the cookies.
    folder: TempDir,
}

impl Pages {
    /// Follows a link that signs in.
    pub(crate) fn sign_in(api: &str, link: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fetch(folder.path(), link, &[]);
        Self {
            api: api.to_owned(),
            folder,
        }
    }

    /// Sends the form of an action, and returns the page with its outcome.
    pub(crate) fn send(&self, action: &str, fields: &[(&str, &str)]) -> String {
        let url = format!("{}/console/explorer/{action}", self.api);
        let form = fetch(self.folder.path(), &url, &[]);
        let token = between(&form, "name=\"-token\" value=\"", "\"");
        let fields = [fields, &[("-token", token)]].concat();
        fetch(self.folder.path(), &url, &fields)
    }
}

/// Returns the code in a language.
pub(crate) fn snippet<'a>(page: &'a str, language: &str) -> &'a str {
    code_after(page, &format!("<summary>{language}</summary>"))
}

/// Returns the first code after a text.
pub(crate) fn code_after<'a>(page: &'a str, text: &str) -> &'a str {
    let (_, rest) = page.split_once(text).expect(text);
    between(rest, "<code>", "</code>")
}

/// Fetches a page with curl, which keeps cookies in a file of `folder`.
fn fetch(folder: &Path, url: &str, fields: &[(&str, &str)]) -> String {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--location"])
        .args(["--cookie", "cookies", "--cookie-jar", "cookies"])
        .current_dir(folder);
    for (name, value) in fields {
        curl.args(["--data-urlencode", &format!("{name}={value}")]);
    }
    let output = curl.arg(url).output().expect("curl runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let escapes = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    let unescape = |text: String, (escape, c): (&str, &str)| text.replace(escape, c);
    escapes.into_iter().fold(text, unescape)
}

/// Returns what is between two texts.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).expect(begin);
    rest.split_once(end).expect(end).0
}
