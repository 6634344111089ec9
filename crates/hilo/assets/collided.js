// Somebody wrote while an answer was written: it was not sent. What came stands above what was typed; its author changes it, or sends
// it all the same.

// What came, as it stands in the conversation: who, and what.
function told(conversation, seq) {
  const bubble = document.getElementById(`m-${conversation}-${seq}`)?.querySelector(".bubble");
  if (!bubble) return null;
  const item = document.createElement("li");
  const copy = bubble.cloneNode(true);
  for (const part of copy.querySelectorAll("audio, video, details, .reactions, .ticks")) part.remove();
  for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
  item.append(...copy.childNodes);
  return item;
}

export function showCollided(composer, error) {
  const panel = composer.querySelector(".collided");
  if (!panel) return;
  const seqs = error.problem?.new_messages ?? [];
  const [span, list] = [panel.querySelector("span"), panel.querySelector(".came")];
  span.textContent = seqs.length <= 1 ? span.dataset.one : span.dataset.many.replace("#", seqs.length);
  list.replaceChildren(...seqs.map((seq) => told(composer.dataset.conversation, seq)).filter(Boolean));
  panel.dataset.latest = Math.max(0, ...seqs);
  panel.hidden = false;
}

export function hideCollided(composer) {
  const panel = composer.querySelector(".collided");
  if (panel) panel.hidden = true;
}

// Up to where its author has read, now that they have seen what came; nothing while nothing is in the way.
export function readUpTo(composer) {
  const panel = composer?.querySelector(".collided:not([hidden])");
  return panel ? Number(panel.dataset.latest) : null;
}
