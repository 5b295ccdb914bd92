/** What one does to messages: clicks on their elements, reactions, pins, edits, deletes. */

import { act } from "./api.js";
import { reallyDo } from "./confirm.js";
import { openMenu, openReactionPicker } from "./popup.js";
import { changed, state } from "./state.js";
import { complain, toast } from "./toast.js";

/** Do something in the open channel and say what went wrong, if anything. */
export const doHere = async (what, fields) => complain(await act(what, { channel: state.channel, ...fields }));

// What was chosen in messages, until the app changes them: Slack remembers it as well.
const chosenIn = new Map();

/** What the elements of a message do when used. */
export function surfaceOf(message) {
  const click = (block, element, fields) => doHere("click", { ts: message.ts, block_id: block.block_id, action_id: element.action_id, ...fields });
  const key = (block, element) => [message.ts, message.edited?.ts, block.block_id, element.action_id].join("/");
  return {
    known: (block, element) => chosenIn.get(key(block, element)),
    press: (block, element) => click(block, element, {}),
    change: (block, element, { type: _, ...chosen }) => {
      chosenIn.set(key(block, element), chosen);
      return click(block, element, chosen);
    },
    suggest: async (block, element, value) =>
      (await doHere("suggest", { ts: message.ts, block_id: block.block_id, action_id: element.action_id, value })).options,
  };
}

/** Add the reaction, or take it back when one has reacted so. */
export function toggleReaction(message, name) {
  const mine = message.reactions?.some((entry) => entry.name === name && entry.users.includes(state.me));
  return doHere(mine ? "unreact" : "react", { ts: message.ts, name });
}

/** Pick an emoji and react with it. */
export const pickReaction = (anchor, message) => openReactionPicker(anchor, (name) => toggleReaction(message, name));

/** Take a message that only oneself can see off the screen. */
export const dismiss = (message) => doHere("delete", { ts: message.ts });

/** The address of a message, to be copied. */
export function linkTo(message) {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}&cid=${state.channel}` : "";
  return `${location.origin}/archives/${state.channel}/p${message.ts.replace(".", "")}${thread}`;
}

/** Open the menu of a message. `place` is "log" or "thread"; `openThread(ts)` opens the side panel. */
export function messageMenu(anchor, message, { place, openThread, pinned }) {
  const mine = message.user === state.me && !message.bot_id;
  const root = message.thread_ts ?? message.ts;
  openMenu(
    anchor,
    [
      place === "log" && { text: "💬 Reply in thread", run: () => openThread(root) },
      { text: "🙂 Add reaction…", run: () => pickReaction(anchor, message) },
      { text: pinned ? "📌 Remove from pins" : "📌 Pin to channel", run: () => doHere(pinned ? "unpin" : "pin", { ts: message.ts }) },
      { text: "🔗 Copy link", run: () => copy(linkTo(message)) },
      ...state.shortcuts.filter((entry) => entry.type === "message").map((entry) => ({
        text: `⚡ ${entry.name}`,
        detail: entry.description,
        run: () => doHere("message_shortcut", { callback_id: entry.callback_id, ts: message.ts }),
      })),
      mine && { text: "✏️ Edit message", run: () => startEditing(message.ts, place) },
      (mine || state.me === state.admin) && { text: "🗑️ Delete message…", danger: true, run: () => removeMessage(message) },
    ],
    "Message actions",
  );
}

/** Turn a message into a text field. */
export function startEditing(ts, place) {
  state.editing = { ts, place };
  changed("messages", "thread");
}

async function removeMessage(message) {
  if (await reallyDo("Delete message", "Delete this message for everybody? This cannot be undone.", "Delete")) await doHere("delete", { ts: message.ts });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Link copied.", "info");
  } catch {
    toast(text, "info");
  }
}
