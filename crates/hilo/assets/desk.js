// What the desk does: keeps the screen as things are, goes from one conversation to the next without loading a page, and acts.
import { Refused, api, keepEnds, looker, notice, parse, patchLive, refusal, toTheEnd } from "./page.js";
import { freshen, startComposer } from "./composer.js";
import { startFinding } from "./finding.js";
import { startKeys } from "./keys.js";
import { pick, showPicked, startPicking } from "./picked.js";
import { heardPresent, sayHere, showPresent, startPresence } from "./present.js";
import { startRecords } from "./records.js";

const OFTEN = 10_000; // what no event tells, such as a wait that grows, is seen after this long at the latest
const SOON = 1000;
const FRESH = 60_000; // so long a conversation that was fetched ahead may wait
const AHEAD = 4; // how many of the next ones are

const body = document.body;
const inbox = () => document.querySelector("main.inbox");
const opened = () => document.getElementById("thread")?.dataset.conversation;

// More of a list or of a conversation than a page begins with, as somebody has scrolled.
let more = {};
// The conversations that somebody is likely to open next, by their id.
const ahead = new Map();

function address(href, part) {
  const url = new URL(href);
  const since = document.getElementById("log")?.dataset.since;
  if (since && url.pathname.endsWith(opened() ?? " ")) url.searchParams.set("since", since);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  if (part) url.searchParams.set("part", part);
  return url;
}

async function fetched(url) {
  const response = await fetch(url);
  if (new URL(response.url).pathname === "/sign-in") location.reload();
  if (!response.ok) throw await refusal(response);
  return response.text();
}

// What the next look has to cover.
let part = null;

async function look() {
  const [href, asked] = [location.href, part];
  const began = performance.now();
  part = null;
  try {
    const html = await fetched(address(href, asked === "all" ? null : asked));
    if (href !== location.href) return;
    show(parse(html));
    notice("looking", "");
  } catch (error) {
    part = "all";
    notice("looking", error instanceof Refused ? error.message : body.dataset.unreachable);
    setTimeout(lookAgain, SOON);
  } finally {
    took = performance.now() - began;
  }
}

// A busy inbox changes more often than a screen needs to.
let took = 0;
const looking = looker(look, () => Math.min(2000, 2 * took));

function lookAgain(of = "all") {
  part = part === null || part === of ? of : "all";
  return looking();
}

function show(fresh) {
  const [main, next] = [document.getElementById("main"), fresh.querySelector("#main")];
  patchLive(fresh);
  if (main && next) main.className = next.className;
  const title = fresh.querySelector("title")?.textContent;
  if (title) document.title = title;
  freshen();
  markOpen();
  markSeen();
  showPresent(opened());
  showPicked();
  watchEnds();
  keepEnds();
}

// Whoever has a conversation before their eyes has read it.
const told = new Map();

function markSeen() {
  const [id, seq] = [opened(), Number(document.getElementById("log")?.dataset.latest)];
  if (!id || document.hidden || seq <= (told.get(id) ?? 0)) return;
  told.set(id, seq);
  api("PUT", `/conversations/${id}/seen`, { seq }).catch(() => told.delete(id));
  api("PUT", `/conversations/${id}/read`).catch(() => {}); // two blue ticks, as far as the business wants them
}

function markOpen() {
  for (const link of document.querySelectorAll("a[data-open]")) {
    if (link.dataset.open === opened()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Goes to another address of the inbox.
async function open(href, { push = true } = {}) {
  const link = [...document.querySelectorAll("a[data-open]")].find((link) => link.href === href);
  const ready = link && ahead.get(link.dataset.open);
  if (push) history.pushState(null, "", href);
  more = {};
  if (ready && performance.now() - ready.at < FRESH) show(parse(ready.html));
  await lookAgain();
  fetchAhead();
  sayHere(opened());
}

async function fetchAhead() {
  const links = [...document.querySelectorAll("a[data-open]")];
  const at = links.findIndex((link) => link.dataset.open === opened());
  const wanted = [...links.slice(at + 1, at + 1 + AHEAD), links[at - 1]].filter(Boolean);
  for (const link of wanted) {
    const known = ahead.get(link.dataset.open);
    if (known && performance.now() - known.at < FRESH) continue;
    try {
      const url = new URL(link.href);
      url.searchParams.set("part", "thread");
      ahead.set(link.dataset.open, { html: await fetched(url), at: performance.now() });
    } catch {
      return; // it is fetched when it is opened
    }
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  if (link.dataset.more) {
    event.preventDefault();
    takeMore(link);
  } else if ("jump" in link.dataset) {
    event.preventDefault();
    jump(link.hash);
  } else if ("back" in link.dataset && inbox()) {
    event.preventDefault();
    open(listAddress());
  } else if (inbox() && link.closest("main.inbox") && link.origin === location.origin && /^\/inbox(\/|$)/.test(link.pathname)) {
    event.preventDefault();
    open(link.href);
  }
});

// The list as it was filtered, without a conversation.
const listAddress = () => `${location.origin}/inbox${location.search}`;

addEventListener("popstate", () => inbox() && open(location.href, { push: false }));

// A picture opens over the screen.
document.addEventListener("click", (event) => {
  const picture = event.target.closest(".message a.picture");
  const box = document.getElementById("lightbox");
  if (!picture || !box || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  box.querySelector("img").src = picture.href;
  box.querySelector("img").alt = picture.querySelector("img").alt;
  box.showModal();
});

// A quote leads to what it quotes.
function jump(hash) {
  const message = document.getElementById(hash.slice(1));
  message?.scrollIntoView({ block: "center" });
  message?.animate([{ opacity: 0.3 }, { opacity: 1 }], 600);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (!form) return;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  open(`${location.origin}/inbox?${query}`);
});

// The end of a list, and the beginning of a conversation, bring more of it as soon as they are in sight.
const ends = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) takeMore(target);
}, { rootMargin: "300px" });

function watchEnds() {
  ends.disconnect();
  for (const link of document.querySelectorAll("a[data-more]")) ends.observe(link);
}

function takeMore(link) {
  const name = link.dataset.more;
  const wanted = new URL(link.href).searchParams.get(name);
  if (more[name] === wanted) return;
  more[name] = wanted;
  lookAgain();
}

// Buttons, and forms of one line, that are one call of the API.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) act(button, button.dataset.body && button.dataset.body !== "null" ? JSON.parse(button.dataset.body) : undefined);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  act(form, { ...JSON.parse(form.dataset.fixed ?? "{}"), ...Object.fromEntries(new FormData(form)) }).then((done) => done && form.reset());
});

async function act(element, sent) {
  if (element.hasAttribute("aria-busy")) return false;
  element.setAttribute("aria-busy", "true");
  const next = element.dataset.after === "next" ? neighbour(1) ?? neighbour(-1) : null;
  closeAround(element);
  try {
    const answer = await api(element.dataset.method ?? "POST", element.dataset.act, sent);
    notice("acting", "");
    if ("opensConversation" in element.dataset) location.assign(`/inbox/${answer.conversation_id}`);
    else if (next && next.dataset.open !== opened()) await open(next.href);
    else await lookAgain();
    return true;
  } catch (error) {
    notice("acting", error instanceof Refused ? error.message : body.dataset.unreachable);
    lookAgain();
    return false;
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// The keyboard goes back to what opened the menu.
function closeAround(element) {
  const menu = element.closest("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  element.closest("dialog")?.close();
}

// The chip on a message opens the types.
document.addEventListener("click", (event) => event.target.closest("[data-chip]") && openTypes());

function openTypes() {
  const types = document.getElementById("types");
  if (!types || types.open) return false;
  types.showModal();
  types.querySelector("button[data-act]")?.focus();
  return true;
}

// The conversation above or below the open one.
function neighbour(step) {
  const links = [...document.querySelectorAll("a[data-open]")];
  const at = links.findIndex((link) => link.dataset.open === opened());
  return at < 0 ? links[0] : links[at + step];
}

document.addEventListener("click", (event) => {
  const pane = event.target.closest("[data-shows]")?.dataset.shows;
  if (pane) body.toggleAttribute(`data-shows-${pane}`);
});

// What happens is told by events; after a sleep the stream goes on where it was, and the screen looks once. Browsers have six connections
// for a server, so that only the tab that somebody looks at holds one.
let pause = SOON;
let events = null;

function listen() {
  if (document.hidden || events) return;
  events = new EventSource("/api/v1/events");
  const heard = (event) => {
    for (const id of ahead.keys()) if (event.data.includes(id)) ahead.delete(id);
    const concerns = !inbox() || !opened() || event.data.includes(opened());
    lookAgain(concerns ? "all" : "list");
  };
  for (const name of body.dataset.events.split(" ")) events.addEventListener(name, heard);
  events.addEventListener("presence", (event) => heardPresent(JSON.parse(event.data).present));
  events.onopen = () => {
    if (SOON < pause) lookAgain();
    pause = SOON;
  };
  events.onerror = () => {
    if (events?.readyState !== EventSource.CLOSED) return;
    stopListening();
    pause = Math.min(2 * pause, OFTEN);
    setTimeout(listen, pause);
  };
}

function stopListening() {
  events?.close();
  events = null;
}

function comeBack() {
  if (document.hidden) return stopListening();
  listen();
  lookAgain();
}

// Whether somebody takes work is asked when they look.
document.getElementById("me").addEventListener("toggle", async (event) => {
  if (!event.target.open) return;
  const agents = await api("GET", "/agents").catch(() => null);
  const own = agents?.data.find((agent) => agent.user_id === body.dataset.user);
  for (const button of event.target.querySelectorAll("[data-availability]")) {
    button.setAttribute("aria-pressed", button.dataset.availability === own?.availability);
  }
});

if (document.querySelector("[data-live]")) {
  listen();
  setInterval(() => document.hidden || lookAgain(), OFTEN);
  document.addEventListener("visibilitychange", comeBack);
  addEventListener("pagehide", stopListening);
  addEventListener("pageshow", (event) => event.persisted && comeBack());
}
startComposer({ lookAgain });
startRecords({ lookAgain });
startKeys({ open, neighbour, openTypes, pick: () => pick(opened()), listAddress });
startPicking({ lookAgain });
startFinding();
toTheEnd();
watchEnds();
keepEnds();
markSeen();
if (inbox()) {
  fetchAhead();
  startPresence(opened);
}
