// What keeps somebody from using the screen that is open, a sentence each: names, roles, contrast, targets, references.
const found = [];
const tell = (element, what) => {
  const id = element.id ? `#${element.id}` : "";
  found.push(`${element.localName}${id}.${[...element.classList].join(".")} «${element.textContent.trim().slice(0, 30)}»: ${what}`);
};
const isShown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !element.closest("[aria-hidden=true]");
const all = (css) => [...document.querySelectorAll(css)].filter(isShown);
const text = (ids) => ids.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");

function nameOf(element) {
  if (element.getAttribute("aria-labelledby")) return text(element.getAttribute("aria-labelledby"));
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  if (element.labels?.length) return [...element.labels].map((label) => label.textContent).join(" ");
  if (element.localName === "img") return element.alt;
  return element.textContent || element.title || [...element.querySelectorAll("img")].map((image) => image.alt).join("");
}

for (const element of all("a[href], button, summary, input:not([type=hidden]), select, textarea, dialog[open], [role=log], nav, section, aside")) {
  if (!nameOf(element).trim()) tell(element, "has no name");
}
for (const image of all("img")) if (!image.hasAttribute("alt")) tell(image, "has no alternative");
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`#${id} is there twice`);
for (const name of ["aria-controls", "aria-labelledby", "aria-describedby", "for"]) {
  for (const element of all(`[${name}]`)) {
    for (const id of element.getAttribute(name).split(" ")) if (!document.getElementById(id)) tell(element, `${name} leads nowhere: ${id}`);
  }
}
for (const element of all("ul, ol")) {
  for (const child of element.children) if (child.localName !== "li") tell(child, "stands in a list and is no entry of it");
}
if (document.querySelectorAll("main").length !== 1) found.push("there is not one main part");
if (!document.documentElement.lang) found.push("no language is named");
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push("the page is wider than the window");

// Whatever is pressed is at least 24 pixels each way, unless it stands in a line of text.
for (const element of all("button, summary, select, input:not([type=hidden]), nav a, .round, a.open")) {
  const { width, height } = (element.closest("label") ?? element).getBoundingClientRect();
  if (element.classList.contains("unseen") || element.closest(".unseen")) continue;
  if (width < 24 || height < 24) tell(element, `is ${Math.round(width)} by ${Math.round(height)} pixels`);
}

// Contrast of every text that can be seen, as it is painted.
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function pixel(colours) {
  canvas.clearRect(0, 0, 1, 1);
  for (const colour of colours) {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  }
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
function brightness(rgb) {
  const [red, green, blue] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function grounds(element) {
  const colours = [];
  for (let here = element; here; here = here.parentElement) colours.unshift(getComputedStyle(here).backgroundColor);
  return ["white", ...colours];
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !isShown(element) || element.closest(".unseen, template, script, option, [disabled]")) continue;
  const style = getComputedStyle(element);
  const ground = grounds(element);
  const [one, other] = [brightness(pixel([...ground, style.color])), brightness(pixel(ground))].sort((a, b) => b - a);
  const contrast = (one + 0.05) / (other + 0.05);
  const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
  if (contrast < (isLarge ? 3 : 4.5)) tell(element, `has a contrast of ${contrast.toFixed(2)}`);
}
return [...new Set(found)];
