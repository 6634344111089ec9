// The workflow as somebody changes it: checked and compared while they write it, and published with the reason.
import { api, notice } from "./page.js";

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
