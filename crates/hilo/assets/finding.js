// Finding as one types, and going through what was found by the keyboard.
import { notice, parse, patchLive, refusal } from "./page.js";

const PAUSE = 150; // so long after the last key it is looked
const results = () => [...document.querySelectorAll("#main .people-list a")];

// From one result to the next; above the first is the field.
export function walk(step) {
  const all = results();
  const at = all.indexOf(document.activeElement);
  if (all.length === 0) return false;
  const next = at < 0 && step < 0 ? null : all[at + step];
  if (next) next.focus();
  else if (at + step < 0) document.getElementById("search")?.focus();
  return true;
}

let wanted = 0;

async function look(field) {
  const mine = (wanted += 1);
  const url = new URL(location.href);
  url.search = field.value.trim() ? new URLSearchParams({ q: field.value }) : "";
  try {
    const response = await fetch(url);
    if (!response.ok) throw await refusal(response);
    const html = await response.text();
    if (mine !== wanted) return;
    history.replaceState(null, "", url);
    patchLive(parse(html));
    notice("looking", "");
  } catch (error) {
    if (mine === wanted) notice("looking", error.status ? error.message : document.body.dataset.unreachable);
  }
}

export function startFinding() {
  const field = document.getElementById("search");
  let waiting = null;
  field?.addEventListener("input", () => {
    if (!("finds" in field.dataset)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => look(field), PAUSE);
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== field && !results().includes(event.target)) return;
    if (walk(step)) event.preventDefault();
  });
}
