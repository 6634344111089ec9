//! Who works in which queue, and how each queue stands.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::Language;
use domain::desk::{Assignment, Availability};
use domain::ids::UserId;
use domain::right::Right;
use maud::{Markup, html};
use store::{AgentRow, QueueStanding, Tx, UserRow};
use workflow::Queue;

use super::{Part, may_see, page};
use crate::clock::machine_now;
use crate::http::desk::hours;
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::inbox::{Attendance, USUAL_CAPACITY, attendance};
use crate::node::Node;

/// What somebody has is counted so far.
const MOST_HELD: i64 = 200;

/// Everything that the screen tells.
struct Staff {
    people: Vec<Worker>,
    members: Vec<(String, UserId)>,
    assignments: Vec<(String, Assignment)>,
    open: Vec<(String, i64)>,
    standings: Vec<QueueStanding>,
}

/// Somebody who works on conversations.
struct Worker {
    user: UserRow,
    /// As far as anything was ever set.
    agent: Option<AgentRow>,
    load: i64,
}

/// `GET /settings/queues`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Queues)?;
    let (workspace, now) = (view.workspace, view.now());
    let queues: Vec<String> = view.workflow.workflow.queues.iter().map(|queue| queue.id.clone()).collect();
    let staff = node.store.read(move |tx| read(tx, workspace, &queues, now)).await?;
    let content = html! {
        p.soft { (view.say("queues-lead")) }
        @for (queue, standing) in view.workflow.workflow.queues.iter().zip(&staff.standings) {
            (card(&view, queue, standing, &staff))
        }
        (everybody(&view, &staff))
    };
    Ok(page(&view, Part::Queues, content))
}

fn read(tx: &mut Tx<'_>, workspace: domain::ids::WorkspaceId, queues: &[String], now: i64) -> store::Result<Staff> {
    let mut agents = tx.agents(workspace)?;
    let mut people = Vec::new();
    for user in tx.users(workspace)? {
        if user.disabled_at.is_some() || !Right::Work.is_of(user.role) {
            continue;
        }
        let place = agents.iter().position(|agent| agent.user == user.id);
        let load = tx.held_by(workspace, user.id, MOST_HELD)?.len() as i64;
        people.push(Worker { agent: place.map(|place| agents.swap_remove(place)), user, load });
    }
    let standings =
        queues.iter().map(|queue| tx.queue_standing(workspace, queue, now)).collect::<store::Result<_>>()?;
    Ok(Staff {
        people,
        standings,
        members: tx.members(workspace)?,
        assignments: tx.assignments(workspace)?,
        open: tx.open_ticket_counts(workspace)?,
    })
}

impl Staff {
    fn belongs(&self, worker: &Worker, queue: &str) -> bool {
        self.members.iter().any(|(of, user)| of == queue && *user == worker.user.id)
    }

    fn assignment(&self, queue: &str) -> Assignment {
        self.assignments.iter().find(|(of, _)| of == queue).map_or(Assignment::Off, |(_, how)| *how)
    }

    fn open(&self, queue: &str) -> i64 {
        self.open.iter().find(|(of, _)| of == queue).map_or(0, |(_, open)| *open)
    }
}

fn may_direct(view: &View) -> bool {
    Right::Direct.is_of(view.person.role)
}

fn card(view: &View, queue: &Queue, standing: &QueueStanding, staff: &Staff) -> Markup {
    let title = format!("queue-{}", queue.id);
    let (inside, outside): (Vec<&Worker>, Vec<&Worker>) =
        staff.people.iter().partition(|worker| staff.belongs(worker, &queue.id));
    html! {
        section.card.queue aria-labelledby=(title) {
            div.row {
                h2.grow id=(title) { bdi { (queue.name.get(view.reader.language)) } }
                (doors(view, queue))
            }
            (figures(view, queue, standing, staff))
            p.soft { (view.say_with("queues-hours", &[("hours", &hours::week(&view.reader, &queue.hours))])) }
            @if may_direct(view) { (giving(view, queue, staff.assignment(&queue.id))) }
            @if inside.is_empty() { p.soft { (view.say("queues-nobody")) } }
            ul.plain-list { @for worker in inside { (member(view, queue, worker)) } }
            @if may_direct(view) && !outside.is_empty() { (joining(view, queue, &outside)) }
        }
    }
}

/// Whether it is open, or when it will be.
fn doors(view: &View, queue: &Queue) -> Markup {
    let now = view.reader.now;
    html! {
        @if queue.hours.is_open(now, &queue.time_zone) { span.good { (view.say("queues-open")) } }
        @else {
            span.soft {
                @match queue.hours.next_opening(now, &queue.time_zone) {
                    Some(at) => (view.say_with("queues-opens", &[("when", &view.reader.when(at.as_millisecond()))])),
                    None => (view.say("queues-closed")),
                }
            }
        }
    }
}

fn figures(view: &View, queue: &Queue, standing: &QueueStanding, staff: &Staff) -> Markup {
    let waits = standing.waiting_since.map(|since| hours::span(&view.reader, view.now() - since));
    let kept = standing.kept_percent().map(|percent| format!("{percent} %"));
    let promise = hours::span(&view.reader, queue.promise.as_millis() as i64);
    let none = || view.say("queues-none");
    html! {
        dl.figures {
            div { dt { (view.say("queues-waiting")) } dd { (staff.open(&queue.id)) } }
            div { dt { (view.say("queues-longest")) } dd { (waits.unwrap_or_else(none)) } }
            div { dt { (view.say("queues-kept")) } dd { (kept.unwrap_or_else(none)) } }
            div { dt { (view.say("queues-promise")) } dd { (promise) } }
        }
    }
}

fn giving(view: &View, queue: &Queue, how: Assignment) -> Markup {
    let field = format!("assignment-{}", queue.id);
    html! {
        form.row data-call={ "PUT /queues/" (queue.id) "/assignment" } data-on="change" data-done=(view.say("people-saved")) {
            label for=(field) { (view.say("queues-assignment")) }
            select id=(field) name="assignment" {
                @for one in Assignment::ALL.iter().copied() {
                    option value=(one) selected[one == how] { (view.say(&format!("queues-assignment-{one}"))) }
                }
            }
        }
    }
}

fn member(view: &View, queue: &Queue, worker: &Worker) -> Markup {
    let name = &worker.user.name;
    html! {
        li id={ "member-" (queue.id) "-" (worker.user.id) } {
            span.avatar aria-hidden="true" { (initials(name)) }
            div.grow { strong { bdi { (name) } } br; (stand(view, worker)) }
            @if may_direct(view) {
                button.plain type="button" data-call={ "DELETE /queues/" (queue.id) "/members/" (worker.user.id) }
                    data-done=(view.say("people-saved")) aria-label=(view.say_with("queues-remove-of", &[("name", name)])) {
                    (view.say("queues-remove"))
                }
            }
        }
    }
}

/// Whether somebody takes work, since when, and how much they have of how much.
fn stand(view: &View, worker: &Worker) -> Markup {
    let capacity = worker.agent.as_ref().map_or(USUAL_CAPACITY, |agent| agent.capacity);
    let has = view.say_with("queues-load", &[("load", &worker.load.to_string()), ("capacity", &capacity.to_string())]);
    let Some(agent) = &worker.agent else {
        return html! { small.soft { (view.say("desk-away")) " · " (has) } };
    };
    // These moments are the machine's; a screen shows the business's.
    let since = view.now() - (machine_now() - agent.since);
    let since = view.say_with("health-trouble-since", &[("when", &view.reader.when(since))]);
    let (class, word) = match (attendance(agent, machine_now()), agent.availability) {
        (Attendance::There, _) => ("good", "desk-available"),
        (Attendance::Away | Attendance::Gone, Availability::Available) => ("alarm", "queues-no-sign"),
        (Attendance::Away | Attendance::Gone, Availability::Away) => ("soft", "desk-away"),
    };
    html! { small { span class=(class) { (view.say(word)) } span.soft { " " (since) " · " (has) } } }
}

fn joining(view: &View, queue: &Queue, outside: &[&Worker]) -> Markup {
    let field = format!("join-{}", queue.id);
    html! {
        form.row data-call={ "PUT /queues/" (queue.id) "/members/{user}" } data-done=(view.say("people-saved")) {
            label.unseen for=(field) { (view.say("queues-add")) }
            select id=(field) name="user" {
                @for worker in outside { option value=(worker.user.id) { (worker.user.name) } }
            }
            button.quiet type="submit" { (view.say("queues-add")) }
        }
    }
}

/// How much each takes on, and of what.
fn everybody(view: &View, staff: &Staff) -> Markup {
    html! {
        @if may_direct(view) {
            section.card aria-labelledby="everybody-title" {
                h2 #everybody-title { (view.say("queues-everybody")) }
                p.soft { (view.say("queues-everybody-lead")) }
                ul.plain-list { @for worker in &staff.people { (one(view, worker)) } }
            }
        }
    }
}

fn one(view: &View, worker: &Worker) -> Markup {
    let (id, none) = (worker.user.id, Vec::new());
    let (capacity, skills) = match &worker.agent {
        Some(agent) => (agent.capacity, &agent.skills),
        None => (USUAL_CAPACITY, &none),
    };
    html! {
        li id={ "agent-" (id) } {
            details.grow {
                summary {
                    strong { bdi { (worker.user.name) } } " "
                    small.soft { (view.say_with("queues-takes", &[("capacity", &capacity.to_string()), ("skills", &said(view, skills))])) }
                }
                form.fields data-call={ "PUT /agents/" (id) } data-done=(view.say("people-saved")) {
                    p.field {
                        label for={ "capacity-" (id) } { (view.say("queues-capacity")) }
                        input id={ "capacity-" (id) } name="capacity" type="number" min="1" max="200" required value=(capacity);
                    }
                    fieldset {
                        legend { (view.say("queues-skills")) }
                        p.soft { (view.say("queues-skills-lead")) }
                        div.checks {
                            @for (skill, name) in known_skills(view) {
                                label.check {
                                    input type="checkbox" name="skills" value=(skill) data-list checked[skills.contains(&skill)];
                                    span { (name) }
                                }
                            }
                        }
                    }
                    button.primary type="submit" { (view.say("people-save")) }
                }
            }
        }
    }
}

/// Languages, and the types of the workflow.
fn known_skills(view: &View) -> Vec<(String, String)> {
    let languages = Language::ALL.into_iter();
    let languages = languages.map(|one| (one.code().to_owned(), view.say(&format!("language-{one}"))));
    let types = view.workflow.workflow.types.iter().filter(|kind| kind.queue.is_some());
    languages.chain(types.map(|kind| (kind.id.clone(), view.explainer().kind(&kind.id)))).collect()
}

fn said(view: &View, skills: &[String]) -> String {
    let known = known_skills(view);
    let name =
        |skill: &String| known.iter().find(|(id, _)| id == skill).map_or(skill.clone(), |(_, name)| name.clone());
    match skills {
        [] => view.say("queues-all-skills"),
        some => some.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}
