// One key a command, and a palette that teaches them. Bound by what a key writes, so that it holds on every keyboard; never together with
// Alt or AltGr, which write letters on many. Whoever does not want them switches them off.

import { quoteLast, reactToLast } from "./answering.js";
import { setMode, takeBack } from "./composer.js";
import { walk } from "./finding.js";

const OFF = "hilo-keys-off";
const AFTER_G = 1200; // milliseconds in which the second key of a pair comes

const by = (id) => document.getElementById(id);
const focus = (element) => element && (element.focus(), true);
const press = (id) => by(id) && (by(id).click(), true);

// Opens a menu, with the first choice ready.
function openMenu(id) {
  const menu = by(id);
  if (!menu) return false;
  menu.open = true;
  return focus(menu.querySelector(".sheet button, .sheet input") ?? menu.querySelector("summary"));
}

const isOff = () => localStorage.getItem(OFF) === "yes";

export function startKeys({ open, neighbour, openTypes, pick, listAddress }) {
  const step = (by) => {
    const link = neighbour(by);
    if (!link) return walk(by);
    open(link.href);
    link.scrollIntoView({ block: "nearest" });
    return true;
  };
  const commands = {
    next: () => step(1),
    previous: () => step(-1),
    open: () => focus(by("log")),
    reply: () => setMode("reply") || setMode("template"),
    quote: () => quoteLast(),
    react: () => reactToLast(),
    note: () => setMode("note"),
    template: () => setMode("template"),
    reclassify: () => openTypes(),
    assign: () => openMenu("menu-assign"),
    snooze: () => openMenu("menu-snooze"),
    close: () => openMenu("menu-close") || press("act-reopen"),
    pick: () => pick(),
    undo: () => takeBack() !== false,
    back: () => goBack(),
    more: () => openMenu("menu-more"),
    search: () => focus(by("search")) || (location.assign("/search"), true),
    sheet: () => (by("sheet").showModal(), true),
    keys: () => (by("keys-on").click(), true),
  };
  const keys = { j: "next", k: "previous", o: "open", Enter: "open", r: "reply", q: "quote", h: "react", n: "note", t: "template", c: "reclassify",
    a: "assign", s: "snooze", e: "close", m: "more", x: "pick", z: "undo", u: "back", "/": "search", "?": "sheet" };

  function goBack() {
    if (document.querySelector("[data-back]")) open(listAddress());
    else location.assign("/inbox");
    return true;
  }

  const run = (name) => commands[name]?.() ?? false;

  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.key === "Escape" && isWriting(event.target)) return void event.target.blur();
    if (isOff() || isWriting(event.target) || isChord(event)) return;
    if (chosen(event)) return event.preventDefault();
    if (document.querySelector("dialog[open]")) return;
    if (event.timeStamp < afterG) {
      afterG = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) return void place.click();
    }
    if (showsList(event.key)) return event.preventDefault();
    if (event.key === "g") return void (afterG = event.timeStamp + AFTER_G);
    if (event.key === "Enter" && event.target !== document.body) return;
    if (keys[event.key] && run(keys[event.key])) event.preventDefault();
  });

  startPalette(run);
  by("keys-on").checked = !isOff();
  by("keys-on").addEventListener("change", (event) => localStorage.setItem(OFF, event.target.checked ? "no" : "yes"));
}

// In an open menu or dialog of choices a digit or letter takes one, and the arrows go from one to the next.
function chosen(event) {
  const choices = document.querySelector("dialog[open] .choices") ?? document.querySelector("details.menu[open] .sheet");
  const all = [...(choices?.querySelectorAll("button.choice") ?? [])];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) return focus(all.at((all.indexOf(document.activeElement) + step) % all.length));
  const choice = event.key.length === 1 && all.find((one) => one.querySelector("kbd")?.textContent === event.key);
  return choice && (choice.click(), true);
}

// The lists by their place.
function showsList(key) {
  if (document.querySelector("details.menu[open]")) return false;
  const tab = /^[1-9]$/.test(key) && document.querySelector(`.list .tabs a:nth-child(${key})`);
  return Boolean(tab) && (tab.click(), true);
}

const isWriting = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const isChord = (event) => event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph") || event.isComposing;

// Without the accents, as people search.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function openPalette() {
  const palette = by("palette");
  if (palette.open) return palette.close();
  by("palette-find").value = "";
  filter();
  palette.showModal();
}

const options = () => [...by("palette-list").children].filter((option) => !option.hidden);

function filter() {
  const asked = plain(by("palette-find").value.trim());
  for (const option of by("palette-list").children) option.hidden = !plain(option.firstElementChild.textContent).includes(asked);
  by("palette-nothing").hidden = options().length !== 0;
  choose(options()[0]);
}

function choose(option) {
  for (const other of by("palette-list").children) other.setAttribute("aria-selected", other === option);
  by("palette-find").setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function startPalette(run) {
  const take = (option) => {
    if (!option) return;
    by("palette").close();
    if (option.dataset.goes) location.assign(option.dataset.goes);
    else run(option.dataset.command);
  };
  by("open-palette").addEventListener("click", openPalette);
  by("palette-find").addEventListener("input", filter);
  by("palette-find").addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all.at(at - 1));
    else if (event.key === "Enter") take(all[at]);
    else return;
    event.preventDefault();
  });
  by("palette-list").addEventListener("click", (event) => take(event.target.closest("[data-command], [data-goes]")));
  // A click beside a dialog closes it.
  document.addEventListener("click", (event) => event.target.matches("dialog") && event.target.close());
}
