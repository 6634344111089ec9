//! The contract, sentence by sentence. A database keeps it, or is none of ours.

mod alerts;
mod changes;
mod endpoints;
mod merging;
mod nodes;
mod outbox;
mod pages;
mod people;
mod promises;
mod reports;
mod units;
mod work;
mod workspaces;

use store::Store;

/// What holds for one process; each sentence gets an empty database.
pub(crate) fn exercise(new_store: impl Fn() -> Store) {
    units::an_error_in_one_unit_of_a_group_undoes_only_that_unit(&new_store());
    units::a_unit_sees_what_those_before_it_in_the_group_wrote_to_a_row_it_locks(&new_store());
    units::a_failed_statement_undoes_its_unit_even_if_the_unit_looks_away(&new_store());
    units::a_unit_that_only_reads_cannot_write(&new_store());
    units::a_parameter_is_bound_by_its_number(&new_store());
    units::writes_put_aside_take_effect_in_their_order(&new_store());
    units::values_come_back_as_they_went_in(&new_store());
    units::a_nul_in_text_is_replaced_and_in_bytes_is_kept(&new_store());
    people::twins_of_a_phone_number_find_the_same_person(&new_store());
    people::a_revoked_key_or_a_wrong_one_belongs_to_nobody(&new_store());
    people::workflows_are_numbered_in_the_order_of_their_publication(&new_store());
    reports::a_report_moves_progress_only_up_in_every_order(&new_store());
    reports::a_report_that_came_before_the_acceptance_counts(&new_store());
    reports::a_report_on_an_unknown_id_waits_until_the_id_is_known(&new_store());
    reports::an_accepted_message_shows_it_before_the_first_report(&new_store());
    outbox::of_a_conversation_only_the_first_unfinished_send_is_due(&new_store());
    outbox::a_send_whose_lease_ran_out_becomes_unknown_and_never_queued(&new_store());
    outbox::a_send_of_a_node_that_is_at_work_is_left_to_it_for_a_minute_longer(&new_store());
    outbox::a_node_that_lost_its_lease_settles_nothing(&new_store());
    outbox::what_was_marked_by_a_process_that_is_gone_is_unknown_at_once(&new_store());
    outbox::an_unknown_send_is_for_a_person_once_later_ones_were_reported_on(&new_store());
    outbox::a_held_send_waits_for_a_person_and_goes_in_the_present_epoch(&new_store());
    outbox::a_paused_number_sends_nothing(&new_store());
    alerts::a_word_of_trouble_is_there_once_a_day_for_each_person(&new_store());
    alerts::what_is_sent_by_one_is_left_alone_until_its_lease_is_over(&new_store());
    work::of_a_sender_only_the_oldest_part_is_due(&new_store());
    work::what_was_given_up_on_waits_for_a_person_and_tries_again(&new_store());
    changes::changes_are_read_in_pages_in_the_order_of_their_commits(&new_store());
    changes::what_is_too_old_is_cut_off_and_who_missed_it_is_told(&new_store());
    changes::things_are_found_by_many_ids_at_once(&new_store());
    endpoints::an_endpoint_belongs_to_one_node_until_its_lease_ends(&new_store());
    endpoints::only_endpoints_with_something_to_do_are_at_work(&new_store());
    endpoints::a_delivery_goes_on_from_its_last_attempt_and_a_dead_one_can_be_recovered(&new_store());
    pages::pages_walk_all_rows_once(&new_store());
    promises::a_promise_passes_unless_a_person_answered_in_time(&new_store());
    workspaces::the_same_keys_in_two_workspaces_do_not_meet(&new_store());
    workspaces::a_workspace_cannot_read_what_is_anothers(&new_store());
    workspaces::a_workspace_cannot_change_what_is_anothers(&new_store());
    workspaces::a_number_of_another_workspace_stays_there_as_it_is(&new_store());
}

/// What holds between two processes on one database.
pub(crate) fn exercise_nodes(new_pair: impl Fn() -> (Store, Store)) {
    nodes::a_unit_is_answered_only_after_its_commit(&new_pair());
    nodes::a_read_sees_one_moment(&new_pair());
    nodes::units_that_share_a_lock_run_one_after_the_other(&new_pair());
    nodes::an_effect_is_claimed_once(&new_pair());
    nodes::an_identity_belongs_to_exactly_one_contact(&new_pair());
    nodes::sequence_numbers_have_no_gap(&new_pair());
    merging::what_whatsapp_says_while_two_are_merged_reaches_who_they_are(&new_pair());
    nodes::two_workflows_published_at_once_get_two_numbers(&new_pair());
    nodes::an_outbox_row_is_claimed_by_one_node(&new_pair());
    nodes::a_node_passes_over_what_another_is_claiming(&new_pair());
    nodes::a_part_is_worked_off_by_one_node(&new_pair());
    changes::a_reader_never_passes_what_is_still_to_be_committed(&new_pair());
    changes::a_reader_beside_many_writers_sees_everything_once(&new_pair());
}
