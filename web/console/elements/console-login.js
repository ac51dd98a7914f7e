/** Name and password. */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";

export class ConsoleLogin extends HTMLElement {
  /** @type {import("../api.js").Api} */
  api = null;
  message = "";

  connectedCallback() {
    document.title = "登录 · 客服工作台";
    this.name = el("input", { id: "name", name: "name", autocomplete: "username", required: true, maxlength: "64" });
    this.password = el("input", {
      id: "password", name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: "256",
    });
    this.problem = el("p", { class: "problem", role: "alert" }, this.message);
    this.button = el("button", { type: "submit", class: "primary" }, "登录");
    this.replaceChildren(
      el(
        "main",
        { class: "login" },
        el(
          "form",
          { onsubmit: (event) => this.#submit(event) },
          el("h1", {}, "客服工作台"),
          el("label", { for: "name" }, "客服名称"),
          this.name,
          el("label", { for: "password" }, "密码"),
          this.password,
          this.problem,
          this.button,
        ),
      ),
    );
    this.name.focus();
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    setText(this.problem, "");
    try {
      emit(this, "console-signed-in", await this.api.login(this.name.value, this.password.value));
    } catch (problem) {
      setText(this.problem, problem.message);
      this.password.select();
    } finally {
      this.button.disabled = false;
    }
  }
}

customElements.define("console-login", ConsoleLogin);
