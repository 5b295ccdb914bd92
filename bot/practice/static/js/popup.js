/** Small things that open at a button: popups, menus, the reaction picker. */

import { button, h } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { emojiNode } from "./mrkdwn.js";

let current = null;

/** Open content at an anchor; closes on Escape, on a click elsewhere, and when another opens. Hands back `close`. */
export function openPopup(anchor, content, { onClose } = {}) {
  current?.close();
  const place = anchor.closest("dialog") ?? document.body;
  const popup = h("div", { class: "popup" }, content);
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const close = () => {
    if (current?.popup !== popup) return;
    current = null;
    document.removeEventListener("pointerdown", outside, true);
    popup.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
    onClose?.();
  };
  current = { popup, close };
  document.addEventListener("pointerdown", outside, true);
  popup.addEventListener("keydown", escape);
  anchor.setAttribute("aria-expanded", "true");
  place.append(popup);
  settle(popup, anchor);
  return close;
}

/** Whether a popup is open. */
export const popupOpen = () => current !== null;

function settle(popup, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = popup.getBoundingClientRect();
  const below = at.bottom + 4 + size.height <= innerHeight - 8;
  const top = below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4);
  popup.style.top = `${Math.max(8, Math.min(top, innerHeight - size.height - 8))}px`;
  popup.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
}

/** Open a menu of {text, detail?, run, danger?} entries; null entries are left out. */
export function openMenu(anchor, entries, label) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = openPopup(anchor, menu);
  for (const entry of entries.filter(Boolean)) {
    const choose = () => {
      close();
      entry.run();
    };
    menu.append(
      h(
        "button",
        { type: "button", role: "menuitem", tabindex: "-1", class: entry.danger ? "danger" : null, on: { click: choose } },
        h("span", {}, entry.text),
        entry.detail && h("small", {}, entry.detail),
      ),
    );
  }
  settle(menu.parentElement, anchor);
  menu.addEventListener("keydown", (event) => moveInMenu(menu, event));
  menu.firstElementChild?.focus();
}

function moveInMenu(menu, event) {
  const items = [...menu.children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const end = { Home: 0, End: items.length - 1 }[event.key];
  if (step === undefined && end === undefined) return;
  event.preventDefault();
  const next = end ?? (items.indexOf(document.activeElement) + step + items.length) % items.length;
  items[next].focus();
}

/** Offer emoji; `choose(name)` gets the shortcode. */
export function openReactionPicker(anchor, choose) {
  const grid = h("div", { class: "emoji-grid" });
  const search = h("input", { type: "search", placeholder: "Search emoji", "aria-label": "Search emoji" });
  const close = openPopup(anchor, h("div", { class: "emoji-picker", role: "group", "aria-label": "Pick a reaction" }, search, grid));
  const pick = (name) => {
    close();
    choose(name);
  };
  const show = () => {
    const found = findEmoji(search.value);
    grid.replaceChildren(...found.map((name) => button(emojiNode(name), () => pick(name), { label: `:${name}:` })));
  };
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.firstElementChild?.click();
  });
  show();
  settle(grid.closest(".popup"), anchor);
  search.focus();
}
