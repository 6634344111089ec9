// Answers to one message rather than to all of them: the quote above what is written, and an emoji on a message.
import { Refused, notice } from "./page.js";
import { post } from "./outgoing.js";

const LONGEST = 140;
const quoted = new Map();
const whose = (composer) => composer?.dataset.conversation;
const composerNow = () => document.querySelector("#thread .composer");

// The place of the message that the next answer quotes.
export const quotedOf = (composer) => quoted.get(whose(composer)) ?? null;

export function setQuoted(composer, seq) {
  if (seq === null) quoted.delete(whose(composer));
  else quoted.set(whose(composer), seq);
  showQuoted(composer);
}

export function showQuoted(composer) {
  const bar = composer?.querySelector(".answering");
  if (!bar) return;
  const seq = quotedOf(composer);
  bar.hidden = seq === null;
  bar.querySelector("q").textContent = seq === null ? "" : wordsOf(document.getElementById(`m-${whose(composer)}-${seq}`));
}

function wordsOf(message) {
  const copy = message?.querySelector(".bubble")?.cloneNode(true);
  if (!copy) return "…";
  for (const part of copy.querySelectorAll("audio, video, details, footer, .quote, .reactions")) part.remove();
  const words = copy.textContent.trim();
  return [...(words || message.querySelector("time")?.textContent || "…")].slice(0, LONGEST).join("");
}

// What the keys act on: the message that has the focus, or the customer's last one.
function button(name) {
  const focused = document.activeElement?.closest?.("#log .message")?.querySelector(`[${name}]`);
  return focused ?? [...document.querySelectorAll(`#log [${name}]`)].at(-1);
}

const press = (name) => {
  const found = button(name);
  found?.click();
  return Boolean(found);
};

export const quoteLast = () => press("data-quotes");
export const reactToLast = () => press("data-reacts");

export function startAnswering({ answer, lookAgain }) {
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-quotes], [data-unquotes], [data-reacts], [data-emoji]");
    if (!chosen) return;
    if (chosen.dataset.quotes) quote(Number(chosen.dataset.quotes));
    else if ("unquotes" in chosen.dataset) quote(null);
    else if (chosen.dataset.reacts) openEmojis(chosen);
    else react(chosen);
  });

  function quote(seq) {
    const here = composerNow();
    if (!here) return;
    setQuoted(here, seq);
    answer();
  }

  async function react(choice) {
    const dialog = choice.closest("dialog");
    dialog.close();
    try {
      await post(composerNow(), { type: "reaction", reaction: { to: Number(dialog.dataset.to), emoji: choice.dataset.emoji } });
      notice("acting", "");
    } catch (error) {
      notice("acting", error instanceof Refused ? error.message : document.body.dataset.unreachable);
    }
    lookAgain();
  }
}

function openEmojis(opener) {
  const dialog = document.getElementById("reacting");
  if (!dialog || dialog.open) return;
  dialog.dataset.to = opener.dataset.reacts;
  dialog.querySelector("[data-emoji='']").hidden = !("ours" in opener.dataset);
  dialog.showModal();
  dialog.querySelector("[data-emoji]").focus();
}
