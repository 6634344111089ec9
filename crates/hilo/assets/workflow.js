// The workflow as somebody changes it: checked and compared while they write it, and published with the reason.
import { api, notice, refusal } from "./page.js";

const form = document.getElementById("draft");
const findings = document.getElementById("findings");
const text = form?.elements.text;
const wrong = form?.querySelector(".wrong");

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// The caret goes to a line, and the line into sight.
function goTo(line) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n");
  const start = before.length + (line === 1 ? 0 : 1);
  text.focus();
  text.setSelectionRange(start, start + (text.value.split("\n")[line - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / text.value.split("\n").length) * Math.max(0, line - 6);
}

function found({ line, severity, message }) {
  const place = element("button", "plain", form.dataset.line.replace("0", line));
  place.type = "button";
  place.addEventListener("click", () => goTo(line));
  const word = element("strong", severity === "error" ? "alarm" : "soft", form.dataset[severity]);
  return element("li", "", place, " ", word, " ", element("span", "", message));
}

const SIGNS = { same: " ", gone: "−", new: "+" };

function drawn({ sign, before, after, text: said }) {
  const number = element("span", "number", `${after ?? before}`);
  const mark = element("span", "sign", SIGNS[sign]);
  return element("li", `is-${sign}`, number, mark, element("span", "text", said));
}

function compared(places) {
  const lists = places.map((place) => element("ol", "", ...place.map(drawn)));
  const made = element("div", "difference", ...lists);
  made.tabIndex = 0;
  return made;
}

async function check() {
  const checked = await api("POST", "/workflow/check", { text: text.value });
  const list = checked.findings.length ? element("ul", "plain-list", ...checked.findings.map(found)) : "";
  const { places } = checked.difference;
  const word = checked.sound ? element("p", "good", places.length ? form.dataset.sound : form.dataset.same) : "";
  findings.replaceChildren(list, word, places.length ? compared(places) : "");
  return checked.sound;
}

async function tried(act) {
  wrong.hidden = true;
  notice("acting", "");
  form.setAttribute("aria-busy", "true");
  try {
    return await act();
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
    return null;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(async () => {
    if (!await check()) return;
    const wish = { text: text.value, reason: form.elements.reason.value, after: Number(form.dataset.after) };
    await api("POST", "/workflow/versions", wish);
    document.getElementById("said").textContent = form.dataset.published;
    location.reload();
  });
});
document.getElementById("check")?.addEventListener("click", () => tried(check));

// The changed text over the messages of the last days, line by line while the server goes through them.
const replayed = document.getElementById("replayed");
const words = replayed ? JSON.parse(replayed.dataset.words) : null;
const MOST_SHOWN = 200;
let stop = null;

function side(name, { type, policy, guard, queue, said, written }) {
  const kind = type ? words.types[type] ?? type : words.said.unknown;
  const done = [kind, words.policies[policy] ?? words.said.nothing];
  if (queue) done.push(words.queues[queue] ?? queue);
  if (guard) done.push(words.guards[guard] ?? guard);
  const lines = [element("p", "", element("strong", "", words.said[name]), " ", done.join(" · "))];
  if (said) lines.push(element("blockquote", "", said));
  for (const one of written) lines.push(element("p", "soft", one));
  return element("div", name, ...lines);
}

function differing(one) {
  const link = element("a", "", one.name ?? "…");
  link.href = `/inbox/${one.conversation_id}`;
  const at = element("time", "soft", new Date(one.at).toLocaleString(document.documentElement.lang));
  const heard = element("p", "heard", one.text);
  heard.dir = "auto";
  const sides = element("div", "side-by-side", side("then", one.then), side("now", one.now));
  return element("li", "", element("header", "", link, " ", at), heard, sides);
}

const counted = (text, one) => text.replace("00", one.messages).replace("11", one.different);

function told(one) {
  const status = document.getElementById("replay-said");
  if (one.type === "different") {
    if (replayed.children.length < MOST_SHOWN) replayed.append(differing(one));
  } else if (one.type === "progress") {
    status.textContent = counted(words.said["so-far"], one);
  } else {
    status.textContent = counted(one.different ? words.said.done : words.said.none, one);
  }
}

async function replay() {
  stop = new AbortController();
  const [start, end] = [document.getElementById("replay"), document.getElementById("replay-stop")];
  [start.hidden, end.hidden] = [true, false];
  replayed.replaceChildren();
  document.getElementById("replay-said").textContent = counted(words.said["so-far"], { messages: 0, different: 0 });
  try {
    const body = JSON.stringify({ text: text.value, days: Number(form.elements.days.value) });
    const headers = { "content-type": "application/json" };
    const response = await fetch("/api/v1/workflow/replay", { method: "POST", headers, body, signal: stop.signal });
    if (!response.ok) throw await refusal(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      lines.forEach((line) => told(JSON.parse(line)));
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    document.getElementById("replay-said").textContent = words.said.stopped;
  } finally {
    [start.hidden, end.hidden] = [false, true];
  }
}

document.getElementById("replay")?.addEventListener("click", () => tried(async () => await check() && replay()));
document.getElementById("replay-stop")?.addEventListener("click", () => stop?.abort());
