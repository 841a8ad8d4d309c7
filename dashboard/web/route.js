// Where the viewer is, as the part of the address behind #: a page can be kept, sent, and gone back to.

const PARTS = ["node", "text", "sort", "desc", "offset"];

/** #/connections?node=a%40host&offset=50 as {page, id, node, text, sort, desc, offset}. */
export function read(hash = location.hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page, ...id] = path.split("/");
  const given = new URLSearchParams(query);
  return {
    page: page || "overview",
    id: decoded(id.join("/")),
    node: given.get("node") ?? "",
    text: given.get("text") ?? "",
    sort: given.get("sort") ?? "",
    desc: given.get("desc") !== "0",
    offset: Math.max(0, Number.parseInt(given.get("offset") ?? "0", 10) || 0),
  };
}

export function write(route) {
  const given = new URLSearchParams();
  for (const part of PARTS) {
    const value = route[part];
    if (part === "desc") {
      if (value === false) given.set(part, "0");
    } else if (value) given.set(part, String(value));
  }
  const id = route.id ? `/${encoded(route.id)}` : "";
  const query = given.size ? `?${given}` : "";
  return `#/${route.page}${id}${query}`;
}

// Half a character of two, of which a topic of a stranger may be made, cannot be encoded.
const encoded = (text) => encodeURIComponent(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"));

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
