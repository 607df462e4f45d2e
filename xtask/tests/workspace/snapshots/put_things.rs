use std::collections::BTreeMap;

use small_client::Client;
use small_client::models::{Colour, Level, Part};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(std::env::var("EXPLORER_ADDRESS")?)
        .build()?;
    let response = client
        .put_things(vec!["it's & \"one\"".to_owned(), "$two\\ €".to_owned()])
        .parts(vec![
            Part::new("a \"b\"").count(2).colour(Colour::from("Red-ish")),
            Part::new("c"),
        ])
        .levels(vec![Level::from(-1), Level::from(0)])
        .numbers(vec![1, 22])
        .options(BTreeMap::from([
            ("a".to_owned(), "b c".to_owned()),
            ("d'".to_owned(), "`e`".to_owned()),
        ]))
        .colour(Colour::from("red"))
        .any_level(Level::from(7))
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
