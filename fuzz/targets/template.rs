//! Templates: whatever Meta lists and whoever fills it, there is a text or a sentence about what does not fit.

use serde_json::Value;
use whatsapp::outbound::{Parameter, Template};
use whatsapp::templates::{Definition, filled, misfits};

/// Takes components as JSON on the first line, and what fills their gaps on those that follow, as `value` or `name=value`.
pub(crate) fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let components: Value = serde_json::from_str(lines.next().unwrap_or_default()).unwrap_or_default();
    let template = Template {
        name: "visit".to_owned(),
        language: "es".to_owned(),
        header: None,
        body: lines.map(parameter).collect(),
        buttons: Vec::new(),
    };
    let problems = misfits(&components, &template);
    let said = filled(&components, &template);
    assert!(problems.iter().all(|problem| !problem.is_empty()));
    if problems.is_empty() && template.body.is_empty() {
        // Without gaps there is nothing that could change the words.
        assert!(said.is_none_or(|said| components.to_string().len() >= said.len()));
    }
    let definition = Definition {
        name: "visit".to_owned(),
        language: "es".to_owned(),
        category: "UTILITY".to_owned(),
        is_named: false,
        components,
    };
    drop(definition.check());
}

fn parameter(line: &str) -> Parameter {
    match line.split_once('=') {
        Some((name, value)) => Parameter { name: Some(name.to_owned()), text: value.to_owned() },
        None => Parameter { name: None, text: line.to_owned() },
    }
}
