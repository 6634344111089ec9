//! The signs of the desk. Each stands beside a text, or has one that only screen readers say.

use maud::Markup;

use crate::http::drawn::icons::sign;

/// What a sign stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Inbox,
    People,
    Company,
    Deal,
    Calendar,
    Order,
    Health,
    Settings,
    Search,
    Keys,
    Back,
    Forward,
    Close,
    Done,
    Snooze,
    Assign,
    Note,
    Attach,
    Template,
    Canned,
    Send,
    More,
    Robot,
    Draft,
    Alarm,
    Place,
    Card,
    Undo,
    Reopen,
    Details,
    Keep,
    Smile,
}

/// The sign, drawn.
pub(crate) fn icon(of: Sign) -> Markup {
    sign(match of {
        Sign::Inbox => "M2 9.5h3.2l1 2h3.6l1-2H14M2 9.5 4.2 3h7.6L14 9.5v3.5H2V9.5Z",
        Sign::People => {
            "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-4 5.2c0-2 1.8-3.2 4-3.2s4 1.2 4 3.2M10.6 3.3a2.4 2.4 0 0 1 0 4.5M11.8 10.2c1.4.4 2.2 1.5 2.2 3"
        }
        Sign::Company => "M3 14V2.5h6V14M9 6h4v8M2 14h12M5.2 5.2h1.6M5.2 8h1.6M5.2 10.8h1.6",
        Sign::Deal => {
            "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9.3v6.6M9.8 6.1C9.3 5.5 8.7 5.3 8 5.3c-1 0-1.8.5-1.8 1.3 0 1.8 3.7.9 3.7 2.8 0 .8-.8 1.4-1.9 1.4-.8 0-1.5-.3-2-.9"
        }
        Sign::Calendar => "M2.5 3.5h11v10h-11v-10Zm0 3.2h11M5.4 2v2.6M10.6 2v2.6",
        Sign::Order => "M2.5 5 8 2.2 13.5 5v6L8 13.8 2.5 11V5Zm0 0L8 7.8 13.5 5M8 7.8v6",
        Sign::Health => "M1.5 8.5h3l1.7-4.6 2.8 8.2 1.9-5.2.9 1.6h2.7",
        Sign::Settings => {
            "M2.5 4.5h6.6m3.4 0h1M2.5 11.5h1.6m3.4 0h6M9.1 4.5a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 0 0-3.4 0Zm-5 7a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 0 0-3.4 0Z"
        }
        Sign::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2 3.2 3.2",
        Sign::Keys => "M1.5 4h13v8.5h-13V4Zm3 2.7h.1m2.3 0h.1m2.3 0h.1m2.2 0h.1M5 10h6",
        Sign::Back => "M9.8 3 5 8l4.8 5",
        Sign::Forward => "M6.2 3 11 8l-4.8 5",
        Sign::Close => "m4 4 8 8m0-8-8 8",
        Sign::Done => "m3 8.6 3.2 3.2L13 4.6",
        Sign::Snooze => "M8 4.5V8l2.3 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
        Sign::Assign => {
            "M7 7.6a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4Zm-5 6c0-2.3 2.2-3.8 5-3.8.7 0 1.4.1 2 .3M12 9.5v4.4M9.8 11.7h4.4"
        }
        Sign::Note => "M3 2.5h10v7.2L9.7 13.5H3v-11Zm10 7.2H9.7v3.8M5.5 5.6h5M5.5 8h3",
        Sign::Attach => {
            "m13 7.4-5.3 5.3a3.2 3.2 0 0 1-4.6-4.5l5.5-5.5a2.1 2.1 0 0 1 3 3l-5.4 5.5a1.1 1.1 0 0 1-1.6-1.5l4.7-4.7"
        }
        Sign::Template => "M2.5 3h11v10h-11V3Zm0 3h11M6 6v7",
        Sign::Canned => "M2.5 3h11v7.8H7.2L4 13.5v-2.7H2.5V3Zm3.2 3.9h.1m2.1 0h.1m2.1 0h.1",
        Sign::Send => "M2.5 8h10.2M8.6 3.6 13 8l-4.4 4.4",
        Sign::More => "M3 8h.4M3 8h.4M7.8 8h.4m4.4 0h.4M7.8 8h.4M3 7.8v.4m5-.4v.4m5-.4v.4",
        Sign::Robot => "M3 6.2h10v6.3H3V6.2Zm5-3.4v3.4M6 9h.1m3.8 0h.1M8 2.7h.1",
        Sign::Draft => "m10.6 2.8 2.6 2.6L6 12.6l-3.3.7.7-3.3 7.2-7.2Z",
        Sign::Alarm => "M8 4v5m0 2.6v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
        Sign::Place => {
            "M8 14s4.7-4.2 4.7-7.6a4.7 4.7 0 0 0-9.4 0C3.3 9.8 8 14 8 14Zm0-5.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z"
        }
        Sign::Card => {
            "M2 3.5h12v9H2v-9Zm3.8 4.3a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8ZM3.9 10.6c.2-1 1-1.5 1.9-1.5s1.7.5 1.9 1.5M9.8 6.3h2.4M9.8 9h2.4"
        }
        Sign::Undo => "M3 6.5h6.5a3.3 3.3 0 0 1 0 6.6H6M3 6.5l3-3m-3 3 3 3",
        Sign::Reopen => "M13.2 8.8a5.2 5.2 0 1 1-1.5-4.5L13.4 6m0-3.4V6H10",
        Sign::Smile => {
            "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.6 9.4c.5 1 1.4 1.6 2.4 1.6s1.9-.6 2.4-1.6M6 6.4h.1m3.8 0h.1"
        }
        Sign::Keep => "M4 2.5h8v11L8 10.6 4 13.5v-11Z",
        Sign::Details => "M2.5 3h11v10h-11V3Zm7 0v10M11.2 6h.8m-.8 2.2h.8",
    })
}
