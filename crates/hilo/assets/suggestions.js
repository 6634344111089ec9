// What is offered while somebody writes: texts that are sent again and again after `/`, colleagues after `@`.
import { api } from "./page.js";

const SHOWN = 8;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Fetched when they are asked for, and not kept longer than somebody writes one answer.
let canned = null;
const FRESH = 60_000;

export const forgetReplies = () => (canned = null);

async function cannedReplies() {
  if (canned && performance.now() - canned.at < FRESH) return canned.all;
  const page = await api("GET", "/canned-replies?limit=200").catch(() => null);
  canned = { at: performance.now(), all: page?.data ?? [] };
  return canned.all;
}

// What is being asked for at the end of a text, as [where it begins, what, of which kind].
function asked(field) {
  const before = field.value.slice(0, field.selectionStart);
  const sign = field.id === "note" ? "@" : "/";
  const found = sign === "/" ? /^\/(\S*)$/.exec(before) : /(?:^|\s)@(\S*)$/.exec(before);
  return found && { at: before.length - found[1].length - 1, text: plain(found[1]), sign };
}

async function offers(field, { text, sign }) {
  const here = field.closest(".composer");
  if (sign === "@") {
    const names = JSON.parse(here.dataset.colleagues);
    return names.filter((name) => plain(name).includes(text)).map((name) => ({ label: name, hint: "", value: `@${name} ` }));
  }
  const all = await cannedReplies();
  const fits = (one) => plain(one.shortcut).startsWith(text) || plain(one.name).includes(text);
  return all.filter(fits).map((one) => ({ label: `/${one.shortcut}`, hint: one.name, canned: one.id }));
}

export function startSuggestions({ wrote }) {
  const list = (field) => document.getElementById(field.getAttribute("aria-controls"));

  async function offer(field) {
    const wanted = asked(field);
    const found = wanted ? (await offers(field, wanted)).slice(0, SHOWN) : [];
    show(field, found);
  }

  function show(field, found) {
    const shown = list(field);
    shown.replaceChildren(...found.map((one, place) => option(shown.id, one, place)));
    shown.hidden = found.length === 0;
    choose(field, shown.firstElementChild);
  }

  function option(id, { label, hint, value, canned }, place) {
    const made = document.createElement("li");
    made.id = `${id}-${place}`;
    made.role = "option";
    made.dataset.value = value ?? "";
    if (canned) made.dataset.canned = canned;
    const [strong, span] = [document.createElement("strong"), document.createElement("span")];
    strong.textContent = label;
    span.textContent = hint;
    made.append(strong, " ", span);
    return made;
  }

  function choose(field, option) {
    for (const other of list(field).children) other.setAttribute("aria-selected", other === option);
    field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  // A saved reply comes in the person's language, with its fields filled in.
  async function take(field, option) {
    const [{ at }, end, id] = [asked(field) ?? { at: 0 }, field.selectionStart, option.dataset.canned];
    const thread = field.closest(".composer").dataset.conversation;
    // Gone before it is fetched: a second Enter takes nothing twice.
    show(field, []);
    const before = field.value;
    const filled = id ? await api("GET", `/canned-replies/${id}/text?conversation_id=${thread}`).catch(() => null) : { text: option.dataset.value };
    if (!filled || !field.isConnected || field.value !== before) return;
    field.setRangeText(filled.text, at, end, "end");
    wrote(field);
    field.focus();
  }

  document.addEventListener("input", (event) => event.target.matches(".composer textarea[aria-controls]") && offer(event.target));

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.(".composer textarea[aria-controls]") || list(field).hidden) return;
    const all = [...list(field).children];
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(field, all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(field, all.at(at - 1));
    else if (event.key === "Enter" || event.key === "Tab") take(field, all[at]);
    else if (event.key === "Escape") show(field, []);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });

  document.addEventListener("click", (event) => {
    const option = event.target.closest(".suggestions [role=option]");
    const field = document.querySelector(`[aria-controls="${option?.parentElement.id}"]`);
    if (option) take(field, option);
    if (!event.target.closest("button[data-canned]")) return;
    const answer = document.getElementById("answer");
    answer.value = "/";
    answer.focus();
    answer.setSelectionRange(1, 1);
    offer(answer);
  });
}
