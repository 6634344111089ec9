// Records edited in place: one call of the API for each change. Enter saves, Escape reverts, what is wrong stands beside the field, and
// a change of what somebody else changed meanwhile shows how it stands now.
import { Refused, api, notice, refusal } from "./page.js";

const said = (error) => (error instanceof Refused ? error.message : document.body.dataset.unreachable);

// What a field says, as the API takes it; nothing is null.
function valueOf(field) {
  const text = field.value.trim();
  if (text === "") return null;
  if (field.dataset.kind === "lookup") return idOf(field, text);
  if (field.dataset.kind === "money") return money(text, field.form.elements.currency.value);
  if (field.type === "datetime-local") return moment(text, field.dataset.zone);
  return field.type === "number" ? Number(text) : text;
}

// In the smallest unit of the currency, of which the browser knows how many there are.
function money(text, code) {
  const currency = code.trim().toUpperCase();
  let places = 2;
  try {
    places = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  } catch {
    // The server says that there is no such currency.
  }
  const last = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
  const isPoint = 0 <= last && text.length - last - 1 <= places;
  const digits = (part) => part.replace(/[^\d-]/g, "");
  const plain = isPoint ? `${digits(text.slice(0, last))}.${digits(text.slice(last + 1))}` : digits(text);
  return { minor: Math.round(Number(plain) * 10 ** places), currency };
}

// The moment at which the clocks of a zone show this.
function moment(text, zone) {
  const wanted = Date.parse(`${text}Z`);
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const clock = new Intl.DateTimeFormat("en", options);
  const shown = (at) => {
    const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute);
  };
  let at = wanted;
  for (let again = 0; again < 2; again += 1) at += wanted - shown(at);
  return at;
}

// Another record, by the name that was offered for it.
const offered = new WeakMap();

async function idOf(field, text) {
  if (text === field.defaultValue && field.dataset.id) return field.dataset.id;
  await offer(field); // whoever types quickly is faster than what is offered
  const id = offered.get(field)?.get(text);
  if (!id) throw new Refused(0, { detail: field.dataset.nobody });
  return id;
}

async function offer(field) {
  const text = field.value.trim();
  if (text === "" || offered.get(field)?.has(text)) return;
  const found = await api("GET", `/search?q=${encodeURIComponent(text)}`).catch(() => null);
  if (!found || field.value.trim() !== text) return;
  const names = new Map();
  for (const { id, name, identities } of found[field.dataset.among]) {
    const known = identities?.[0]?.value;
    const label = name ?? known ?? id;
    names.set(names.has(label) ? `${label} · ${known ?? id}` : label, id);
  }
  offered.set(field, names);
  const options = [...names.keys()].map((label) => Object.assign(document.createElement("option"), { value: label }));
  field.list.replaceChildren(...options);
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.name !== "currency" && !field.closest("[hidden]"));

// What the script itself says beside a form stays there while the page is brought up to date.
function complain(form, text) {
  form.querySelector(".wrong")?.remove();
  for (const field of fieldsOf(form)) field.toggleAttribute("aria-invalid", text !== "");
  if (text === "") return;
  const wrong = document.createElement("p");
  wrong.className = "wrong";
  wrong.dataset.kept = "";
  wrong.setAttribute("role", "alert");
  wrong.textContent = text;
  form.append(wrong);
}

export function startRecords({ lookAgain }) {
  // The version that somebody had before them when they began: what comes later is not what they saw.
  const seen = new WeakMap();

  function settle(form) {
    for (const field of form.elements) if ("defaultValue" in field) field.defaultValue = field.value;
    form.reset();
    seen.delete(form);
    complain(form, "");
  }

  async function save(form) {
    const version = Number(seen.get(form) ?? form.dataset.version);
    const body = version ? { version } : {};
    form.setAttribute("aria-busy", "true");
    try {
      for (const field of fieldsOf(form)) body[field.name] = await valueOf(field);
      await api(form.dataset.method ?? "PATCH", form.dataset.edit, body);
      settle(form);
    } catch (error) {
      complain(form, said(error));
      if (error.status === 412) seen.delete(form);
    } finally {
      form.removeAttribute("aria-busy");
    }
    await lookAgain();
  }

  function revert(form) {
    form.reset();
    seen.delete(form);
    complain(form, "");
    ask(form);
    lookAgain();
  }

  // A choice that needs another word, such as why a deal is lost, asks for it first.
  function ask(form) {
    const needed = form.querySelector("select")?.selectedOptions[0]?.dataset.needs;
    const label = form.querySelector("[data-needed]");
    if (!label) return false;
    label.hidden = label.dataset.needed !== needed;
    if (!label.hidden) label.querySelector("input").focus();
    return !label.hidden;
  }

  async function create(form) {
    const body = {};
    for (const field of fieldsOf(form)) if (valueOf(field) !== null) body[field.name] = valueOf(field);
    if (form.dataset.recordId) body.record = { type: form.dataset.recordType, id: form.dataset.recordId };
    const lasts = form.querySelector("[data-lasts]");
    if (lasts) {
      body[lasts.dataset.lasts] = body[lasts.name] + body.minutes * 60_000;
      body.time_zone = lasts.dataset.zone;
      delete body.minutes;
    }
    form.setAttribute("aria-busy", "true");
    try {
      const made = await api("POST", form.dataset.create, body, { "idempotency-key": keyOf(form) });
      keys.delete(form);
      form.reset();
      complain(form, "");
      form.closest("details.menu")?.removeAttribute("open");
      if (form.dataset.goes) return location.assign(form.dataset.goes + made.id);
      await lookAgain();
    } catch (error) {
      // Without an answer nobody knows whether it was made: the next try is the same one.
      if (error instanceof Refused) keys.delete(form);
      complain(form, said(error));
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  const keys = new WeakMap();
  const keyOf = (form) => keys.get(form) ?? (keys.set(form, crypto.randomUUID()), keys.get(form));
  const edited = (event) => event.target.closest?.("form[data-edit]");

  document.addEventListener("focusin", (event) => {
    const form = edited(event);
    if (form && !seen.has(form)) seen.set(form, form.dataset.version);
  });
  document.addEventListener("focusout", (event) => {
    const form = edited(event);
    const isChanged = form && fieldsOf(form).some((field) => "defaultValue" in field && field.value !== field.defaultValue);
    if (form && !isChanged && !form.contains(event.relatedTarget)) seen.delete(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.edit === undefined && form.dataset.create === undefined) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    if (form.dataset.create === undefined) save(form);
    else create(form);
  });
  document.addEventListener("change", (event) => {
    const form = edited(event);
    const isChosen = event.target.matches?.("select, [data-kind=lookup]") || ["date", "datetime-local"].includes(event.target.type);
    if (!form || !isChosen) return;
    if (!ask(form)) save(form);
  });
  document.addEventListener("input", (event) => event.target.dataset?.kind === "lookup" && offer(event.target));
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && edited(event);
    if (form) revert(form);
  });
  document.addEventListener("keydown", (event) => {
    // A note is several lines; Control and Enter keep it.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form[data-create] textarea")) event.target.form.requestSubmit();
  });
  startBoard({ lookAgain });
  startImports({ lookAgain });
}

// A file of people is sent as it is; what its columns are is said on the next page.
function startImports({ lookAgain }) {
  const act = async (element, call) => {
    if (element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    try {
      await call();
      notice("acting", "");
    } catch (error) {
      notice("acting", said(error));
    } finally {
      element.removeAttribute("aria-busy");
    }
  };
  const upload = (form) => act(form, async () => {
    const [file] = form.elements.file.files;
    const path = `/api/v1/imports?run=hold&name=${encodeURIComponent(file.name)}`;
    const response = await fetch(path, { method: "POST", headers: { "content-type": "text/csv" }, body: file });
    if (!response.ok) throw await refusal(response);
    location.assign(`/contacts/import/${(await response.json()).id}`);
  });
  const run = (form, how) => act(form, async () => {
    const columns = [...form.querySelectorAll('select[name="column"]')].map((choice) => choice.value || null);
    await api("POST", form.dataset.run, { run: how, columns, overwrite: form.elements.overwrite.checked });
    await lookAgain();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.upload === undefined && !form.dataset.run) return;
    event.preventDefault();
    if (form.dataset.run) run(form, event.submitter.value);
    else upload(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-remove]");
    if (button) act(button, async () => {
      await api("DELETE", button.dataset.remove);
      location.assign(button.dataset.goes);
    });
  });
}

// A deal is moved by its buttons, and by hand as well.
function startBoard({ lookAgain }) {
  let held = null;
  const stageOf = (event) => (held ? event.target.closest?.("#board [data-stage]") : null);
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-deal]");
    if (held) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => stageOf(event) && event.preventDefault());
  document.addEventListener("dragend", () => (held = null));
  document.addEventListener("drop", async (event) => {
    const stage = stageOf(event);
    if (!stage) return;
    event.preventDefault();
    const { deal, version } = held.dataset;
    // Why a deal is lost is said on its own page.
    if (stage.dataset.needs) return location.assign(`/deals/${deal}`);
    try {
      await api("PUT", `/deals/${deal}/stage`, { version: Number(version), stage: stage.dataset.stage });
      notice("acting", "");
    } catch (error) {
      notice("acting", said(error));
    }
    lookAgain();
  });
}
