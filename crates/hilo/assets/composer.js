// What one does in a conversation's composer: answers, notes, fills a template, attaches, and takes back what has not left yet.
import { Refused, api, notice, toTheEnd } from "./page.js";
import { startSuggestions } from "./suggestions.js";

const HEIGHT = 240; // pixels that a long answer takes at most
const PAUSE = 700; // so long after the last key a draft is kept
const touches = matchMedia("(pointer: coarse)");

const composer = () => document.querySelector("#thread .composer");
const path = (composer, rest) => `/conversations/${composer.dataset.conversation}${rest}`;

// A name for one attempt to send, so that a repetition of it has no second effect.
function attempt() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const post = (composer, message) => api("POST", path(composer, "/messages"), message, { "idempotency-key": attempt() });

export function setMode(mode) {
  const here = composer();
  const button = here?.querySelector(`[data-sets="${mode}"]`);
  if (!button) return false;
  here.dataset.mode = mode;
  for (const other of here.querySelectorAll("[data-sets]")) other.setAttribute("aria-pressed", other === button);
  here.querySelector(`.of-${mode} textarea, .of-${mode} summary`)?.focus();
  return true;
}

export function startComposer({ lookAgain }) {
  startSuggestions({ wrote });

  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea")) wrote(event.target);
    const form = event.target.closest("form[data-template]");
    if (form) preview(form);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented || touches.matches) return;
    if (!event.target.matches(".composer textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const does = "reply" in form.dataset ? reply : "note" in form.dataset ? note : form.matches("[data-template]") ? template : null;
    if (!does) return;
    event.preventDefault();
    does(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sets], [data-compose], [data-shows-new], [data-undoes], [data-detach]");
    if (!button) return;
    if (button.dataset.sets) setMode(button.dataset.sets);
    else if (button.dataset.compose !== undefined) compose(button.dataset.compose);
    else if ("showsNew" in button.dataset) showNew();
    else if ("undoes" in button.dataset) undo();
    else detach();
  });

  document.addEventListener("change", (event) => event.target.id === "attach" && attach([...event.target.files]));
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.target.id !== "answer") return;
    event.preventDefault();
    attach(files);
  });

  async function reply(form) {
    const field = form.elements.text;
    const text = field.value.trim();
    const files = attached;
    if (!text && files.length === 0) return;
    const here = form.closest(".composer");
    const bubble = sending(text || files.map((file) => file.name).join(", "));
    const seen = seenBy(field);
    clear(field);
    detach();
    try {
      for (const [place, file] of files.entries()) await sendFile(here, file, place === 0 ? text : "", seen);
      const queued = files.length === 0 ? await post(here, { text, seen }) : null;
      if (queued) bubble.id = `m-${here.dataset.conversation}-${queued.seq}`;
      notice("acting", "");
      if (queued) offerUndo(here, queued.seq, text);
    } catch (error) {
      if (!field.value) field.value = text;
      attached = files;
      showAttached();
      wrote(field);
      if (error.status === 412) collided(error);
      else failed(error);
    } finally {
      await lookAgain();
      bubble.removeAttribute("data-kept");
      if (!bubble.id) bubble.remove();
    }
  }

  async function note(form) {
    const field = form.elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await doing(() => api("POST", path(form.closest(".composer"), "/notes"), { text }, { "idempotency-key": attempt() }), () => (field.value = text));
  }

  async function template(form) {
    const values = [...new FormData(form)];
    const filling = { name: form.dataset.template, language: form.dataset.language };
    filling.body = "named" in form.dataset ? Object.fromEntries(values) : values.map(([, value]) => value);
    const here = form.closest(".composer");
    await doing(async () => {
      const queued = await post(here, { type: "template", template: filling });
      form.reset();
      preview(form);
      form.closest("details").open = false;
      offerUndo(here, queued.seq, "");
    });
  }

  // What cannot be done puts things back and says why.
  async function doing(act, back = () => {}) {
    try {
      await act();
      notice("acting", "");
      toTheEnd();
    } catch (error) {
      back();
      failed(error);
    }
    await lookAgain();
  }

  async function undo() {
    const { here, seq, text } = undoable ?? {};
    if (!here) return;
    undoable = null;
    here.querySelector(".undo").hidden = true;
    await doing(async () => {
      await api("DELETE", path(here, `/messages/${seq}`));
      if (text) compose(text);
    });
  }

  // Somebody wrote while the answer was written: it was not sent, and its author reads first.
  function collided(error) {
    const bar = composer().querySelector(".collided");
    const count = error.problem?.new_messages?.length ?? 1;
    const span = bar.querySelector("span");
    span.textContent = count === 1 ? span.dataset.one : span.dataset.many.replace("#", count);
    bar.hidden = false;
  }

  function showNew() {
    composer().querySelector(".collided").hidden = true;
    toTheEnd();
    const field = document.getElementById("answer");
    noteSeen(field);
    field?.focus();
  }
}

function failed(error) {
  notice("acting", error instanceof Refused ? error.message : document.body.dataset.unreachable);
}

function compose(text) {
  setMode("reply");
  const field = document.getElementById("answer");
  if (!field) return;
  field.value = text;
  wrote(field);
}

// Whoever types has seen what stands above; what comes between the last key and the sending, they have not.
const seen = new WeakMap();
const noteSeen = (field) => field && seen.set(field, Number(field.closest(".composer").dataset.seen));
const seenBy = (field) => seen.get(field) ?? Number(field.closest(".composer").dataset.seen);

let keeping = null;
let typedAt = -Infinity;

// Whether somebody writes at this moment.
export const isTyping = () => performance.now() - typedAt < 6000;

function wrote(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, HEIGHT)}px`;
  if (field.id !== "answer") return;
  noteSeen(field);
  typedAt = performance.now();
  clearTimeout(keeping);
  const [here, text] = [field.closest(".composer"), field.value];
  keeping = setTimeout(() => keepDraft(here, text), PAUSE);
}

// A draft that is not kept is no reason to stop somebody who writes.
const keepDraft = (here, text) => api("PUT", path(here, "/draft"), { text }).catch(() => {});

function clear(field) {
  clearTimeout(keeping);
  field.value = "";
  field.defaultValue = "";
  field.style.height = "";
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

// What has not left yet can be taken back, for as long as the server holds it.
let undoable = null;

function offerUndo(here, seq, text) {
  const bar = here.querySelector(".undo");
  const offer = { here, seq, text };
  undoable = offer;
  count(Number(here.dataset.undo));
  function count(seconds) {
    if (undoable !== offer) return;
    bar.hidden = seconds <= 0;
    bar.querySelector("b").textContent = `${seconds} s`;
    if (0 < seconds) setTimeout(() => count(seconds - 1), 1000);
    else undoable = null;
  }
}

// Files on their way out: shown before they are sent.
let attached = [];

function attach(files) {
  attached = [...attached, ...files];
  showAttached();
  document.getElementById("answer")?.focus();
}

function detach() {
  attached = [];
  showAttached();
  const picker = document.getElementById("attach");
  if (picker) picker.value = "";
}

function showAttached() {
  const shown = document.querySelector(".composer .attached");
  if (!shown) return;
  for (const picture of shown.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  shown.replaceChildren(...attached.map(preview_of));
  shown.hidden = attached.length === 0;
  if (shown.hidden) return;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "plain";
  remove.dataset.detach = "";
  remove.textContent = shown.dataset.remove;
  shown.append(remove);
}

function preview_of(file) {
  const shown = document.createElement("span");
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = "";
    shown.append(picture);
  }
  shown.append(file.name);
  return shown;
}

async function sendFile(here, file, caption, seen) {
  const type = file.type || "application/octet-stream";
  const url = `/api/v1/media?filename=${encodeURIComponent(file.name)}`;
  const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body: file });
  const kept = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(response.status, kept);
  const said = { media_id: kept.id };
  if (caption && kept.kind !== "audio" && kept.kind !== "sticker") said.caption = caption;
  await post(here, { type: kept.kind, [kept.kind]: said, seen });
}

// What the person will read, as the gaps are filled.
function preview(form) {
  const shown = form.querySelector(".preview");
  shown.textContent = shown.dataset.text.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (gap, name) => form.elements.namedItem(name)?.value || gap);
}

export const takeBack = () => document.querySelector(".composer .undo:not([hidden]) button")?.click() ?? false;
