//! Sends a signed request without the client; the string to sign is a constant.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(b"secret&")?;
    mac.update(b"GET&%2F&Action%3DOnsMqttGroupIdList");
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    let url = format!("https://ons.cn-hangzhou.aliyuncs.com/?Signature={signature}");
    println!("{}", reqwest::get(url).await?.text().await?);
    Ok(())
}
