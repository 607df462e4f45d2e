//! The meaning of a configuration, and reports on its mistakes.

#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ons_mqtt_server::ExposeSecret;
use ons_mqtt_server::config::{
    Config, ConfigError, Edition, LogFormat, Receiver, unread_variables,
};

/// A file with most settings, like the one in the documentation.
const WHOLE: &str = r#"data_dir = "data"

[api]
listen = "127.0.0.1:8080"

[stats]
interval = "60s"
retention = "30d"

[limits]
queries_per_minute = 30

[[access_key]]
id = "testid"
secret = "testsecret"

[[instance]]
id = "post-cn-test"
region = "cn-hangzhou"
edition = "platinum"
independent_naming = true
mqtt_listen = "127.0.0.1:1883"
topics = ["test"]
owner = "testid"
"#;

/// The shortest valid file.
const MINIMAL: &str = r#"
[[access_key]]
id = "testid"
secret = "testsecret"

[[instance]]
id = "post-cn-test"
region = "cn-hangzhou"
mqtt_listen = "127.0.0.1:1883"
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, text: &str) -> PathBuf {
        let path = self.path().join("ons-mqtt.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// Loads a file and variables. Mistakes name the file without its folder.
    fn load(&self, text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        Config::load(Some(&self.write(text)), environment(variables)).map_err(|error| {
            let folder = format!("{}/", self.path().display());
            error.to_string().replace(&folder, "")
        })
    }
}

fn environment(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    |name| {
        let variable = variables.iter().find(|(other, _)| *other == name);
        variable.map(|(_, value)| (*value).into())
    }
}

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    Folder::new().load(text, variables)
}

#[test]
fn a_file_with_every_setting_is_read() {
    let folder = Folder::new();
    let text = format!(
        "store = \"postgres://user:pass@host/db\"\n{WHOLE}websocket_listen = \"[::1]:8083\"\n\
         [instance.tls]\nlisten = \"0.0.0.0:8883\"\ncertificate = \"tls/chain.pem\"\n\
         key = \"/etc/key.pem\"\n"
    );
    let config = folder.load(&text, &[]).unwrap();
    assert_eq!(config.data_dir, folder.path().join("data"));
    assert_eq!(
        config.store.unwrap().expose_secret(),
        "postgres://user:pass@host/db"
    );
    assert_eq!(config.api_listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.stats.interval, Duration::from_secs(60));
    assert_eq!(config.stats.retention, Duration::from_secs(30 * 86_400));
    assert_eq!(config.queries_per_minute, Some(30));
    assert_eq!(config.access_keys.len(), 1);
    assert_eq!(config.access_keys[0].id, "testid");
    assert_eq!(config.access_keys[0].secret.expose_secret(), "testsecret");
    let [instance] = &config.instances[..] else {
        panic!("{:?}", config.instances);
    };
    assert_eq!(instance.id, "post-cn-test");
    assert_eq!(instance.region.id, "cn-hangzhou");
    assert_eq!(instance.edition, Edition::Platinum);
    assert!(instance.independent_naming);
    assert_eq!(instance.mqtt_listen, "127.0.0.1:1883".parse().unwrap());
    assert_eq!(instance.topics, ["test"]);
    assert_eq!(instance.owner, "testid");
    assert_eq!(
        instance.websocket_listen,
        Some("[::1]:8083".parse().unwrap())
    );
    let tls = instance.tls.as_ref().unwrap();
    assert_eq!(tls.listen, "0.0.0.0:8883".parse().unwrap());
    assert_eq!(tls.certificate, folder.path().join("tls/chain.pem"));
    assert_eq!(tls.key, Path::new("/etc/key.pem"));
}

#[test]
fn only_addresses_that_overlap_are_refused() {
    for (api, mqtt, overlap) in [
        ("127.0.0.1:80", "127.0.0.1:80", true),
        ("0.0.0.0:80", "127.0.0.1:80", true),
        ("[::]:80", "127.0.0.1:80", true), // `[::]` listens for IPv4 too
        ("[::]:80", "0.0.0.0:80", true),
        ("[::1]:80", "[::]:80", true),
        ("[::ffff:127.0.0.1]:80", "127.0.0.1:80", true),
        ("0.0.0.0:80", "[::1]:80", false),
        ("[::1]:80", "127.0.0.1:80", false),
        ("127.0.0.2:80", "127.0.0.1:80", false),
        ("127.0.0.1:0", "127.0.0.1:0", false),
    ] {
        let variables = [
            ("ONS_MQTT_API_LISTEN", api),
            ("ONS_MQTT_INSTANCE_MQTT_LISTEN", mqtt),
        ];
        for variables in [variables, [(variables[0].0, mqtt), (variables[1].0, api)]] {
            assert_eq!(load(MINIMAL, &variables).is_err(), overlap, "{variables:?}");
        }
    }
}

#[test]
fn missing_settings_have_defaults() {
    let config = load(MINIMAL, &[]).unwrap();
    assert_eq!(config.api_listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.stats.interval, Duration::from_secs(60));
    assert!(config.store.is_none());
    assert_eq!(config.queries_per_minute, None);
    let [instance] = &config.instances[..] else {
        panic!("{:?}", config.instances);
    };
    assert_eq!(instance.edition, Edition::Platinum);
    assert!(instance.independent_naming);
    assert_eq!(instance.owner, "testid");
    assert!(instance.topics.is_empty());
}

#[test]
fn the_environment_overrides_the_file() {
    let variables = [
        ("ONS_MQTT_DATA_DIR", "elsewhere"),
        ("ONS_MQTT_STORE", "sqlite://x"),
        ("ONS_MQTT_API_LISTEN", "127.0.0.1:9"),
        ("ONS_MQTT_STATS_INTERVAL", "1s"),
        ("ONS_MQTT_STATS_RETENTION", "1h"),
        ("ONS_MQTT_LIMITS_QUERIES_PER_MINUTE", "0"),
        ("ONS_MQTT_ACCESS_KEY_ID", "other"),
        ("ONS_MQTT_ACCESS_KEY_SECRET", "hidden"),
        ("ONS_MQTT_INSTANCE_ID", "i"),
        ("ONS_MQTT_INSTANCE_REGION", "mq-internet-access"),
        ("ONS_MQTT_INSTANCE_EDITION", "standard"),
        ("ONS_MQTT_INSTANCE_INDEPENDENT_NAMING", "false"),
        ("ONS_MQTT_INSTANCE_MQTT_LISTEN", "127.0.0.1:10"),
        ("ONS_MQTT_INSTANCE_WEBSOCKET_LISTEN", "127.0.0.1:11"),
        ("ONS_MQTT_INSTANCE_TLS_LISTEN", "127.0.0.1:12"),
        ("ONS_MQTT_INSTANCE_TLS_CERTIFICATE", "c"),
        ("ONS_MQTT_INSTANCE_TLS_KEY", "k"),
        ("ONS_MQTT_INSTANCE_TOPICS", "a, b"),
        ("ONS_MQTT_INSTANCE_OWNER", "other"),
        ("ONS_MQTT_PORT", "tcp://10.0.0.1:80"),
    ];
    let config = load(WHOLE, &variables).unwrap();
    assert_eq!(config.data_dir, Path::new("elsewhere"));
    assert_eq!(config.store.unwrap().expose_secret(), "sqlite://x");
    assert_eq!(config.api_listen.port(), 9);
    assert_eq!(config.stats.interval, Duration::from_secs(1));
    assert_eq!(config.stats.retention, Duration::from_secs(3600));
    assert_eq!(config.queries_per_minute, Some(0));
    assert_eq!(config.access_keys[0].id, "other");
    assert_eq!(config.access_keys[0].secret.expose_secret(), "hidden");
    let instance = &config.instances[0];
    assert_eq!(instance.id, "i");
    assert_eq!(instance.region.id, "mq-internet-access");
    assert_eq!(instance.edition, Edition::Standard);
    assert!(!instance.independent_naming);
    assert_eq!(instance.mqtt_listen.port(), 10);
    assert_eq!(instance.websocket_listen.unwrap().port(), 11);
    let tls = instance.tls.as_ref().unwrap();
    assert_eq!(tls.listen.port(), 12);
    assert_eq!(
        (&*tls.certificate, &*tls.key),
        (Path::new("c"), Path::new("k"))
    );
    assert_eq!(instance.topics, ["a", "b"]);
    assert_eq!(instance.owner, "other");
}

#[test]
fn instances_without_independent_naming_have_no_topic_in_common() {
    let with = |first: bool, second: bool| {
        let instance = |number: u8, independent: bool| {
            format!(
                r#"
                [[instance]]
                id = "i{number}"
                region = "cn-hangzhou"
                independent_naming = {independent}
                mqtt_listen = "127.0.0.1:{number}"
                topics = ["a", "b{number}"]
                "#
            )
        };
        let key = "[[access_key]]\nid = \"k\"\nsecret = \"s\"\n";
        let text = [key.to_owned(), instance(1, first), instance(2, second)];
        load(&text.concat(), &[])
    };
    for (first, second) in [(true, true), (true, false), (false, true)] {
        assert!(with(first, second).is_ok());
    }
    let mistake = with(false, false).unwrap_err();
    assert!(
        mistake.contains("the instance `i1` also has the topic `a`"),
        "{mistake}"
    );
    assert!(!mistake.contains("topic `b2`"));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let config = load(MINIMAL, &[("ONS_MQTT_INSTANCE_ID", "")]).unwrap();
    assert_eq!(config.instances[0].id, "post-cn-test");
}

fn key_of(config: &Config) -> (String, String) {
    let key = &config.access_keys[0];
    (key.id.clone(), key.secret.expose_secret().to_owned())
}

#[test]
fn without_a_file_an_access_key_is_created_and_kept() {
    let folder = Folder::new();
    let data = folder.path().join("new/data");
    let variables = [("ONS_MQTT_DATA_DIR", data.to_str().unwrap())];
    let first = Config::load(None, environment(&variables)).unwrap();
    let key = &first.access_keys[0];
    assert!(key.secret.expose_secret().len() >= 32);
    let instance = &first.instances[0];
    assert_eq!(instance.id, "post-cn-local");
    assert_eq!(instance.owner, key.id);
    assert!(first.api_listen.ip().is_loopback() && instance.mqtt_listen.ip().is_loopback());

    let again = Config::load(None, environment(&variables)).unwrap();
    assert_eq!(key_of(&again), key_of(&first));
    assert_eq!(again.instances, first.instances);
    let other = folder.path().join("other");
    let variables = [("ONS_MQTT_DATA_DIR", other.to_str().unwrap())];
    let other = Config::load(None, environment(&variables)).unwrap();
    assert_ne!(key_of(&other), key_of(&first));

    let files: Vec<_> = fs::read_dir(&data).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(data.join("access_key.toml")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn processes_that_start_together_agree_on_the_created_access_key() {
    let folder = Folder::new();
    let data = folder.path().to_str().unwrap();
    let keys: Vec<_> = std::thread::scope(|scope| {
        let load = || Config::load(None, environment(&[("ONS_MQTT_DATA_DIR", data)])).unwrap();
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(load)).collect();
        starts
            .into_iter()
            .map(|start| key_of(&start.join().unwrap()))
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn with_an_access_key_in_the_environment_none_is_created() {
    let folder = Folder::new();
    let variables = [
        ("ONS_MQTT_DATA_DIR", folder.path().to_str().unwrap()),
        ("ONS_MQTT_ACCESS_KEY_ID", "id"),
        ("ONS_MQTT_ACCESS_KEY_SECRET", "secret"),
    ];
    let config = Config::load(None, environment(&variables)).unwrap();
    assert_eq!(config.access_keys[0].id, "id");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_broken_access_key_file_is_named_and_not_replaced() {
    let folder = Folder::new();
    let path = folder.path().join("access_key.toml");
    fs::write(&path, "id = \"a\"\nsecret = hunter2\n").unwrap();
    let variables = [("ONS_MQTT_DATA_DIR", folder.path().to_str().unwrap())];
    let error = Config::load(None, environment(&variables)).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, ConfigError::AccessKey { .. }));
    assert!(text.contains("access_key.toml") && text.contains("`secret`"));
    assert!(!text.contains("hunter2"), "{text}");
    assert!(fs::read_to_string(&path).unwrap().contains("hunter2"));
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load(Some(Path::new("/nowhere/x.toml")), |_| None).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("cannot read the configuration file /nowhere/x.toml: "),
        "{text}"
    );
}

#[test]
fn secrets_are_never_shown() {
    let text =
        format!("store = \"postgres://u:hunter2@h/db\"\n{WHOLE}").replace("testsecret", "hunter2");
    let config = load(&text, &[]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));

    for (from, to) in [
        ("secret = \"hunter2\"", "secert = \"hunter2\""),
        ("secret = \"hunter2\"", "secret = \"hunter2"),
        ("secret = \"hunter2\"", "secret = hunter2"),
        ("secret = \"hunter2\"", "secret = [\"hunter2\"]"),
        ("secret = \"hunter2\"", "secret = { a = \"hunter2\" }"),
        (
            "secret = \"hunter2\"",
            "secret = \"hunter2\"\nsecret = \"hunter2\"",
        ),
        ("store = \"", "stroe = \""),
        (
            "store = \"postgres://u:hunter2@h/db\"",
            "store = [\"hunter2\"]",
        ),
        ("id = \"testid\"\n", ""),
        (
            "[[access_key]]\nid = \"testid\"\nsecret = \"hunter2\"\n",
            "[access_key]\n0 = { secret = \"hunter2\" }\n",
        ),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text, "{from}");
        let error = load(&broken, &[]).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let inline = MINIMAL.replace(
        "[[access_key]]\nid = \"testid\"\nsecret = \"testsecret\"",
        "access_key = [{ secret = \"hunter2\" }]",
    );
    let error = load(&inline, &[]).unwrap_err();
    assert!(
        error.contains("`id` is missing") && !error.contains("hunter2"),
        "{error}"
    );
    let number = WHOLE.replace("\"testsecret\"", "20202020");
    let error = load(&number, &[]).unwrap_err();
    assert!(!error.contains("2020"), "{error}");
}

#[test]
fn the_log_has_a_level_and_a_format() {
    let log = load(MINIMAL, &[]).unwrap().log;
    assert_eq!((log.level.as_str(), log.format), ("INFO", LogFormat::Text));
    let text = format!("[log]\nlevel = \"warn\"\nformat = \"json\"\n{MINIMAL}");
    let log = load(&text, &[("ONS_MQTT_LOG_LEVEL", "trace")]).unwrap().log;
    assert_eq!((log.level.as_str(), log.format), ("TRACE", LogFormat::Json));
    let text = text.replace("warn", "warning").replace("json", "xml");
    let error = load(&text, &[]).unwrap_err();
    for expected in [
        "did you mean `warn`?",
        "unknown format `xml`",
        "use one of text, json",
    ] {
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_address_may_be_the_name_of_a_host() {
    let named = MINIMAL.replace("127.0.0.1:1883", "localhost:1883");
    let address = load(&named, &[]).unwrap().instances[0].mqtt_listen;
    assert_eq!(address, "127.0.0.1:1883".parse().unwrap());
    for (wrong, expected) in [
        ("localhost", "`localhost` is not an address with a port"),
        ("localhost:mqtt", "is not an address with a port"),
        ("localhost:70000", "is not an address with a port"),
        (
            "no such host.invalid:1883",
            "cannot resolve `no such host.invalid:1883`",
        ),
    ] {
        let error = load(&MINIMAL.replace("127.0.0.1:1883", wrong), &[]).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once_and_none_that_follows_from_another() {
    let text = r#"
        [api]
        lisen = "127.0.0.1:1"

        [limits]
        queries_per_minute = "many"
        sessions = 0

        [[access_key]]
        id = 5
        secret = "hunter2"

        [[instance]]
        id = "a/b"
        region = "cn-hangzhou"
        mqtt_listen = "127.0.0.1:1883"
        topics = ["a", 7]
        owner = "testid"
        colour = "red"

        [[instances]]
        id = "c"
    "#;
    let variables = [("ONS_MQTT_INSTANCE_INDEPENDENT_NAMING", "perhaps")];
    let error = load(text, &variables).unwrap_err();
    let mistakes = [
        "unknown key `lisen`",
        "invalid type: string \"many\"",
        "the limit is 0",
        "invalid type: integer `5`",
        "`a/b` is not a valid `id`",
        "invalid type: integer `7`",
        "unknown key `colour`",
        "unknown key `instances`",
        "the value is not `true` or `false`",
    ];
    for mistake in mistakes {
        assert!(error.contains(mistake), "{mistake}: {error}");
    }
    assert_eq!(error.matches("error: ").count(), mistakes.len(), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_variable_that_nothing_reads_is_a_warning_if_its_name_is_close_to_one_that_is_read() {
    let set = [
        "ONS_MQTT_API_LISEN",
        "ONS_MQTT_API_LISTEN",
        "ONS_MQTT_INSTANCE_TOPIC",
        "ONS_MQTT_LIMIT_SESSIONS",
        "ONS_MQTT_ENDPIONT",
        // Kubernetes sets these for a service of the name ons-mqtt.
        "ONS_MQTT_PORT",
        "ONS_MQTT_PORT_1883_TCP_ADDR",
        "ONS_MQTT_SERVICE_HOST",
        "OTHER_API_LISEN",
    ];
    let warnings = unread_variables(set.map(str::to_owned), &["ONS_MQTT_ENDPOINT"]);
    let close = [
        ("API_LISEN", "API_LISTEN"),
        ("ENDPIONT", "ENDPOINT"),
        ("INSTANCE_TOPIC", "INSTANCE_TOPICS"),
        ("LIMIT_SESSIONS", "LIMITS_SESSIONS"),
    ];
    let expected = close.map(|(set, read)| {
        format!(
            "nothing reads the environment variable ONS_MQTT_{set}; did you mean ONS_MQTT_{read}?"
        )
    });
    assert_eq!(warnings, expected);
}

#[test]
fn limits_of_instances_have_defaults_and_can_be_set() {
    let limits = load(MINIMAL, &[]).unwrap().limits;
    assert_eq!(
        (limits.sessions, limits.session_memory),
        (1_000_000, 1 << 30)
    );
    assert_eq!(limits.session_expiry, Duration::from_secs(3 * 86_400));
    assert_eq!(
        (limits.session_messages, limits.session_bytes),
        (10_000, 64 << 20)
    );
    assert_eq!(
        (limits.kept_messages, limits.kept_bytes),
        (1_000_000, 4 << 30)
    );
    assert_eq!(
        (limits.retained_messages, limits.retained_bytes),
        (100_000, 64 << 20)
    );
    assert_eq!(limits.message_memory, 256 << 20);
    let text = "queries_per_minute = 30\nsessions = 1\nsession_memory = \"2 MiB\"\n\
        session_expiry = \"1h\"\nsession_messages = 2\nsession_bytes = \"1024KiB\"\nkept_messages = 3\n\
        kept_bytes = \"3GiB\"\nretained_messages = 4\nretained_bytes = \"4MiB\"\nmessage_memory = \"5MiB\"";
    let whole = WHOLE.replace("queries_per_minute = 30", text);
    let set = [
        ("ONS_MQTT_LIMITS_KEPT_BYTES", "6MiB"),
        ("ONS_MQTT_LIMITS_SESSIONS", "7"),
    ];
    let limits = load(&whole, &set).unwrap().limits;
    assert_eq!((limits.sessions, limits.session_memory), (7, 2 << 20));
    assert_eq!(limits.session_expiry, Duration::from_secs(3_600));
    assert_eq!(
        (limits.session_messages, limits.session_bytes),
        (2, 1 << 20)
    );
    assert_eq!((limits.kept_messages, limits.kept_bytes), (3, 6 << 20));
    assert_eq!(
        (limits.retained_messages, limits.retained_bytes),
        (4, 4 << 20)
    );
    assert_eq!(limits.message_memory, 5 << 20);
}

#[test]
fn limits_that_make_no_sense_are_reported() {
    for (setting, expected) in [
        ("sessions = 0", "the limit is 0"),
        ("kept_messages = -1", "expected a number from 0"),
        (
            "kept_bytes = \"4 gigabytes\"",
            "`4 gigabytes` is not a size",
        ),
        ("message_memory = \"1023KiB\"", "1023KiB is less than 1MiB"),
        ("session_bytes = \"99999999999GiB\"", "is not a size"),
        ("session_expiry = \"3 moons\"", "is not a duration"),
        ("session_expiry = \"10ms\"", "shorter than one second"),
    ] {
        let whole = WHOLE.replace("queries_per_minute = 30", setting);
        let error = load(&whole, &[]).unwrap_err();
        assert!(error.contains(expected), "{setting}: {error}");
    }
}

/// Each mistake has a name, replacements in the whole file, and variables.
#[test]
fn mistakes_are_shown_where_they_are() {
    type Mistake = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static [(&'static str, &'static str)],
    );
    let mistakes: &[Mistake] = &[
        ("not TOML", &[("[api]", "[api")], &[]),
        (
            "unknown key",
            &[("listen = \"127.0.0.1:8080\"", "lisen = \"127.0.0.1:8080\"")],
            &[],
        ),
        ("unknown table", &[("[limits]", "[throttle]")], &[]),
        ("misspelt secret", &[("secret =", "secert =")], &[]),
        ("wrong type", &[("= 30", "= \"30\"")], &[]),
        (
            "secret of a wrong type",
            &[("\"testsecret\"", "12345678")],
            &[],
        ),
        ("out of range", &[("= 30", "= -1")], &[]),
        ("not an address", &[("127.0.0.1:8080", "localhost")], &[]),
        (
            "address used twice",
            &[("127.0.0.1:8080", "0.0.0.0:1883")],
            &[],
        ),
        ("short interval", &[("60s", "999ms")], &[]),
        ("long interval", &[("60s", "25h")], &[]),
        ("not a duration", &[("60s", "60 parsecs")], &[]),
        ("retention shorter than interval", &[("30d", "30s")], &[]),
        ("unknown region", &[("cn-hangzhou", "cn-hangzou")], &[]),
        ("unknown edition", &[("\"platinum\"", "\"gold\"")], &[]),
        (
            "topic with two levels",
            &[("[\"test\"]", "[\"a\", \"a/b\"]")],
            &[],
        ),
        (
            "unknown owner",
            &[("owner = \"testid\"", "owner = \"testdi\"")],
            &[],
        ),
        ("empty secret", &[("\"testsecret\"", "\"\"")], &[]),
        (
            "no access key",
            &[
                (
                    "[[access_key]]\nid = \"testid\"\nsecret = \"testsecret\"\n",
                    "",
                ),
                ("owner = \"testid\"\n", ""),
            ],
            &[],
        ),
        (
            "missing keys",
            &[
                ("id = \"post-cn-test\"\nregion = \"cn-hangzhou\"\n", ""),
                ("secret = \"testsecret\"", ""),
            ],
            &[],
        ),
        (
            "IDs used twice",
            &[
                (
                    "[[access_key]]",
                    "[[access_key]]\nid = \"testid\"\nsecret = \"x\"\n[[access_key]]",
                ),
                (
                    "[[instance]]",
                    "[[instance]]\nid = \"post-cn-test\"\nregion = \"cn-beijing\"\nmqtt_listen = \"127.0.0.1:0\"\n[[instance]]",
                ),
            ],
            &[],
        ),
        (
            "TLS without its files",
            &[(
                "owner = \"testid\"\n",
                "owner = \"testid\"\n[instance.tls]\nlisten = \"127.0.0.1:8883\"\n",
            )],
            &[],
        ),
        (
            "several mistakes",
            &[
                ("60s", "0s"),
                ("cn-hangzhou", "eu"),
                ("127.0.0.1:1883", "1883"),
            ],
            &[],
        ),
        (
            "mistakes in variables",
            &[],
            &[
                ("ONS_MQTT_API_LISTEN", "8080"),
                ("ONS_MQTT_INSTANCE_TOPICS", "a,b/c"),
                ("ONS_MQTT_STATS_INTERVAL", "0s"),
            ],
        ),
        (
            "variables of the wrong type",
            &[],
            &[
                ("ONS_MQTT_INSTANCE_INDEPENDENT_NAMING", "yes"),
                ("ONS_MQTT_LIMITS_QUERIES_PER_MINUTE", "many"),
            ],
        ),
    ];
    let mut shown = String::new();
    for (name, replaced, variables) in mistakes {
        let mut text = WHOLE.to_owned();
        for (from, to) in *replaced {
            assert!(text.contains(from), "{name}");
            text = text.replacen(from, to, 1);
        }
        let error = load(&text, variables).expect_err(name);
        shown.push_str(&format!("=== {name}\n{error}\n\n"));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn without_a_file_a_mistake_names_its_variable() {
    let variables = [
        ("ONS_MQTT_ACCESS_KEY_ID", "id"),
        ("ONS_MQTT_API_LISTEN", "127.0.0.1:1883"),
    ];
    let error = Config::load(None, environment(&variables)).unwrap_err();
    insta::assert_snapshot!(error);
}

/// A secret of a webhook.
const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn a_receiver_of_notifications_has_groups_a_url_and_one_or_two_secrets() {
    let text = format!(
        "{MINIMAL}[[instance.notify]]\ngroups = [\"GID_lamps\", \"GID_doors\", \"GID_lamps\"]\n\
         url = \"https://u:p@example.com/hook\"\nsecret = \"{WEBHOOK_SECRET}\"\n\
         second_secret = \"{WEBHOOK_SECRET}\"\n"
    );
    let config = Folder::new().load(&text, &[]).unwrap();
    let [notify] = &config.instances[0].notify[..] else {
        unreachable!("{:?}", config.instances[0].notify);
    };
    assert_eq!(notify.groups, ["GID_lamps", "GID_doors"]);
    let Receiver::Webhook(webhook) = &notify.receiver else {
        unreachable!("{notify:?}");
    };
    assert_eq!(webhook.url.expose_secret(), "https://u:p@example.com/hook");
    assert_eq!(webhook.secrets.len(), 2);
    let shown = format!("{config:?}");
    assert!(!shown.contains("example.com") && !shown.contains("whsec_"));
}

#[test]
fn variables_set_the_first_receiver_of_notifications() {
    let text = format!(
        "{MINIMAL}[[instance.notify]]\ngroups = [\"GID_lamps\"]\n\
         [[instance.notify]]\ngroups = [\"GID_doors\"]\ntopic = \"t\"\nreaders = [\"GID_backend\"]\n"
    );
    let second = WEBHOOK_SECRET.replace('M', "N");
    let webhook = [
        ("ONS_MQTT_INSTANCE_NOTIFY_URL", "https://example.com/hook"),
        ("ONS_MQTT_INSTANCE_NOTIFY_SECRET", WEBHOOK_SECRET),
        ("ONS_MQTT_INSTANCE_NOTIFY_SECOND_SECRET", &second),
    ];
    let config = load(&text, &webhook).unwrap();
    let [first, other] = &config.instances[0].notify[..] else {
        unreachable!("{:?}", config.instances[0].notify);
    };
    let Receiver::Webhook(receiver) = &first.receiver else {
        unreachable!("{first:?}");
    };
    let secrets = receiver.secrets.iter().map(ExposeSecret::expose_secret);
    assert_eq!(secrets.collect::<Vec<_>>(), [WEBHOOK_SECRET, &second]);
    assert!(matches!(other.receiver, Receiver::Topic(_)), "{other:?}");

    let topic = [
        ("ONS_MQTT_INSTANCE_NOTIFY_GROUPS", "GID_cars, GID_boats"),
        ("ONS_MQTT_INSTANCE_NOTIFY_TOPIC", "n"),
        ("ONS_MQTT_INSTANCE_NOTIFY_READERS", "GID_backend"),
    ];
    let config = load(MINIMAL, &topic).unwrap();
    assert_eq!(
        config.instances[0].notify[0].groups,
        ["GID_cars", "GID_boats"]
    );

    let missing = load(&text, &webhook[..1]).unwrap_err();
    let hint = "set it in the file or with ONS_MQTT_INSTANCE_NOTIFY_SECRET";
    assert!(missing.contains(hint), "{missing}");
    let groups = ("ONS_MQTT_INSTANCE_NOTIFY_GROUPS", "GID_cars, lamps");
    let secret = ("ONS_MQTT_INSTANCE_NOTIFY_SECRET", "whsec_hunter2");
    let wrong = load(&text, &[groups, secret, webhook[0]]).unwrap_err();
    for (name, _) in [groups, secret] {
        let place = format!("in environment variable {name}");
        assert!(wrong.contains(&place), "{wrong}");
    }
    assert!(!wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn mistakes_of_receivers_are_reported_at_once_and_show_no_credentials() {
    let notify = [
        "groups = [\"test\"]\nurl = \"ftp://u:hunter2@h/\"\nsecret = \"whsec_hunter2\"\n",
        "url = \"hunter2\"\nsecret = \"hunter2\"\nsecond_secret = \"whsec_AAAA\"\n",
        "groups = [\"GID_lamps\"]\nurl = \"https://h/hunter2\"\n",
        "groups = [\"GID_lamps\"]\nurl = \"https://h/hunter2\"\nsecret = \"WEBHOOK_SECRET\"\n",
        "groups = [\"GID_lamps\"]\nurl = \"https://h/hunter2\"\nsecret = \"WEBHOOK_SECRET\"\n",
        "groups = [\"GID_lamps\"]\nseconds = 1\n",
        "groups = [\"GID_lamps\"]\nurl = \"https://h/hunter2\"\ntopic = \"a\"\n",
        "groups = [\"GID_lamps\"]\ntopic = \"a/b\"\nsecret = \"hunter2\"\n",
        "groups = [\"GID_lamps\"]\ntopic = \"test\"\nreaders = [\"lamps\"]\n",
    ];
    let notify = notify.map(|notify| format!("[[instance.notify]]\n{notify}"));
    let text = format!("{MINIMAL}topics = [\"test\"]\n{}", notify.concat())
        .replace("WEBHOOK_SECRET", WEBHOOK_SECRET);
    let mistakes = Folder::new().load(&text, &[]).unwrap_err();
    assert!(!mistakes.contains("hunter2"), "{mistakes}");
    for expected in [
        "unknown key `seconds`",
        "`test` is not a group ID: the group begins with neither `GID_` nor `GID-`",
        "the URL begins with neither https:// nor http://",
        "what follows whsec_ is not base64",
        "`groups` is missing",
        "the URL cannot be read: relative URL without a base",
        "the secret does not begin with whsec_",
        "the secret has 3 bytes, 24 to 64 are allowed",
        "`secret` is missing",
        "another `notify` of the instance has the same URL",
        "neither `url` nor `topic` is set",
        "`url` and `topic` are two receivers",
        "`a/b` is not a valid parent topic",
        "`secret` belongs to `url`, which is not set",
        "`readers` is missing",
        "devices may publish to `test`, a topic of the instance",
        "`lamps` is not a group ID: the group begins with neither `GID_` nor `GID-`",
    ] {
        let count = mistakes.matches(&format!("error: {expected}\n")).count();
        assert_eq!(count, 1, "{expected}:\n{mistakes}");
    }
}

/// Settings of a node, to be added to a file.
#[cfg(feature = "cluster")]
const CLUSTER: &str = "[cluster]\nnode = \"a\"\nnats = [\"nats://127.0.0.1:4222\"]\n";

/// URL of a database that nodes can share.
#[cfg(feature = "cluster")]
const DATABASE: (&str, &str) = ("ONS_MQTT_STORE", "postgres://user:hunter2@host/db");

#[cfg(feature = "cluster")]
#[test]
fn a_node_has_a_name_and_servers_and_keeps_three_copies() {
    let variables = [
        DATABASE,
        ("ONS_MQTT_CLUSTER_NODE", "b"),
        (
            "ONS_MQTT_CLUSTER_NATS",
            "nats://localhost:1, tls://user:hunter2@10.0.0.1:2",
        ),
        ("ONS_MQTT_CLUSTER_CERTIFICATES", "/etc/nats.pem"),
        ("ONS_MQTT_CLUSTER_KEPT_BYTES", "16GiB"),
    ];
    let config = load(MINIMAL, &variables).unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let cluster = config.cluster.unwrap();
    assert_eq!((cluster.node.as_str(), cluster.replicas), ("b", 3));
    let urls = cluster.nats.iter().map(ExposeSecret::expose_secret);
    let expected = ["nats://localhost:1", "tls://user:hunter2@10.0.0.1:2"];
    assert_eq!(urls.collect::<Vec<_>>(), expected);
    assert_eq!(cluster.certificates, Some("/etc/nats.pem".into()));
    assert_eq!(cluster.kept_bytes, 16 << 30);
    assert!(load(MINIMAL, &[]).unwrap().cluster.is_none());
}

#[cfg(feature = "cluster")]
#[test]
fn mistakes_of_nodes_are_reported_with_what_to_do_and_without_passwords() {
    let with = |from: &str, to: &str| CLUSTER.replace(from, to);
    for (text, variables, expected) in [
        (
            CLUSTER.to_owned(),
            &[][..],
            "set `store = \"postgres://user:password",
        ),
        (
            CLUSTER.to_owned(),
            &[("ONS_MQTT_STORE", "data.db")],
            "set `store = \"postgres://user:password",
        ),
        (
            with("\"a\"", "\"a b\""),
            &[DATABASE],
            "choose 1 to 64 letters, digits, `-` and `_`",
        ),
        (
            with("node = \"a\"\n", ""),
            &[DATABASE],
            "ONS_MQTT_CLUSTER_NODE",
        ),
        (
            with("[\"nats://127.0.0.1:4222\"]", "[]"),
            &[DATABASE],
            "ONS_MQTT_CLUSTER_NATS",
        ),
        (
            with("nats://127.0.0.1:4222\"", "nats://u:hunter2@10.0.0.1\""),
            &[DATABASE],
            "use tls:// and a user name and password",
        ),
        (
            with(
                "\"nats://127.0.0.1:4222\"",
                "\n\"nats://localhost\",\n\"tls://hunter2@x y\",\n",
            ),
            &[DATABASE],
            "give it as nats://host:port or tls://host:port",
        ),
        (
            format!("{CLUSTER}replicas = 2\n"),
            &[DATABASE],
            "use 3, or 5; 1 if there is one server of NATS only",
        ),
        (
            format!("{CLUSTER}kept_bytes = \"4\"\n"),
            &[DATABASE],
            "write a size such as 64MiB or 4GiB",
        ),
        (
            format!("{CLUSTER}[limits]\nqueries_per_minute = 1001\n"),
            &[DATABASE],
            "0 for no limit",
        ),
    ] {
        let text = format!("{MINIMAL}{text}");
        let refused = load(&text, variables).unwrap_err();
        assert!(refused.contains(expected), "{text}: {refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
        assert_eq!(refused.matches("error: ").count(), 1, "{refused}");
    }
}

#[cfg(feature = "cluster")]
#[test]
fn a_node_creates_no_access_key_because_all_nodes_need_the_same() {
    let variables = [
        DATABASE,
        ("ONS_MQTT_CLUSTER_NODE", "a"),
        ("ONS_MQTT_CLUSTER_NATS", "nats://localhost"),
    ];
    let refused = Config::load(None, environment(&variables)).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("no access key is configured"), "{refused}");
}
