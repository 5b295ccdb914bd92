/** The page: starts it, follows the address, keeps it up to date. */

import { act, actAs, fetchMessages, fetchState, listen } from "./api.js";
import { blockNodes } from "./blocks.js";
import { Composer } from "./composer.js";
import { button, byId, fill, h, soon } from "./dom.js";
import { drawHead } from "./head.js";
import { MessageList } from "./list.js";
import { drawModal, leaveModal, noticeInModal, surfaceOfView } from "./modal.js";
import { permalink } from "./mrkdwn.js";
import { drawSidebar } from "./sidebar.js";
import { changed, channelName, channelOf, nameOf, on, state } from "./state.js";
import { drawThread, flashInThread } from "./thread.js";
import { complain, toast } from "./toast.js";
import { played, startWelcome } from "./welcome.js";

const MORE = 400;
const log = new MessageList(byId("log"), "log", (ts) => openThread(ts));
let composerOf = "";
let freshLog = true;
let pushed = 0; // frames with a view in them: what was asked for before one may be older than it

const go = {
  menu: () => drawer(true),
  close: () => drawer(false),
  channel: async (id, { wait } = {}) => {
    if (wait) await refreshState();
    openChannel(id, { push: true });
  },
  person: (id) => location.assign(address({ as: id })),
  tab: (name) => {
    state.tab = name;
    changed("state");
  },
  message: (ts) => showMessage(ts),
  found: async (message) => {
    const reply = message.thread_ts && message.thread_ts !== message.ts;
    if (reply) await openThread(message.thread_ts);
    showMessage(message.ts);
  },
};

/** The address of what is open. */
function address({ as = state.me, channel = state.channel, thread = state.thread } = {}) {
  const path = thread ? `/archives/${channel}/p${thread.replace(".", "")}` : `/archives/${channel}`;
  const query = new URLSearchParams({ as, ...(thread ? { thread_ts: thread } : {}) });
  return `${path}?${query}`;
}

function drawer(open) {
  document.body.classList.toggle("drawer-open", open);
  if (open) byId("sidebar").querySelector(".room.open, .room")?.focus();
}

async function refreshState() {
  const before = pushed;
  const fresh = await fetchState();
  const { views, home, ...rest } = fresh;
  if (fresh.team) Object.assign(state, pushed === before ? fresh : rest);
  // The open channel can be gone: the workspace was reset, or one was taken out of a private room.
  if (!channelOf()) return openChannel("");
  changed("state", "views");
  return markRead();
}

async function refreshMessages() {
  const channel = state.channel;
  const thread = state.thread;
  const [inChannel, inThread] = await Promise.all([
    fetchMessages(channel, { limit: state.limit }),
    thread ? fetchMessages(channel, { thread }) : { messages: [] },
  ]);
  if (channel !== state.channel || thread !== state.thread) return;
  state.messages = inChannel.messages ?? [];
  state.replies = inThread.messages ?? [];
  if (thread && !state.replies.length) state.thread = "";
  changed("messages", "thread");
  markRead();
}

const markRead = soon(() => {
  const channel = channelOf();
  if (channel?.is_member && channel.unread > 0 && document.visibilityState === "visible") act("mark_read", { channel: channel.id });
}, 300);

/** Open a channel, and a message or a thread in it. */
async function openChannel(id, { push = false, ts = "", thread = "" } = {}) {
  drawer(false);
  const channel = channelOf(id) ?? channelOf("C0GENERAL") ?? state.channels[0];
  if (!channelOf(id) && id) toast(`${nameOf(state.me)} cannot see that channel.`);
  freshLog = true;
  Object.assign(state, { channel: channel.id, thread, tab: "messages", messages: [], replies: [], limit: ts ? 1000 : 200, editing: { ts: "", place: "" } });
  if (push) history.pushState(null, "", address());
  changed("state");
  await refreshMessages();
  state.unreadFrom = firstUnread(channel);
  changed("messages");
  if (channel.is_im) act("home");
  if (ts && channel.id === id) showMessage(ts);
}

function firstUnread(channel) {
  if (!channel.is_member || !channel.unread) return "";
  const theirs = state.messages.filter((entry) => entry.user !== state.me && !entry.is_ephemeral);
  return theirs[theirs.length - channel.unread]?.ts ?? "";
}

async function showMessage(ts) {
  if (flashInThread(ts) || log.flash(ts)) return;
  state.limit = 1000;
  await refreshMessages();
  if (!log.flash(ts)) toast("That message is not here any more.", "info");
}

async function openThread(ts) {
  state.thread = ts;
  state.replies = state.messages.filter((entry) => entry.ts === ts);
  history.replaceState(null, "", address());
  changed("thread");
  await refreshMessages();
}

function closeThread() {
  const root = state.thread;
  state.thread = "";
  history.replaceState(null, "", address());
  changed("thread");
  log.focus(root);
}

function drawMessages() {
  const earlier = state.messages.length >= state.limit;
  const more = () => {
    state.limit += MORE;
    refreshMessages();
  };
  const before = earlier ? [button("Show earlier messages", more, { class: "kit earlier" })] : [beginning()];
  log.draw(state.messages, { before, fresh: freshLog, unreadFrom: state.unreadFrom });
  if (state.messages.length) freshLog = false;
}

function beginning() {
  const channel = channelOf();
  const words = channel?.is_im ? `Messages from ${channelName(channel)} to ${nameOf(state.me)}.` : `The beginning of ${channelName(channel)}.`;
  return h("p", { class: "beginning" }, words);
}

function drawAll() {
  if (!channelOf()) return;
  drawSidebar(go);
  drawHead(go);
  drawComposer();
  drawHome();
  document.querySelector(".skip").hidden = byId("composer").hidden || !byId("composer-text");
  const unread = state.channels.reduce((sum, entry) => sum + (entry.is_member ? entry.unread : 0), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${channelName(channelOf())} · Practice workspace`;
}

function drawHome() {
  const open = state.tab === "home" && channelOf()?.is_im && state.has_home;
  byId("home").hidden = !open;
  byId("log").hidden = Boolean(open);
  byId("composer").hidden = Boolean(open);
  if (open && state.home) fill(byId("home"), blockNodes(state.home.blocks, surfaceOfView(state.home)));
  else if (open) fill(byId("home"), h("p", { class: "notice" }, `${state.bot.name} has nothing to show here yet.`));
}

function drawComposer() {
  const channel = channelOf();
  const kind = channel.is_archived ? "archived" : channel.is_im && !state.takes_messages ? "silent" : channel.is_member ? "open" : "outside";
  if (composerOf === `${channel.id}/${kind}`) return;
  composerOf = `${channel.id}/${kind}`;
  const join = async () => complain(await act("join", { channel: channel.id }));
  if (kind === "archived") fill(byId("composer"), h("p", { class: "notice" }, "🗄 This channel is archived. It can be read, not written in."));
  else if (kind === "silent") fill(byId("composer"), h("p", { class: "notice" }, "Sending messages to this app has been turned off."));
  else if (kind === "outside") fill(byId("composer"), h("p", { class: "notice" }, `You are not in ${channelName(channel)}. `, button("Join channel", join, { class: "kit primary" })));
  else new Composer(byId("composer"), { id: "composer-text", key: channel.id, placeholder: `Message ${channelName(channel)}`, sending: () => log.toEnd() }).focus();
}

const refreshSoon = soon(async () => {
  await refreshState();
  await refreshMessages();
}, 40);

function onFrame(frame) {
  if (frame.type === "notice") noticeInModal(frame.text) || toast(frame.text);
  else if (frame.type === "views") {
    pushed += 1;
    state.views = frame.views;
    changed("views");
  } else if (frame.type === "playback") played(frame.playback);
  else if (frame.type === "home") {
    pushed += 1;
    state.home = frame.view;
    changed("state");
  } else refreshSoon();
}

function follow(event) {
  const anchor = event.target.closest?.("a[href]");
  const place = anchor && !event.metaKey && !event.ctrlKey && permalink(anchor.href);
  if (!place) return;
  event.preventDefault();
  leaveModal();
  openPlace(place, true);
}

const openPlace = ({ channel, ts, thread }, push) => openChannel(channel, { ts, thread, push });

async function start() {
  const asked = new URLSearchParams(location.search).get("as");
  const person = asked || localStorage.getItem("as") || "U0ANA";
  actAs(person);
  let first = await fetchState();
  if (!first.team) {
    actAs("U0ANA");
    first = await fetchState();
  }
  Object.assign(state, first);
  localStorage.setItem("as", state.me);
  const place = permalink(location.href) ?? { channel: localStorage.getItem("channel") ?? "" };
  await openPlace(channelOf(place.channel) || permalink(location.href) ? place : { channel: "C0GENERAL" }, false);
  history.replaceState(null, "", address());
  changed("views");
}

on("state", drawAll);
on("state", () => localStorage.setItem("channel", state.channel));
on("state", drawMessages);
on("messages", drawMessages);
on("thread", () => drawThread(closeThread));
on("views", drawModal);
document.addEventListener("click", follow);
document.addEventListener("visibilitychange", markRead);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || state.views.length) return;
  if (document.body.classList.contains("drawer-open")) drawer(false);
  else if (state.thread && byId("thread").contains(document.activeElement)) closeThread();
});
window.addEventListener("popstate", () => openPlace(permalink(location.href) ?? { channel: "" }, false));

await start();
await startWelcome();
listen({
  frame: onFrame,
  up: () => {
    byId("offline").hidden = true;
    refreshSoon();
  },
  down: () => (byId("offline").hidden = false),
});
