// What one does in a conversation's composer: answers, notes, fills a template, attaches, and takes back what has not left yet.
import { Refused, isAtTheEnd, notice, toTheEnd } from "./page.js";
import { quotedOf, setQuoted, showQuoted, startAnswering } from "./answering.js";
import { attach, filesOf, setFiles, showFiles } from "./attached.js";
import { hideCollided, readUpTo, showCollided } from "./collided.js";
import { keepNote, keepNow, keepSoon, noteBegun, settled } from "./drafts.js";
import { forgetUnanswered, inTurn, offerUndo, pathOf, post, postNote, sendAll, takeBackAll, takeOffer } from "./outgoing.js";
import { startSaving } from "./saving.js";
import { startSuggestions } from "./suggestions.js";
import { filling, preview, startTemplates } from "./templates.js";

const HEIGHT = 240; // pixels that a long answer takes at most
const touches = matchMedia("(pointer: coarse)");

const composer = () => document.querySelector("#thread .composer");

export function setMode(mode) {
  const here = composer();
  const button = here?.querySelector(`[data-sets="${mode}"]`);
  if (!button) return false;
  here.dataset.mode = mode;
  for (const other of here.querySelectorAll("[data-sets]")) other.setAttribute("aria-pressed", other === button);
  here.querySelector(`.of-${mode} :is(textarea, input[type="search"])`)?.focus();
  if (!here.contains(document.activeElement)) here.querySelector(`.of-${mode} summary`)?.focus();
  return true;
}

export function startComposer({ lookAgain }) {
  startSuggestions({ wrote });
  startSaving();
  startTemplates();
  startAnswering({ answer: () => setMode("reply"), lookAgain });

  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea")) wrote(event.target);
    else noteSeen(event.target.closest("form[data-template]"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented || touches.matches) return;
    if (!event.target.matches(".composer textarea")) return;
    event.preventDefault();
    if ((event.ctrlKey || event.metaKey) && event.target.form === stoppedForm && readUpTo(composer()) !== null) sendAnyway();
    else event.target.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const does = "reply" in form.dataset ? reply : "note" in form.dataset ? note : form.matches("[data-template]") ? template : null;
    if (!does) return;
    event.preventDefault();
    does(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sets], [data-compose], [data-undoes], [data-detach], [data-sends-anyway], [data-changes]");
    if (!button) return;
    if (button.dataset.sets) setMode(button.dataset.sets);
    else if (button.dataset.compose !== undefined) compose(button.dataset.compose);
    else if ("undoes" in button.dataset) undo();
    else if ("sendsAnyway" in button.dataset) sendAnyway();
    else if ("changes" in button.dataset) change();
    else setFiles(composer(), []);
  });

  document.addEventListener("change", (event) => event.target.id === "attach" && attach(composer(), [...event.target.files]));
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.target.id !== "answer") return;
    event.preventDefault();
    attach(composer(), files);
  });
  freshen();

  // The message stands in the thread at once, with a clock instead of ticks.
  async function reply(form) {
    const [field, here] = [form.elements.text, form.closest(".composer")];
    const wish = { words: field.value.trim(), files: filesOf(here), quotes: quotedOf(here) };
    if (!wish.words && wish.files.length === 0) return;
    const upTo = seenBy(form);
    const bubble = sending(wish.words || wish.files.map((file) => file.name).join(", "));
    clear(field);
    setFiles(here, []);
    setQuoted(here, null);
    let refused = null;
    try {
      await settled(here);
      const sent = await inTurn(here, () => sendAll(here, wish, upTo));
      bubble.id = `m-${here.dataset.conversation}-${sent.at(-1).seq}`;
      notice("acting", "");
      hideCollided(here);
      offerUndo(here, sent);
      seen.delete(form);
    } catch (error) {
      refused = error;
      giveBack(here, form, wish, upTo);
    }
    await lookAgain();
    bubble.removeAttribute("data-kept");
    if (!bubble.id) bubble.remove();
    if (refused) stopped(here, form, refused);
  }

  async function note(form) {
    const [field, here] = [form.elements.text, form.closest(".composer")];
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    keepNote(here, "");
    const back = () => {
      put(field, text);
      keepNote(here, field.value);
    };
    await doing(() => postNote(here, text), back);
  }

  async function template(form) {
    const here = form.closest(".composer");
    if (underWay.has(form)) return;
    underWay.add(form);
    form.setAttribute("aria-busy", "true");
    let refused = null;
    await doing(async () => {
      const queued = await post(here, { type: "template", template: await filling(form), seen: seenBy(form) });
      form.reset();
      preview(form);
      form.closest("details").open = false;
      hideCollided(here);
      offerUndo(here, [{ seq: queued.seq, words: "", file: null }]);
    }, (error) => (refused = error));
    form.removeAttribute("aria-busy");
    underWay.delete(form);
    if (refused?.status === 412) stopped(here, form, refused);
  }

  // What cannot be done puts things back and says why.
  async function doing(act, back = () => {}) {
    try {
      await act();
      notice("acting", "");
      toTheEnd();
    } catch (error) {
      back(error);
      if (error.status !== 412) failed(error);
    }
    await lookAgain();
  }

  async function undo() {
    const { here, sent } = takeOffer() ?? {};
    if (!here) return;
    const back = { words: [], files: [], quotes: null };
    await doing(() => takeBackAll(here, sent, back), () => {});
    if (back.files.length) setFiles(here, [...back.files, ...filesOf(here)]);
    if (back.quotes !== null) setQuoted(here, back.quotes);
    if (back.words.length) giveBackTo(here, back.words.join("\n"));
  }
}

function failed(error) {
  notice("acting", error instanceof Refused ? error.message : document.body.dataset.unreachable);
}

// What did not leave is there again: in the field if that is still before its author, and in any case where they come back to.
function giveBack(here, form, wish, upTo) {
  const field = form.elements.text;
  setFiles(here, [...wish.files, ...filesOf(here)]);
  if (wish.quotes !== null) setQuoted(here, wish.quotes);
  if (field.isConnected) put(field, wish.words);
  keepNow(here, field.isConnected ? field.value : wish.words);
  seen.set(form, upTo);
}

// Words that were taken back are where they came from: in the field, or in the draft of a conversation that was left meanwhile.
function giveBackTo(here, text) {
  const field = here.querySelector("#answer");
  if (here === composer() && field) compose(text);
  else keepNow(here, [text, field?.value].filter(Boolean).join("\n"));
}

// Words come before those that were written meanwhile.
function put(field, words) {
  field.value = [words, field.value].filter(Boolean).join("\n");
  grow(field);
}

// Templates that are on their way to the server, which may take as long as a file does.
const underWay = new WeakSet();

// The form that somebody tried to send.
let stoppedForm = null;

function stopped(here, form, error) {
  // Its author went on to another conversation: what they wrote waits as a draft of this one.
  if (!here.isConnected) return notice("acting", here.dataset.notSent);
  if (error.status !== 412) return failed(error);
  notice("acting", "");
  stoppedForm = form;
  showCollided(here, error);
  toTheEnd();
}

function sendAnyway() {
  const upTo = readUpTo(composer());
  if (upTo === null || !stoppedForm?.isConnected) return;
  seen.set(stoppedForm, upTo);
  stoppedForm.requestSubmit();
}

function change() {
  noteSeen(stoppedForm);
  hideCollided(composer());
  stoppedForm?.querySelector("textarea, input")?.focus();
}

function compose(text) {
  setMode("reply");
  const field = document.getElementById("answer");
  if (!field) return;
  put(field, text);
  wrote(field);
}

// Whoever types at the end of a conversation has seen what stands above; what comes between the last key and the sending, or while they
// read further up, they have not.
const seen = new WeakMap();
const noteSeen = (form) => form && seen.set(form, Number(form.closest(".composer").dataset.seen));
const seenBy = (form) => seen.get(form) ?? Number(form.closest(".composer").dataset.seen);

let typedAt = -Infinity;

// Whether somebody writes at this moment.
export const isTyping = () => performance.now() - typedAt < 6000;

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, HEIGHT)}px`;
}

function wrote(field) {
  grow(field);
  const here = field.closest(".composer");
  if (field.id === "note") keepNote(here, field.value);
  if (field.id !== "answer") return;
  if (!field.value) {
    seen.delete(field.form);
    forgetUnanswered(here);
  } else if (!seen.has(field.form) || isAtTheEnd()) noteSeen(field.form);
  typedAt = performance.now();
  keepSoon(here, field.value);
}

// Another conversation has another composer: what was begun in it is put there.
let fresh = null;

export function freshen() {
  const here = composer();
  if (!here || here === fresh) return;
  const before = fresh;
  fresh = here;
  for (const bubble of document.querySelectorAll("#log [data-kept][data-of]")) {
    if (bubble.dataset.of !== here.dataset.conversation) bubble.remove();
  }
  showFiles(here);
  showQuoted(here);
  const [answer, note] = [here.querySelector("#answer"), here.querySelector("#note")];
  if (note && !note.value) note.value = noteBegun(here);
  if (before?.dataset.conversation === here.dataset.conversation) carryOver(before, here);
  for (const field of [answer, note]) if (field?.value && field.offsetParent) grow(field);
}

// The window opened or closed while somebody wrote: their words, or the template that they were filling, go on in the new composer.
function carryOver(before, here) {
  const [words, field] = [before.querySelector("#answer")?.value, here.querySelector("#answer")];
  if (words && field && !field.value) put(field, words);
  if (words && !field) keepNow(here, words);
  const begun = before.querySelector("details.template[open]");
  const same = begun && here.querySelector(`[id="${begun.id}"]`);
  if (!same) return;
  same.replaceWith(begun);
  setMode("template");
  (begun.querySelector("form input, form textarea") ?? begun.querySelector("summary")).focus();
}

function clear(field) {
  field.value = "";
  field.defaultValue = "";
  field.style.height = "";
}

function sending(text) {
  const bubble = document.getElementById("sending").content.firstElementChild.cloneNode(true);
  bubble.querySelector("p").textContent = text;
  bubble.dataset.kept = "";
  bubble.dataset.of = composer().dataset.conversation;
  document.querySelector("#log ol").append(bubble);
  toTheEnd();
  return bubble;
}

export function takeBack() {
  const button = document.querySelector(".composer .undo:not([hidden]) button");
  button?.click();
  return Boolean(button);
}
