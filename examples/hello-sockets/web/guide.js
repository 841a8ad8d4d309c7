// Shows a page of the documentation: ?page=docs/guides/start.md, a file of the source folder.

import { $, $$, h } from "./dom.js";
import { highlight } from "./code.js";

const page = new URLSearchParams(location.search).get("page") ?? "README.md";
const guide = $("#guide");
$("#file").textContent = page;

try {
  if (!/^(?:[\w-]+\/)*[\w.-]+\.md$/.test(page)) throw new Error("it is no page of the documentation");
  const response = await fetch(`/project/${page}`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const markdown = await response.text();
  const marked = await import("/assets/marked.mjs").catch(() => undefined);
  if (marked) {
    guide.innerHTML = marked.parse(markdown);
    finish();
  } else {
    guide.replaceChildren(h("pre", { class: "plain" }, markdown)); // built without Node.js
  }
} catch (error) {
  guide.replaceChildren(h("p", {}, `${page} could not be shown: ${error.message}`));
}

function finish() {
  document.title = `${$("h1", guide)?.textContent ?? page} · Simurgh`;
  for (const heading of $$("h1, h2, h3", guide)) heading.id = anchor(heading.textContent);
  for (const code of $$("code.language-java", guide)) code.replaceChildren(...highlight(code.textContent));
  for (const table of $$("table", guide)) table.replaceWith(h("div", { class: "wide", tabindex: "0" }, table.cloneNode(true)));
  for (const image of $$("img", guide)) image.src = `/project${new URL(image.getAttribute("src"), `http://project/${page}`).pathname}`;
  for (const link of $$("a[href]", guide)) {
    const href = link.getAttribute("href");
    if (/^[a-z]+:|^#/.test(href)) continue;
    const target = new URL(href, `http://project/${page}`);
    if (target.pathname.endsWith(".md")) link.href = `/guide.html?page=${target.pathname.slice(1)}${target.hash}`;
    else link.replaceWith(h("code", {}, target.pathname.slice(1)));
  }
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

/** As the forges do: small letters, no punctuation, hyphens for spaces. */
function anchor(text) {
  return text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
}
