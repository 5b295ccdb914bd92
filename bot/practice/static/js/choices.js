/** What a select offers: options of the app, people, conversations; and the state that a choice becomes. */

import { channelName, channelOf, nameOf, state } from "./state.js";

/** The name of the state of each kind of element, and of the property that fills it at first. */
export const STATE = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  overflow: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  rich_text_input: ["rich_text_value", "initial_value"],
  file_input: ["files", "files"],
};

/** The state of an element as {type, <name>: value}. */
export const stateWith = (element, value) => ({ type: element.type, [STATE[element.type][0]]: value });

/** What is chosen or typed: from a state if there is one, else what the app filled in. */
export function valueIn(element, known) {
  const [name, initial] = STATE[element.type];
  return known && name in known ? known[name] : (element[initial] ?? null);
}

const fromOption = (option, group) => ({
  key: option.value,
  text: option.text.text,
  object: option.text,
  detail: option.description?.text,
  group,
  value: option,
});

const fromUser = (id) => ({ key: id, text: nameOf(id), detail: state.people.find((entry) => entry.id === id)?.title, value: id });

const fromChannel = (id) => ({ key: id, text: channelName(channelOf(id)), value: id });

/** How a chosen value (an option, a user id, a channel id) is shown. */
export function choiceOf(element, value) {
  if (typeof value === "object") return fromOption(value);
  return element.type.includes("users") ? fromUser(value) : fromChannel(value);
}

/** All an element offers; external ones ask `suggest(query)`. */
export async function offered(element, query, suggest) {
  if (element.type.includes("external")) return ((await suggest(query)) ?? []).map((option) => fromOption(option));
  if (element.type.includes("users")) return [...state.people.map((entry) => entry.id), state.bot.user_id].map(fromUser);
  if (/conversations|channels/.test(element.type)) return conversations(element).map((entry) => fromChannel(entry.id));
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.flatMap((group) => group.options.map((option) => fromOption(option, group.label?.text)));
}

function conversations(element) {
  const kinds = element.filter?.include ?? (element.type.includes("channels") ? ["public"] : ["public", "private", "im"]);
  const kindOf = (channel) => (channel.is_im ? "im" : channel.is_private ? "private" : "public");
  return state.channels.filter((channel) => !channel.is_archived && kinds.includes(kindOf(channel)));
}
