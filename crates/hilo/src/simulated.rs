//! Simulated phones, as the command line and the demo page use them.

use anyhow::Result;
use simulator::control::Client;
use simulator::{Act, NewPhone};

/// Writes a text from a phone that is made if it is new. Answers WhatsApp's id of the message.
pub async fn write(client: &Client, from: &str, name: Option<&str>, text: &str) -> Result<String> {
    let name_of_new = name.unwrap_or("Ana").to_owned();
    let is_number = from.chars().filter(char::is_ascii_digit).count() >= 6;
    let known = client.inbox(from).await.is_ok();
    if !known {
        let mut phone = NewPhone { name: Some(name_of_new), ..NewPhone::default() };
        if is_number {
            phone.number = Some(from.to_owned());
        } else {
            phone.username = Some(from.to_owned());
        }
        client.add_phone(&phone).await?;
    }
    Ok(client.send(from, &Act::Text { text: text.to_owned(), reply_to: None }).await?)
}
