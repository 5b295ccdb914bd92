/** The standard Markdown of `markdown` blocks, as far as incident messages use it. */

import { h } from "./dom.js";
import { emojiNode, link } from "./mrkdwn.js";

const INLINE = /(`[^`]+`)|\*\*(.+?)\*\*|(?<!\w)[*_](?!\s)([^*_]+?)[*_](?!\w)|~~(.+?)~~|\[([^\]]+)\]\(([^)\s]+)\)|:([a-z0-9_+-]+):/;

/** Markdown text as nodes. */
export function markdown(text) {
  const nodes = [];
  text.split(/```\w*\n?([\s\S]*?)\n?```/).forEach((piece, index) => {
    if (index % 2) nodes.push(h("pre", {}, piece));
    else for (const paragraph of piece.split(/\n{2,}/)) if (paragraph.trim()) nodes.push(...lines(paragraph));
  });
  return nodes;
}

function lines(paragraph) {
  const nodes = [];
  let open = null;
  for (const line of paragraph.split("\n")) {
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    const item = /^\s*(?:[-*+]|(\d+)\.) (.*)$/.exec(line);
    const quote = /^> ?(.*)$/.exec(line);
    const tag = heading ? "h4" : item ? (item[1] ? "ol" : "ul") : quote ? "blockquote" : "p";
    if (heading || open?.localName !== tag) nodes.push((open = h(tag)));
    const content = inline((heading ?? item ?? quote)?.[2] ?? quote?.[1] ?? line);
    if (item) open.append(h("li", {}, content));
    else open.append(...(open.hasChildNodes() ? [h("br")] : []), ...content);
  }
  return nodes;
}

function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return text ? [text] : [];
  const [whole, code, bold, italic, strike, label, url, emoji] = found;
  const node = code ? h("code", {}, code.slice(1, -1))
    : bold ? h("strong", {}, inline(bold))
    : italic ? h("em", {}, inline(italic))
    : strike ? h("s", {}, inline(strike))
    : emoji ? emojiNode(emoji)
    : link(url, label);
  return [text.slice(0, found.index), node, ...inline(text.slice(found.index + whole.length))].flat();
}
