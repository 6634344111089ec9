// Keeping what stands in the composer as a saved reply, and putting fields into the text of one.
import { Refused, api } from "./page.js";
import { forgetReplies } from "./suggestions.js";

function openDialog() {
  const dialog = document.querySelector("dialog.save-reply");
  const answer = document.getElementById("answer");
  if (!dialog) return;
  const form = dialog.querySelector("form[data-keeps-reply]");
  form.querySelector(".wrong").hidden = true;
  form.elements.text.value = answer?.value.trim() || form.elements.text.value;
  dialog.showModal();
  form.elements.shortcut.focus();
}

async function keep(form) {
  const { shortcut, name, language, text } = form.elements;
  const wrong = form.querySelector(".wrong");
  try {
    await api("POST", "/canned-replies", { shortcut: shortcut.value, name: name.value, texts: { [language.value]: text.value } });
    form.reset();
    forgetReplies();
    form.closest("dialog").close();
  } catch (error) {
    wrong.textContent = error instanceof Refused ? error.message : document.body.dataset.unreachable;
    wrong.hidden = false;
  }
}

// A field goes where somebody writes in the same form.
let field = null;

function insert(button) {
  const form = button.closest("form");
  const into = field && form.contains(field) ? field : form.querySelector("textarea");
  into.setRangeText(button.dataset.inserts, into.selectionStart, into.selectionEnd, "end");
  into.dispatchEvent(new InputEvent("input", { bubbles: true }));
  into.focus();
}

export function startSaving() {
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("form textarea")) field = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-saves-reply], [data-inserts]");
    if (!button) return;
    if (button.dataset.inserts) insert(button);
    else openDialog();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-keeps-reply]")) return;
    event.preventDefault();
    keep(event.target);
  });
}
