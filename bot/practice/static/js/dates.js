/** Times in the reader's own zone, and Slack's date formats. */

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT = format({ day: "numeric", month: "short", year: "numeric" });
const PLAIN = format({ day: "numeric", month: "long", year: "numeric" });
const LONG = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });

/** A Slack ts ("1700000000.000100") or epoch seconds as a Date. */
export const dateOf = (ts) => new Date(Number(ts) * 1000);

/** 14:05 */
export const clock = (ts) => CLOCK.format(dateOf(ts));

/** The whole date and time, and the same in UTC, for a tooltip. */
export function fullTime(ts) {
  const date = dateOf(ts);
  return `${LONG.format(date)} ${SECONDS.format(date)} (${date.toISOString().slice(0, 19).replace("T", " ")} UTC)`;
}

/** Today, Yesterday, or Monday 3 March. */
export const dayName = (ts) => capital(pretty(dateOf(ts), DAY));

/** Whether two ts fall on one day of the reader. */
export const sameDay = (one, other) => dateOf(one).toDateString() === dateOf(other).toDateString();

/** "3 minutes ago", "in 2 hours". */
export function ago(seconds, now = Date.now() / 1000) {
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const delta = seconds - now;
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(delta) >= size) return relative.format(Math.round(delta / size), unit);
  }
  return relative.format(Math.round(delta), "second");
}

/** Fill the tokens of a Slack date format, such as "{date_short} at {time}". */
export function slackDate(seconds, pattern) {
  const date = dateOf(seconds);
  const iso = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const tokens = {
    date_num: iso,
    date_slash: iso.replaceAll("-", "/"),
    date: PLAIN.format(date),
    date_short: SHORT.format(date),
    date_long: LONG.format(date),
    date_pretty: pretty(date, PLAIN),
    date_short_pretty: pretty(date, SHORT),
    date_long_pretty: pretty(date, LONG),
    date_long_full: PLAIN.format(date),
    day_divider_pretty: pretty(date, DAY),
    time: CLOCK.format(date),
    time_secs: SECONDS.format(date),
    ago: ago(seconds),
  };
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => tokens[name] ?? whole);
  // Slack writes Today with a capital where the format begins with it, today elsewhere.
  return pattern.startsWith("{") ? capital(text) : text;
}

function pretty(date, plain) {
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  return { 0: "today", 1: "yesterday", [-1]: "tomorrow" }[days] ?? plain.format(date);
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const two = (number) => String(number).padStart(2, "0");
