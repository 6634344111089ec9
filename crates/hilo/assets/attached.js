// Files on their way out, shown before they are sent. Each conversation has its own: whoever goes on to another one takes none along.

const attached = new Map();
const whose = (composer) => composer?.dataset.conversation;

export const filesOf = (composer) => attached.get(whose(composer)) ?? [];

export function setFiles(composer, files) {
  if (files.length) attached.set(whose(composer), files);
  else attached.delete(whose(composer));
  showFiles(composer);
}

export function attach(composer, files) {
  if (!composer || files.length === 0) return;
  setFiles(composer, [...filesOf(composer), ...files]);
  composer.querySelector("#answer")?.focus();
}

export function showFiles(composer) {
  const shown = composer?.querySelector(".attached");
  if (!shown) return;
  const files = filesOf(composer);
  for (const picture of shown.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  shown.replaceChildren(...files.map(previewOf));
  shown.hidden = files.length === 0;
  const picker = composer.querySelector("#attach");
  if (files.length === 0 && picker) picker.value = "";
  if (shown.hidden) return;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "plain";
  remove.dataset.detach = "";
  remove.textContent = shown.dataset.remove;
  shown.append(remove);
}

export function previewOf(file) {
  const shown = document.createElement("span");
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = "";
    shown.append(picture);
  }
  shown.append(file.name);
  return shown;
}
