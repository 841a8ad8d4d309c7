// The Java beside each demo: the very files that the server was compiled from, lightly coloured.

import { $, $$, h } from "./dom.js";

const TOKENS = new RegExp(
  [
    /(?<comment>\/\*[\s\S]*?\*\/|\/\/[^\n]*)/,
    /(?<string>"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')/,
    /(?<annotation>@(?!interface\b)\w+)/,
    /(?<keyword>\b(?:abstract|assert|boolean|break|byte|case|catch|char|class|continue|default|do|double|else|enum|extends|final|finally|float|for|if|implements|import|instanceof|int|interface|long|native|new|non-sealed|null|package|permits|private|protected|public|record|return|sealed|short|static|super|switch|synchronized|this|throw|throws|true|false|try|var|void|volatile|while|yield)\b)/,
    /(?<number>\b\d[\d_]*(?:\.\d+)?[LlFfDd]?\b)/,
    /(?<type>\b[A-Z]\w*\b)/,
    /(?<method>\b[a-z]\w*(?=\())/,
  ].map((part) => part.source).join("|"),
  "g",
);

/** Returns the nodes of some Java source, its tokens in spans of a class each. */
export function highlight(source) {
  const nodes = [];
  let from = 0;
  for (const match of source.matchAll(TOKENS)) {
    if (match.index > from) nodes.push(source.slice(from, match.index));
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    nodes.push(h("span", { class: `tok-${kind}` }, match[0]));
    from = match.index + match[0].length;
  }
  nodes.push(source.slice(from));
  return nodes;
}

/**
 * Puts each line into an element of its own, so that a long one goes on under its own indent instead of being cut, and marks the one that
 * has the telling text.
 */
function lines(nodes, tell) {
  const all = [[]];
  for (const node of nodes) {
    const text = typeof node === "string" ? node : node.textContent;
    text.split("\n").forEach((part, i) => {
      if (i > 0) all.push([]);
      if (part) all.at(-1).push(typeof node === "string" ? part : h("span", { class: node.className }, part));
    });
  }
  return all.map((parts) => {
    const line = h("span", { class: "line" }, ...parts, "\n");
    const text = line.textContent;
    line.style.setProperty("--indent", text.match(/^ */)[0].length);
    line.classList.toggle("telling", tell !== undefined && text.includes(tell));
    return line;
  });
}

/** Scrolls as little as it takes to have the telling line in sight, and what follows it. */
function show(panel) {
  const pre = $("pre", panel);
  const line = $(".telling", pre);
  if (line) pre.scrollTop = Math.max(0, line.offsetTop + 4 * line.offsetHeight - pre.clientHeight);
}

/** Package and imports say little beside a demo; what is left begins with the class and its comment. */
const body = (source) => source.replace(/^(?:\s*(?:package|import)\s[^;]+;[ \t]*\n)+\s*/, "");

async function load(panel) {
  const file = panel.dataset.code;
  const code = $("code", panel);
  try {
    const response = await fetch(`/code/${file}`);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    code.replaceChildren(...lines(highlight(body(await response.text()).trimEnd()), panel.dataset.tell));
    show(panel);
  } catch (error) {
    code.replaceChildren(h("span", { class: "tok-comment" }, `// ${file} could not be shown: ${error.message}`));
  }
}

/** Fills every code panel; on a narrow screen they start folded, where code between the demos would bury them. */
export function showCode() {
  const wide = matchMedia("(min-width: 62rem)").matches;
  for (const panel of $$("details[data-code]")) {
    const file = panel.dataset.code;
    panel.append(
      h("summary", {}, h("span", { class: "file" }, file)),
      h("pre", { tabindex: "0", "aria-label": `Source of ${file}` }, h("code", {}, "…")),
    );
    panel.open = wide && !panel.hasAttribute("data-folded");
    panel.addEventListener("toggle", () => show(panel));
    load(panel);
  }
}
