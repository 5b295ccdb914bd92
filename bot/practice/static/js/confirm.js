/** Small dialogs: asking for a yes, and asking for one line of text. */

import { button, h, newId } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { rescueToasts } from "./toast.js";

/** Ask the question of a confirm object; without one it is a yes. */
export function confirmed(ask) {
  if (!ask) return Promise.resolve(true);
  const text = h("div", {}, textNodes(ask.text));
  return dialog({ title: ask.title.text, body: text, yes: ask.confirm.text, no: ask.deny.text, style: ask.style, ready: ask.style !== "danger", answer: () => true }).then(Boolean);
}

/** Ask a plain question of the page's own. */
export const reallyDo = (title, text, yes) => dialog({ title, body: h("p", {}, text), yes, no: "Cancel", style: "danger", answer: () => true });

/** Ask for one line; hands back the text, or null when it was called off. */
export function askFor(title, label, value = "") {
  const input = h("input", { type: "text", class: "kit input", value, autocomplete: "off" });
  const body = h("label", { class: "field" }, h("span", { class: "label" }, label), input);
  return dialog({ title, body, yes: "Save", no: "Cancel", answer: () => input.value });
}

function dialog({ title, body, yes, no, style, ready, answer }) {
  const titleId = newId("title");
  const place = document.querySelector("dialog[open]") ?? document.body;
  return new Promise((resolve) => {
    let result = null;
    const node = h("dialog", { class: "ask", "aria-labelledby": titleId });
    const agree = (event) => {
      event.preventDefault();
      result = answer();
      node.close();
    };
    node.append(
      h(
        "form",
        { on: { submit: agree } },
        h("h2", { id: titleId }, title),
        body,
        h("div", { class: "buttons" }, button(no, () => node.close(), { class: "kit" }), h("button", { class: `kit ${style ?? "primary"}`, autofocus: ready }, yes)),
      ),
    );
    node.addEventListener("close", (event) => {
      event.stopPropagation();
      rescueToasts(node);
      node.remove();
      resolve(result);
    });
    place.append(node);
    node.showModal();
  });
}
