/** Notices at the top of the page: errors a person would see. */

import { button, h } from "./dom.js";

const STAY_MS = 12_000;
const shown = new Map();

/** Show a notice; the same text within a moment is shown once. `kind` is "error" or "info". */
export function toast(text, kind = "error") {
  if (!text || shown.has(text)) return;
  const region = regionIn(document.querySelector("dialog[open]") ?? document.body);
  const node = h("div", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" });
  const close = () => {
    node.remove();
    shown.delete(text);
  };
  node.append(h("span", {}, text), button("✕", close, { label: "Dismiss", class: "plain" }));
  shown.set(text, node);
  region.append(node);
  setTimeout(close, kind === "error" ? STAY_MS : 4000);
}

/** Show what went wrong in the answer of an act, if anything did; hands the answer back. */
export function complain(answer) {
  if (!answer.ok) toast(answer.message ?? answer.error);
  return answer;
}

/** Keep the notices of a dialog that closes. */
export function rescueToasts(dialog) {
  const region = [...dialog.children].find((child) => child.classList.contains("toasts"));
  if (region) regionIn(document.body).append(...region.children);
}

// An open dialog makes all behind it inert, so notices have to stand inside it.
function regionIn(place) {
  const found = [...place.children].find((child) => child.classList.contains("toasts"));
  if (found) return found;
  const region = h("div", { class: "toasts" });
  place.append(region);
  return region;
}
