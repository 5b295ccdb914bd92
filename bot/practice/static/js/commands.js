/** Slash commands: the app's go to the app, a few of the workspace's own are done here. */

import { act } from "./api.js";

const OWN = [
  { command: "/invite", usage_hint: "@somebody", description: "Invite people to this channel", run: (channel, text) => act("invite", { channel, users: text.split(/[\s,]+/).map((name) => name.replace(/^@/, "")) }) },
  { command: "/topic", usage_hint: "what this channel is about", description: "Set the channel's topic", run: (channel, text) => act("topic", { channel, topic: text }) },
  { command: "/rename", usage_hint: "new-name", description: "Rename this channel", run: (channel, text) => act("rename", { channel, name: text.replace(/^#/, "") }) },
  { command: "/archive", usage_hint: "", description: "Archive this channel", run: (channel) => act("archive", { channel }) },
  { command: "/leave", usage_hint: "", description: "Leave this channel", run: (channel) => act("leave", { channel }) },
];

/** The workspace's own commands where one is. */
export const builtIns = (channel) => (channel?.is_im ? [] : OWN);

/** Do what was typed, as "/command text"; hands back the answer of the act. */
export function runCommand(channel, typed) {
  const [, command, text] = /^(\S+)\s*([\s\S]*)$/.exec(typed);
  const own = OWN.find((entry) => entry.command === command);
  return own ? own.run(channel, text.trim()) : act("command", { channel, command, text });
}
