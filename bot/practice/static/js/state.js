/** What the page knows, and who wants to hear when it changes. */

export const state = {
  team: { name: "Practice" },
  me: "",
  people: [],
  bot: { user_id: "", bot_id: "", name: "" },
  channels: [],
  commands: [],
  shortcuts: [],
  views: [],
  home: null,
  /** id of the open channel */
  channel: "",
  /** "messages" or "home" (the app's own tab, in its direct messages) */
  tab: "messages",
  messages: [],
  /** how many messages are asked for; "Show earlier" raises it */
  limit: 200,
  /** ts of the root of the open thread, or "" */
  thread: "",
  replies: [],
  /** whether the app takes messages, and has a Home tab */
  takes_messages: false,
  has_home: false,
  /** ts of the message being edited, and where: "log" or "thread" */
  editing: { ts: "", place: "" },
  /** ts of the first message that was unread when the channel was opened */
  unreadFrom: "",
};

const LONGEST_PRESS_MS = 3000;
const listeners = new Map();
const untold = new Set();
let press = null;

/** Run something whenever a topic changes: "state", "messages", "thread", "views". */
export function on(topic, run) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), run]);
}

/** Tell those who listen to these topics. While something is pressed they wait: a button that is drawn anew under a finger is not clicked. */
export function changed(...topics) {
  for (const topic of topics) untold.add(topic);
  if (press === null) tell();
}

function tell() {
  const topics = [...untold];
  untold.clear();
  for (const topic of topics) for (const run of listeners.get(topic) ?? []) run();
}

function lift() {
  clearTimeout(press);
  press = null;
  setTimeout(tell); // the click comes first
}

document.addEventListener("pointerdown", () => (press = setTimeout(lift, LONGEST_PRESS_MS)), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, lift, true);

/** The channel with this id, or the open one. */
export const channelOf = (id = state.channel) => state.channels.find((entry) => entry.id === id);

/** The person with this id. */
export const personOf = (id) => state.people.find((entry) => entry.id === id);

/** What to call a user: a person, the bot, or whatever the id is. */
export function nameOf(id) {
  if (id === state.bot.user_id || id === state.bot.bot_id) return state.bot.name;
  if (id === "USLACKBOT") return "Workspace";
  return personOf(id)?.real_name ?? id;
}

/** How a channel is written: #name, or the name for direct messages. */
export function channelName(channel) {
  if (!channel) return "unknown channel";
  return channel.is_im ? nameOf(channel.im_user) : `#${channel.name}`;
}
