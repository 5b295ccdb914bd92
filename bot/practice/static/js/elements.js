/** Block Kit elements one can use. Each is made by `elementNode(element, use)`. */

import { addFile } from "./api.js";
import { button, h, newId } from "./dom.js";
import { STATE, choiceOf, offered, stateWith, valueIn } from "./choices.js";
import { confirmed } from "./confirm.js";
import { permalink, plain, textNodes } from "./mrkdwn.js";
import { openPicker } from "./picker.js";
import { openMenu } from "./popup.js";
import { changed } from "./state.js";

/**
 * An element as a node.
 * `use`: known (its state so far), change(state) when something is chosen or typed, press() for buttons,
 * suggest(query) for external selects, typed(state) while typing, label, labelledBy, describedBy.
 */
export function elementNode(element, use) {
  if (element.type === "button") return buttonNode(element, use);
  if (element.type === "overflow") return overflowNode(element, use);
  if (element.type === "workflow_button") return button(`⚡ ${plain(element.text.text)}`, () => use.press(), { class: "kit", label: element.accessibility_label });
  if (element.type === "file_input") return filesNode(element, use);
  if (element.type === "image") return null;
  if (/select$/.test(element.type)) return selectNode(element, use);
  if (element.type === "radio_buttons" || element.type === "checkboxes") return choicesNode(element, use);
  if (element.type in STATE) return inputNode(element, use);
  return h("pre", { class: "unknown" }, JSON.stringify(element, null, 1));
}

async function busyWhile(node, work) {
  node.setAttribute("aria-busy", "true");
  node.disabled = true;
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
    node.disabled = false;
  }
}

function buttonNode(element, use) {
  const classes = ["kit", element.style].filter(Boolean).join(" ");
  const data = { action: element.action_id ?? "" };
  const press = (node) => confirmed(element.confirm).then((yes) => yes && busyWhile(node, () => use.press()));
  const label = element.accessibility_label;
  if (!element.url) {
    return button(plain(element.text.text), (event) => press(event.currentTarget), { class: classes, data, label });
  }
  const inside = permalink(element.url);
  return h(
    "a",
    { class: classes, role: "button", href: element.url, target: inside ? null : "_blank", rel: "noopener noreferrer", data, "aria-label": label, on: { click: () => use.press() } },
    plain(element.text.text),
    !inside && h("span", { "aria-hidden": "true" }, " ↗"),
  );
}

function overflowNode(element, use) {
  const open = (event) => {
    const anchor = event.currentTarget;
    openMenu(
      anchor,
      element.options.map((option) => ({
        text: option.text.text,
        detail: option.description?.text,
        run: async () => {
          if (option.url) window.open(option.url, "_blank", "noopener");
          if (await confirmed(element.confirm)) await busyWhile(anchor, () => use.change(stateWith(element, option)));
        },
      })),
      "More actions",
    );
  };
  return button("⋯", open, { class: "kit overflow", label: "More actions", "aria-haspopup": "menu", data: { action: element.action_id } });
}

function selectNode(element, use) {
  const multi = element.type.startsWith("multi_");
  const labelId = newId("chosen");
  let value = valueIn(element, use.known) ?? (multi ? [] : null);
  const node = h("button", {
    type: "button", class: "kit select", "aria-haspopup": "listbox", "aria-expanded": "false", data: { action: element.action_id }, id: use.id,
    "aria-labelledby": use.labelledBy ? `${use.labelledBy} ${labelId}` : null, "aria-describedby": use.describedBy,
  });
  const draw = () => {
    const chosen = (multi ? value : [value]).filter(Boolean).map((entry) => choiceOf(element, entry));
    const names = multi ? chosen.map((choice) => h("span", { class: "chip" }, choice.text)) : chosen.map((choice) => choice.object ? textNodes(choice.object) : choice.text);
    node.replaceChildren(
      h("span", { class: chosen.length ? "chosen" : "chosen empty", id: labelId }, chosen.length ? names.flat() : (element.placeholder?.text ?? "Choose…")),
      h("span", { "aria-hidden": "true" }, "▾"),
    );
  };
  const set = async (chosen) => {
    const before = value;
    value = multi ? chosen.map((choice) => choice.value) : chosen.value;
    draw();
    if (await confirmed(element.confirm)) await use.change(stateWith(element, value));
    else value = before;
    draw();
  };
  const clear = () => {
    value = null;
    draw();
    node.focus();
    use.change(stateWith(element, null));
  };
  node.addEventListener("click", () =>
    openPicker(node, {
      label: use.label ?? element.placeholder?.text ?? "Choose",
      load: (query) => offered(element, query, use.suggest),
      chosen: (multi ? value : [value]).filter(Boolean).map((entry) => choiceOf(element, entry)),
      multi, max: element.max_selected_items, remote: element.type.includes("external"), done: set,
    }),
  );
  draw();
  if (!use.optional || multi) return node;
  return h("div", { class: "clearable" }, node, button("✕", clear, { class: "plain", label: "Clear the choice" }));
}

function choicesNode(element, use) {
  const multi = element.type === "checkboxes";
  const chosen = valueIn(element, use.known) ?? [];
  const ticked = new Set((multi ? chosen : [chosen].flat()).map((option) => option.value));
  const name = newId("choice");
  const group = h("div", { class: "choices", role: multi ? "group" : "radiogroup", "aria-labelledby": use.labelledBy, "aria-describedby": use.describedBy, "aria-label": use.labelledBy ? null : "Choices", data: { action: element.action_id } });
  const change = async (option, box) => {
    if (multi) (box.checked ? ticked.add(option.value) : ticked.delete(option.value));
    const value = multi ? element.options.filter((entry) => ticked.has(entry.value)) : option;
    if (await confirmed(element.confirm)) await use.change(stateWith(element, value));
  };
  for (const option of element.options) {
    const box = h("input", { type: multi ? "checkbox" : "radio", name, value: option.value, on: { change: (event) => change(option, event.currentTarget) } });
    box.checked = ticked.has(option.value);
    group.append(h("label", {}, box, h("span", {}, textNodes(option.text), option.description && h("small", {}, textNodes(option.description)))));
  }
  return group;
}

function filesNode(element, use) {
  const kinds = element.filetypes?.map((kind) => `.${kind.replace(/^\./, "")}`).join(",");
  const node = h("input", { type: "file", class: "kit input", id: use.id, accept: kinds, "aria-describedby": use.describedBy, data: { action: element.action_id } });
  node.multiple = (element.max_files ?? 10) > 1;
  const list = h("ul", { class: "files", "aria-label": "Files" });
  let files = valueIn(element, use.known) ?? [];
  const draw = () => list.replaceChildren(...files.map((file) => h("li", {}, `${file.name} `, button("✕", () => set(files.filter((entry) => entry !== file)), { class: "plain", label: `Remove ${file.name}` }))));
  const set = (chosen) => {
    files = chosen;
    draw();
    use.typed?.(stateWith(element, files));
    if (!list.isConnected) changed("views"); // the form was drawn anew while the files were on their way
  };
  node.addEventListener("change", () =>
    busyWhile(node, async () => {
      const added = await Promise.all([...node.files].map(addFile));
      node.value = "";
      set([...files, ...added.filter(Boolean)]);
    }),
  );
  draw();
  return h("div", {}, node, list);
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

function inputNode(element, use) {
  const long = element.type === "rich_text_input" || (element.type === "plain_text_input" && element.multiline);
  const node = h(long ? "textarea" : "input", {
    type: long ? null : (INPUT_TYPES[element.type] ?? "text"), rows: long ? "4" : null, class: "kit input", id: use.id,
    inputmode: element.type === "number_input" ? "decimal" : null, placeholder: element.placeholder?.text, autocomplete: "off",
    "aria-label": use.labelledBy ? null : (use.label ?? element.placeholder?.text), "aria-describedby": use.describedBy, data: { action: element.action_id },
  });
  const known = valueIn(element, use.known);
  node.value = shownValue(element, known);
  const read = () => stateWith(element, element.type === "datetimepicker" ? epoch(node.value) : node.value || null);
  node.addEventListener("input", () => use.typed?.(read()));
  if (INPUT_TYPES[element.type]?.match(/date|time/)) node.addEventListener("change", () => node.value && use.change(read()));
  else node.addEventListener("keydown", (event) => event.key === "Enter" && !long && use.change(read(), event));
  if (!element.max_length || !/text_input/.test(element.type)) return node;
  return h("div", { class: "counted" }, node, counter(node, element.max_length));
}

function counter(node, most) {
  const left = h("small", { "aria-live": "polite" });
  const draw = () => {
    const spare = most - node.value.length;
    left.textContent = spare <= 30 ? String(spare) : "";
    left.classList.toggle("over", spare < 0);
  };
  node.addEventListener("input", draw);
  draw();
  return left;
}

function shownValue(element, known) {
  if (element.type === "datetimepicker" && known) return localMinute(known);
  return typeof known === "object" ? typedText(known) : (known ?? "");
}

/** Rich text as one would have typed it. */
function typedText(value) {
  const text = (entry) => entry.text ?? entry.url ?? (entry.elements ?? []).map(text).join("");
  return (value?.elements ?? []).map(text).join("\n");
}

function localMinute(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const epoch = (local) => (local ? Math.round(new Date(local).getTime() / 1000) : null);
