/** Times as people of Chinese storefronts read them: on China's wall clock, wherever the browser stands. */

const CHINA = 8 * 60 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
/** A silence longer than this gets a line with the time. */
export const PAUSE = 5 * 60 * 1000;

const two = (number) => String(number).padStart(2, "0");
const wall = (moment) => new Date(moment + CHINA);

/** `HH:mm` of an ISO time. */
export function clockText(iso) {
  const at = wall(Date.parse(iso));
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** Today only the clock; `昨天 HH:mm`, `M月D日 HH:mm`, and with the year when it is another one. `now` in milliseconds. */
export function dayText(iso, now) {
  const moment = Date.parse(iso);
  const at = wall(moment);
  const here = wall(now);
  const days = Math.floor((now + CHINA) / DAY) - Math.floor((moment + CHINA) / DAY);
  if (days === 0) return clockText(iso);
  if (days === 1) return `昨天 ${clockText(iso)}`;
  const date = `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${clockText(iso)}`;
  return at.getUTCFullYear() === here.getUTCFullYear() ? date : `${at.getUTCFullYear()}年${date}`;
}

/** Whether a time separator belongs between two messages; always before the first. */
export function needsSeparator(previousIso, iso) {
  return previousIso == null || Date.parse(iso) - Date.parse(previousIso) > PAUSE;
}

/** A length of time: `0:42`, `12:05`, `1:02:09`. */
export function lengthText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
