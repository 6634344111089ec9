// What every page with something alive on it does: takes a fresh copy of itself from the server, and patches in place what is marked
// as live.

const NEAR = 80; // pixels from the end at which somebody is taken to follow a conversation

// The one place where text becomes elements; the policy takes fragments from this server and nothing else.
const policy = globalThis.trustedTypes?.createPolicy("hilo", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

// Makes an element like a fresh one and keeps what a person does with it: the focus, what they typed, what they opened. What the
// script itself has put there (`data-kept`) stays until the script takes it away, and what it sets (`data-own` names the attributes, or
// says `*` for all of an element) is its own.
export function patch(old, fresh) {
  if (old.dataset?.own === "*" && fresh.dataset.own === "*") return;
  patchAttributes(old, fresh);
  let place = old.firstChild;
  const skip = () => { while (place?.dataset && "kept" in place.dataset) place = place.nextSibling; };
  for (const next of [...fresh.childNodes]) {
    skip();
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
    if (!(gone.dataset && "kept" in gone.dataset)) gone.remove();
  }
}

// What has an id is found by it. What has none is the one that stands there, or one like it further on: what stood before is gone then.
function counterpart(old, place, next) {
  if (next.id) return place?.id === next.id ? place : [...old.children].find((child) => child.id === next.id);
  const isAlike = (one) => !one.id && one.nodeName === next.nodeName;
  if (next.nodeType !== Node.ELEMENT_NODE) return place && isAlike(place) ? place : undefined;
  for (let one = place; one; one = one.nextSibling) {
    if (isAlike(one) && one.className === next.className && !("kept" in one.dataset)) return one;
  }
  return place && isAlike(place) ? place : undefined;
}

function patchAttributes(old, fresh) {
  const own = ["open", ...(old.dataset?.own?.split(" ") ?? [])];
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !own.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (own.includes(name)) continue;
    if (name === "src" && old.paused === false) continue; // addresses of files are renewed; what plays goes on
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// Whoever follows a conversation sees its end; whoever reads further up stays where they are, whatever is added above or below.
function following() {
  return [...document.querySelectorAll("[data-follow]")].map((log) => {
    const atEnd = isNearEnd(log);
    const first = log.querySelector("li[id]");
    return { log, atEnd, whose: log.dataset.follow, first, top: first?.offsetTop };
  });
}

function follow(before) {
  for (const { log, atEnd, whose, first, top } of before) {
    if (atEnd || whose !== log.dataset.follow) log.scrollTop = log.scrollHeight;
    else if (first?.isConnected && first.offsetTop !== top) log.scrollTop += first.offsetTop - top;
  }
}

const isNearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;

// Whether the last message of a conversation is before whoever looks at it.
export const isAtTheEnd = () => [...document.querySelectorAll("[data-follow]")].every(isNearEnd);

export function toTheEnd() {
  for (const log of document.querySelectorAll("[data-follow]")) log.scrollTop = log.scrollHeight;
}

// Whoever follows a conversation also sees its end when what stands below it grows.
const readsAbove = new WeakSet();
document.addEventListener("scroll", ({ target: log }) => {
  if (!log.matches?.("[data-follow]")) return;
  if (log.scrollHeight - log.scrollTop - log.clientHeight < NEAR) readsAbove.delete(log);
  else readsAbove.add(log);
}, true);
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) if (!readsAbove.has(target)) target.scrollTop = target.scrollHeight;
});

export function keepEnds() {
  for (const log of document.querySelectorAll("[data-follow]")) sizes.observe(log);
}

// Patches the live parts of the page that a fresh copy has. A button that did its work may be gone; the keyboard goes on from its pane.
// Where somebody wrote it goes on in a field, so that what they type is never taken for commands.
export function patchLive(fresh) {
  const [before, held] = [following(), document.activeElement];
  const pane = held?.closest("[data-live]");
  for (const next of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(next.id);
    if (old) patch(old, next);
  }
  follow(before);
  if (!held || held.isConnected) return;
  const fields = held.matches("textarea, input") ? [...(pane?.querySelectorAll("textarea, input:not([type=file])") ?? [])] : [];
  const next = fields.find((field) => field.offsetParent) ?? pane?.querySelector("[tabindex]");
  next?.focus({ preventScroll: true });
}

// Looks one at a time: what changes during one is seen by the next, which begins `rest()` milliseconds later.
export function looker(look, rest = () => 0) {
  let looking = null;
  let again = false;
  return function lookAgain() {
    if (looking) {
      again = true;
      return looking;
    }
    looking = look()
      .then(() => new Promise((done) => setTimeout(done, again ? rest() : 0)))
      .finally(() => {
        looking = null;
        if (again) {
          again = false;
          lookAgain();
        }
      });
    return looking;
  };
}

// The server said no, in a sentence for the person.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `${status}`);
    this.status = status;
    this.problem = problem;
  }
}

export async function refusal(response) {
  return new Refused(response.status, await response.json().catch(() => null));
}

// One call of the API, as the person who is signed in.
export async function api(method, path, body, headers = {}) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`/api/v1${path}`, { method, headers: { "content-type": "application/json", ...headers }, ...sent });
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? null : response.json().catch(() => null);
}

// What went wrong with an act stays until the next act; what went wrong with a look, until a look goes well.
const wrong = { acting: "", looking: "" };

export function notice(kind, text) {
  wrong[kind] = text;
  const element = document.getElementById("notice");
  const said = wrong.acting || wrong.looking;
  if (element.textContent !== said) element.textContent = said;
}

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
