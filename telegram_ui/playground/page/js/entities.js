// Text with entities (UTF-16 offsets, as JavaScript counts) to nodes.

import { el, safeUrl } from "./dom.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote" };

/** Nodes for `text`. `onCommand(command)` is called when a bot command is pressed. */
export function renderText(text, entities, onCommand) {
  const render = (begin, end, inside) => {
    const nodes = [];
    let position = begin;
    for (let index = 0; index < inside.length; ) {
      const entity = inside[index];
      const start = Math.max(entity.offset, position);
      const stop = Math.min(entity.offset + entity.length, end);
      const nested = [];
      index += 1;
      while (index < inside.length && inside[index].offset < stop) nested.push(inside[index++]);
      const block = BLOCKS.has(entity.type);
      if (start > position) nodes.push(text.slice(position, block && text[start - 1] === "\n" ? start - 1 : start));
      if (stop > start) nodes.push(wrap(entity, text.slice(start, stop), render(start, stop, nested), onCommand));
      position = Math.max(position, stop);
      if (block && text[position] === "\n" && position < end) position += 1; // a block ends its line by itself
    }
    if (end > position) nodes.push(text.slice(position, end));
    return nodes;
  };
  return render(0, text.length, entities);
}

function wrap(entity, raw, inner, onCommand) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, inner);
    case "url":
      return link(raw.includes("://") ? raw : `http://${raw}`, inner);
    case "email":
      return link(`mailto:${raw}`, inner);
    case "bot_command":
      return el("button", { type: "button", class: "inline-link", onclick: () => onCommand(raw) }, inner);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
    case "phone_number":
      return el("span", { class: "mention" }, inner);
    case "spoiler": {
      const spoiler = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show" }, inner);
      const show = () => {
        spoiler.classList.add("shown");
        spoiler.removeAttribute("aria-label");
      };
      spoiler.addEventListener("click", show);
      spoiler.addEventListener("keydown", (event) => event.key === "Enter" && show());
      return spoiler;
    }
    case "pre":
      return el("pre", { dataset: entity.language ? { language: entity.language } : {} }, el("code", {}, inner));
    case "expandable_blockquote": {
      const quote = el("blockquote", { class: "expandable", tabindex: "0" }, inner);
      quote.addEventListener("click", () => quote.classList.toggle("open"));
      return quote;
    }
    default:
      return el(TAGS[entity.type] ?? "span", {}, inner);
  }
}

function link(address, inner) {
  const href = safeUrl(address);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, inner) : el("span", {}, inner);
}
