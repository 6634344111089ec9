//! One place in a request that knows where it stands, so that a refusal can name it.

use serde_json::Value;

use crate::codes::{self, Refusal};

pub(crate) struct Part<'a> {
    value: &'a Value,
    path: String,
    code: i64,
}

impl<'a> Part<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        Self { value, path: String::new(), code: codes::INVALID_PARAMETER }
    }

    /// Meta answers 100 for a bad text and 131009 for a bad button; the family decides.
    pub(crate) fn judged_by(self, code: i64) -> Self {
        Self { code, ..self }
    }

    pub(crate) fn at(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { value: &self.value[name], path, code: self.code }
    }

    pub(crate) fn is_there(&self) -> bool {
        !self.value.is_null()
    }

    pub(crate) fn required(&self) -> Result<(), Refusal> {
        if self.is_there() { Ok(()) } else { Err(Refusal::missing(&self.path)) }
    }

    pub(crate) fn refuse(&self, reason: &str) -> Refusal {
        Refusal::of(self.code, format!("`{}` {reason}", self.path))
    }

    pub(crate) fn optional_text(&self) -> Result<Option<&'a str>, Refusal> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(self.refuse("must be a string"))
            }
        }
    }

    /// Some clients write ids as JSON numbers.
    pub(crate) fn optional_scalar(&self) -> Result<Option<String>, Refusal> {
        match self.value {
            Value::Number(number) => Ok(Some(number.to_string())),
            _ => Ok(self.optional_text()?.map(str::to_owned)),
        }
    }

    pub(crate) fn text(&self) -> Result<&'a str, Refusal> {
        match self.optional_text()? {
            None => Err(Refusal::missing(&self.path)),
            Some("") => Err(self.refuse("must not be empty")),
            Some(text) => Ok(text),
        }
    }

    pub(crate) fn text_up_to(&self, limit: usize) -> Result<&'a str, Refusal> {
        self.within(limit, self.text()?)
    }

    pub(crate) fn optional_text_up_to(&self, limit: usize) -> Result<Option<&'a str>, Refusal> {
        self.optional_text()?.map(|text| self.within(limit, text)).transpose()
    }

    /// Clients send coordinates as numbers and as strings.
    pub(crate) fn number(&self) -> Result<f64, Refusal> {
        let read = match self.value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        };
        self.required()?;
        read.ok_or_else(|| self.refuse("must be a number"))
    }

    pub(crate) fn optional_items(&self) -> Result<Vec<Self>, Refusal> {
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) => Ok(items.iter().enumerate().map(|(index, item)| self.item(index, item)).collect()),
            _ => Err(self.refuse("must be a list")),
        }
    }

    /// The value as it stands; a form or a query carries it as text.
    pub(crate) fn json(&self, name: &str) -> Result<Value, Refusal> {
        match self.value {
            Value::Null => Err(Refusal::parameter(format!("`{name}` is required"))),
            Value::String(text) => serde_json::from_str(text).map_err(|_| self.refuse("is not JSON")),
            other => Ok(other.clone()),
        }
    }

    pub(crate) fn items(&self, at_most: usize) -> Result<Vec<Self>, Refusal> {
        self.required()?;
        let items = self.optional_items()?;
        if items.is_empty() || at_most < items.len() {
            return Err(self.refuse(&format!("must hold 1 to {at_most} items, not {}", items.len())));
        }
        Ok(items)
    }

    fn item(&self, index: usize, value: &'a Value) -> Self {
        Self { value, path: format!("{}[{index}]", self.path), code: self.code }
    }

    fn within(&self, limit: usize, text: &'a str) -> Result<&'a str, Refusal> {
        let length = text.chars().count();
        if limit < length {
            return Err(self.refuse(&format!("may have {limit} characters, not {length}")));
        }
        Ok(text)
    }
}
