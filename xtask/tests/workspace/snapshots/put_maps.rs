use std::collections::BTreeMap;

use small_client::Client;
use small_client::models::Source;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(std::env::var("EXPLORER_ADDRESS")?)
        .build()?;
    let response = client
        .put_maps(Source::new("t")
            .weight(2.0)
            .options(BTreeMap::from([("x".to_owned(), "y".to_owned())]))
            .rows(vec![
                BTreeMap::from([("r".to_owned(), 1)]),
                BTreeMap::from([("s".to_owned(), 2)]),
            ])
            .extra("{\"b\":[true,1.5,\"z\"]}".parse()?))
        .source_size(3)
        .labels(BTreeMap::from([
            ("a.b".to_owned(), "".to_owned()),
            ("c".to_owned(), "d".to_owned()),
        ]))
        .sources(BTreeMap::from([("k".to_owned(), Source::new("u").weight(0.5))]))
        .rows(vec![BTreeMap::from([("r".to_owned(), 5)])])
        .extra("[\"it's\",{\"a\":1}]".parse()?)
        .extra_text("{\"a\":[null,2]}".parse()?)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
