// Numbers as people read them. What is not known is a dash.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

const known = (n) => typeof n === "number" && Number.isFinite(n);

/** 12,345 */
export const count = (n) => (known(n) ? whole.format(n) : "–");

/** 12.3K: where there is little room */
export const compact = (n) => (known(n) ? (Math.abs(n) < 10 ? tenth : short).format(n) : "–");

/** 0, 0.4, 17, 12,345 */
export function rate(n) {
  if (!known(n)) return "–";
  if (n > 0 && n < 0.05) return "<0.1";
  return (n === 0 || n >= 9.95 ? whole : exact).format(n);
}

/** 512 B, 3.4 KiB, 12 MiB */
export function bytes(n) {
  if (!known(n)) return "–";
  let unit = 0;
  while (n >= 1024 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${(unit > 0 && n < 10 ? tenth : whole).format(n)} ${UNITS[unit]}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 40 µs, 1.3 ms, 2.5 s; of microseconds */
export function micros(n) {
  if (!known(n)) return "–";
  if (n < 1000) return `${whole.format(n)} µs`;
  return millis(n / 1000);
}

/** 1.3 ms, 2.5 s; of milliseconds */
export function millis(n) {
  if (!known(n)) return "–";
  if (n < 1000) return `${(n < 10 ? tenth : whole).format(n)} ms`;
  return `${(n < 10_000 ? tenth : whole).format(n / 1000)} s`;
}

/** 40 s, 5 min, 3 h 12 min, 2 d 4 h; of seconds */
export function age(s) {
  if (!known(s)) return "–";
  s = Math.max(0, Math.floor(s));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

export const percent = (share) => (known(share) ? `${whole.format(share * 100)} %` : "–");

/** 14:03:25, of the viewer's own clock */
export const clock = (ms) => new Date(ms).toLocaleTimeString("en-GB");

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
