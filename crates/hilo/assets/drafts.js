// What was begun to be written is kept: answers on the server, a moment after the last key, one save behind the other; notes in this
// browser, because nobody else is to read them yet.
import { api } from "./page.js";
import { pathOf } from "./outgoing.js";

const PAUSE = 700; // so long after the last key a draft is kept

const soon = new Map(); // what waits for its pause, by conversation
const saves = new Map(); // what was saved last, by conversation
const whose = (composer) => composer.dataset.conversation;

function notSoon(composer) {
  clearTimeout(soon.get(whose(composer)));
  soon.delete(whose(composer));
}

export function keepSoon(composer, text) {
  notSoon(composer);
  soon.set(whose(composer), setTimeout(() => keepNow(composer, text), PAUSE));
}

// A draft that is not kept is no reason to stop somebody who writes.
export function keepNow(composer, text) {
  notSoon(composer);
  const before = saves.get(whose(composer)) ?? Promise.resolve();
  saves.set(whose(composer), before.then(() => api("PUT", pathOf(composer, "/draft"), { text }).catch(() => {})));
}

// Before an answer leaves, no save of it may be under way: it would come behind the answer, and bring the draft back.
export async function settled(composer) {
  notSoon(composer);
  await saves.get(whose(composer));
}

const noteOf = (composer) => `hilo-note-${whose(composer)}`;

export const noteBegun = (composer) => sessionStorage.getItem(noteOf(composer)) ?? "";

export function keepNote(composer, text) {
  if (text) sessionStorage.setItem(noteOf(composer), text);
  else sessionStorage.removeItem(noteOf(composer));
}
