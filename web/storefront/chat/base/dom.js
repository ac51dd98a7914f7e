/**
 * Building elements. Whatever a person or a server wrote goes in as text, so it can never become markup.
 */

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, unknown>} [attributes] `class`, `aria-*`, … are set as attributes; `on…` are listeners;
 *   `true` sets an empty attribute, `false`, `null` and `undefined` set none.
 * @param {...(Node|string|null|undefined|false)} children strings become text nodes
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on") && typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

/** Set the text of a node, touching the page only when it changes: a live region must not repeat itself. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Say upwards what happened; `composed` lets it leave a shadow root. */
export function emit(node, name, detail = null) {
  node.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/**
 * Make the children of `parent` those of `items`, in order, reusing nodes by key: what did not change is not touched,
 * so focus, selection and what a screen reader has read out stay.
 * @param {Element} parent
 * @param {Array<{key: string}>} items
 * @param {(item: any) => HTMLElement} make called once for a new key
 * @param {(node: HTMLElement, item: any) => void} [update] called every time
 */
export function keyed(parent, items, make, update = () => {}) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    let node = known.get(item.key);
    known.delete(item.key);
    if (node === undefined) {
      node = make(item);
      node.dataset.key = item.key;
    }
    update(node, item);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of known.values()) node.remove();
}

/** Whether this Enter ends a word of an input method and is not meant for us. 229 is what older browsers tell. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
