// htmx with the outside world: the CSRF token, empty filters, a slow or failed answer, a session that has ended, no network.
import { tokenToWrite } from "./csrf.js";

function say(kind) {
  const line = document.getElementById("trouble");
  if (!line) return;
  line.textContent = line.dataset[kind];
  line.hidden = false;
  setTimeout(() => (line.hidden = true), 8000);
}

function onConfigure(event) {
  const { headers, parameters, verb } = event.detail;
  if (verb !== "get") headers["X-CSRFToken"] = tokenToWrite();
  for (const [name, value] of Object.entries(parameters)) {
    if (verb === "get" && value === "") delete parameters[name];
  }
}

function onAnswer(event) {
  const { xhr, requestConfig } = event.detail;
  const answered = xhr.responseURL && new URL(xhr.responseURL).pathname;
  const asked = new URL(requestConfig.path, location.href).pathname;
  if (requestConfig.verb === "get" && answered && answered !== asked) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
}

export function watchConnection() {
  const { body } = document;
  const offline = document.getElementById("offline");
  const showConnection = () => offline && (offline.hidden = navigator.onLine);
  window.addEventListener("online", showConnection);
  window.addEventListener("offline", showConnection);
  showConnection();
  body.addEventListener("htmx:configRequest", onConfigure);
  body.addEventListener("htmx:beforeSwap", onAnswer);
  body.addEventListener("htmx:beforeRequest", () => body.classList.add("is-loading"));
  body.addEventListener("htmx:afterRequest", () => body.classList.remove("is-loading"));
  body.addEventListener("htmx:timeout", () => say("timeout"));
  body.addEventListener("htmx:sendError", () => say("timeout"));
  body.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status >= 500 ? "server" : "refused"));
}
