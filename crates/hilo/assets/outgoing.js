// How something that was written leaves: once, however often it is tried, with its files; and how it is taken back while that is possible.
import { Refused, api } from "./page.js";

export const pathOf = (composer, rest) => `/conversations/${composer.dataset.conversation}${rest}`;

// A name for one attempt, so that a repetition of it has no second effect.
export function attempt() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What left without an answer: whoever sends the same again soon repeats that attempt, which may have arrived. Later, or after the
// words were wiped out, the same words are a message of their own.
const unanswered = new Map();
const SOON = 120_000;

export function forgetUnanswered(composer) {
  for (const what of unanswered.keys()) if (what.startsWith(`${composer.dataset.conversation} `)) unanswered.delete(what);
}

export async function post(composer, message) {
  const { seen, ...said } = message;
  const what = `${composer.dataset.conversation} ${JSON.stringify(said)}`;
  const before = unanswered.get(what);
  const one = before && performance.now() - before.at < SOON ? before : { key: attempt(), message, at: performance.now() };
  unanswered.set(what, one);
  try {
    const queued = await api("POST", pathOf(composer, "/messages"), one.message, { "idempotency-key": one.key });
    unanswered.delete(what);
    return queued;
  } catch (error) {
    if (error instanceof Refused && error.status < 500) unanswered.delete(what);
    throw error;
  }
}

// Brings a file here; it is sent by the id that comes back.
export async function upload(file) {
  const type = file.type || "application/octet-stream";
  const url = `/api/v1/media?filename=${encodeURIComponent(file.name)}`;
  const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body: file });
  const kept = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(response.status, kept);
  return kept;
}

const MUTE = ["audio", "sticker"]; // WhatsApp puts no words below them

// Files one after the other, the words below the first that can have some. What has left is gone from `files` and `words`, so that
// whatever goes wrong leaves only the rest.
export async function sendFiles(composer, wish, seen) {
  let queued = null;
  while (wish.files.length) {
    const file = wish.files[0];
    const kept = await upload(file);
    const said = { media_id: kept.id };
    const caption = MUTE.includes(kept.kind) ? "" : wish.words;
    if (caption) said.caption = caption;
    queued = await post(composer, { type: kept.kind, [kept.kind]: said, seen });
    wish.files = wish.files.slice(1);
    if (caption) wish.words = "";
  }
  if (wish.words) queued = await post(composer, { text: wish.words, seen });
  wish.words = "";
  return queued;
}

// What has not left yet can be taken back, for as long as the server holds it.
let undoable = null;

export function offerUndo(composer, seq, text) {
  const bar = composer.querySelector(".undo");
  const offer = { here: composer, seq, text };
  undoable = offer;
  count(Number(composer.dataset.undo));
  function count(seconds) {
    if (undoable !== offer) return;
    bar.hidden = seconds <= 0;
    bar.querySelector("b").textContent = `${seconds} s`;
    if (0 < seconds) setTimeout(() => count(seconds - 1), 1000);
    else undoable = null;
  }
}

// What is offered, once.
export function takeOffer() {
  const offer = undoable;
  undoable = null;
  if (offer) offer.here.querySelector(".undo").hidden = true;
  return offer;
}
