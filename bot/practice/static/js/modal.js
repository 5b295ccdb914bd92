/** Modals: the top one of the stack, its fields and what is filled in, submitted or closed. */

import { act } from "./api.js";
import { blockNodes } from "./blocks.js";
import { button, fill, h, newId } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { popupOpen } from "./popup.js";
import { state } from "./state.js";
import { complain, rescueToasts } from "./toast.js";

/** what is filled in, by view, block and action */
const filled = new Map();
/** complaints about fields, and a general one, of the view they belong to */
let trouble = { view: "", errors: {}, message: "" };
let dialog = null;
let shown = "";

const keyOf = (view, block, element) => [view.id, block.block_id, element.action_id, element.type].join("/");

/** Show the top of the stack, or nothing. */
export function drawModal() {
  const view = state.views.at(-1);
  if (!view) {
    dismissDialog();
    return;
  }
  const isNew = view.id !== shown;
  shown = view.id;
  const focus = isNew ? null : focusIn(dialog);
  if (!dialog) openDialog();
  draw(view);
  if (focus) restore(dialog, focus);
  else if (isNew) focusFirst(dialog);
}

/** What using elements in a view does; the Home tab uses it too. */
export function surfaceOfView(view) {
  const click = async (block, element, fields) =>
    complainIn(await act("view_click", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, values: view.type === "modal" ? valuesOf(view) : {}, ...fields }));
  return {
    known: (block, element) => filled.get(keyOf(view, block, element)) ?? view.state?.values?.[block.block_id]?.[element.action_id],
    typed: (block, element, value) => {
      filled.set(keyOf(view, block, element), value);
      if (element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered")) click(block, element, bare(value));
    },
    change: (block, element, value, event) => {
      filled.set(keyOf(view, block, element), value);
      if (block.type === "input" && !block.dispatch_action) return null;
      event?.preventDefault();
      return click(block, element, bare(value));
    },
    press: (block, element) => click(block, element, {}),
    suggest: async (block, element, value) =>
      complainIn(await act("suggest", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, value })).options,
    errors: trouble.view === view.id ? trouble.errors : {},
  };
}

/** Show a notice in the open modal; false when none is open. */
export function noticeInModal(text) {
  const view = state.views.at(-1);
  if (!view || !dialog) return false;
  trouble = { view: view.id, errors: {}, message: text };
  drawModal();
  return true;
}

/** Close the open modal if it only tells something, so that a link in it leads somewhere one can see. */
export function leaveModal() {
  if (dialog && !state.views.at(-1)?.submit) closeTop();
}

function complainIn(answer) {
  if (!answer.ok && !noticeInModal(answer.message ?? answer.error)) complain(answer);
  return answer;
}

const bare = ({ type: _, ...value }) => value;

function openDialog() {
  const node = h("dialog", { class: "modal" });
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === node && !popupOpen()) closeTop();
  });
  document.body.append(node);
  node.showModal();
  dialog = node;
}

function dismissDialog() {
  if (dialog) {
    rescueToasts(dialog);
    dialog.close();
    dialog.remove();
  }
  dialog = null;
  shown = "";
  filled.clear();
}

function draw(view) {
  const titleId = newId("title");
  const scrolled = dialog.querySelector(".blocks")?.scrollTop ?? 0;
  const message = trouble.view === view.id ? trouble.message : "";
  const surface = surfaceOfView(view);
  const under = state.views.length > 1;
  const toasts = dialog.querySelector(".toasts");
  dialog.setAttribute("aria-labelledby", titleId);
  fill(
    dialog,
    h(
      "form",
      { novalidate: true, on: { submit: (event) => submit(event, view) } },
      h("header", {}, h("h2", { id: titleId }, under && h("span", { class: "under", "aria-hidden": "true" }, "↩ "), plain(view.title.text)), button("✕", closeTop, { label: "Close", class: "plain" })),
      h("div", { class: "blocks" }, message && h("p", { class: "banner", role: "alert" }, message), blockNodes(view.blocks, surface)),
      h(
        "div",
        { class: "buttons" },
        button(plain(view.close?.text ?? (view.submit ? "Cancel" : "Close")), closeTop, { class: "kit" }),
        view.submit && h("button", { class: "kit primary submit" }, plain(view.submit.text)),
      ),
    ),
    toasts,
  );
  dialog.querySelector(".blocks").scrollTop = scrolled;
}

async function submit(event, view) {
  event.preventDefault();
  const send = dialog.querySelector(".submit");
  if (!send || send.disabled) return;
  send.disabled = true;
  send.setAttribute("aria-busy", "true");
  trouble = { view: view.id, errors: {}, message: "" };
  const answer = await act("view_submit", { view_id: view.id, values: valuesOf(view) });
  const general = answer.ok || answer.errors ? "" : (answer.message ?? answer.error);
  trouble = { view: view.id, errors: answer.errors ?? {}, message: general };
  if (!dialog || state.views.at(-1)?.id !== view.id) return;
  draw(state.views.at(-1));
  const wrong = dialog.querySelector(".field.wrong");
  wrong?.querySelector("input, textarea, button")?.focus();
  wrong?.scrollIntoView({ block: "center" });
}

function closeTop() {
  const view = state.views.at(-1);
  if (view) act("view_close", { view_id: view.id }).then(complain);
}

// What was never touched is not sent: the server knows what the app filled in.
function valuesOf(view) {
  const values = {};
  for (const block of view.blocks) {
    if (block.type !== "input") continue;
    const value = filled.get(keyOf(view, block, block.element));
    if (value) values[block.block_id] = { [block.element.action_id]: value };
  }
  return values;
}

function focusIn(node) {
  const at = document.activeElement;
  if (!node?.contains(at)) return null;
  return { block: at.closest("[data-block]")?.dataset.block, action: at.dataset.action, start: at.selectionStart, end: at.selectionEnd };
}

function restore(node, { block, action, start, end }) {
  const field = action && (node.querySelector(`[data-block="${CSS.escape(block ?? "")}"] [data-action="${CSS.escape(action)}"]`) ?? node.querySelector(`[data-action="${CSS.escape(action)}"]`));
  (field || node.querySelector(".submit") || node.querySelector("button"))?.focus();
  if (field && typeof start === "number" && field.setSelectionRange) field.setSelectionRange(start, end);
}

function focusFirst(node) {
  const first = node.querySelector(".blocks input, .blocks textarea, .blocks .kit") ?? node.querySelector(".submit") ?? node.querySelector(".buttons button");
  first?.focus();
  if (first?.value && first.setSelectionRange && first.type === "text") first.setSelectionRange(first.value.length, first.value.length);
}
