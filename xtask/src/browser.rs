//! `cargo xtask browser`: tests the web pages in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use crate::error::Error;
use crate::folders::root;
use crate::prepare;
use crate::program::finish;
use crate::service::{INSTANCE, KEY_ID, SECRET, Service, Settings};

/// Folder of the scripts.
const SCRIPTS: &str = "tests/browser";

/// Advice where a program is missing.
const HINT: &str = "The tests of the web pages need Chromium, Node.js 18 or later, and npm.
If Chromium is elsewhere, set CHROMIUM to its path: CHROMIUM=/usr/bin/google-chrome cargo xtask browser";

/// Pictures of the documentation: names of the page, and of the picture that the scripts take.
const PICTURES: [(&str, &str); 8] = [
    ("overview", "overview.en.light"),
    ("group", "group.en.light"),
    ("topic", "topic.en.dark"),
    ("client", "client.en.light"),
    ("refusals", "refusals.en.light"),
    ("explorer", "explorer.en.light"),
    ("errors", "errors.zh.light"),
    ("reference", "reference.zh.light"),
];

/// Test the web pages of `ons-mqtt serve` in Chromium.
///
/// Scripts in tests/browser sign in, create a group, watch devices, call each action, attack the
/// person at the browser, and look at each page in both languages and color schemes, on a desktop
/// and a phone, with and without script. The services listen on free ports of 127.0.0.1. Pictures
/// of all pages are in target/browser/pictures afterwards, those of failures beside them.
///
/// Missing Debian packages are installed, which requires root: Chromium, Node.js and npm. Set
/// CHROMIUM to the path of another Chromium. Packages of Node.js are installed below target/.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only install what is missing.
    #[arg(long)]
    prepare: bool,
    /// Replace the pictures in docs/console; needs pngquant and fonts for Chinese.
    #[arg(long)]
    pictures: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let tools = Tools::prepare()?;
    if arguments.pictures {
        prepare::pngquant()?;
    }
    if arguments.prepare {
        return Ok(ExitCode::SUCCESS);
    }
    let binary = prepare::ons_mqtt()?;
    let data = tempfile::tempdir().map_err(Error::io("a data directory"))?;
    fill(&prepare::history()?, data.path())?;
    let fresh = Service::start(&binary, &Settings::default())?;
    let filled = Service::start(
        &binary,
        &Settings {
            data_dir: Some(data.path()),
            interval: "60s",
            ..Settings::default()
        },
    )?;
    for group in ["GID_lamps", "GID_sensors", "GID_gateways", "GID_test"] {
        filled.call(&["group", "create", group])?;
    }
    let has_passed = tools.test(&binary, &fresh, &filled)?;
    fresh.stop()?;
    filled.stop()?;
    if !has_passed {
        return Ok(ExitCode::FAILURE);
    }
    if arguments.pictures {
        tools.keep_pictures()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The browser, and the scripts beside the packages that they use.
struct Tools {
    chromium: PathBuf,
    folder: PathBuf,
}

impl Tools {
    fn prepare() -> Result<Self, Error> {
        let (chromium, node, npm) = (prepare::chromium(), prepare::node(), prepare::npm());
        let missing = [
            chromium.as_ref().err(),
            node.as_ref().err(),
            npm.as_ref().err(),
        ];
        let missing = missing.into_iter().flatten().map(Error::to_string);
        let missing: Vec<String> = missing.collect();
        let (Ok(chromium), true) = (chromium, missing.is_empty()) else {
            return Err(Error::Step(format!("{}\n{HINT}", missing.join("\n"))));
        };
        let entries = fs::read_dir(root().join(SCRIPTS)).map_err(Error::io(SCRIPTS))?;
        let names = entries.flatten().map(|entry| entry.file_name());
        let names = names.filter_map(|name| name.into_string().ok());
        let scripts: Vec<String> = names.filter(|name| name.ends_with(".mjs")).collect();
        let scripts: Vec<&str> = scripts.iter().map(String::as_str).collect();
        Ok(Self {
            chromium,
            folder: prepare::node_packages(SCRIPTS, &scripts, "browser")?,
        })
    }

    /// Runs the scripts, which print what they check. Returns `true` if all checks passed.
    fn test(&self, binary: &Path, fresh: &Service, filled: &Service) -> Result<bool, Error> {
        let programs = binary.parent();
        let service = |service: &Service| {
            json!({
                "origin": format!("http://{}", service.api),
                "mqtt": service.mqtt,
                "link": service.link,
                "instance": INSTANCE,
                "key": { "id": KEY_ID, "secret": SECRET },
                "programs": programs,
            })
        };
        let setting: Value = json!({
            "chromium": self.chromium,
            "folder": self.folder,
            "fresh": service(fresh),
            "filled": service(filled),
        });
        let mut node = Command::new("node");
        node.arg(self.folder.join("run.mjs"));
        node.arg(setting.to_string());
        let status = node.status().map_err(Error::io("node"))?;
        Ok(status.success())
    }

    /// Replaces the pictures of the documentation with smaller copies of the new ones.
    fn keep_pictures(&self) -> Result<(), Error> {
        for (name, picture) in PICTURES {
            let from = self.folder.join("pictures").join(format!("{picture}.png"));
            let to = root().join("docs/console").join(format!("{name}.png"));
            let mut pngquant = Command::new("pngquant");
            pngquant.args(["--force", "--strip", "--speed", "1", "--output"]);
            finish(pngquant.arg(to).arg(from))?;
        }
        Ok(())
    }
}

/// Fills a data directory with a day of history.
fn fill(history: &Path, data: &Path) -> Result<(), Error> {
    let mut command = Command::new(history);
    command.arg(data.join("ons-mqtt.db")).arg("1");
    finish(&mut command).map(|_| ())
}
