/** The blocks that came after 2024, drawn plainly: tables, charts as tables with bars, cards, containers, plans. */

import { button, h } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Drawers by block type; `draw` is what blocks.js lends: blockNodes, elementNode with useOf, and picture. */
export function newerBlocks(draw) {
  return {
    alert: (block) => h("div", { class: `block alert ${block.level ?? "default"}`, role: "note" }, LEVELS[block.level] && h("strong", {}, `${LEVELS[block.level]}: `), textNodes(block.text)),
    card: (block, surface) => card(block, surface, draw),
    carousel: (block, surface) => h("ul", { class: "block carousel", "aria-label": "Cards" }, block.elements.map((entry) => h("li", {}, card(entry, surface, draw)))),
    container: (block, surface) => container(block, surface, draw),
    context_actions: (block, surface) => h("div", { class: "block actions" }, block.elements.map((element) => quietAction(block, element, surface))),
    data_table: table,
    data_visualization: chart,
    plan: (block) => h("section", { class: "block plan", "aria-label": block.title }, h("h2", {}, block.title), (block.tasks ?? []).map(task)),
    table,
    task_card: task,
    video,
  };
}

const LEVELS = { info: "Note", warning: "Warning", error: "Error", success: "Done" };
const STATES = { pending: ["○", "to do"], in_progress: ["◐", "in progress"], complete: ["●", "done"], error: ["✕", "failed"] };

function card(block, surface, { elementNode, useOf, picture }) {
  const lines = ["title", "subtitle", "body", "subtext"].filter((name) => block[name]);
  return h(
    "article",
    { class: "block card-block" },
    block.hero_image && picture(block.hero_image),
    block.icon && picture(block.icon),
    lines.map((name) => h(name === "title" ? "h2" : "p", { class: name }, textNodes(block[name]))),
    block.actions && h("div", { class: "block actions" }, block.actions.map((element) => elementNode(element, useOf(block, element, surface)))),
  );
}

function container(block, surface, { blockNodes }) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textNodes(block.title);
  const under = block.subtitle && h("p", { class: "hint" }, textNodes(block.subtitle));
  const held = blockNodes(block.child_blocks, surface);
  if (!block.is_collapsible) return h("section", { class: "block container" }, h("h2", {}, title), under, held);
  return h("details", { class: "block container", open: !block.default_collapsed }, h("summary", {}, title), under, held);
}

function quietAction(block, element, surface) {
  if (element.type === "icon_button") return button(`🗑 ${element.text.text}`, () => surface.press(block, element), { class: "kit", label: element.accessibility_label ?? element.text.text });
  const answer = (entry) => button(entry.text.text, () => surface.change(block, element, { value: entry.value }), { class: "kit", label: entry.accessibility_label ?? entry.text.text });
  return [answer(element.positive_button), answer(element.negative_button)];
}

function table(block) {
  const [first, ...rest] = block.rows;
  const named = block.row_header_column_index ?? -1;
  const align = (index) => block.column_settings?.[index]?.align ?? "left";
  const cells = (row, heading) => row.map((cell, index) => h(heading || index === named ? "th" : "td", { scope: heading ? "col" : index === named ? "row" : null, class: align(index) }, cellNodes(cell)));
  return h(
    "div",
    { class: "block scroll", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
    h("table", {}, block.caption && h("caption", {}, block.caption), h("thead", {}, h("tr", {}, cells(first, true))), h("tbody", {}, rest.map((row) => h("tr", {}, cells(row, false))))),
  );
}

const cellNodes = (cell) => (cell.type === "rich_text" ? richText(cell) : cell.text);

function chart(block) {
  const { type, series, segments, axis_config: axes } = block.chart;
  const lines = series ?? [{ name: "", data: segments }];
  const most = Math.max(...lines.flatMap((line) => line.data.map((point) => Math.abs(point.value))), 1);
  const row = (line, point) => h("tr", {}, h("th", { scope: "row" }, [line.name, point.label].filter(Boolean).join(", ")), h("td", {}, h("meter", { min: "0", max: String(most), value: String(Math.abs(point.value)), "aria-hidden": "true" })), h("td", { class: "right" }, String(point.value)));
  const about = [axes?.x_label, axes?.y_label].filter(Boolean).join(" / ");
  return h("figure", { class: "block chart" }, h("figcaption", {}, h("strong", {}, block.title), ` (${type} chart, drawn as bars${about ? `; ${about}` : ""})`), h("table", {}, h("tbody", {}, lines.flatMap((line) => line.data.map((point) => row(line, point))))));
}

function task(block) {
  const [sign, word] = STATES[block.status];
  const sources = (block.sources ?? []).map((source) => h("a", { href: /^https?:/.test(source.url) ? source.url : null, target: "_blank", rel: "noopener noreferrer" }, source.text));
  return h(
    "div",
    { class: `block task ${block.status}` },
    h("p", {}, h("span", { "aria-hidden": "true" }, `${sign} `), block.title, h("small", {}, ` — ${word}`)),
    ["details", "output"].filter((name) => block[name]).map((name) => richText(block[name])),
    sources.length > 0 && h("p", { class: "hint" }, sources),
  );
}

// Nothing is fetched from outside: a video is named and linked, not shown.
function video(block) {
  const about = [block.author_name, block.provider_name].filter(Boolean).join(", ");
  const link = h("a", { class: "picture", href: /^https?:/.test(block.title_url ?? block.video_url) ? (block.title_url ?? block.video_url) : null, target: "_blank", rel: "noopener noreferrer" }, "🎬 ", textNodes(block.title));
  return h("figure", { class: "block" }, link, block.description && h("figcaption", {}, textNodes(block.description)), about && h("p", { class: "hint" }, about));
}
