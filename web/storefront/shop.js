/** The shop-like page around the chat: who the store is, who the buyer is, and what they may want to ask. */

import { el } from "./chat/base/dom.js";

const PLATFORMS = { jd: "京东", tmall: "天猫", taobao: "淘宝", pdd: "拼多多", douyin: "抖音", own: "自营商城" };

/** 猜您想问: shown to everybody; the second list only to buyers who have orders. */
const QUESTIONS = ["签收后多久可以退货", "退货运费由谁承担", "下单后多久能发出", "想补开电子发票"];
const ORDER_QUESTIONS = ["帮我看看包裹到哪儿了", "退款现在处理到哪步了", "买完降价了想申请补差"];

/**
 * Draw the page of `store` for `buyer`.
 * @param {(text: string) => void} ask what a tap on a question does
 */
export function shopPage({ store, buyer, guest }, ask) {
  const questions = guest ? QUESTIONS : [...ORDER_QUESTIONS, ...QUESTIONS];
  return [
    el(
      "section",
      { class: "store", "aria-label": "店铺" },
      el("div", { class: "store-sign", "aria-hidden": "true" }, [...store.name][0]),
      el(
        "div",
        {},
        el(
          "div",
          { class: "store-title" },
          el("h1", {}, store.name),
          el("span", { class: "platform", "data-platform": store.platform }, PLATFORMS[store.platform] ?? store.platform),
        ),
        el("p", { class: "tagline" }, store.tagline),
      ),
    ),
    el(
      "div",
      { class: "cards" },
      el(
        "section",
        { class: "card", "aria-label": "当前买家" },
        el("h2", {}, "当前买家"),
        el("p", { class: "who-name" }, buyer.name),
        el("ul", { class: "notes" }, ...buyer.note.split(/[；;]/).map((note) => el("li", {}, note.trim()))),
      ),
      el(
        "section",
        { class: "card", "aria-label": "猜您想问" },
        el("h2", {}, "猜您想问"),
        el("p", { class: "soft" }, "点一下就会发给在线客服，也可以点右下角自己输入。"),
        el(
          "div",
          { class: "questions" },
          ...questions.map((text) => el("button", { type: "button", onclick: () => ask(text) }, text)),
        ),
      ),
    ),
  ];
}
