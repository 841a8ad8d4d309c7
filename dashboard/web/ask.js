// Asks before something is done that cannot be undone.

import { h } from "./dom.js";

/** Resolves to whether the viewer really wants it. */
export function sure(title, text, verb) {
  const dialog = h("dialog", { "aria-label": title, class: "sure" },
    h("form", { method: "dialog" }, h("h2", {}, title), h("p", {}, text),
      h("menu", {}, h("button", { value: "no", autofocus: true }, "Cancel"), h("button", { value: "yes", class: "danger" }, verb))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => {
    dialog.remove();
    done(dialog.returnValue === "yes");
  }));
}
