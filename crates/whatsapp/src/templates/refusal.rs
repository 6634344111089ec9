//! What Meta's refusals of a template mean, and what to change.

use crate::error::GraphError;

/// What to change about a template that Meta did not take, where its code tells.
pub fn what_to_change(refusal: &GraphError) -> Option<&'static str> {
    let by_subcode = match refusal.subcode? {
        2_388_299 => "put a word or a full stop before a gap at the beginning and after one at the end",
        2_388_293 => "write more words or use fewer gaps: there are too many gaps for so short a text",
        2_388_019 => "delete templates that you do not use: the account has as many as it may have",
        2_388_023 => {
            "wait until the deletion of the template of this name is done, or choose another name: Meta blocks a name for weeks"
        }
        2_388_024 => "choose another name, or edit the template: this name exists in this language",
        2_388_025 => "wait: a template can be edited once a day and ten times a month",
        2_388_039 | 2_388_040 => "shorten it: a part is longer than Meta takes",
        2_388_072 | 2_388_047 | 2_388_073 => {
            "correct the gaps: number them from 1 without leaving one out, or name all of them"
        }
        2_593_079 => "choose another category: Meta takes it for something else than you say",
        _ => return None,
    };
    Some(by_subcode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_subcode_says_what_to_change() {
        let refusal = |subcode| GraphError {
            code: 100,
            subcode,
            message: "Invalid parameter".into(),
            details: None,
            fbtrace_id: None,
            http_status: Some(400),
        };
        assert!(what_to_change(&refusal(Some(2_388_299))).unwrap().contains("full stop"));
        assert_eq!(what_to_change(&refusal(Some(1))), None);
        assert_eq!(what_to_change(&refusal(None)), None);
    }
}
