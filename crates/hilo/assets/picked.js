// Several conversations at once.
import { Refused, api, notice } from "./page.js";
import { attempt } from "./outgoing.js";

const picked = () => [...document.querySelectorAll(".pick:checked")].map((box) => box.value);

// Up to where each had been written when it was picked: what came since, nobody who picked it has read.
const seen = new Map();
const seenOfPicked = () => Object.fromEntries(picked().map((id) => [id, seen.get(id)]).filter(([, seq]) => seq !== undefined));

export function showPicked() {
  const bar = document.getElementById("picked");
  if (!bar) return;
  const count = picked().length;
  bar.hidden = count === 0;
  bar.querySelector("b").textContent = count;
}

function unpick() {
  for (const box of document.querySelectorAll(".pick:checked")) box.checked = false;
  showPicked();
}

export function pick(opened) {
  const box = document.querySelector(`.pick[value="${opened}"]`);
  box?.click();
  return Boolean(box);
}

export function startPicking({ lookAgain }) {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches(".pick")) return;
    if (box.checked) seen.set(box.value, Number(box.dataset.seen));
    showPicked();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-many]");
    if (!button) return;
    if (button.dataset.many === "take") many("PUT", "/inbox/assignment", { to: { user_id: button.dataset.user } });
    else if (button.dataset.many === "close") many("PUT", "/inbox/closure", { with: { outcome: "resolved" }, seen: seenOfPicked() });
    else unpick();
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-many]");
    if (!form) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    if (await many("POST", "/inbox/replies", { text: form.elements.text.value, seen: seenOfPicked() })) form.reset();
    form.removeAttribute("aria-busy");
  });

  // What cannot be done stays picked, with the first reason. An answer that nobody heard about is asked for again under the same name.
  let again = { what: "", key: "" };

  async function many(method, path, what) {
    const sent = { conversation_ids: picked(), ...what };
    const asked = `${path} ${JSON.stringify(sent)}`;
    if (again.what !== asked) again = { what: asked, key: attempt() };
    try {
      const { data } = await api(method, path, sent, method === "POST" ? { "idempotency-key": again.key } : {});
      again = { what: "", key: "" };
      const wrong = data.filter((one) => one.detail);
      unpick();
      await lookAgain();
      for (const one of wrong) document.querySelector(`.pick[value="${one.conversation_id}"]`)?.click();
      notice("acting", wrong[0]?.detail ?? "");
      return true;
    } catch (error) {
      notice("acting", error instanceof Refused ? error.message : document.body.dataset.unreachable);
      return false;
    }
  }
}
