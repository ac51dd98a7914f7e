/** The demo shop's own backend, as the page sees it: which stores there are, and tokens for their buyers. */

import { browserStorage } from "./chat/storage.js";

/** The guest's entry in the list of buyers. */
export const GUEST = Object.freeze({ id: "guest", name: "游客", note: "没有登录，也没有订单；适合问售前和通用的售后规则" });

/** Fetch the demo stores with their buyers; a guest comes last. Throws an Error that may be shown. */
export async function fetchStores() {
  const { stores } = await call("/demo/stores");
  return stores.map((store) => ({ ...store, buyers: [...store.buyers, GUEST] }));
}

/** What the chat calls for a token. A guest shows the older token and so stays the same guest. */
export function tokensFor(store, buyer) {
  if (buyer !== GUEST.id) return () => post("/demo/token", { store, buyer });
  const storage = browserStorage();
  const key = `aftersales.guest.${store}`;
  return async (previous) => {
    const answer = await post("/api/storefront/guest", { store, token: previous ?? storage?.getItem(key) ?? null });
    storage?.setItem(key, answer.token);
    return answer;
  };
}

/** The store and buyer that the address names, or the first ones. */
export function chosen(stores, search) {
  const wanted = new URLSearchParams(search);
  const store = stores.find((one) => one.id === wanted.get("store")) ?? stores[0];
  const buyer = store.buyers.find((one) => one.id === wanted.get("buyer")) ?? store.buyers[0];
  return { store, buyer };
}

function post(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function call(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.message), { retry: body.retry ?? false });
  return body;
}
