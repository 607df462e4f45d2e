//! Sends the requests that its standard input describes, one per line: how to sign, the name of the
//! action, and the parameters as JSON, separated by tabs. The argument is the endpoint.

#![allow(deprecated, reason = "deprecated actions are compared, too")]

mod actions;

use std::error::Error;
use std::io::stdin;
use std::time::Duration;

use models::ErrorCode;
use pop_client::transport::Http;
use pop_client::{Client, Credentials, Retry, Settings, Signature};
use pop_rpc::{Action, Format, Method};
use serde::de::DeserializeOwned;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = std::env::args().nth(1).ok_or("no endpoint")?;
    let rpc = client(&endpoint, Signature::Rpc)?;
    let acs3 = client(&endpoint, Signature::Acs3)?;
    for line in stdin().lines() {
        let line = line?;
        let mut parts = line.splitn(3, '\t');
        let mut next = || parts.next().ok_or("a line has fewer than three parts");
        let client = if next()? == "acs3" { &acs3 } else { &rpc };
        let sent = actions::send(client, next()?, next()?).await;
        println!("{}", sent.err().unwrap_or_else(|| "sent".to_owned()));
    }
    Ok(())
}

fn client(endpoint: &str, signature: Signature) -> Result<Client<ErrorCode>, Box<dyn Error>> {
    let timeout = Duration::from_secs(10);
    Ok(Client::new(Settings {
        endpoint: endpoint.to_owned(),
        region_id: None,
        signature,
        method: Method::Post,
        format: Format::Json,
        timeout,
        retry: Retry::NEVER,
        keeps_limits: false,
        credentials: Box::new(Credentials::new("testid", "testsecret")),
        transport: Box::new(Http::new(timeout)?),
        interceptors: Vec::new(),
    }))
}

/// Sends a request of an action. What the service answers does not matter.
async fn send<A>(client: &Client<ErrorCode>, parameters: &str) -> Result<(), String>
where
    A: Action<Response: DeserializeOwned> + DeserializeOwned + Sync,
{
    let action: A = serde_json::from_str(parameters).map_err(|error| error.to_string())?;
    match client.call(&action).await {
        Err(error) if error.status().is_none() => Err(error.to_string()),
        _ => Ok(()),
    }
}
