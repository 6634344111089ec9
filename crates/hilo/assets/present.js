// Colleagues see who has a conversation open, and who writes in it.
import { api } from "./page.js";
import { isTyping } from "./composer.js";

const HERE = 8000; // the server forgets after fifteen seconds
let here = null;
let present = [];
let openNow = null;

export function sayHere(opened) {
  const id = document.hidden ? null : opened;
  if (here && here !== id) api("DELETE", `/conversations/${here}/presence`).catch(() => {});
  here = id ?? null;
  if (here) api("PUT", `/conversations/${here}/presence`, { doing: isTyping() ? "typing" : "looking" }).catch(() => {});
}

export function showPresent(opened) {
  openNow = opened;
  const others = present.filter((one) => one.user_id !== document.body.dataset.user);
  for (const row of document.querySelectorAll("li.row")) {
    const names = others.filter((one) => row.id === `row-${one.conversation_id}`).map((one) => one.name);
    if (names.length) row.dataset.present = names.join(", ");
    else delete row.dataset.present;
  }
  const line = document.getElementById("present");
  if (!line) return;
  const beside = others.filter((one) => one.conversation_id === opened);
  line.textContent = beside.map((one) => line.dataset[one.doing].replace("#", one.name)).join(" · ");
  line.hidden = beside.length === 0;
}

export function heardPresent(all) {
  present = all;
  showPresent(openNow);
}

export function startPresence(opened) {
  openNow = opened();
  sayHere(openNow);
  setInterval(() => sayHere(opened()), HERE);
}
