//! Texts that come from somewhere: forwarded, from an advertisement, about a product, from a group.

use serde_json::json;

use super::act::Referral;
use super::message::{self, Draft, without_nulls};
use crate::settings::BusinessNumber;

pub(super) fn forwarded(text: &str, frequently: bool) -> Draft {
    let how_often = if frequently { "frequently_forwarded" } else { "forwarded" };
    typed(text).with("context", json!({ how_often: true }))
}

pub(super) fn from_ad(text: &str, referral: &Referral) -> Draft {
    let Referral { source_url, source_id, source_type, headline, body, ctwa_clid, welcome_message } = referral;
    let referral = json!({
        "source_url": source_url,
        "source_id": source_id,
        "source_type": source_type,
        "headline": headline,
        "body": body,
        "media_type": "image",
        "image_url": source_url,
        "ctwa_clid": ctwa_clid,
        "welcome_message": welcome_message.as_ref().map(|text| json!({ "text": text })),
    });
    typed(text).with("referral", without_nulls(referral))
}

pub(super) fn about_product(text: &str, catalog_id: &str, product: &str, number: &BusinessNumber) -> Draft {
    let product = json!({ "catalog_id": catalog_id, "product_retailer_id": product });
    typed(text).with("context", json!({ "from": message::digits_of(number), "referred_product": product }))
}

pub(super) fn in_group(group_id: &str, text: &str) -> Draft {
    typed(text).with("group_id", json!(group_id))
}

fn typed(text: &str) -> Draft {
    Draft::new("text", Some(text), json!({ "body": text }))
}
