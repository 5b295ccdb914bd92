/** Slack's mrkdwn turned into DOM nodes. Tokens in <…> are taken out first; entities are decoded only in what is left. */

import { fullTime, slackDate } from "./dates.js";
import { h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { channelName, channelOf, nameOf, state } from "./state.js";

const OPEN = "\uE000";
const CLOSE = "\uE001";
const TOKEN = /<([^<>\n]+)>|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"*_~`])/g;
const EMOJI = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g;

const STYLES = [
  { tag: "code", pattern: /`([^`\n]+)`/, plain: true },
  { tag: "strong", pattern: /(?<![\w*])\*(?=\S)([^*\n]*?[^*\s])\*(?![\w*])/ },
  { tag: "em", pattern: /(?<![\w_])_(?=\S)([^_\n]*?[^_\s])_(?![\w_])/ },
  { tag: "s", pattern: /(?<![\w~])~(?=\S)([^~\n]*?[^~\s])~(?![\w~])/ },
];

/** Undo Slack's three entities. */
export const decode = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

/** A mrkdwn text as a list of nodes. */
export function mrkdwn(text) {
  const tokens = [];
  const marked = String(text ?? "").replace(/[\uE000\uE001]/g, "").replace(TOKEN, (_, inner, bare) => {
    tokens.push(inner ?? bare);
    return `${OPEN}${tokens.length - 1}${CLOSE}`;
  });
  const pieces = marked.split(/```\n?([\s\S]*?)\n?```\n?/);
  return pieces.flatMap((piece, index) => {
    if (index % 2) return [h("pre", {}, leaf(piece, tokens, false))];
    return piece ? lines(piece, tokens) : [];
  });
}

/** A plain_text: entities and, where asked, emoji; no styles, no links. */
export function plain(text, withEmoji = true) {
  const decoded = decode(String(text ?? ""));
  return withEmoji ? emojified(decoded) : [decoded];
}

/** A text object of Block Kit as nodes. */
export const textNodes = (object) =>
  object?.type === "mrkdwn" ? mrkdwn(object.text) : plain(object?.text, object?.emoji !== false);

/** What a screen reader or a title would say of a mrkdwn text. */
export function asWords(text) {
  const node = h("div", {}, mrkdwn(text));
  for (const line of node.querySelectorAll("br")) line.replaceWith(" ");
  return node.textContent;
}

/** A stored text as a person would type it again, for editing. */
export function asTyped(text) {
  const handle = (id) => state.people.find((entry) => entry.id === id)?.name ?? (id === state.bot.user_id ? state.bot.name : id);
  const mended = text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${handle(id)}`)
    .replace(/<#(\w+)(?:\|([^>]*))?>/g, (_, id, name) => `#${channelOf(id)?.name ?? name ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1");
  return decode(mended);
}

function lines(piece, tokens) {
  const nodes = [];
  let quote = null;
  piece.split("\n").forEach((line, index, all) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const item = /^(\s*)([•◦▪-]|\d+\.) (.*)$/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote")));
      quote.append(h("div", {}, inline(quoted[1], tokens)));
      return;
    }
    quote = null;
    if (item) {
      nodes.push(h("div", { class: "item" }, h("span", { class: "bullet" }, item[2] === "-" ? "•" : item[2]), h("span", {}, inline(item[3], tokens))));
      return;
    }
    nodes.push(...inline(line, tokens));
    if (index < all.length - 1) nodes.push(h("br"));
  });
  return nodes;
}

function inline(text, tokens) {
  let first = null;
  for (const style of STYLES) {
    const found = style.pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { style, found };
  }
  if (!first) return leaf(text, tokens);
  const { style, found } = first;
  const inside = style.plain ? leaf(found[1], tokens, false) : inline(found[1], tokens);
  return [
    ...(found.index ? leaf(text.slice(0, found.index), tokens) : []),
    h(style.tag, {}, inside),
    ...inline(text.slice(found.index + found[0].length), tokens),
  ];
}

function leaf(text, tokens, withEmoji = true) {
  return text.split(/\uE000(\d+)\uE001/).flatMap((piece, index) => {
    if (index % 2) return [token(tokens[Number(piece)])];
    return piece ? plain(piece, withEmoji) : [];
  });
}

function emojified(text) {
  return text.split(EMOJI).flatMap((piece, index) => (index % 2 ? [emojiNode(piece)] : piece ? [piece] : []));
}

/** An emoji by its shortcode; an unknown one is written out. */
export function emojiNode(name) {
  const sign = emojiFor(name);
  return sign ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, sign) : `:${name}:`;
}

function token(inner) {
  const [target, ...rest] = inner.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return broadcast(target, label);
  return link(decode(target), label ? decode(label) : "");
}

/** A person's name, marked when it is one's own. */
export function mention(id) {
  return h("span", { class: id === state.me ? "mention me" : "mention", data: { user: id } }, `@${nameOf(id)}`);
}

/** A link to a channel one can see, or its name. */
export function channelLink(id, label = "") {
  const channel = channelOf(id);
  if (!channel) return h("span", { class: "mention" }, label ? `#${label}` : "🔒 private channel");
  return h("a", { class: "mention", href: `/archives/${id}` }, channelName(channel));
}

/** A link that opens beside the page; only web and mail addresses become links. */
export function link(url, label = "") {
  const inside = permalink(url);
  if (!/^(https?:|mailto:)/i.test(url)) return label || url;
  return h("a", { href: url, rel: "noopener noreferrer", target: inside ? null : "_blank" }, label ? plain(label) : url);
}

/** The place a permalink names: {channel, ts, thread}, or null. */
export function permalink(url) {
  const address = new URL(url, location.href);
  const found = /^\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?\/?$/.exec(address.pathname);
  if (!found || !(address.origin === location.origin || ["127.0.0.1", "localhost"].includes(address.hostname))) return null;
  return { channel: found[1], ts: found[2] ? `${found[2]}.${found[3]}` : "", thread: address.searchParams.get("thread_ts") ?? "" };
}

function dateNode(target, fallback) {
  const [, seconds, pattern, url] = target.split("^");
  if (!/^\d+$/.test(seconds ?? "") || !pattern) return decode(fallback);
  const text = slackDate(Number(seconds), decode(pattern));
  const node = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString(), title: fullTime(seconds) }, text);
  return url ? h("a", { href: decode(url), target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

function broadcast(target, label) {
  const name = /^!(here|channel|everyone)$/.exec(target)?.[1];
  return h("span", { class: name ? "mention me" : "mention" }, name ? `@${name}` : label || target);
}
