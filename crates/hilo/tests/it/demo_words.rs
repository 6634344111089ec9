//! What the demo suggests to tap is recognised: a newcomer's first message must not be the one that nobody understands.

use hilo::workflows::Published;

#[test]
fn what_the_demo_suggests_is_recognised() {
    let optician = Published::new(1, workflow::OPTICA_LUNA, "optica-luna.yaml").unwrap();
    let taken_for = |text: &str| {
        let by_rule = workflow::decided_by_rule(&optician.workflow, text).map(|kind| kind.id.clone());
        let by_model =
            || optician.guess(text).filter(|guess| guess.threshold <= guess.confidence).map(|guess| guess.kind);
        by_rule.or_else(by_model)
    };
    for complaint in
        ["quiero quejarme", "quiero quejarme, mis lentes llegaron rayados", "quero reclamar do atendimento"]
    {
        assert_eq!(taken_for(complaint).as_deref(), Some("complaint"), "{complaint}");
    }
    for suggestion in
        ["¿ya están mis lentes?", "quiero una cita", "quero marcar um exame de vista", "how much are contact lenses?"]
    {
        assert!(taken_for(suggestion).is_some(), "{suggestion}");
    }
}
