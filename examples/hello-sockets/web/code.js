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

/** Package and imports say little beside a demo; what is left begins with the class and its comment. */
const body = (source) => source.replace(/^(?:\s*(?:package|import)\s[^;]+;[ \t]*\n)+\s*/, "");

async function load(panel) {
  const file = panel.dataset.code;
  const code = $("code", panel);
  try {
    const response = await fetch(`/code/${file}`);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    code.replaceChildren(...highlight(body(await response.text()).trimEnd()));
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
    load(panel);
  }
}
