//! Updates the tables of a database to this version.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{AnyConnection, SqlStr};

use crate::error::Error;
use crate::location::Location;

/// Description and text of each migration, numbered from 1. A released migration is never edited:
/// a database that has run it rejects any other text.
const SQLITE: &[(&str, &str)] = &[
    (
        "tables",
        include_str!("../migrations/sqlite/0001_tables.sql"),
    ),
    (
        "notifications",
        include_str!("../migrations/sqlite/0002_notifications.sql"),
    ),
    (
        "flushes",
        include_str!("../migrations/sqlite/0003_flushes.sql"),
    ),
    ("lives", include_str!("../migrations/sqlite/0004_lives.sql")),
];
const POSTGRES: &[(&str, &str)] = &[
    (
        "tables",
        include_str!("../migrations/postgres/0001_tables.sql"),
    ),
    (
        "holder",
        include_str!("../migrations/postgres/0002_holder.sql"),
    ),
    (
        "notifications",
        include_str!("../migrations/postgres/0003_notifications.sql"),
    ),
    (
        "nodes",
        include_str!("../migrations/postgres/0004_nodes.sql"),
    ),
    (
        "flushes",
        include_str!("../migrations/postgres/0005_flushes.sql"),
    ),
    (
        "lives",
        include_str!("../migrations/postgres/0006_lives.sql"),
    ),
];

#[derive(Debug)]
struct Compiled(&'static [(&'static str, &'static str)]);

impl<'s> MigrationSource<'s> for Compiled {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 's>> {
        let migration = |(version, (description, sql)): (i64, &(&'static str, &'static str))| {
            let (description, sql) = (Cow::Borrowed(*description), SqlStr::from_static(sql));
            Migration::new(version, description, MigrationType::Simple, sql, false)
        };
        let migrations = (1..).zip(self.0).map(migration).collect();
        Box::pin(async { Ok(migrations) })
    }
}

/// Runs the migrations that the database does not have yet.
pub(crate) async fn run(location: &Location, connection: &mut AnyConnection) -> Result<(), Error> {
    let compiled = Compiled(match location {
        Location::File(_) => SQLITE,
        Location::Server { .. } => POSTGRES,
    });
    let run = async { Migrator::new(compiled).await?.run(connection).await };
    run.await.map_err(|error| match error {
        MigrateError::VersionMissing(migration) => Error::Newer {
            location: location.shown(),
            migration,
        },
        MigrateError::Execute(error) => location.unreachable(&error),
        MigrateError::ExecuteMigration(error, _) => location.unreachable(&error),
        error => location.refused(error.to_string(), "restore a backup"),
    })
}
