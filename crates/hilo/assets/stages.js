// The stages of a pipeline: added, taken away and put in order, by buttons or by hand, and kept as a whole when somebody saves.
import { api, notice } from "./page.js";

const said = document.getElementById("said");
const formOf = (element) => element.closest("form[data-pipeline]");

// What nobody has renamed keeps its name, which the program says in each reader's language.
function nameOf(input) {
  return input.value === input.defaultValue && input.dataset.keptName ? input.dataset.keptName : input.value;
}

// A short name of lower-case letters that nothing else has.
function idOf(name, taken) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 50) || "stage";
  let id = plain;
  for (let number = 2; taken.includes(id); number += 1) id = `${plain}_${number}`;
  return id;
}

function stagesOf(form) {
  const rows = [...form.querySelectorAll(".stage-row")];
  const taken = rows.map((row) => row.dataset.stageId).filter(Boolean);
  return rows.map((row) => {
    const name = nameOf(row.querySelector("input"));
    const id = row.dataset.stageId || idOf(name, taken);
    if (!taken.includes(id)) taken.push(id);
    return { id, name, kind: row.querySelector("select").value };
  });
}

async function keep(form, path, body) {
  const wrong = form.querySelector(".wrong");
  wrong.hidden = true;
  form.setAttribute("aria-busy", "true");
  try {
    await api("PUT", path, body);
    notice("acting", "");
    said.textContent = form.dataset.saved ?? "";
    location.reload();
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-pipeline]")) {
    event.preventDefault();
    const body = { version: Number(form.dataset.version), name: nameOf(form.elements.name), stages: stagesOf(form) };
    keep(form, `/pipelines/${form.dataset.pipeline}`, body);
  } else if (form.matches("form[data-another-pipeline]")) {
    event.preventDefault();
    const [first, ...others] = document.querySelectorAll("form[data-pipeline]");
    const name = form.elements.name.value;
    const taken = [first, ...others].map((one) => one.dataset.pipeline);
    keep(form, `/pipelines/${idOf(name, taken)}`, { version: 0, name, stages: stagesOf(first) });
  }
});

// The keyboard stays on the button that moved its stage.
function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const form = button && formOf(button);
  if (!form) return;
  const row = button.closest(".stage-row");
  if ("stageAdd" in button.dataset) {
    const list = form.querySelector(".stages");
    list.append(form.querySelector("template").content.cloneNode(true));
    list.lastElementChild.querySelector("input").focus();
  } else if ("stageRemove" in button.dataset) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    next?.querySelector("input").focus();
  } else if ("stageMove" in button.dataset) {
    move(row, Number(button.dataset.stageMove));
    button.focus();
  }
});

let held = null;
document.addEventListener("dragstart", (event) => {
  held = event.target.closest?.(".stage-row") ?? null;
});
document.addEventListener("dragover", (event) => {
  const row = held && event.target.closest?.(".stage-row");
  if (!row || row === held || row.parentElement !== held.parentElement) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (event.clientY < top + height / 2) row.before(held);
  else row.after(held);
});
document.addEventListener("drop", (event) => held && event.preventDefault());
document.addEventListener("dragend", () => (held = null));
