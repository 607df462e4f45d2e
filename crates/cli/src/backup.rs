//! `backup`: copies all data of the service.

use std::path::PathBuf;

use ons_mqtt_server::back_up;
use pop_cli::failure::RuntimeError;
use pop_cli::screen;

use crate::failure::Failure;
use crate::serve;

/// Arguments of `backup`.
#[derive(Clone, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// Folder to create; `serve --data-dir` can use it.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    #[command(flatten)]
    service: serve::Arguments,
}

/// Makes a backup.
pub(crate) fn make(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.service.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RuntimeError)?;
    let report = runtime.block_on(back_up(&config, &arguments.folder))?;
    let folder = arguments.folder.display();
    let content = if report.has_database {
        "database, sessions and messages"
    } else {
        "sessions and messages; back up the PostgreSQL database with pg_dump"
    };
    screen::print(&format!("{folder}: {content}"))?;
    Ok(())
}
