/** The number of things unseen in the tab's title: `(2) 鲸跃数码`. */

export function titleWith(count, title) {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  return count > 0 ? `(${count > 99 ? "99+" : count}) ${plain}` : plain;
}

export function showCount(count, page = document) {
  const title = titleWith(count, page.title);
  if (title !== page.title) page.title = title;
}
