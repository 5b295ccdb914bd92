/** rich_text blocks: sections, lists, quotes and preformatted text. */

import { fullTime, slackDate } from "./dates.js";
import { h } from "./dom.js";
import { channelLink, emojiNode, link, mention } from "./mrkdwn.js";

/** A rich_text block as nodes. */
export const richText = (block) => (block.elements ?? []).flatMap(part);

function part(element) {
  const inside = () => (element.elements ?? []).map(inline);
  switch (element.type) {
    case "rich_text_section":
      return [h("div", { class: "rich" }, inside())];
    case "rich_text_quote":
      return [h("blockquote", {}, inside())];
    case "rich_text_preformatted":
      return [h("pre", {}, inside())];
    case "rich_text_list":
      return [list(element)];
    default:
      return [h("pre", { class: "unknown" }, JSON.stringify(element, null, 1))];
  }
}

function list(element) {
  const node = h(element.style === "ordered" ? "ol" : "ul", { start: element.offset ? element.offset + 1 : null });
  node.style.marginInlineStart = `${(element.indent ?? 0) * 1.5}em`;
  for (const item of element.elements ?? []) node.append(h("li", {}, (item.elements ?? []).map(inline)));
  return node;
}

function inline(element) {
  const style = element.style ?? {};
  let node = bare(element);
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (style[name]) node = h(tag, {}, node);
  }
  return node;
}

function bare(element) {
  switch (element.type) {
    case "text":
      return element.text;
    case "link":
      return link(element.url, element.text);
    case "emoji":
      return emojiNode(element.name);
    case "user":
      return mention(element.user_id);
    case "channel":
      return channelLink(element.channel_id);
    case "broadcast":
      return h("span", { class: "mention me" }, `@${element.range}`);
    case "date":
      return h("time", { title: fullTime(element.timestamp) }, slackDate(element.timestamp, element.format));
    default:
      return element.fallback ?? element.value ?? JSON.stringify(element);
  }
}
