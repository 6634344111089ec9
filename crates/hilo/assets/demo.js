// What the page of `hilo demo` does: sends what a person does on it, and looks again when something changed.
import { Refused, looker, notice, parse, patchLive, refusal, toTheEnd } from "./page.js";

const SOON = 300;
const SLOW = 5000; // what no event tells (the simulator's own doings) is seen after this long at the latest

// Another tab may hold another phone.
let person = document.body.dataset.person;

async function look() {
  try {
    const response = await fetch(location.href, { headers: { "hilo-phone": person } });
    if (!response.ok) throw await refusal(response);
    patchLive(parse(await response.text()));
    killed = false;
    notice("looking", "");
  } catch (error) {
    gone(error);
  }
}

const lookAgain = looker(look);

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

const events = new EventSource("/demo/events");
events.addEventListener("changed", lookAgain);
setInterval(() => document.hidden || lookAgain(), SLOW);
document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
toTheEnd();
