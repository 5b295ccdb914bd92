/** The card on first opening: what this is, what to try, and the sample that can be played. */

import { button, byId, fill, h } from "./dom.js";
import { toast } from "./toast.js";

const SPEEDS = [["10", "10 times as fast"], ["60", "60 times as fast"], ["1", "as fast as the story"], ["0", "step by step"]];
let playback = { title: "", playing: false };
let open = localStorage.getItem("welcomed") !== "yes";

/** Show the card when this browser has not seen it, and whenever a sample is being played. */
export async function startWelcome() {
  document.addEventListener("click", (event) => event.target.closest?.("[data-welcome]") && show(true));
  await ask();
  draw();
}

/** A frame of the live feed said how far the sample is. */
export function played(state) {
  playback = state;
  if (state.trouble) toast(state.trouble);
  draw();
}

function show(yes) {
  open = yes;
  if (!yes) localStorage.setItem("welcomed", "yes");
  draw();
  if (yes) byId("welcome").querySelector("button")?.focus();
}

async function ask(body) {
  const answer = await fetch("/practice/playback", body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const state = await answer.json();
  if (!state.ok) toast(state.message);
  // After a change the live feed tells how it went; this answer may be older than what it has told already.
  else if (!body) played(state);
}

function draw() {
  const card = byId("welcome");
  card.hidden = !open && !playback.playing;
  if (card.hidden) return fill(card);
  return playback.playing ? fill(card, player()) : fill(card, ...words(), playback.title && sample());
}

function words() {
  return [
    h("div", { class: "row" }, h("h2", {}, "A workspace to practise in"), button("✕", () => show(false), { label: "Close", class: "plain" })),
    h("p", {}, "Six made-up people and one real app. Nothing leaves this machine."),
    h(
      "ul",
      {},
      h("li", {}, "Type / in a message to see what the app can do."),
      h("li", {}, "Be somebody else: choose them under “You act as”."),
      h("li", {}, "Be two people at once: open this page in a second window."),
    ),
  ];
}

function sample() {
  const speed = h("select", { class: "kit", "aria-label": "Speed" }, SPEEDS.map(([value, text]) => h("option", { value }, text)));
  return h("div", { class: "row play" }, button("▶ Play a sample incident", () => begin(Number(speed.value)), { class: "kit primary" }), speed);
}

function begin(speed) {
  show(false); // whoever has found the sample needs the card no more
  ask({ do: "start", speed });
}

function player() {
  const { title, done, total, paused, speed } = playback;
  return h(
    "div",
    { class: "row play", role: "status" },
    h("span", {}, `▶ ${title}: step ${done} of ${total}`),
    speed > 0 && button(paused ? "Go on" : "Pause", () => ask({ do: paused ? "resume" : "pause" }), { class: "kit" }),
    button("Next step", () => ask({ do: "step" }), { class: "kit" }),
    button("Stop", () => ask({ do: "stop" }), { class: "kit" }),
  );
}
