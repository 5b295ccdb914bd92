/** What to offer while one types: slash commands, people, channels. */

import { builtIns } from "./commands.js";
import { emojiFor, findEmoji } from "./emoji.js";
import { channelOf, state } from "./state.js";

const MOST = 8;

/** Offers for the word at the caret: [{text, detail, insert, from, to}]. */
export function completionsFor(text, caret, { commands }) {
  const before = text.slice(0, caret);
  const found = /(^|\s)([@#:/])([\w+.-]*)$/.exec(before);
  if (!found) return [];
  const [, gap, sign, letters] = found;
  if (sign === "/" && (gap || !commands || found.index > 0)) return [];
  const from = found.index + gap.length;
  return OFFERS[sign](letters.toLowerCase()).slice(0, MOST).map((offer) => ({ ...offer, from, to: caret }));
}

const OFFERS = {
  "/": (letters) =>
    [...state.commands, ...builtIns(channelOf())]
      .filter((entry) => entry.command.startsWith(`/${letters}`))
      .map((entry) => ({ text: entry.command, detail: [entry.usage_hint, entry.description].filter(Boolean).join(" — "), insert: entry.command })),
  "@": (letters) => people().filter((entry) => `${entry.insert.slice(1)} ${entry.text}`.toLowerCase().includes(letters)),
  "#": (letters) =>
    state.channels
      .filter((entry) => !entry.is_im && entry.name.includes(letters))
      .map((entry) => ({ text: `#${entry.name}`, detail: entry.topic, insert: `#${entry.name}` })),
  ":": (letters) =>
    letters.length < 2 ? [] : findEmoji(letters).map((name) => ({ text: emojiFor(name), detail: `:${name}:`, insert: `:${name}:` })),
};

function people() {
  const members = channelOf()?.members ?? [];
  const persons = state.people.map((entry) => ({
    text: entry.real_name,
    detail: `@${entry.name} · ${members.includes(entry.id) ? entry.title : "not in this channel"}`,
    insert: `@${entry.name}`,
  }));
  const bot = { text: state.bot.name, detail: "app", insert: `@${state.bot.name}` };
  return [...persons, bot, { text: "@here", detail: "everybody who is active in this channel", insert: "@here" }, { text: "@channel", detail: "everybody in this channel", insert: "@channel" }];
}
