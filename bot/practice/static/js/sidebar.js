/** The sidebar: workspace, whom one acts as, channels with unread marks, the app. */

import { act } from "./api.js";
import { askFor } from "./confirm.js";
import { button, byId, fill, h } from "./dom.js";
import { personMark } from "./message.js";
import { channelName, personOf, state } from "./state.js";
import { complain } from "./toast.js";

/** Draw the sidebar. `go`: {channel(id), person(id), close()}. */
export function drawSidebar(go) {
  const rooms = state.channels.filter((entry) => !entry.is_im);
  const byName = (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true });
  const mine = rooms.filter((entry) => entry.is_member && !entry.is_archived).sort(byName);
  const others = rooms.filter((entry) => !entry.is_member && !entry.is_archived).sort(byName);
  const archived = rooms.filter((entry) => entry.is_archived).sort(byName);
  const apps = state.channels.filter((entry) => entry.is_im);
  const kept = byId("sidebar").querySelector("details.archived")?.open;
  const focus = byId("sidebar").contains(document.activeElement) ? document.activeElement.dataset.key : null;
  fill(
    byId("sidebar"),
    h("header", {}, h("strong", {}, "Practice workspace"), button("✕", go.close, { label: "Close the list", class: "plain drawer" })),
    peopleSwitch(go),
    h(
      "div",
      { class: "rooms" },
      group("Channels", mine, go, button("+", () => newChannel(go), { label: "New channel", class: "plain" })),
      others.length > 0 && group("Not joined", others, go),
      archived.length > 0 && h("details", { class: "archived", open: kept || archived.some((entry) => entry.id === state.channel) }, h("summary", {}, `Archived (${archived.length})`), rows(archived, go)),
      group("Apps", apps, go),
    ),
    h("p", { class: "about" }, "Everything here is practice: six made-up people and one real app. ", button("What to try", () => {}, { class: "what-to-try", data: { welcome: "" } })),
  );
  if (focus) byId("sidebar").querySelector(`[data-key="${focus}"]`)?.focus();
}

function peopleSwitch(go) {
  const me = personOf(state.me);
  const select = h("select", { id: "as", data: { key: "as" }, on: { change: (event) => go.person(event.currentTarget.value) } });
  for (const entry of state.people) {
    const option = h("option", { value: entry.id }, entry.id === state.me ? entry.real_name : `${entry.real_name} — ${entry.title}`);
    option.selected = entry.id === state.me;
    select.append(option);
  }
  return h(
    "div",
    { class: "acting" },
    personMark(state.me, me?.real_name ?? state.me),
    h("label", { for: "as" }, h("small", {}, "You act as"), select, h("small", { class: "job" }, me?.title)),
  );
}

function group(title, channels, go, extra = null) {
  return h("section", {}, h("h2", {}, title, extra), rows(channels, go));
}

const rows = (channels, go) => h("ul", {}, channels.map((channel) => h("li", {}, row(channel, go))));

function row(channel, go) {
  const open = channel.id === state.channel;
  const looking = open && document.visibilityState === "visible"; // what one looks at is read, the server only learns it later
  const unread = channel.is_member && channel.unread > 0 && !channel.is_archived && !looking;
  const sign = channel.is_im ? "🤖" : channel.is_private ? "🔒" : "#";
  const name = channel.is_im ? channelName(channel) : channel.name;
  return h(
    "button",
    { type: "button", class: ["room", open && "open", unread && "unread"].filter(Boolean).join(" "), "aria-current": open ? "page" : null, data: { key: channel.id }, title: channel.topic || null, on: { click: () => go.channel(channel.id) } },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("span", { class: "name" }, name),
    unread && h("span", { class: "count", "aria-label": `${channel.unread} unread` }, String(channel.unread)),
  );
}

async function newChannel(go) {
  const name = await askFor("New channel", "Name: lower-case letters, digits, hyphens");
  if (!name) return;
  const answer = complain(await act("create_channel", { name: name.replace(/^#/, "").trim(), is_private: false }));
  if (answer.ok) go.channel(answer.channel, { wait: true });
}
