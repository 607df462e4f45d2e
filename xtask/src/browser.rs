//! `cargo xtask browser`: tests the web pages in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use crate::error::Error;
use crate::folders::root;
use crate::nats::Nats;
use crate::postgres::Server;
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
/// person at the browser, kill a node of a cluster, and look at each page in both languages and
/// color schemes, on a desktop and a phone, with and without script. The services listen on free
/// ports of 127.0.0.1. Pictures of all pages are in target/browser/pictures afterwards, those of
/// failures beside them.
///
/// Missing Debian packages are installed, which requires root: Chromium, Node.js, npm, PostgreSQL
/// and Python. Set CHROMIUM to the path of another Chromium. Packages of Node.js and Python are
/// installed below target/.
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
    let nats = prepare::nats()?;
    prepare::postgres()?;
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
    let cluster = Cluster::start(&binary, &nats)?;
    let has_passed = tools.test(&binary, &fresh, &filled, &cluster)?;
    fresh.stop()?;
    filled.stop()?;
    cluster.stop()?;
    if !has_passed {
        return Ok(ExitCode::FAILURE);
    }
    if arguments.pictures {
        tools.keep_pictures()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Two nodes, of which the scripts kill one.
struct Cluster {
    nodes: Vec<Service>,
    database: Server,
    _nats: Nats,
}

impl Cluster {
    /// Servers of NATS, which form no cluster with fewer.
    const SERVERS: usize = 3;
    const NAMES: [&str; 2] = ["a", "b"];
    /// Index of the node that is killed.
    const VICTIM: usize = 1;

    fn start(binary: &Path, nats: &Path) -> Result<Self, Error> {
        let nats = Nats::start(nats, &[], Self::SERVERS)?;
        let database = Server::start()?;
        let store = database.url();
        let settings = Settings {
            store: Some(&store),
            ..Settings::default()
        };
        let nodes = Service::start_nodes(binary, &Self::NAMES, nats.urls(), &settings)?;
        nodes[0].call(&["group", "create", "GID_lamps"])?;
        Service::wait_for_groups(&nodes, &["GID_lamps"])?;
        Ok(Self {
            nodes,
            database,
            _nats: nats,
        })
    }

    fn stop(mut self) -> Result<(), Error> {
        self.nodes.remove(Self::VICTIM).kill()?;
        for node in self.nodes {
            node.stop()?;
        }
        self.database.stop()
    }
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
    fn test(
        &self,
        binary: &Path,
        fresh: &Service,
        filled: &Service,
        cluster: &Cluster,
    ) -> Result<bool, Error> {
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
        let victim = &cluster.nodes[Cluster::VICTIM];
        let mut node = service(&cluster.nodes[0]);
        node["other"] = service(victim);
        node["other"]["process"] = json!(victim.process());
        let setting: Value = json!({
            "chromium": self.chromium,
            "folder": self.folder,
            "fresh": service(fresh),
            "filled": service(filled),
            "node": node,
        });
        let mut scripts = Command::new("node");
        scripts.arg(self.folder.join("run.mjs"));
        scripts.arg(setting.to_string());
        let status = scripts.status().map_err(Error::io("node"))?;
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
