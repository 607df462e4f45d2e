//! Pages of the Explorer, fetched as a browser fetches them.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::example::Example;
use crate::support::service::Service;

/// A service and somebody who has signed in.
pub(crate) struct Visit {
    pub(crate) service: Service,
    folder: TempDir,
}

impl Visit {
    pub(crate) fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let service = Service::start(folder.path());
        fetch(folder.path(), service.after("Web"), &[]);
        Self { service, folder }
    }

    /// Returns the address of the API.
    pub(crate) fn address(&self) -> &str {
        self.service.after("API")
    }

    /// Returns the code that the Explorer shows for a call in a language.
    pub(crate) fn snippet(&self, example: &Example, language: &str) -> String {
        let url = format!("{}/console/explorer/{}", self.address(), example.action);
        let form = fetch(self.folder.path(), &url, &[]);
        let token = between(&form, "name=\"-token\" value=\"", "\"");
        let fields = example.fields.iter();
        let mut fields: Vec<(&str, &str)> =
            fields.map(|(name, value)| (&**name, &**value)).collect();
        fields.extend([("InstanceId", "post-cn-local"), ("-token", token)]);
        fields.extend([("-format", &*example.format), ("-show", "1")]);
        let page = fetch(self.folder.path(), &url, &fields);
        assert!(!page.contains(&self.service.secret), "{page}");
        let panel = between(&page, &format!("<summary>{language}</summary>"), "</code>");
        let (_, code) = panel.split_once("<code>").expect("code");
        code.to_owned()
    }

    pub(crate) fn end(self) {
        assert_eq!(self.service.stop().code, Some(0));
    }
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
