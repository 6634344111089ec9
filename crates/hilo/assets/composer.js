// What one does in a conversation's composer: writes, sends, fills a template.
import { Refused, api, notice, toTheEnd } from "./page.js";

const HEIGHT = 240; // pixels that a long answer takes at most
const touches = matchMedia("(pointer: coarse)");

// A name for one attempt to send, so that a repetition of it has no second effect.
function attempt() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function startComposer({ lookAgain }) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-reply] textarea")) wrote(event.target);
    const form = event.target.closest("form[data-template]");
    if (form) preview(form);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touches.matches) return;
    if (!event.target.matches("[data-reply] textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-reply]")) {
      event.preventDefault();
      reply(form);
    } else if (form.matches("[data-template]")) {
      event.preventDefault();
      sendTemplate(form);
    }
  });

  document.addEventListener("click", (event) => {
    const text = event.target.closest("[data-compose]")?.dataset.compose;
    const field = document.getElementById("answer");
    if (text === undefined || !field) return;
    field.value = text;
    wrote(field);
    field.focus();
  });

  async function reply(form) {
    const field = form.elements.text;
    const text = field.value.trim();
    if (!text) return;
    const composer = form.closest(".composer");
    const bubble = sending(text);
    field.value = "";
    wrote(field);
    try {
      const queued = await post(composer, { text });
      bubble.id = `m-${composer.dataset.conversation}-${queued.seq}`;
      notice("acting", "");
    } catch (error) {
      if (!field.value) field.value = text;
      wrote(field);
      failed(error);
    } finally {
      await lookAgain();
      bubble.removeAttribute("data-kept");
      if (!bubble.id) bubble.remove();
    }
  }

  async function sendTemplate(form) {
    const values = [...new FormData(form)];
    const template = { name: form.dataset.template, language: form.dataset.language };
    template.body = "named" in form.dataset ? Object.fromEntries(values) : values.map(([, value]) => value);
    try {
      await post(form.closest(".composer"), { type: "template", template });
      form.reset();
      form.closest("details").open = false;
      notice("acting", "");
    } catch (error) {
      failed(error);
    }
    lookAgain();
  }
}

function post(composer, message) {
  return api("POST", `/conversations/${composer.dataset.conversation}/messages`, message, { "idempotency-key": attempt() });
}

function failed(error) {
  notice("acting", error instanceof Refused ? error.message : document.body.dataset.unreachable);
}

function wrote(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, HEIGHT)}px`;
}

// The message stands in the thread at once, with a clock instead of ticks.
function sending(text) {
  const bubble = document.getElementById("sending").content.firstElementChild.cloneNode(true);
  bubble.querySelector("p").textContent = text;
  bubble.dataset.kept = "";
  document.querySelector("#log ol").append(bubble);
  toTheEnd();
  return bubble;
}

// What the person will read, as the gaps are filled.
function preview(form) {
  const shown = form.querySelector(".preview");
  shown.textContent = shown.dataset.text.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (gap, name) => form.elements[name]?.value || gap);
}
