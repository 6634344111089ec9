//! `hilo sim act`: what a hand does with a phone besides typing.

use anyhow::Result;
use clap::{Args, Subcommand};
use simulator::control::Client;
use simulator::{Act, OrderItem, Referral};

use super::NotRight;

#[derive(Debug, Args)]
#[command(after_help = "Example: hilo sim act voice --from +525512345678")]
pub(super) struct Doing {
    /// The phone's number or username; it is made if it is new.
    #[arg(long, global = true, value_name = "PHONE")]
    from: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Record a voice note.
    Voice,
    /// Send a sound that was recorded elsewhere.
    Audio,
    /// Send a photo.
    Photo {
        /// What stands under it.
        #[arg(long)]
        caption: Option<String>,
    },
    /// Send a film.
    Video {
        /// What stands under it.
        #[arg(long)]
        caption: Option<String>,
    },
    /// Send a file.
    Document {
        /// Its name.
        #[arg(default_value = "receta.pdf")]
        filename: String,
        /// What stands under it.
        #[arg(long)]
        caption: Option<String>,
    },
    /// Send a sticker.
    Sticker,
    /// Share a place.
    Location {
        /// Degrees north.
        #[arg(default_value_t = 19.4326, allow_negative_numbers = true)]
        latitude: f64,
        /// Degrees east.
        #[arg(default_value_t = -99.1332, allow_negative_numbers = true)]
        longitude: f64,
        /// What the place is called.
        #[arg(long)]
        name: Option<String>,
    },
    /// Share a contact card.
    Card {
        /// Whose.
        name: String,
        /// The number on it.
        number: String,
        /// The business has asked for the person's own number.
        #[arg(long)]
        requested: bool,
    },
    /// Order from the catalogue.
    Order {
        /// The business's own name of the product.
        #[arg(default_value = "armazon-azul")]
        product: String,
        /// How many.
        #[arg(long, default_value_t = 1)]
        quantity: u32,
        /// The price of one, in pesos.
        #[arg(long, default_value_t = 1_490.0)]
        price: f64,
        /// What is written along.
        #[arg(long)]
        text: Option<String>,
    },
    /// Put an emoji on a message, or take it away.
    Reaction {
        /// The message.
        message: String,
        /// The emoji; none takes it away.
        emoji: Option<String>,
    },
    /// Correct an own message, within fifteen minutes.
    Edit {
        /// The message.
        message: String,
        /// What it says instead.
        text: String,
    },
    /// Delete an own message for everybody, within two days.
    Revoke {
        /// The message.
        message: String,
    },
    /// Pass on somebody else's text.
    Forward {
        /// The text.
        text: String,
    },
    /// Write after a tap on an advertisement.
    FromAd {
        /// What to write.
        text: String,
    },
    /// Call, without being answered.
    Call,
    /// Type, and send nothing.
    Typing,
    /// Block the business.
    Block,
    /// Take the block back.
    Unblock,
    /// Stop marketing messages.
    OptOut,
    /// Want marketing messages again.
    OptIn,
    /// Move to another number.
    ChangeNumber {
        /// The new one.
        number: String,
    },
    /// Set WhatsApp up anew: for the business it might be somebody else now.
    Reinstall,
    /// Take a username; without one, give it up.
    Username {
        /// The username.
        username: Option<String>,
    },
    /// Answer from the business's phone app.
    Echo {
        /// What the business writes.
        text: String,
    },
    /// Hand the conversation to another actor.
    HandOver,
    /// Anything that a phone can do, as the control API spells it: '{"type":"unsupported","what":"poll"}'.
    Json {
        /// The act.
        act: String,
    },
}

impl Doing {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        let from = self.from.ok_or_else(|| NotRight("--from: say which phone, such as +525512345678".to_owned()))?;
        println!("{}", crate::simulated::perform(client, &from, None, &self.what.act()?).await?);
        Ok(())
    }
}

impl What {
    fn act(self) -> Result<Act> {
        // Without an id of a file, the simulator makes one.
        let media_id = String::new();
        Ok(match self {
            Self::Voice => Act::Voice { media_id },
            Self::Audio => Act::Audio { media_id },
            Self::Photo { caption } => Act::Image { media_id, caption },
            Self::Video { caption } => Act::Video { media_id, caption },
            Self::Document { filename, caption } => Act::Document { media_id, filename, caption },
            Self::Sticker => Act::Sticker { media_id },
            Self::Location { latitude, longitude, name } => {
                Act::Location { latitude, longitude, name, address: None, reply_to: None }
            }
            Self::Card { name, number, requested } => Act::Contacts { name, phone: number, requested },
            Self::Order { product, quantity, price, text } => {
                let item =
                    OrderItem { product_retailer_id: product, quantity, item_price: price, currency: "MXN".to_owned() };
                Act::Order { catalog_id: "simulated".to_owned(), text, items: vec![item] }
            }
            Self::Reaction { message, emoji } => Act::Reaction { message_id: message, emoji },
            Self::Edit { message, text } => Act::Edit { message_id: message, text },
            Self::Revoke { message } => Act::Revoke { message_id: message },
            Self::Forward { text } => Act::Forwarded { text, frequently: false },
            Self::FromAd { text } => Act::FromAd { text, referral: Referral::default() },
            Self::Call => Act::Call,
            Self::Typing => Act::Typing,
            Self::Block => Act::Block,
            Self::Unblock => Act::Unblock,
            Self::OptOut => Act::OptOut,
            Self::OptIn => Act::OptIn,
            Self::ChangeNumber { number } => Act::ChangeNumber { number },
            Self::Reinstall => Act::Reinstall,
            Self::Username { username } => Act::SetUsername { username },
            Self::Echo { text } => Act::Echo { text },
            Self::HandOver => Act::HandOver,
            Self::Json { act } => {
                serde_json::from_str(&act).map_err(|error| NotRight(format!("this is not an act: {error}")))?
            }
        })
    }
}
