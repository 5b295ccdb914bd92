/** Where one writes: messages, slash commands with completion, mentions, files. */

import { act } from "./api.js";
import { openMenu } from "./popup.js";
import { button, fill, h, newId } from "./dom.js";
import { builtIns, runCommand } from "./commands.js";
import { completionsFor } from "./completion.js";
import { channelOf, state } from "./state.js";
import { complain, toast } from "./toast.js";

const drafts = new Map();
const FILE_MAX = 1_000_000;

/** A composer in an element. `options`: placeholder, key (of its draft), thread (ts, for replies), id of the text field. */
export class Composer {
  constructor(place, options) {
    this.options = options;
    this.where = state.channel;
    this.list = h("div", { class: "completions", role: "listbox", id: newId("completions"), "aria-label": "Suggestions", hidden: true });
    this.hint = h("div", { class: "usage", role: "status" });
    this.text = h("textarea", {
      id: options.id, rows: "1", placeholder: options.placeholder, "aria-label": options.placeholder, autocomplete: "off",
      "aria-controls": this.list.id, "aria-autocomplete": "list", value: drafts.get(options.key) ?? "", maxlength: "12000",
      on: { input: () => this.typed(), keydown: (event) => this.onKey(event), blur: () => setTimeout(() => this.offer([]), 150) },
    });
    this.broadcast = options.thread ? h("input", { type: "checkbox" }) : null;
    this.file = h("input", { type: "file", hidden: true, on: { change: () => this.upload() } });
    this.offers = [];
    fill(
      place,
      this.list,
      h("form", { class: "composer", on: { submit: (event) => this.submit(event) } },
        this.text, this.hint,
        h("div", { class: "tools" }, this.tools(), h("button", { class: "send", "aria-label": "Send", title: "Send (Enter)" }, "➤")),
        this.broadcast && h("label", { class: "also" }, this.broadcast, " Also send to the channel"),
        this.file),
    );
    this.grow();
  }

  /** Put the caret into the text. */
  focus() {
    if (matchMedia("(hover: hover)").matches) this.text.focus({ preventScroll: true });
  }

  tools() {
    const shortcuts = (event) => openMenu(event.currentTarget, this.plusMenu(), "More");
    return [
      button("+", shortcuts, { label: "Shortcuts, commands and files", class: "plus", "aria-haspopup": "menu" }),
      button("@", () => this.insert("@"), { label: "Mention somebody" }),
      !this.options.thread && button("/", () => this.startCommand(), { label: "Slash command" }),
    ];
  }

  plusMenu() {
    return [
      ...state.shortcuts.filter((entry) => entry.type === "global").map((entry) => ({
        text: `⚡ ${entry.name}`, detail: entry.description,
        run: async () => complain(await act("global_shortcut", { callback_id: entry.callback_id })),
      })),
      ...(this.options.thread ? [] : state.commands).map((entry) => ({
        text: entry.command, detail: entry.description, run: () => this.set(`${entry.command} `),
      })),
      { text: "📎 Share a text file…", run: () => this.file.click() },
    ];
  }

  startCommand() {
    this.set(state.commands.length === 1 ? `${state.commands[0].command} ` : "/");
  }

  set(text) {
    this.text.value = text;
    this.text.focus();
    this.typed();
  }

  insert(piece) {
    const { selectionStart: at, value } = this.text;
    const gap = at && !/\s/.test(value[at - 1]) ? " " : "";
    this.text.setRangeText(gap + piece, at, this.text.selectionEnd, "end");
    this.text.focus();
    this.typed();
  }

  typed() {
    drafts.set(this.options.key, this.text.value);
    this.grow();
    const command = this.options.thread ? null : commandIn(this.text.value);
    fill(this.hint, command && [h("strong", {}, command.command), " ", h("span", {}, command.usage_hint || command.description)]);
    this.offer(completionsFor(this.text.value, this.text.selectionStart, { commands: !this.options.thread }));
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, innerHeight * 0.35)}px`;
  }

  offer(offers) {
    this.offers = offers;
    this.active = 0;
    this.list.hidden = !offers.length;
    this.drawOffers();
  }

  drawOffers() {
    fill(this.list, this.offers.map((offer, index) =>
      h("div", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(index === this.active), on: { mousedown: (event) => this.take(event, offer) } },
        h("strong", {}, offer.text), h("small", {}, offer.detail ?? ""))));
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
    if (this.offers.length) this.text.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.text.removeAttribute("aria-activedescendant");
  }

  take(event, offer) {
    event.preventDefault();
    this.text.setRangeText(`${offer.insert} `, offer.from, offer.to, "end");
    this.typed();
    this.text.focus();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (this.offers.length && this.onOfferKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(event);
  }

  onOfferKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const whole = this.offers[this.active].insert === this.text.value.trim();
    if (step) {
      this.active = (this.active + step + this.offers.length) % this.offers.length;
      this.drawOffers();
    } else if (event.key === "Escape") this.offer([]);
    else if (event.key === "Tab" || (event.key === "Enter" && !whole)) this.take(event, this.offers[this.active]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  async submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    this.clear();
    const answer = await this.send(text);
    this.sending = false;
    if (complain(answer).ok) return;
    drafts.set(this.options.key, drafts.get(this.options.key) || text);
    if (!this.text.value) this.set(text);
  }

  send(text) {
    this.options.sending?.();
    if (text.startsWith("/") && !this.options.thread) return runCommand(this.where, text);
    if (text.startsWith("/") && commandIn(text)) {
      return { ok: false, message: `${text.split(" ")[0]} cannot be used in threads. Write it in the channel.` };
    }
    const reply = this.options.thread ? { thread_ts: this.options.thread, reply_broadcast: this.broadcast.checked } : {};
    return act("say", { channel: this.where, text, ...reply });
  }

  clear() {
    this.text.value = "";
    this.typed();
  }

  async upload() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    if (file.size > FILE_MAX) {
      toast("Only text files up to 1 MB can be shared here.");
      return;
    }
    const thread = this.options.thread ? { thread_ts: this.options.thread } : {};
    complain(await act("upload", { channel: this.where, filename: file.name, content: await file.text(), ...thread }));
  }
}

const commandIn = (text) => [...state.commands, ...builtIns(channelOf())].find((entry) => text === entry.command || text.startsWith(`${entry.command} `));
