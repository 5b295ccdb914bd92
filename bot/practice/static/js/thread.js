/** The side panel with one thread. */

import { Composer } from "./composer.js";
import { button, byId, fill, h } from "./dom.js";
import { MessageList } from "./list.js";
import { channelName, channelOf, state } from "./state.js";

let list = null;
let shown = "";

/** Show the open thread, or put the panel away. `close` closes it. */
export function drawThread(close) {
  const panel = byId("thread");
  panel.hidden = !state.thread;
  document.body.classList.toggle("thread-open", Boolean(state.thread));
  if (!state.thread) {
    shown = "";
    return;
  }
  const key = `${state.channel}/${state.thread}`;
  const fresh = key !== shown;
  if (fresh) build(panel, close);
  shown = key;
  const count = state.replies.filter((entry) => !entry.is_ephemeral).length - 1;
  const line = count > 0 ? [h("div", { class: "reply-line" }, `${count} ${count === 1 ? "reply" : "replies"}`)] : [];
  list.draw(state.replies, { fresh, afterFirst: line });
}

/** Flash a message of the thread. */
export const flashInThread = (ts) => list?.flash(ts) ?? false;

function build(panel, close) {
  const log = h("div", { class: "log", role: "log", "aria-label": "Thread", tabindex: "0" });
  const foot = h("footer");
  const channel = channelOf();
  fill(
    panel,
    h("header", {}, h("h2", {}, "Thread ", h("small", {}, channelName(channel))), button("✕", close, { label: "Close thread", class: "plain" })),
    log,
    foot,
  );
  list = new MessageList(log, "thread", () => {});
  if (!channel || channel.is_archived || !channel.is_member) return;
  const composer = new Composer(foot, { placeholder: "Reply…", key: `${state.channel}/${state.thread}`, thread: state.thread, sending: () => list.toEnd() });
  composer.focus();
}
