use small_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(std::env::var("EXPLORER_ADDRESS")?)
        .build()?;
    let response = client
        .greet()
        .name("b c")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
