/** The roads to the server: state, messages, acts, and the live feed. */

let person = "";

/** Whom everything is asked and done as. */
export function actAs(id) {
  person = id;
}

async function get(path, query) {
  const answer = await fetch(`/practice/${path}?${new URLSearchParams({ as: person, ...query })}`);
  return answer.json();
}

/** All the page shows but the messages. */
export const fetchState = () => get("state", {});

/** The messages of a channel, or of a thread, oldest first: {messages} or {ok: false, error}. */
export const fetchMessages = (channel, { thread, limit } = {}) =>
  get("messages", { channel, ...(thread ? { thread } : {}), ...(limit ? { limit } : {}) });

/** The messages of a channel that hold all of these words, newest first. */
export const searchMessages = (channel, q) => get("search", { channel, q });

/** A channel's canvas: {title, markdown}. */
export const fetchCanvas = (id) => get("canvas", { id });

/** Where a canvas is downloaded from. */
export const canvasFile = (id) => `/practice/canvas?${new URLSearchParams({ as: person, id, download: "yes" })}`;

/** Do something as the person: {ok: true, …} or {ok: false, error, message}. */
export async function act(what, fields = {}) {
  try {
    const answer = await fetch("/practice/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: person, do: what, ...fields }),
    });
    if (!answer.ok) return { ok: false, error: `http_${answer.status}`, message: "The practice workspace had trouble. Look at its log." };
    return await answer.json();
  } catch {
    return { ok: false, error: "offline", message: "The practice workspace cannot be reached. Is it still running?" };
  }
}

/** Upload a file for a form: {id, name}, or null when it is not taken. */
export async function addFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const answer = await act("add_file", { filename: file.name, content_base64: btoa(text) });
  return answer.ok ? { id: answer.file, name: file.name } : null;
}

/** Listen to the live feed for ever, connecting again when it breaks; `up()` runs at each connection. */
export function listen({ frame, up, down }) {
  let wait = 400;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/practice/live?as=${encodeURIComponent(person)}`);
    socket.onopen = () => {
      wait = 400;
      up();
    };
    socket.onmessage = (event) => frame(JSON.parse(event.data));
    socket.onclose = () => {
      down();
      setTimeout(connect, wait);
      wait = Math.min(wait * 1.7, 5000);
    };
  };
  connect();
}
