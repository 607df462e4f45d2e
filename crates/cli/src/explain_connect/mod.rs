//! `explain-connect`: says why a device would be refused.

mod device;
mod key;
mod report;
mod service;

use ons_mqtt_broker::{UserName, check_client_id};
use ons_mqtt_client::{Credentials, ProvideCredentials as _};
use pop_cli::options::Options;
use pop_cli::screen;

use crate::failure::Failure;
use report::Report;
use service::Service;

/// Arguments of `explain-connect`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Client ID that the device sends, such as `GID_test@@@lamp`.
    client_id: String,
    /// User name that the device sends.
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,
    /// Password that the device sends.
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    password: Option<String>,
}

/// Prints what is right and wrong about the texts that a device sends.
pub(crate) fn explain(arguments: &Arguments, options: &Options) -> Result<(), Failure> {
    let report = pop_cli::wait(examine(arguments, options))?;
    screen::print(&report.to_string())?;
    if report.is_refusal() {
        return Err(Failure::Refused);
    }
    Ok(())
}

async fn examine(arguments: &Arguments, options: &Options) -> Result<Report, Failure> {
    let Arguments {
        client_id,
        user_name,
        password,
    } = arguments;
    let key = options.credentials()?.credentials().await;
    let group = check_client_id(client_id).ok();
    let user = user_name.as_deref().map(UserName::parse);
    let parsed = user.and_then(Result::ok);
    let service = Service::ask(options, &key, parsed, group).await?;

    let mut report = Report::default();
    device::client_id(&mut report, client_id);
    match user {
        Some(user) => device::user_name(&mut report, user, &key),
        None => device::missing_user_name(&mut report, &key, service.instance_of_group()),
    }
    let signer = match user {
        Some(_) => parsed.map(|user| user.access_key_id),
        None => key.as_ref().ok().map(Credentials::access_key_id),
    };
    device::password(&mut report, client_id, signer, password.as_deref(), &key);
    let instance = parsed.map(|user| user.instance_id);
    service.report(&mut report, instance, group);
    Ok(report)
}
