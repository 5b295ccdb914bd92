/** Building elements: text always goes in as text, never as markup. */

/** Make an element; props: `class`, `on: {event: fn}`, `data: {…}`, anything else an attribute (null/false leaves it out). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

/** Add children: nodes, strings, nested lists; empty ones are left out. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false && child !== "") node.append(child);
  }
  return node;
}

/** Replace what an element holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** A button with visible text or an icon; `label` is what a screen reader says. */
export function button(text, run, props = {}) {
  const { label, ...rest } = props;
  return h("button", { type: "button", "aria-label": label, title: label, ...rest, on: { click: run } }, text);
}

let counter = 0;
/** A fresh id for labels and descriptions. */
export const newId = (prefix = "id") => `${prefix}-${++counter}`;

/** The element with this id in the page. */
export const byId = (id) => document.getElementById(id);

/** Make one call out of many that come within `ms` milliseconds. */
export function soon(run, ms = 30) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}
