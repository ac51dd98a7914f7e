/** The address keeps which list and which ticket are on show, so that a reload or a shared link comes back to them. */

import { TABS } from "./store.js";

/** @returns {{tab: string, ticket: string|null}} */
export function readAddress(search) {
  const stated = new URLSearchParams(search);
  const tab = stated.get("tab");
  return { tab: TABS.includes(tab) ? tab : "waiting", ticket: stated.get("ticket") };
}

export function addressOf({ tab, selected }) {
  const stated = new URLSearchParams({ tab });
  if (selected !== null) stated.set("ticket", selected.id);
  return `?${stated}`;
}

export function writeAddress(store, { history, location } = globalThis) {
  // Until the ticket named in the address is loaded, the address must not lose it.
  if (store.restoring) return;
  const address = addressOf(store);
  if (address !== location.search) history.replaceState(null, "", address);
}
