// Settings: what is marked with `data-call` is one call of the API, and what comes back only once is shown until it is closed.
import { api, looker, notice, parse, patchLive } from "./page.js";

const byId = (id) => document.getElementById(id);

async function look() {
  const response = await fetch(location.href);
  if (response.ok) patchLive(parse(await response.text()));
}
const lookAgain = looker(look);

function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if ("list" in field.dataset) {
      body[field.name] ??= [];
      if (field.checked) body[field.name].push(field.value);
    } else if (field.type === "radio") {
      if (field.checked) body[field.name] = field.value;
    } else if (field.value !== "" || field.required) {
      const [name, part] = field.name.split(".");
      const value = field.type === "number" ? Number(field.value) : field.value;
      if (part) body[name] = { ...body[name], [part]: value };
      else body[name] = value;
    }
  }
  return body;
}

function shownOnce(title, lines) {
  byId("shown-once-title").textContent = title;
  byId("shown-once-what").replaceChildren(...lines.map((line) => {
    const code = document.createElement("code");
    code.textContent = line;
    return code;
  }));
  byId("shown-once").showModal();
}

const SHOWS = {
  link: (answer, title) => shownOnce(title, [answer.link ?? ""]),
  secret: (answer, title) => shownOnce(title, [answer.secret ?? ""]),
  codes: (answer, title) => shownOnce(title, answer.recovery_codes),
  totp: (answer) => {
    byId("totp-picture").replaceChildren(parse(answer.picture ?? ""));
    byId("totp-secret").textContent = answer.secret.match(/.{1,4}/g).join(" ");
    byId("totp-offer").hidden = false;
    byId("code").focus();
  },
};

async function act(element, body) {
  const { call, done, shows, title, sure } = element.dataset;
  if (sure && !confirm(sure)) return;
  const [method, pattern] = call.split(" ");
  const path = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(body[name]));
  notice("acting", "");
  element.setAttribute("aria-busy", "true");
  try {
    const answer = await api(method, path, body);
    if (element instanceof HTMLFormElement && (method === "POST" || "reset" in element.dataset)) element.reset();
    if (shows) SHOWS[shows](answer, title);
    if (done) byId("said").textContent = done;
    if (path === "/me") location.reload();
    else if (shows !== "totp") await lookAgain();
  } catch (error) {
    notice("acting", error.message);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-call]");
  if (!form) return;
  event.preventDefault();
  act(form, form.elements.length > 1 ? bodyOf(form) : undefined);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest('form[data-on="change"]');
  if (form) act(form, bodyOf(form));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-call]");
  if (button) act(button, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
});
byId("copy")?.addEventListener("click", () => {
  const lines = [...byId("shown-once-what").children].map((line) => line.textContent);
  navigator.clipboard?.writeText(lines.join("\n"));
});

// A text with fields, as it will read with examples in them.
document.addEventListener("input", (event) => {
  const shown = event.target.matches("[data-previews]") && event.target.closest("label").nextElementSibling;
  if (!shown) return;
  const examples = JSON.parse(event.target.form.dataset.examples);
  shown.textContent = event.target.value.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (whole, name) => examples[name] ?? whole);
  shown.hidden = event.target.value === "";
});
document.addEventListener("reset", (event) => {
  for (const shown of event.target.querySelectorAll(".preview")) shown.hidden = true;
});
