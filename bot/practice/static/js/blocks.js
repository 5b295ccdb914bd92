/** Block Kit blocks as nodes, for messages, modals and the Home tab. */

import { append, h, newId } from "./dom.js";
import { elementNode } from "./elements.js";
import { markdown } from "./markdown.js";
import { textNodes } from "./mrkdwn.js";
import { newerBlocks } from "./newer_blocks.js";
import { richText } from "./richtext.js";

/**
 * Blocks as nodes. `surface` says what using an element does:
 * known(block, element), change(block, element, state, event), press(block, element), suggest(block, element, query),
 * typed(block, element, state), errors {block_id: text}.
 */
export const blockNodes = (blocks, surface) => blocks.map((block) => (DRAW[block.type] ?? unknown)(block, surface));

const DRAW = {
  header: (block) => h("h2", { class: "block header" }, textNodes(block.text)),
  divider: () => h("hr", { class: "block" }),
  section,
  actions: (block, surface) => h("div", { class: "block actions" }, block.elements.map((element) => elementNode(element, useOf(block, element, surface)))),
  context: (block) => h("div", { class: "block context" }, block.elements.map((element) => (element.type === "image" ? picture(element) : h("span", {}, textNodes(element))))),
  image: (block) => h("figure", { class: "block" }, block.title && h("figcaption", {}, textNodes(block.title)), picture(block)),
  rich_text: (block) => h("div", { class: "block" }, richText(block)),
  markdown: (block) => h("div", { class: "block markdown" }, markdown(block.text)),
  input,
  ...newerBlocks({ blockNodes: (blocks, surface) => blockNodes(blocks, surface), elementNode, useOf: (...given) => useOf(...given), picture: (image) => picture(image) }),
};

function section(block, surface) {
  const accessory = block.accessory;
  const text = h("div", { class: "text" });
  if (block.text) append(text, textNodes(block.text));
  if (block.fields) text.append(h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textNodes(field)))));
  const side = accessory && (accessory.type === "image" ? picture(accessory) : elementNode(accessory, useOf(block, accessory, surface)));
  return h("div", { class: `block section${accessory ? ` with-${accessory.type}` : ""}` }, text, side && h("div", { class: "accessory" }, side));
}

function input(block, surface) {
  const id = newId("field");
  const labelId = newId("label");
  const error = surface.errors?.[block.block_id];
  const notes = [block.hint && newId("hint"), error && newId("error")];
  const element = block.element;
  const simple = !/radio|checkboxes/.test(element.type);
  const use = { ...useOf(block, element, surface), id, labelledBy: labelId, label: block.label.text, optional: block.optional, describedBy: notes.filter(Boolean).join(" ") || null };
  const control = elementNode(element, use);
  const field = h(
    "div",
    { class: error ? "block field wrong" : "block field", data: { block: block.block_id } },
    h(simple ? "label" : "div", { class: "label", id: labelId, for: simple ? id : null }, textNodes(block.label), block.optional && h("small", {}, " (optional)")),
    control,
    error && h("p", { class: "error", id: notes[1], role: "alert" }, h("span", { "aria-hidden": "true" }, "⚠ "), error),
    block.hint && h("p", { class: "hint", id: notes[0] }, textNodes(block.hint)),
  );
  if (error) field.querySelector("input, textarea, button")?.setAttribute("aria-invalid", "true");
  return field;
}

function useOf(block, element, surface) {
  return {
    known: surface.known?.(block, element),
    change: (state, event) => surface.change(block, element, state, event),
    typed: (state) => surface.typed?.(block, element, state),
    press: () => surface.press(block, element),
    suggest: (query) => surface.suggest(block, element, query),
  };
}

// Nothing is fetched from outside: a picture of another server is named and linked, not loaded.
function picture(image) {
  const url = image.image_url ?? image.slack_file?.url ?? "";
  const own = url.startsWith("/") || url.startsWith(`${location.origin}/`);
  if (own) return h("img", { src: url, alt: image.alt_text });
  return h("a", { class: "picture", href: /^https?:/.test(url) ? url : null, target: "_blank", rel: "noopener noreferrer" }, "🖼 ", image.alt_text);
}

function unknown(block) {
  return h("details", { class: "block unknown" }, h("summary", {}, `A block that this page cannot show: ${block.type}`), h("pre", {}, JSON.stringify(block, null, 2)));
}
