/** A list of messages that keeps the nodes of unchanged ones, its place, and the lines between days. */

import { dayName, sameDay } from "./dates.js";
import { h } from "./dom.js";
import { messageNode } from "./message.js";
import { channelOf, state } from "./state.js";

const GROUP_SECONDS = 300;
const NEAR_END_PX = 120;

/** A list in a scrolling element; `draw(messages, {before})` shows messages after some leading nodes. */
export class MessageList {
  constructor(scroller, place, openThread) {
    this.scroller = scroller;
    this.place = place;
    this.openThread = openThread;
    this.known = new Map();
    this.atEnd = true;
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    scroller.addEventListener("scroll", () => (this.atEnd = this.nearEnd()), { passive: true });
    // Pictures, fonts and a growing composer change heights: stay at the end when one was there.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(scroller);
  }

  /** Show these messages, some nodes before them and after the first. `fresh` forgets where one was and goes to the end. */
  draw(messages, { before = [], afterFirst = [], fresh = false, unreadFrom = "" } = {}) {
    const stay = this.atEnd || fresh;
    // A screen reader should hear what is new, not a whole channel that has just been opened.
    this.scroller.setAttribute("aria-live", fresh ? "off" : "polite");
    const focused = this.focusedPlace();
    const nodes = [...before];
    const next = new Map();
    messages.forEach((message, index) => {
      const former = messages[index - 1];
      if (!former || !sameDay(former.ts, message.ts)) nodes.push(dayLine(message.ts));
      if (message.ts === unreadFrom) nodes.push(h("div", { class: "new-line", role: "separator" }, h("span", {}, "New")));
      const entry = this.entry(message, former);
      next.set(message.ts, entry);
      nodes.push(entry.node);
      if (index === 0) nodes.push(...afterFirst);
    });
    this.known = next;
    place(this.scroller, nodes);
    if (stay) this.toEnd();
    this.restoreFocus(focused);
    this.letTabIn();
  }

  /** Give a message the keyboard, if it is in the list. */
  focus(ts) {
    const node = this.known.get(ts)?.node;
    this.letTabIn(node);
    node?.focus();
  }

  // One message at a time is reached with Tab; the arrows go from one to the next.
  letTabIn(node) {
    const nodes = [...this.known.values()].map((entry) => entry.node);
    const chosen = node ?? nodes.find((entry) => entry.contains(document.activeElement)) ?? nodes.find((entry) => entry.tabIndex === 0) ?? nodes.at(-1);
    for (const entry of nodes) entry.tabIndex = entry === chosen ? 0 : -1;
  }

  onKey(event) {
    const nodes = [...this.known.values()].map((entry) => entry.node);
    const at = nodes.indexOf(event.target);
    if (at < 0) return;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (event.key === "Enter" && this.place === "log") this.openThread(threadOf(event.target.dataset, this.known));
    else if (nodes[next]) this.focus(nodes[next].dataset.ts);
    else return;
    event.preventDefault();
  }

  /** Go to the newest message. */
  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atEnd = true;
  }

  /** Bring a message into sight and flash it; false when it is not in the list. */
  flash(ts) {
    const node = this.known.get(ts)?.node;
    if (!node) return false;
    this.atEnd = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 3000);
    return true;
  }

  entry(message, former) {
    const how = { place: this.place, follows: follows(message, former), pinned: isPinned(message), openThread: this.openThread };
    const editing = state.editing.ts === message.ts && state.editing.place === this.place;
    const sign = JSON.stringify([message, how.follows, how.pinned, editing]);
    const known = this.known.get(message.ts);
    return known?.sign === sign ? known : { sign, message, node: messageNode(message, how) };
  }

  nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  // A message that is drawn anew under one's fingers must not take the keyboard's place away.
  focusedPlace() {
    const at = document.activeElement;
    const ts = this.scroller.contains(at) ? at.closest("[data-ts]")?.dataset.ts : null;
    const buttons = ts ? focusable(this.known.get(ts)?.node) : [];
    return ts ? { ts, index: buttons.indexOf(at), at, whole: at === this.known.get(ts)?.node } : null;
  }

  restoreFocus(focused) {
    if (!focused || focused.at.isConnected) return;
    const node = this.known.get(focused.ts)?.node;
    (focused.whole ? node : focusable(node)[focused.index])?.focus({ preventScroll: true });
  }
}

const threadOf = ({ ts }, known) => known.get(ts).message.thread_ts ?? ts;

const focusable = (node) => [...(node?.querySelectorAll("button, a[href], input, textarea") ?? [])];

// Nodes that stay where they are are not touched, so that open menus and typed text survive.
function place(scroller, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...scroller.childNodes]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => {
    if (scroller.childNodes[index] !== node) scroller.insertBefore(node, scroller.childNodes[index] ?? null);
  });
}

function follows(message, former) {
  if (!former || former.subtype?.startsWith("channel_") || message.subtype || former.is_ephemeral || message.is_ephemeral) return false;
  const near = Number(message.ts) - Number(former.ts) < GROUP_SECONDS;
  const same = message.user === former.user && message.bot_id === former.bot_id;
  return near && same && sameDay(message.ts, former.ts) && !former.reply_count;
}

const isPinned = (message) => Boolean(channelOf()?.pins.includes(message.ts));

const dayLine = (ts) => h("div", { class: "day-line", role: "separator" }, h("span", {}, dayName(ts)));
