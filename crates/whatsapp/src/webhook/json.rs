//! Reading members of Meta's JSON without trusting their types: numbers come as strings and back, absent things as null or `""`.

use serde_json::Value;

/// The last second of the year 9999. A number above it is milliseconds or garbage.
const LAST_SECOND: i64 = 253_402_300_799;

/// The member, unless it is null.
pub(crate) fn member<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).filter(|member| !member.is_null())
}

/// The member, moved out, unless it is null.
pub(super) fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut()?.remove(key).filter(|member| !member.is_null())
}

/// Words or a number as text; an empty string counts as absent.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first of the keys that has text: Meta has renamed several.
pub(super) fn first_text(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| text(value, key))
}

pub(super) fn integer(value: &Value, key: &str) -> Option<i64> {
    match value.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A moment in Unix seconds.
pub(super) fn seconds(value: &Value, key: &str) -> Option<i64> {
    integer(value, key).filter(|second| (0..=LAST_SECOND).contains(second))
}

pub(super) fn decimal(value: &Value, key: &str) -> Option<f64> {
    match value.get(key)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// Whether the member says yes; absent means no.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    match value.get(key) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// The elements of a list; nothing if it is absent or no list.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_from_strings_and_strings_from_numbers() {
        let value = json!({"s": "42", "n": 42, "f": "19.4", "id": 806312974732579_i64});

        assert_eq!(integer(&value, "s"), Some(42));
        assert_eq!(integer(&value, "n"), Some(42));
        assert_eq!(decimal(&value, "f"), Some(19.4));
        assert_eq!(text(&value, "id").as_deref(), Some("806312974732579"));
    }

    #[test]
    fn null_empty_and_wrong_types_count_as_absent() {
        let value = json!({"null": null, "empty": "", "list": [], "nan": "NaN"});

        for key in ["null", "empty", "list", "missing"] {
            assert_eq!(text(&value, key), None, "{key}");
            assert_eq!(integer(&value, key), None, "{key}");
        }
        assert_eq!(decimal(&value, "nan"), None);
        assert_eq!(text(&json!(7), "x"), None);
        assert!(member(&value, "null").is_none());
    }

    #[test]
    fn a_moment_outside_any_calendar_is_garbage() {
        assert_eq!(seconds(&json!({"t": 1_700_000_000_000_i64}), "t"), None);
        assert_eq!(seconds(&json!({"t": -1}), "t"), None);
        assert_eq!(seconds(&json!({"t": "soon"}), "t"), None);
        assert_eq!(seconds(&json!({"t": "1700000000"}), "t"), Some(1_700_000_000));
    }
}
