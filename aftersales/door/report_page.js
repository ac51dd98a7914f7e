// The page works without this; with it, a kind in the chart filters, and picking the passes opens them.
(() => {
  document.documentElement.classList.add("js");
  const kinds = [...document.querySelectorAll(".kinds button")];
  const every = document.getElementById("every-kind");
  const more = document.querySelector("details.more");
  if (more && matchMedia("(max-width: 600px)").matches) more.open = false;
  const passed = document.querySelector("details.passed");
  const show = (kind) => {
    for (const button of kinds) button.setAttribute("aria-pressed", String(button.value === kind));
    for (const item of document.querySelectorAll(".item")) item.hidden = kind !== "" && !item.dataset.kinds.split(" ").includes(kind);
    for (const part of document.querySelectorAll(".part")) part.hidden = kind !== "" && !part.querySelector(".item:not([hidden])");
    const chosen = kinds.find((button) => button.value === kind);
    document.documentElement.classList.toggle("by-kind", Boolean(chosen));
    every.hidden = !chosen;
    if (chosen) every.textContent = `只看：${chosen.dataset.title}　✕`;
  };
  for (const button of kinds) {
    button.addEventListener("click", () => {
      document.getElementById("pick-all").checked = true;
      show(button.getAttribute("aria-pressed") === "true" ? "" : button.value);
      every.parentElement.scrollIntoView({ block: "start" });
    });
  }
  every.addEventListener("click", () => show(""));
  for (const pick of document.querySelectorAll(".pick")) {
    pick.addEventListener("change", () => {
      show("");
      if (passed && pick.checked) passed.open = pick.id === "pick-pass";
    });
  }
})();
