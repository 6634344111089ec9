//! `/{phone_number_id}/whatsapp_business_profile` and `/conversational_automation`: what people see of the business
//! before they write.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::page::chosen;
use super::request::{Fields, Number};
use crate::codes::Refusal;
use crate::part::Part;
use crate::platform::{Platform, lock};

const TEXTS: [(&str, usize); 4] = [("about", 139), ("address", 256), ("description", 512), ("email", 128)];
const VERTICALS: [&str; 20] = [
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "NOT_A_BIZ",
];

pub(super) async fn read(State(platform): State<Arc<Platform>>, Number(number): Number, fields: Fields) -> Json<Value> {
    let mut profile = lock(&platform.desks).desk(&number.phone_number_id).profile.clone();
    profile.insert("messaging_product".into(), json!("whatsapp"));
    profile.entry("vertical").or_insert_with(|| json!("UNDEFINED"));
    Json(json!({ "data": [chosen(&Value::Object(profile), &fields)] }))
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let profile = profile(&fields.for_whatsapp()?)?;
    lock(&platform.desks).desk(&number.phone_number_id).profile.extend(profile);
    Ok(Json(json!({ "success": true })))
}

fn profile(request: &Value) -> Result<Map<String, Value>, Refusal> {
    let (request, mut profile) = (Part::of(request), Map::new());
    for (name, most) in TEXTS {
        if let Some(text) = request.at(name).optional_text_up_to(most)? {
            profile.insert(name.into(), json!(text));
        }
    }
    if request.at("about").optional_text()? == Some("") {
        return Err(request.at("about").refuse("must not be empty"));
    }
    if request.at("websites").is_there() {
        let sites = request.at("websites").optional_items()?;
        let sites = sites.iter().map(|site| site.text_up_to(256)).collect::<Result<Vec<_>, _>>()?;
        if 2 < sites.len() || !sites.iter().all(|site| site.starts_with("http")) {
            return Err(request.at("websites").refuse("may hold two http or https URLs"));
        }
        profile.insert("websites".into(), json!(sites));
    }
    if let Some(vertical) = request.at("vertical").optional_text()? {
        if !VERTICALS.contains(&vertical) {
            return Err(request.at("vertical").refuse("is not a line of business that Meta knows"));
        }
        profile.insert("vertical".into(), json!(vertical));
    }
    Ok(profile)
}

/// Greetings, ice breakers and commands.
pub(super) async fn automate(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let automation = automation(&fields.0)?;
    lock(&platform.desks).desk(&number.phone_number_id).automation.extend(automation);
    Ok(Json(json!({ "success": true })))
}

fn automation(request: &Value) -> Result<Map<String, Value>, Refusal> {
    let (request, mut automation) = (Part::of(request), Map::new());
    if request.at("enable_welcome_message").is_there() {
        automation.insert(
            "enable_welcome_message".into(),
            request.at("enable_welcome_message").json("enable_welcome_message")?,
        );
    }
    if request.at("prompts").is_there() {
        let prompts = request.at("prompts").json("prompts")?;
        prompts_fit(&Part::of(&prompts))?;
        automation.insert("prompts".into(), prompts);
    }
    if request.at("commands").is_there() {
        let commands = request.at("commands").json("commands")?;
        commands_fit(&Part::of(&commands))?;
        automation.insert("commands".into(), commands);
    }
    Ok(automation)
}

fn prompts_fit(prompts: &Part<'_>) -> Result<(), Refusal> {
    let list = prompts.optional_items()?;
    if 4 < list.len() {
        return Err(Refusal::parameter("there may be 4 `prompts`"));
    }
    for prompt in list {
        if prompt.text_up_to(80)?.chars().any(is_emoji) {
            return Err(Refusal::parameter("`prompts` may not have emoji"));
        }
    }
    Ok(())
}

fn commands_fit(commands: &Part<'_>) -> Result<(), Refusal> {
    let list = commands.optional_items()?;
    if 30 < list.len() {
        return Err(Refusal::parameter("there may be 30 `commands`"));
    }
    for command in list {
        command.at("command_name").text_up_to(32)?;
        command.at("command_description").text_up_to(256)?;
    }
    Ok(())
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}
