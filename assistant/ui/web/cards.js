// Runs once for the list of cards: presses become one event of the page, cards glide to their new
// places, and the keyboard stays on the film that was pressed.
let pressed = null;
let places = null;

const cards = () => Array.from(element.querySelectorAll(".card"));
const measure = () => new Map(cards().map((card) => [card.dataset.item, card.getBoundingClientRect()]));

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-kind]");
  if (!button) return;
  pressed = { button: button.dataset.button, item: button.dataset.item };
  places = measure();
  trigger("press", { kind: button.dataset.kind, item: button.dataset.item });
});

function glide() {
  if (!places || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const card of cards()) {
    const from = places.get(card.dataset.item);
    const to = card.getBoundingClientRect();
    const frames = from
      ? [{ transform: `translateY(${from.top - to.top}px)` }, { transform: "none" }]
      : [{ opacity: 0 }, { opacity: 1 }];
    card.animate(frames, { duration: 420, easing: "cubic-bezier(.2,.8,.2,1)" });
  }
}

function keepFocus() {
  const item = CSS.escape(pressed.item);
  const same = element.querySelector(`button[data-button="${pressed.button}"][data-item="${item}"]`);
  const next = same || element.querySelector('button[data-button="undo"]') || element.querySelector("button");
  if (next && element.contains(document.activeElement)) next.focus({ preventScroll: true });
}

watch("value", () => {
  if (!pressed) return;
  glide();
  keepFocus();
  pressed = places = null;
});
