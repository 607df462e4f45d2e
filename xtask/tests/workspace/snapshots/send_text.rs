use std::collections::BTreeMap;

use small_client::{Client, Format};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(std::env::var("EXPLORER_ADDRESS")?)
        .format(Format::Xml)
        .build()?;
    let response = client
        .send_text("abc", "one & two +%")
        .lines(vec!["first".to_owned(), "second".to_owned()])
        .marks(vec![3, 14])
        .tags(BTreeMap::from([("a".to_owned(), "b".to_owned())]))
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
