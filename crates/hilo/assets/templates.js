// Choosing a template and filling it: what the person will see stands above the fields, as somebody types.
import { previewOf } from "./attached.js";
import { upload } from "./outgoing.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const fills = (form, part) => [...form.querySelectorAll(`[data-fills="${part}"]`)];

// The texts of a part, in the order of its gaps or by their names.
function texts(form, part) {
  const fields = fills(form, part);
  if ("named" in form.dataset) return Object.fromEntries(fields.map((field) => [field.dataset.gap, field.value]));
  return fields.map((field) => field.value);
}

async function header(form) {
  const [file] = fills(form, "file");
  if (file) return headerFile(file);
  const place = fills(form, "place");
  if (place.length) {
    const value = (field) => (field.type === "number" ? Number(field.value) : field.value);
    return { location: Object.fromEntries(place.map((field) => [field.name, value(field)])) };
  }
  if (fills(form, "header").length === 0) return null;
  const given = texts(form, "header");
  return { text: Array.isArray(given) ? given[0] : given };
}

async function headerFile(field) {
  const [file, kind] = [field.files[0], field.dataset.kind];
  const kept = await upload(file);
  const said = { media_id: kept.id };
  if (kind === "document") said.filename = file.name;
  return { [kind]: said };
}

// The template with all that fills it, as the API takes it.
export async function filling(form) {
  const template = { name: form.dataset.template, language: form.dataset.language, body: texts(form, "body") };
  const above = await header(form);
  if (above) template.header = above;
  const button = (what) => (field) => ({ index: Number(field.dataset.index), [what]: field.value });
  const buttons = [...fills(form, "suffix").map(button("suffix")), ...fills(form, "copy_code").map(button("copy_code"))];
  if (buttons.length) template.buttons = buttons;
  return template;
}

function filled(form, part, text) {
  const value = (gap) => fills(form, part).find((field) => field.dataset.gap === gap)?.value;
  return text.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (whole, gap) => value(gap) || whole);
}

export function preview(form) {
  for (const shown of form.querySelectorAll("[data-says]")) {
    const part = shown.dataset.says;
    if (shown.dataset.text !== undefined) shown.textContent = filled(form, part, shown.dataset.text);
    if (part === "place") shown.textContent = fills(form, "place").slice(0, 2).map((field) => field.value).filter(Boolean).join(", ");
    if (part === "file") showFile(shown, fills(form, "file")[0]?.files[0]);
  }
}

function showFile(shown, file) {
  if (shown.dataset.file === (file?.name ?? "")) return;
  shown.dataset.file = file?.name ?? "";
  shown.querySelector("img")?.remove();
  shown.querySelector("span").replaceChildren(...(file ? [previewOf(file)] : []));
}

// Of many templates those that have all the words somebody types, in name or text.
function find(field) {
  const panel = field.closest(".panel");
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const all = [...panel.querySelectorAll("details.template")];
  for (const one of all) {
    const text = plain(one.querySelector("summary").textContent);
    one.hidden = !words.every((word) => text.includes(word));
  }
  panel.querySelector("[data-no-template]").hidden = all.some((one) => !one.hidden);
}

function openFirst(field) {
  const first = field.closest(".panel").querySelector("details.template:not([hidden])");
  if (!first) return;
  first.open = true;
  (first.querySelector("form input") ?? first.querySelector("form button"))?.focus();
}

export function startTemplates() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-finds-template]")) find(event.target);
    const form = event.target.closest("form[data-template]");
    if (form) preview(form);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-finds-template]") || !["Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") openFirst(event.target);
    else event.target.closest(".panel").querySelector("details.template:not([hidden]) summary")?.focus();
  });
  // From one template to the next, as in every list.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const summary = step && event.target.closest?.(".template > summary");
    if (!summary) return;
    const all = [...summary.closest(".templates").querySelectorAll("details.template:not([hidden]) > summary")];
    all[all.indexOf(summary) + step]?.focus();
    event.preventDefault();
  });
}
