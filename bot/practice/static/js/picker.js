/** The list that opens at a select: one or several choices, with a filter, by keyboard or finger. */

import { button, h, newId, soon } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { openPopup } from "./popup.js";

const FILTER_FROM = 8;

/**
 * Open a list of choices at a button. `load(query)` hands back [{key, text, detail?, group?}] or a promise of it;
 * `done(choices)` gets what is chosen then: one choice for a single select, a list for `multi`.
 */
export function openPicker(anchor, { label, load, chosen = [], multi = false, max = Infinity, remote = false, done }) {
  const picked = new Map(chosen.map((choice) => [choice.key, choice]));
  const list = h("div", { class: "options", role: "listbox", id: newId("list"), "aria-label": label, "aria-multiselectable": multi ? "true" : null, tabindex: "-1" });
  const filter = h("input", { type: "text", class: "filter", role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-label": `${label}: type to find`, placeholder: "Type to find", autocomplete: "off" });
  const state = { choices: [], active: 0 };
  const before = JSON.stringify([...picked.keys()]);
  const finish = () => multi && JSON.stringify([...picked.keys()]) !== before && done([...picked.values()]);
  const close = openPopup(anchor, h("div", { class: "picker" }, filter, list, multi && button("Done", () => close(), { class: "primary" })), { onClose: finish });
  const choose = (choice) => {
    if (!choice) return;
    if (!multi) {
      close();
      done(choice);
      return;
    }
    if (picked.has(choice.key)) picked.delete(choice.key);
    else if (picked.size < max) picked.set(choice.key, choice);
    draw();
  };
  const draw = () => drawOptions(list, filter, state, { picked, choose });
  const search = async () => {
    const query = filter.value;
    if (remote) list.replaceChildren(h("p", { class: "hint" }, "Looking…"));
    const found = await load(query);
    if (query !== filter.value) return;
    state.choices = remote ? found : found.filter((choice) => choice.text.toLowerCase().includes(query.toLowerCase()));
    state.active = Math.max(0, query ? 0 : state.choices.findIndex((choice) => picked.has(choice.key)));
    if (!query && !remote && found.length < FILTER_FROM) filter.classList.add("quiet");
    draw();
  };
  filter.addEventListener("input", remote ? soon(search, 200) : search);
  filter.addEventListener("keydown", (event) => onKey(event, state, { draw, choose }));
  search();
  filter.focus();
}

function drawOptions(list, filter, state, { picked, choose }) {
  list.replaceChildren();
  let group = null;
  state.choices.forEach((choice, index) => {
    if (choice.group && choice.group !== group) list.append(h("div", { class: "group", role: "presentation" }, (group = choice.group)));
    const node = h(
      "div",
      { role: "option", id: `${list.id}-${index}`, class: index === state.active ? "active" : null, data: { key: choice.key }, "aria-selected": String(picked.has(choice.key)), on: { click: () => choose(choice) } },
      h("span", { class: "tick", "aria-hidden": "true" }, picked.has(choice.key) ? "✓" : ""),
      h("span", {}, choice.object ? textNodes(choice.object) : choice.text, choice.detail && h("small", {}, choice.detail)),
    );
    list.append(node);
    if (index === state.active) node.scrollIntoView({ block: "nearest" });
  });
  if (!state.choices.length) list.append(h("p", { class: "hint" }, "Nothing found."));
  filter.setAttribute("aria-activedescendant", `${list.id}-${state.active}`);
}

function onKey(event, state, { draw, choose }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && state.choices.length) {
    event.preventDefault();
    state.active = (state.active + step + state.choices.length) % state.choices.length;
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    choose(state.choices[state.active]);
  }
}
