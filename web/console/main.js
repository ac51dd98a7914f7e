/** The console: log in, then work. */

import { Api } from "./api.js";
import "./elements/console-desk.js";
import "./elements/console-login.js";

const api = new Api(() => showLogin("登录已过期，请重新登录。"));

try {
  showDesk(await api.me());
} catch (problem) {
  showLogin(problem.status === 401 ? "" : problem.message);
}

function showLogin(message) {
  if (document.querySelector("console-login")) return;
  const login = document.createElement("console-login");
  login.api = api;
  login.message = message;
  login.addEventListener("console-signed-in", ({ detail }) => showDesk(detail));
  show(login);
}

function showDesk(agent) {
  const desk = document.createElement("console-desk");
  desk.api = api;
  desk.agent = agent;
  desk.addEventListener("console-signed-out", ({ detail }) => showLogin(detail ?? ""));
  show(desk);
}

function show(face) {
  document.querySelector("console-login, console-desk")?.remove();
  document.body.append(face);
}
