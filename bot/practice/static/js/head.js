/** The head of a channel: name, topic, members, pins, and what one can do with the channel. */

import { act, canvasFile, fetchCanvas, searchMessages } from "./api.js";
import { askFor, reallyDo } from "./confirm.js";
import { button, byId, fill, h, soon } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { markdown } from "./markdown.js";
import { authorOf, personMark } from "./message.js";
import { asWords, link, mrkdwn } from "./mrkdwn.js";
import { openMenu, openPopup } from "./popup.js";
import { channelName, channelOf, nameOf, personOf, state } from "./state.js";
import { complain } from "./toast.js";

/** Draw the head. `go`: {menu(), tab(name), message(ts)}. */
export function drawHead(go) {
  const channel = channelOf();
  const menu = button("☰", go.menu, { label: "Channels and people", class: "plain drawer" });
  if (!channel) {
    fill(byId("head"), menu);
    return;
  }
  const title = h("h1", {}, channel.is_private && !channel.is_im ? `🔒 ${channel.name}` : channelName(channel));
  fill(
    byId("head"),
    menu,
    h("div", { class: "title" }, title, channel.topic && h("div", { class: "topic", title: asWords(channel.topic) }, mrkdwn(channel.topic))),
    channel.is_im ? tabs(go) : tools(channel, go),
  );
}

function tabs(go) {
  if (!state.has_home) return null;
  const tab = (name, text) =>
    button(text, () => go.tab(name), { role: "tab", "aria-selected": String(state.tab === name), class: "tab" });
  return h("div", { class: "tabs", role: "tablist", "aria-label": "App" }, tab("home", "Home"), tab("messages", "Messages"));
}

function tools(channel, go) {
  const count = channel.members.length;
  return h(
    "div",
    { class: "tools" },
    channel.pins.length > 0 && button(`📌 ${channel.pins.length}`, (event) => showPins(event.currentTarget, go), { label: `Pinned messages: ${channel.pins.length}`, class: "plain", "aria-haspopup": "dialog" }),
    channel.bookmarks.length > 0 && button(`🔖 ${channel.bookmarks.length}`, (event) => showBookmarks(event.currentTarget), { label: `Bookmarks: ${channel.bookmarks.length}`, class: "plain", "aria-haspopup": "dialog" }),
    channel.canvas && button("📄", (event) => showCanvas(event.currentTarget, channel.canvas), { label: "Canvas", class: "plain", "aria-haspopup": "dialog" }),
    button("🔍", (event) => showSearch(event.currentTarget, channel, go), { label: "Search in this channel", class: "plain", "aria-haspopup": "dialog" }),
    button(`👥 ${count}`, (event) => showMembers(event.currentTarget, channel), { label: `Members: ${count}`, class: "plain", "aria-haspopup": "dialog" }),
    button("⋯", (event) => openMenu(event.currentTarget, entries(channel), "Channel"), { label: "Channel menu", class: "plain", "aria-haspopup": "menu" }),
  );
}

function showSearch(anchor, channel, go) {
  const field = h("input", { type: "search", class: "kit input", placeholder: "Words to look for", "aria-label": "Words to look for", autocomplete: "off" });
  const results = h("ul", { "aria-label": "Found" });
  const said = h("p", { class: "hint", role: "status" });
  const close = openPopup(anchor, h("div", { class: "card search", role: "dialog", "aria-label": "Search" }, h("h2", {}, "Search in this channel"), field, said, results));
  const jump = (message) => {
    close();
    go.found(message);
  };
  const look = soon(async () => {
    const { messages = [] } = await searchMessages(channel.id, field.value);
    said.textContent = !field.value.trim() ? "" : messages.length === 1 ? "1 message" : `${messages.length} messages`;
    fill(results, messages.map((message) => h("li", {}, button([h("strong", {}, authorOf(message).name), h("span", {}, asWords(message.text).slice(0, 140) || "A message")], () => jump(message), { class: "row" }))));
  }, 150);
  field.addEventListener("input", look);
  field.focus();
}

function showPins(anchor, go) {
  const pinned = channelOf().pins.map((ts) => state.messages.find((entry) => entry.ts === ts) ?? { ts });
  const items = pinned.map((message) =>
    button(
      message.user || message.bot_id ? [h("strong", {}, authorOf(message).name), h("span", {}, (asWords(message.text) || "A message").slice(0, 140))] : "An earlier message",
      () => (close(), go.message(message.ts)),
      { class: "row" },
    ),
  );
  const close = openPopup(anchor, h("div", { class: "card", role: "dialog", "aria-label": "Pinned messages", tabindex: "-1" }, h("h2", {}, "Pinned"), items));
  items[0]?.focus();
}

function showBookmarks(anchor) {
  const rows = channelOf().bookmarks.map(({ title, link: url, emoji }) => h("li", {}, emoji ? `${emojiFor(emoji.replaceAll(":", "")) ?? "🔖"} ` : "🔖 ", link(url, title)));
  const card = h("div", { class: "card", role: "dialog", "aria-label": "Bookmarks", tabindex: "-1" }, h("h2", {}, "Bookmarks"), h("ul", { class: "bookmarks" }, rows));
  openPopup(anchor, card);
  card.focus();
}

async function showCanvas(anchor, id) {
  const { title, markdown: text } = await fetchCanvas(id);
  const file = h("a", { class: "kit", href: canvasFile(id), download: "" }, "Download as Markdown");
  const card = h("div", { class: "card canvas", role: "dialog", "aria-label": "Canvas", tabindex: "-1" }, h("h2", {}, title || "Canvas"), h("div", { class: "markdown" }, markdown(text ?? "")), file);
  openPopup(anchor, card);
  card.focus();
}

function showMembers(anchor, channel) {
  const rows = channel.members.map((id) =>
    h("li", {}, personMark(id === state.bot.user_id ? "bot" : id, nameOf(id)), h("span", {}, h("strong", {}, nameOf(id)), h("small", {}, id === state.bot.user_id ? "App" : personOf(id)?.title))),
  );
  const card = h("div", { class: "card", role: "dialog", "aria-label": "Members", tabindex: "-1" }, h("h2", {}, "Members"), h("ul", { class: "members" }, rows));
  openPopup(anchor, card);
  card.focus();
}

function entries(channel) {
  const ask = (title, label, value, what, field) => async () => {
    const text = await askFor(title, label, value);
    if (text !== null) complain(await act(what, { channel: channel.id, [field]: text }));
  };
  const archive = async () => {
    if (await reallyDo(`Archive #${channel.name}`, "Nobody can write in an archived channel. It can be brought back.", "Archive")) complain(await act("archive", { channel: channel.id }));
  };
  if (channel.is_archived) return [{ text: "Bring back from the archive", run: async () => complain(await act("unarchive", { channel: channel.id })) }];
  return [
    { text: "Set topic…", run: ask("Topic", "What is this channel about?", asWords(channel.topic), "topic", "topic") },
    { text: "Invite people…", run: ask(`Invite to #${channel.name}`, "Names, with spaces between them", "", "invite", "users") },
    { text: "Take somebody out…", run: ask(`Take out of #${channel.name}`, "Whom? A name, also the app's", "", "remove", "user") },
    { text: "Rename…", run: ask("Rename channel", "Name", channel.name, "rename", "name") },
    { text: "Leave", run: async () => complain(await act("leave", { channel: channel.id })) },
    { text: "Archive…", danger: true, run: archive },
  ];
}
