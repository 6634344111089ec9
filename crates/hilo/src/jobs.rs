//! Everything that happens without a request, one a file. The timers are in `schedule.rs`.

mod answer_due;
mod ask_outside;
mod behind_the_log;
pub mod business_time;
#[cfg(test)]
pub(crate) mod by_hand;
mod clear_deliveries;
mod close_silent_matters;
mod cut_changes;
mod fetch_media;
mod find_duplicates;
mod flush_heard;
mod flush_reported;
mod forget_answers;
mod forget_sign_ins;
mod hear_neighbours;
mod hear_pauses;
mod hear_versions;
mod index_words;
mod learn_corrections;
mod process_backlog;
mod reclaim_abandoned_sends;
mod refresh_templates;
mod remove_unsent_uploads;
mod review_unknown_sends;
pub mod schedule;
mod send_follow_ups;
mod settle_parked_reports;
mod share_work;
mod wake_snoozed;
mod watch_promises;
mod watch_troubles;
mod work_off_imports;
