/** The demo storefront: choose a store and a buyer, and the page and the chat become theirs. The address keeps the choice. */

import "./chat/index.js";
import { el } from "./chat/base/dom.js";
import { GUEST, chosen, fetchStores, tokensFor } from "./demo.js";
import { shopPage } from "./shop.js";

const shop = document.querySelector("#shop");
const storeList = document.querySelector("#store");
const buyerList = document.querySelector("#buyer");
let chat = null;

try {
  const stores = await fetchStores();
  if (stores.length === 0) throw new Error("没有可以演示的店铺。");
  show(stores, location.search);
  storeList.addEventListener("change", () => go(stores, { store: storeList.value }));
  buyerList.addEventListener("change", () => go(stores, { store: storeList.value, buyer: buyerList.value }));
} catch (problem) {
  shop.replaceChildren(el("p", { class: "problem", role: "alert" }, `页面没有加载成功：${problem.message} 请刷新重试。`));
}

function go(stores, wanted) {
  const search = `?${new URLSearchParams(wanted)}`;
  history.replaceState(null, "", search);
  show(stores, search);
}

function show(stores, search) {
  const { store, buyer } = chosen(stores, search);
  options(storeList, stores, store);
  options(buyerList, store.buyers, buyer);
  document.title = store.name;
  shop.replaceChildren(...shopPage({ store, buyer, guest: buyer === GUEST }, (text) => chat.say(text)));
  chat?.remove();
  chat = document.createElement("aftersales-chat");
  chat.setAttribute("scope", `${store.id}/${buyer.id}`);
  chat.getToken = tokensFor(store.id, buyer.id);
  document.body.append(chat);
}

function options(list, items, selected) {
  list.replaceChildren(...items.map((item) => el("option", { value: item.id }, item.name)));
  list.value = selected.id;
}
