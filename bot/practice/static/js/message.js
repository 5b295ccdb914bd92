/** One message as a node: author, time, text or blocks, files, reactions, thread. */

import { dismiss, doHere, messageMenu, pickReaction, startEditing, surfaceOf, toggleReaction } from "./actions.js";
import { blockNodes } from "./blocks.js";
import { ago, clock, dateOf, fullTime } from "./dates.js";
import { append, button, h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { asTyped, asWords, mrkdwn } from "./mrkdwn.js";
import { nameOf, personOf, state } from "./state.js";

const QUICK = ["pushpin", "eyes", "white_check_mark"];
const SYSTEM = /^(channel_|group_|pinned_item|tombstone)/;

/**
 * A message as a node. `how`: place ("log" or "thread"), follows (same author just before), pinned, openThread(ts).
 */
export function messageNode(message, how) {
  if (SYSTEM.test(message.subtype ?? "")) return systemNode(message, how);
  const editing = state.editing.ts === message.ts && state.editing.place === how.place;
  const classes = ["message", how.follows && "follows", message.is_ephemeral && "ephemeral", how.pinned && "pinned", mentionsMe(message) && "mentions-me"];
  const node = h("article", { class: classes.filter(Boolean).join(" "), data: { ts: message.ts }, "aria-label": `${authorOf(message).name}, ${clock(message.ts)}` });
  append(node, [
    marks(message, how),
    h("div", { class: "gutter" }, how.follows ? timeNode(message, true) : avatar(message)),
    h("div", { class: "body" }, !how.follows && byline(message), editing ? editor(message) : content(message), reactions(message), how.place === "log" && threadLink(message, how)),
    !editing && toolbar(message, how),
  ]);
  return node;
}

/** Who wrote it: {name, isBot}. */
export function authorOf(message) {
  const isBot = Boolean(message.bot_id) || message.user === state.bot.user_id;
  return { name: message.username ?? (isBot ? (message.bot_profile?.name ?? state.bot.name) : nameOf(message.user)), isBot };
}

/** The square beside a name. */
export function avatar(message) {
  const { name, isBot } = authorOf(message);
  return personMark(isBot ? "bot" : message.user, name);
}

/** A coloured square with initials for a person, a sign for the bot. */
export function personMark(id, name) {
  const initials = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const shade = state.people.findIndex((entry) => entry.id === id);
  return h("span", { class: `avatar shade-${id === "bot" ? "bot" : shade}`, "aria-hidden": "true" }, initials);
}

function systemNode(message, how) {
  return h(
    "article",
    { class: "message system", data: { ts: message.ts } },
    h("div", { class: "gutter" }, timeNode(message, true)),
    h("div", { class: "body" }, mrkdwn(message.text), how.place === "log" && threadLink(message, how)),
  );
}

function byline(message) {
  const { name, isBot } = authorOf(message);
  return h(
    "div",
    { class: "byline" },
    h("strong", { class: "author", title: personOf(message.user)?.title }, name),
    isBot && h("span", { class: "badge" }, "APP"),
    timeNode(message),
  );
}

/** The time of a message; `short` leaves AM and PM away, for the narrow column of pictures. */
function timeNode(message, short = false) {
  const text = short ? clock(message.ts).replace(/\s?[ap]\.?m\.?/i, "") : clock(message.ts);
  return h("time", { title: fullTime(message.ts), datetime: dateOf(message.ts).toISOString() }, text);
}

function marks(message, how) {
  const lines = [];
  if (how.pinned) lines.push("📌 Pinned");
  if (message.is_ephemeral) lines.push("👁 Only visible to you");
  const broadcast = message.subtype === "thread_broadcast";
  if (broadcast && how.place === "thread") lines.push("↗ Also sent to the channel");
  const nodes = lines.map((text) => h("div", { class: "mark" }, text));
  if (broadcast && how.place === "log") {
    const root = message.root ? excerpt(asWords(message.root.text)) : "a thread";
    nodes.push(h("div", { class: "mark" }, "replied to a thread: ", button(root, () => how.openThread(message.thread_ts), { class: "link" })));
  }
  return nodes;
}

const excerpt = (text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function content(message) {
  const nodes = message.blocks?.length ? blockNodes(message.blocks, surfaceOf(message)) : message.text ? [h("div", { class: "text" }, mrkdwn(message.text), edited(message))] : [];
  if (message.blocks?.length && message.edited) nodes.push(h("div", {}, edited(message)));
  for (const attachment of message.attachments ?? []) nodes.push(attachmentNode(attachment, message));
  for (const file of message.files ?? []) nodes.push(fileNode(file));
  if (message.is_ephemeral) nodes.push(button("Dismiss message", () => dismiss(message), { class: "link small" }));
  return nodes;
}

const edited = (message) => message.edited && h("small", { class: "edited", title: fullTime(message.edited.ts) }, " (edited)");

function attachmentNode(attachment, message) {
  const node = h("div", { class: "attachment" });
  append(node, [
    attachment.pretext && h("div", {}, mrkdwn(attachment.pretext)),
    attachment.title && h("strong", {}, attachment.title),
    attachment.blocks ? blockNodes(attachment.blocks, surfaceOf(message)) : h("div", { class: "text" }, mrkdwn(attachment.text ?? attachment.fallback)),
  ]);
  if (/^#?[0-9a-f]{6}$/i.test(attachment.color ?? "")) node.style.borderInlineStartColor = `#${attachment.color.replace("#", "")}`;
  return node;
}

function fileNode(file) {
  const size = file.size < 1024 ? `${file.size} bytes` : `${(file.size / 1024).toFixed(1)} KB`;
  const url = new URL(file.url_private_download ?? file.url_private, location.href).pathname;
  return h(
    "a",
    { class: "file", href: url, download: file.name },
    h("span", { class: "icon", "aria-hidden": "true" }, "📄"),
    h("span", {}, h("strong", {}, file.title || file.name), h("small", {}, `${file.pretty_type ?? file.filetype ?? "File"} · ${size} · download`)),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const pills = message.reactions.map((entry) => {
    const mine = entry.users.includes(state.me);
    const who = entry.users.map(nameOf).join(", ");
    const label = `${entry.name.replaceAll("_", " ")}, ${entry.count}: ${who}`;
    return h(
      "button",
      { type: "button", class: mine ? "pill mine" : "pill", "aria-pressed": String(mine), "aria-label": label, title: `${who} reacted with :${entry.name}:`, on: { click: () => toggleReaction(message, entry.name) } },
      emojiFor(entry.name) ?? `:${entry.name}:`,
      " ",
      h("span", {}, String(entry.count)),
    );
  });
  return h("div", { class: "reactions" }, pills, button("🙂+", (event) => pickReaction(event.currentTarget, message), { class: "pill add", label: "Add reaction" }));
}

function threadLink(message, how) {
  if (!message.reply_count) return null;
  const text = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => personMark(id === state.bot.user_id ? "bot" : id, nameOf(id)));
  return h(
    "button",
    { type: "button", class: "thread-link", on: { click: () => how.openThread(message.ts) } },
    h("span", { class: "faces" }, faces),
    h("strong", {}, text),
    h("small", { title: fullTime(message.latest_reply) }, `last ${ago(Number(message.latest_reply))}`),
  );
}

function toolbar(message, how) {
  if (message.is_ephemeral) return null;
  const react = QUICK.map((name) => button(emojiFor(name), () => toggleReaction(message, name), { label: `React with ${name.replaceAll("_", " ")}`, class: "quick" }));
  return h(
    "div",
    { class: "toolbar", role: "group", "aria-label": "Message actions" },
    react,
    button("🙂+", (event) => pickReaction(event.currentTarget, message), { label: "Add reaction", class: "quick" }),
    how.place === "log" && button("💬", () => how.openThread(message.thread_ts ?? message.ts), { label: "Reply in thread" }),
    button("⋯", (event) => messageMenu(event.currentTarget, message, how), { label: "More actions", "aria-haspopup": "menu" }),
  );
}

function editor(message) {
  const field = h("textarea", { class: "kit input", rows: "3", "aria-label": "Edit message", value: asTyped(message.text) });
  const stop = () => startEditing("", "");
  const save = async () => {
    const answer = await doHere("edit", { ts: message.ts, text: field.value });
    if (answer.ok) stop();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  setTimeout(() => field.focus());
  return h("div", { class: "editor" }, field, h("div", { class: "buttons" }, button("Cancel", stop, { class: "kit" }), button("Save", save, { class: "kit primary" })));
}

function mentionsMe(message) {
  return message.user !== state.me && new RegExp(`<@${state.me}(\\||>)|<!(here|channel|everyone)>`).test(message.text ?? "");
}
