//! The fuzz target of workflow files, without a fuzzer.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;
#[path = "../../../fuzz/targets/workflow.rs"]
mod target;

#[test]
fn any_file_is_refused_or_says_what_it_says() {
    let seeds = [
        include_str!("sound.yaml"),
        include_str!("sound-2.yaml"),
        workflow::TRIAGE,
        include_str!("broken/interval.yaml"),
    ];
    mutate::over(&seeds.map(str::as_bytes), 1_500, target::workflow);
}
