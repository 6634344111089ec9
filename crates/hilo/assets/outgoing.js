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

export function post(composer, message) {
  const { seen, ...said } = message;
  return once(composer, "/messages", message, `${composer.dataset.conversation} ${JSON.stringify(said)}`);
}

export const postNote = (composer, text) => once(composer, "/notes", { text }, `${composer.dataset.conversation} note ${text}`);

async function once(composer, path, body, what) {
  const before = unanswered.get(what);
  const one = before && performance.now() - before.at < SOON ? before : { key: attempt(), body, at: performance.now() };
  unanswered.set(what, one);
  try {
    const queued = await api("POST", pathOf(composer, path), one.body, { "idempotency-key": one.key });
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

// What is written while files are still on their way leaves behind them.
const turns = new Map();

export function inTurn(composer, work) {
  const id = composer.dataset.conversation;
  const turn = (turns.get(id) ?? Promise.resolve()).then(work, work);
  turns.set(id, turn);
  return turn;
}

// Files one after the other, the words below the first that can have some. What has left is gone from `files` and `words`, so that
// whatever goes wrong leaves only the rest. Answers what left, each message with its words and its file.
export async function sendAll(composer, wish, seen) {
  const sent = [];
  while (wish.files.length) {
    const file = wish.files[0];
    const kept = await upload(file);
    const said = { media_id: kept.id };
    const caption = MUTE.includes(kept.kind) ? "" : wish.words;
    if (caption) said.caption = caption;
    const { seq } = await post(composer, { type: kept.kind, [kept.kind]: said, ...quoting(wish), seen });
    sent.push({ seq, words: caption, file, quotes: wish.quotes });
    wish.quotes = null;
    wish.files = wish.files.slice(1);
    if (caption) wish.words = "";
  }
  if (wish.words) {
    const { seq } = await post(composer, { text: wish.words, ...quoting(wish), seen });
    sent.push({ seq, words: wish.words, file: null, quotes: wish.quotes });
    wish.quotes = null;
  }
  wish.words = "";
  return sent;
}

// The first message that leaves is the one that answers another.
const quoting = (wish) => (wish.quotes === null ? {} : { reply_to: wish.quotes });

// Takes all of it back, the last first; what was taken back is put into `back` even if the rest has left.
export async function takeBackAll(composer, sent, back) {
  for (const { seq, words, file, quotes = null } of sent.toReversed()) {
    await api("DELETE", pathOf(composer, `/messages/${seq}`));
    if (file) back.files.unshift(file);
    if (words) back.words.unshift(words);
    back.quotes = quotes;
  }
}

// What has not left yet can be taken back, for as long as the server holds it.
let undoable = null;

export function offerUndo(composer, sent) {
  const bar = composer.querySelector(".undo");
  const offer = { here: composer, sent };
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
