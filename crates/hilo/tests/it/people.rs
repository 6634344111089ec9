//! People: how they join, sign in, and are signed out.

use data_encoding::BASE32_NOPAD;
use domain::role::Role;
use hilo::people::links::{self, Link};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE, STRICT_TRANSPORT_SECURITY as HTTPS_ONLY};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sha1::Sha1;
use store::params;

use crate::api::assert_problem;
use crate::app::{Api, TestApp, WORKSPACE, on_both, text};

const PASSWORD: &str = "una vaca azul";

/// A browser before somebody is signed in.
struct Doorway {
    http: Client,
    url: String,
}

impl Doorway {
    fn of(app: &TestApp) -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { http, url: app.url.clone() }
    }

    async fn open(&self, path: &str) -> (u16, String) {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn sends(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.http.post(format!("{}{path}", self.url)).header("sec-fetch-site", "same-origin");
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&"));
        request.send().await.unwrap()
    }

    async fn signs_in(&self, email: &str, password: &str) -> Response {
        self.sends("/sign-in", &[("email", email), ("password", password)]).await
    }
}

fn encoded(value: &str) -> String {
    let byte =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(byte).collect()
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

/// What a browser would keep, if it was let in.
fn cookie(response: &Response) -> Option<String> {
    kept(response.headers())
}

fn kept(headers: &HeaderMap) -> Option<String> {
    let kept = headers.get(SET_COOKIE)?.to_str().ok()?;
    assert!(kept.starts_with("sid=") && kept.contains("; HttpOnly; SameSite=Lax"), "{kept}");
    kept.strip_prefix("sid=")?.split(';').next().map(str::to_owned)
}

/// Somebody new with a role, who joined by a link.
async fn joins(app: &TestApp, workspace: &str, role: Role, email: &str) -> Api {
    let workspace = app.workspace(workspace).await;
    let link = Link::to_join(workspace, role, None, "a test");
    let (token, once) = (link.token.clone(), hilo::inbox::Once::each_time());
    links::invite(&app.node, link, "a test", once).await.unwrap();
    let name = format!("Lucía {}", email.split('@').next().unwrap());
    let form = [("name", &*name), ("email", email), ("password", PASSWORD), ("language", "es")];
    let response = Doorway::of(app).sends(&format!("/join/{token}"), &form).await;
    assert_eq!(response.status(), 303);
    app.api.signed_in(&cookie(&response).unwrap())
}

impl TestApp {
    /// Somebody of a role, signed in.
    pub(crate) async fn signed_in(&self, role: Role) -> Api {
        joins(self, WORKSPACE, role, &format!("{role}@optica.example")).await
    }

    /// The same of another workspace.
    pub(crate) async fn signed_in_elsewhere(&self, workspace: &str) -> Api {
        joins(self, workspace, Role::Owner, &format!("owner@{workspace}.example")).await
    }
}

#[test]
fn whoever_reads_the_console_becomes_the_first_owner_and_nobody_after_them() {
    on_both(async |app: &mut TestApp| {
        let (first, second) =
            (links::first_owner(&app.node).await.unwrap(), links::first_owner(&app.node).await.unwrap());
        let (doorway, path) = (Doorway::of(app), |link: &Option<Link>| link.as_ref().unwrap().url(""));
        let (status, page) = doorway.open(&path(&first)).await;
        assert!(status == 200 && page.contains("autocomplete=\"new-password\""), "{page}");

        let mut form =
            [("name", "Luisa"), ("email", " Luisa@Optica.example"), ("password", "1234567890"), ("language", "en")];
        let weak = doorway.sends(&path(&first), &form).await;
        assert_eq!(weak.status(), 422);
        form[2].1 = PASSWORD;
        let joined = doorway.sends(&path(&first), &form).await;
        assert_eq!(
            (joined.status().as_u16(), &joined.headers()["location"]),
            (303, &"/settings/start".parse().unwrap())
        );

        let luisa = app.api.signed_in(&cookie(&joined).unwrap());
        luisa.patch("/me", &json!({ "name": "Luisa R." })).await;
        let notices = luisa.list("/notices").await;
        assert_eq!(notices[0]["detail"], "`Luisa` is called Luisa R. from now on");
        let me = luisa.get("/me").await;
        assert_eq!(
            (&me["role"], &me["email"], &me["language"]),
            (&json!("owner"), &json!("luisa@optica.example"), &json!("en"))
        );
        for used in [&first, &second] {
            assert_eq!(doorway.open(&path(used)).await.0, 404);
            assert_eq!(doorway.sends(&path(used), &form).await.status(), 404);
        }
        assert!(links::first_owner(&app.node).await.unwrap().is_none());
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_answered_alike_and_the_fifth_try_waits() {
    on_both(async |app: &mut TestApp| {
        app.signed_in(Role::Agent).await;
        let doorway = Doorway::of(app);
        let told = async |email: &str, password: &str| {
            let response = doorway.signs_in(email, password).await;
            assert_eq!(cookie(&response), None);
            (response.status().as_u16(), response.text().await.unwrap().replace(email, ""))
        };
        let (wrong, unknown) =
            (told("agent@optica.example", "wrong").await, told("nobody@optica.example", "wrong").await);
        assert_eq!(wrong, unknown);
        assert_eq!(wrong.0, 401);
        for _ in 0..4 {
            told("agent@optica.example", "wrong").await;
        }
        let (status, page) = told("agent@optica.example", PASSWORD).await;
        assert!(status == 429 && page.contains("Demasiados intentos"), "{status}");
        let proxied = doorway.http.post(format!("{}/sign-in", app.url)).header("sec-fetch-site", "same-origin");
        let proxied = proxied.header("x-forwarded-for", "203.0.113.9").header("x-forwarded-proto", "https");
        let form = format!("email=agent%40optica.example&password={}", encoded(PASSWORD));
        let proxied = proxied.header("content-type", "application/x-www-form-urlencoded").body(form);
        let elsewhere = proxied.send().await.unwrap();
        assert_eq!(elsewhere.status(), 303, "whoever guesses keeps nobody else out");
        let headers = elsewhere.headers();
        assert!(text_of(headers, "set-cookie").starts_with("__Host-sid=") && headers.contains_key(HTTPS_ONLY));

        let notices = app.api.list("/notices").await;
        let refused = |row: &Value| {
            text(&row["detail"]).contains("5 tries to sign in were refused in a row, the last from 127.0.0.1")
        };
        assert!(notices.iter().any(|row| row["subject"] == "agent@optica.example" && refused(row)), "{notices:?}");
    });
}

#[test]
fn a_new_session_takes_the_place_of_the_old_one_and_ends_when_its_time_is_over() {
    on_both(async |app: &mut TestApp| {
        let before = app.signed_in(Role::Agent).await;
        let doorway = Doorway::of(app);
        let request = doorway.http.post(format!("{}/sign-in", app.url)).header("sec-fetch-site", "same-origin");
        let request = request.header(COOKIE, format!("sid={}", before.cookie()));
        let form = format!("email=AGENT%40optica.example&password={}", encoded(PASSWORD));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let let_in = request.send().await.unwrap();
        let after = app.api.signed_in(&cookie(&let_in).unwrap());
        assert_eq!(before.call(Method::GET, "/me").await.status, 401);
        let sessions = after.list("/me/sessions").await;
        assert_eq!(
            (sessions.len(), &sessions[0]["is_this"], &sessions[0]["address"]),
            (1, &json!(true), &json!("127.0.0.1"))
        );

        let long_ago = Timestamp::UNIX_EPOCH.as_millisecond();
        let forget = move |tx: &mut store::Tx<'_>| tx.execute("UPDATE sessions SET seen_at = $1", params![long_ago]);
        app.node.store.write(Vec::new(), forget).await.unwrap();
        assert_problem(&after.call(Method::GET, "/me").await, 401, "idle for too long");
    });
}

#[test]
fn what_has_an_effect_must_come_from_a_page_of_hilo() {
    on_both(async |app: &mut TestApp| {
        let owner = app.signed_in(Role::Owner).await;
        let send = async |site: Option<&str>, kind: &str| {
            let request = app.http.post(format!("{}/api/v1/invitations", app.url));
            let request = request.header(COOKIE, format!("sid={}", owner.cookie())).header("content-type", kind);
            let request = site.into_iter().fold(request, |request, site| request.header("sec-fetch-site", site));
            request.body(r#"{"role":"owner"}"#).send().await.unwrap().status().as_u16()
        };
        assert_eq!(send(Some("same-origin"), "application/json").await, 201);
        for site in [Some("cross-site"), Some("same-site"), Some("none"), None] {
            assert_eq!(send(site, "application/json").await, 403, "{site:?}");
        }
        assert_eq!(send(Some("same-origin"), "text/plain").await, 415);

        let form = format!("email=owner%40optica.example&password={}", encoded(PASSWORD));
        let elsewhere = app.http.post(format!("{}/sign-in", app.url)).header("sec-fetch-site", "cross-site");
        let elsewhere = elsewhere.header("content-type", "application/x-www-form-urlencoded").body(form);
        assert_eq!(elsewhere.send().await.unwrap().status(), 403, "nobody signs somebody in from elsewhere");
    });
}

#[test]
fn somebody_who_is_disabled_changed_or_reset_is_signed_out_and_the_last_owner_stays() {
    on_both(async |app: &mut TestApp| {
        let (owner, agent) = (app.signed_in(Role::Owner).await, app.signed_in(Role::Agent).await);
        let id = |me: Value| text(&me["id"]).to_owned();
        let (own, theirs) = (id(owner.get("/me").await), id(agent.get("/me").await));
        let user = format!("/users/{theirs}");
        assert_eq!(owner.patch(&user, &json!({ "role": "manager" })).await.body["role"], "manager");
        assert_eq!(agent.call(Method::GET, "/me").await.status, 401);

        let doorway = Doorway::of(app);
        let signs_in = async |password: &str| cookie(&doorway.signs_in("agent@optica.example", password).await);
        let agent = app.api.signed_in(&signs_in(PASSWORD).await.unwrap());
        let unused = owner.post(&format!("{user}/password-reset"), &json!({})).await;
        let unused = text(&unused.body["link"]).strip_prefix(&app.url).unwrap().to_owned();
        assert_eq!(doorway.open(&unused).await.0, 200);
        owner.patch(&user, &json!({ "disabled": true })).await;
        assert_eq!(doorway.open(&unused).await.0, 404, "a link of before opens nothing");
        assert_eq!((agent.call(Method::GET, "/me").await.status, signs_in(PASSWORD).await), (401, None));
        owner.patch(&user, &json!({ "disabled": false })).await;

        let agent = app.api.signed_in(&signs_in(PASSWORD).await.unwrap());
        let made = owner.post(&format!("{user}/password-reset"), &json!({})).await;
        let link = text(&made.body["link"]).strip_prefix(&app.url).unwrap().to_owned();
        assert_eq!(agent.call(Method::GET, "/me").await.status, 200, "the old password holds until then");
        assert_eq!(doorway.sends(&link, &[("password", "una vaca verde")]).await.status(), 303);
        assert_eq!((agent.call(Method::GET, "/me").await.status, signs_in(PASSWORD).await), (401, None));
        assert!(signs_in("una vaca verde").await.is_some());
        assert_eq!(doorway.open(&link).await.0, 404);

        for wish in [json!({ "disabled": true }), json!({ "role": "agent" })] {
            assert_problem(&owner.patch(&format!("/users/{own}"), &wish).await, 409, "the only owner");
        }
        assert_eq!(owner.call(Method::GET, "/me").await.status, 200);
    });
}

#[test]
fn what_somebody_let_in_or_reset_ends_with_their_role_and_with_another_password() {
    on_both(async |app: &mut TestApp| {
        let (owner, other) = (app.signed_in(Role::Manager).await, app.signed_in(Role::Owner).await);
        let link = |made: Value| text(&made["link"]).strip_prefix(&app.url).unwrap().to_owned();
        let doorway = Doorway::of(app);
        let promoted = format!("/users/{}", text(&owner.get("/me").await["id"]));
        other.patch(&promoted, &json!({ "role": "owner" })).await;
        let again = cookie(&doorway.signs_in("manager@optica.example", PASSWORD).await).unwrap();
        let owner = app.api.signed_in(&again);

        let invited = link(owner.post("/invitations", &json!({ "role": "owner" })).await.body);
        assert_eq!(doorway.open(&invited).await.0, 200);
        other.patch(&promoted, &json!({ "role": "agent" })).await;
        assert_eq!(doorway.open(&invited).await.0, 404, "no way back in for who is no owner any more");

        let own = format!("/users/{}/password-reset", text(&other.get("/me").await["id"]));
        let reset = link(other.post(&own, &json!({})).await.body);
        let passwords = json!({ "current": PASSWORD, "new": "una vaca verde" });
        let changed = other.put("/me/password", &passwords).await;
        assert_eq!((changed.status, doorway.open(&reset).await.0), (204, 404));
        assert_problem(&other.call(Method::GET, "/me").await, 401, "what anybody knew of the session opens nothing");
        let renewed = app.api.signed_in(&kept(&changed.headers).unwrap());
        let sessions = renewed.list("/me/sessions").await;
        assert_eq!((sessions.len(), &sessions[0]["address"]), (1, &json!("127.0.0.1")), "and goes on as another");
    });
}

#[test]
fn no_two_people_have_the_same_name_whatever_its_capitals_and_spaces() {
    on_both(async |app: &mut TestApp| {
        let agent = app.signed_in(Role::Agent).await;
        app.signed_in(Role::Manager).await;
        let taken = agent.patch("/me", &json!({ "name": " lucía  MANAGER " })).await;
        assert_problem(&taken, 409, "somebody here is called");
        assert_eq!(agent.patch("/me", &json!({ "name": "Lucía Agent" })).await.status, 200, "it is their own");

        let workspace = app.workspace(WORKSPACE).await;
        let link = Link::to_join(workspace, Role::Agent, None, "a test");
        let (path, once) = (link.url(""), hilo::inbox::Once::each_time());
        links::invite(&app.node, link, "a test", once).await.unwrap();
        let form = |name| [("name", name), ("email", "new@optica.example"), ("password", PASSWORD), ("language", "en")];
        let refused = Doorway::of(app).sends(&path, &form("Lucía Manager")).await;
        assert_eq!(refused.status(), 422);
        assert!(refused.text().await.unwrap().contains("Ya hay alguien aquí con ese nombre"));
        assert_eq!(Doorway::of(app).sends(&path, &form("Lucía M.")).await.status(), 303, "the link is not used up");
        assert_eq!(app.signed_in_elsewhere("other").await.get("/me").await["name"], "Lucía owner");
    });
}

#[test]
fn a_code_is_asked_for_once_it_is_set_up_and_each_opens_once() {
    on_both(async |app: &mut TestApp| {
        let agent = app.signed_in(Role::Agent).await;
        let open_browser = agent.post("/me/totp", &json!({ "password": "not mine" })).await;
        assert_problem(&open_browser, 422, "your present password is not right");
        let offer = agent.post("/me/totp", &json!({ "password": PASSWORD })).await.body;
        assert!(text(&offer["picture"]).starts_with("<svg"));
        assert_problem(&agent.put("/me/totp", &json!({ "code": "12345" })).await, 422, "no code");
        let confirmed = agent.put("/me/totp", &json!({ "code": code(text(&offer["secret"])) })).await;
        let recovery = confirmed.body["recovery_codes"].as_array().unwrap().clone();
        assert_eq!(recovery.len(), 10);
        assert_problem(&agent.call(Method::GET, "/me").await, 401, "another session since");
        let agent = app.api.signed_in(&kept(&confirmed.headers).unwrap());
        assert_eq!(agent.list("/me/sessions").await.len(), 1);

        let doorway = Doorway::of(app);
        let pass = async || {
            let page = doorway.signs_in("agent@optica.example", PASSWORD).await;
            assert_eq!(cookie(&page), None);
            let page = page.text().await.unwrap();
            page.split("name=\"pass\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let shows = async |pass: &str, code: &str| {
            cookie(&doorway.sends("/sign-in/code", &[("pass", pass), ("code", code)]).await)
        };
        let first = pass().await;
        assert_eq!(shows(&first, &code(text(&offer["secret"]))).await, None, "it was used to set it up");
        assert!(shows(&first, text(&recovery[0])).await.is_some());
        let second = pass().await;
        assert_eq!(shows(&second, text(&recovery[0])).await, None, "a recovery code opens once");
        assert_eq!(shows(&"A".repeat(second.len()), text(&recovery[1])).await, None, "a pass that is nobody's");
        assert!(shows(&second, text(&recovery[1])).await.is_some());

        let mut last = String::new();
        for _ in 0..7 {
            last = pass().await; // the right password is no try in vain
        }
        for _ in 0..5 {
            assert_eq!(shows(&last, "no code").await, None);
        }
        let waits = doorway.sends("/sign-in/code", &[("pass", &last), ("code", text(&recovery[2]))]).await;
        assert_eq!(waits.status(), 429);
        app.command(&["user", "reset", "agent@optica.example"]).await;
        assert_eq!(agent.call(Method::GET, "/me").await.status, 401);
        let phone_lost = doorway.signs_in("agent@optica.example", PASSWORD).await;
        assert!(cookie(&phone_lost).is_some(), "no code is asked for any more");
    });
}

/// What an authenticator app would show now.
fn code(secret: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&BASE32_NOPAD.decode(secret.as_bytes()).unwrap()).unwrap();
    mac.update(&(hilo::clock::machine_now() / 30_000).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes(hash[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

#[test]
fn the_command_line_invites_lists_and_disables_people() {
    on_both(async |app: &mut TestApp| {
        let link = app.command(&["user", "invite", "ana@optica.example", "--role", "manager"]).await;
        let path = link.trim().split_once("/join/").unwrap().1.to_owned();
        let form = [("name", "Ana"), ("email", "ana@optica.example"), ("password", PASSWORD), ("language", "pt")];
        let doorway = Doorway::of(app);
        let joined = doorway.sends(&format!("/join/{path}"), &form).await;
        let ana = app.api.signed_in(&cookie(&joined).unwrap());
        assert_eq!(ana.get("/me").await["role"], "manager");

        app.command(&["user", "role", "ana@optica.example", "agent"]).await;
        let listed: Value = serde_json::from_str(&app.command(&["user", "list", "--json"]).await).unwrap();
        assert_eq!((&listed[0]["email"], &listed[0]["role"]), (&json!("ana@optica.example"), &json!("agent")));
        app.command(&["user", "disable", "ana@optica.example"]).await;
        assert_eq!(cookie(&doorway.signs_in("ana@optica.example", PASSWORD).await), None);
        let notices = app.api.list("/notices").await;
        let said: Vec<&str> = notices.iter().map(|row| text(&row["detail"])).collect();
        assert_eq!(
            said,
            [
                "`hilo user disable` disabled them",
                "`hilo user role` made them Agent instead of Manager",
                "`Ana` joined as Manager, invited by hilo user invite",
                "`hilo user invite` invited them as Manager",
            ]
        );
    });
}
