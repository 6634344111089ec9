// What a page does: sends what a person does, listens for changes, and patches in place what is marked as live.

const NEAR = 80; // pixels from the end at which somebody is taken to follow a conversation
const SOON = 300;
const SLOW = 5000; // what no event tells (the simulator's own doings) is seen after this long at the latest

// The one place where text becomes elements; the policy takes fragments from this server and nothing else.
const policy = globalThis.trustedTypes?.createPolicy("hilo", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

// Makes an element like a fresh one and keeps what a person does with it: the focus, what they typed, what they opened.
function patch(old, fresh) {
  patchAttributes(old, fresh);
  let place = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = counterpart(old, place, next);
    if (!same) {
      old.insertBefore(next, place);
      continue;
    }
    if (same === place) place = place.nextSibling;
    else old.insertBefore(same, place);
    if (same.nodeType === Node.ELEMENT_NODE) patch(same, next);
    else if (same.data !== next.data) same.data = next.data;
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

function counterpart(old, place, next) {
  if (next.id) return [...old.children].find((child) => child.id === next.id);
  return place && !place.id && place.nodeName === next.nodeName ? place : undefined;
}

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name === "src" && old.paused === false) continue; // addresses of files are renewed; what plays goes on
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// Whoever follows a conversation sees its end; whoever reads further up stays there.
function following() {
  return [...document.querySelectorAll("[data-follow]")].map((log) => {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    return { log, atEnd, person: log.dataset.follow };
  });
}

function follow(before) {
  for (const { log, atEnd, person } of before) {
    if (atEnd || person !== log.dataset.follow) log.scrollTop = log.scrollHeight;
  }
}

// A button that did its work may be gone; the keyboard goes on from its pane.
function keepFocus(held, pane) {
  if (!held.isConnected) pane?.querySelector("[tabindex]")?.focus({ preventScroll: true });
}

// Another tab may hold another phone.
let person = document.body.dataset.person;

async function look() {
  const response = await fetch(location.href, { headers: { "hilo-phone": person } });
  if (!response.ok) throw await refusal(response);
  const fresh = parse(await response.text());
  const [before, held] = [following(), document.activeElement];
  const pane = held.closest("[data-live]");
  for (const next of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(next.id);
    if (old) patch(old, next);
  }
  follow(before);
  keepFocus(held, pane);
}

// One look at a time: what changes during one is seen by the next.
let looking = null;
let again = false;

function lookAgain() {
  if (looking) {
    again = true;
    return looking;
  }
  looking = look()
    .then(() => { killed = false; notice("looking", ""); }, gone)
    .finally(() => {
      looking = null;
      if (again) {
        again = false;
        lookAgain();
      }
    });
  return looking;
}

// A server that is gone is there again in a moment, or is not: until then the page says so, and asks often.
let killed = false;
let retry = null;

function gone(error) {
  if (error instanceof Refused) return notice("looking", error.message);
  notice("looking", killed ? document.body.dataset.killed : document.body.dataset.unreachable);
  retry ??= setTimeout(() => {
    retry = null;
    lookAgain();
  }, SOON);
}

async function act(path, body) {
  const headers = { "content-type": "application/json", "hilo-phone": person };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw await refusal(response);
}

class Refused extends Error {}

async function refusal(response) {
  const problem = await response.json().catch(() => null);
  return new Refused(problem?.detail ?? `${response.status} ${response.statusText}`);
}

// What went wrong with an act stays until the next act; what went wrong with a look, until a look goes well.
const wrong = { acting: "", looking: "" };

function notice(kind, text) {
  wrong[kind] = text;
  const element = document.getElementById("notice");
  const said = wrong.acting || wrong.looking;
  if (element.textContent !== said) element.textContent = said;
}

async function doing(element, path, body, done = () => {}) {
  element.setAttribute("aria-busy", "true");
  try {
    await act(path, body);
    notice("acting", "");
    done();
    await lookAgain();
  } catch (error) {
    if (error instanceof Refused) notice("acting", error.message);
    else gone(error);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return;
  const field = form.elements.text;
  const sent = field.value;
  doing(form, form.dataset.act, Object.fromEntries(new FormData(form)), () => {
    if (field.value === sent) field.value = "";
  });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button || button.hasAttribute("aria-busy")) return;
  if ("vanishes" in button.dataset) {
    killed = true;
    button.closest("details").open = false;
  }
  doing(button, button.dataset.act, JSON.parse(button.dataset.body), () => {
    person = button.dataset.holds ?? person;
  });
});

// The sentence on top leads to what it speaks of.
document.addEventListener("click", (event) => {
  const place = event.target.closest(".lead a")?.hash;
  if (!place) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const element = document.querySelector(place);
  if (element.matches("details")) element.open = true;
  element.scrollIntoView({ block: "nearest" });
  (element.querySelector("summary, button:enabled") ?? element).focus();
});

// A sheet closes when somebody goes on elsewhere.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

const events = new EventSource("/demo/events");
events.addEventListener("changed", lookAgain);
setInterval(() => document.hidden || lookAgain(), SLOW);
document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
for (const log of document.querySelectorAll("[data-follow]")) log.scrollTop = log.scrollHeight;
