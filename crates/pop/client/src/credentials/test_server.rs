//! Server with fixed answers, for the tests of sources that are services.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

/// Temporary credentials as the services write them.
pub(super) const ANSWER: &str = r#"{"Code": "Success", "AccessKeyId": "STS.id",
    "AccessKeySecret": "secret", "SecurityToken": "token",
    "Expiration": "2026-11-23T06:00:00Z", "LastUpdated": "x"}"#;

/// Starts a server that sends these answers, one per connection. Returns its URL, and the requests
/// that it received: line, headers and body.
pub(super) fn serve(answers: &[(u16, &str)]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let own = |(status, body): &(u16, &str)| (*status, (*body).to_owned());
    let answers: Vec<(u16, String)> = answers.iter().map(own).collect();
    let asked = thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut connection, _) = listener.accept().unwrap();
            asked.push(request(&connection));
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            connection.write_all((head + &body).as_bytes()).unwrap();
        }
        asked
    });
    (url, asked)
}

fn request(connection: &std::net::TcpStream) -> String {
    let mut reader = BufReader::new(connection);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let start = text.len();
        reader.read_line(&mut text).unwrap();
        let line = text[start..].trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    text + &String::from_utf8(body).unwrap()
}
