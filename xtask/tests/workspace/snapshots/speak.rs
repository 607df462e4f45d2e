use small_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(std::env::var("EXPLORER_ADDRESS")?)
        .build()?;
    let response = client
        .speak("pcm")
        .version(2)
        .timestamp(5)
        .action("wave")
        .access_key_id("of the door")
        .security_token("in the form")
        .signature("me")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
