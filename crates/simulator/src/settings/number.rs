//! The numbers of the business.

use serde::{Deserialize, Serialize};

/// A number of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessNumber {
    /// Its id in Graph paths and in webhook metadata.
    pub phone_number_id: String,
    /// The WhatsApp Business Account that holds it.
    pub waba_id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// Whether people at the business answer from its phone app too.
    #[serde(default)]
    pub on_business_app: bool,
}

impl Default for BusinessNumber {
    fn default() -> Self {
        Self {
            phone_number_id: "100200300400500".into(),
            waba_id: "900800700600500".into(),
            display_phone_number: "525550001000".into(),
            on_business_app: false,
        }
    }
}
