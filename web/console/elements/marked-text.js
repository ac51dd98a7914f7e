/** A piece of a buyer's text, marked when a reading stands on it. */

import { el } from "../../storefront/chat/base/dom.js";

/** @param {{text: string, labels: string[]}} piece see `highlight` in `why.js` */
export function markedPiece({ text, labels }) {
  return labels.length === 0 ? document.createTextNode(text) : el("mark", { title: labels.join("、") }, text);
}
