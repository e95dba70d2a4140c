// One message as a bubble.

import { clock, el, fullName, icon, safeUrl, size } from "./dom.js";
import { renderText } from "./entities.js";

/**
 * Build the bubble of `message`. `pane` answers to: command(text), press(message, button), reply(message),
 * edit(message), goTo(messageId), isSpinning(messageId, data).
 */
export function renderMessage(message, pane) {
  if (message.kind === "service") return el("li", { class: "service", id: pane.messageDomId(message.message_id) }, "Service message");
  const own = !message.from_bot;
  const bubble = el(
    "div",
    { class: `bubble kind-${message.kind}` },
    message.forward_origin ? el("p", { class: "forwarded" }, `Forwarded from ${fullName(message.forward_origin.sender_user ?? { first_name: "?" })}`) : null,
    message.reply_to ? replied(message.reply_to, pane) : null,
    attachment(message),
    message.text ? el("span", { class: "text", dir: "auto" }, renderText(message.text, message.entities, pane.command)) : null,
    el(
      "span",
      { class: "meta" },
      message.edit_date ? el("span", { class: "edited" }, "edited ") : null,
      el("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    ),
  );
  return el(
    "li",
    {
      class: `message ${own ? "own" : "bot"}`,
      id: pane.messageDomId(message.message_id),
      dataset: { messageId: message.message_id },
      onclick: (event) => event.currentTarget.classList.toggle("picked"), // on a touch screen: shows what hovering shows
    },
    bubble,
    actions(message, own, pane),
    keyboard(message, pane),
    message.reactions?.length
      ? el("p", { class: "reactions" }, message.reactions.map((reaction) => el("span", {}, reaction.emoji ?? "★")))
      : null,
  );
}

function replied(original, pane) {
  return el(
    "button",
    { type: "button", class: "quote", onclick: () => pane.goTo(original.message_id) },
    el("b", {}, original.from_bot ? pane.botName : "You"),
    el("span", {}, original.text || "Message"),
  );
}

function attachment(message) {
  if (message.photo) {
    const { url, width, height } = message.photo;
    const image = el("img", { src: url, width, height, alt: message.text || "Photo", loading: "lazy" });
    // A width before it has loaded: the list must not grow under the reader.
    image.style.width = `${Math.min(width, 420)}px`;
    return el(
      "a",
      { class: "photo-link", href: url, target: "_blank", rel: "noopener" },
      image,
    );
  }
  if (message.document) {
    const { url, file_name: name, file_size: bytes } = message.document;
    return el(
      "a",
      { class: "file", href: url, download: name ?? "file" },
      el("span", { class: "file-icon" }, icon("download")),
      el("span", { class: "file-text" }, el("b", {}, name ?? "file"), el("small", {}, size(bytes ?? 0))),
    );
  }
  if (message.venue) return place(message.venue.location, message.venue.title, message.venue.address);
  if (message.location) {
    const { latitude, longitude } = message.location;
    return place(message.location, "Location", `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`);
  }
  if (message.contact) {
    return el(
      "div",
      { class: "card" },
      el("span", { class: "card-icon" }, icon("person")),
      el("span", { class: "file-text" }, el("b", {}, fullName(message.contact)), el("small", {}, message.contact.phone_number)),
    );
  }
  return null;
}

function place({ latitude, longitude }, title, address) {
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return el(
    "a",
    { class: "card", href, target: "_blank", rel: "noopener noreferrer" },
    el("span", { class: "card-icon" }, icon("pin")),
    el("span", { class: "file-text" }, el("b", {}, title), el("small", {}, address)),
  );
}

function actions(message, own, pane) {
  const button = (label, sign, action) =>
    el("button", { type: "button", class: "action", title: label, "aria-label": label, onclick: action }, icon(sign, 15));
  return el(
    "span",
    { class: "actions" },
    button("Reply", "reply", () => pane.reply(message)),
    own && message.kind === "text" ? button("Edit", "edit", () => pane.edit(message)) : null,
  );
}

function keyboard(message, pane) {
  if (!message.inline_keyboard.length) return null;
  return el(
    "div",
    { class: "inline-keyboard" },
    message.inline_keyboard.map((row) => el("div", { class: "row" }, row.map((button) => inlineButton(message, button, pane)))),
  );
}

function inlineButton(message, button, pane) {
  const style = button.style ? ` ${button.style}` : "";
  if (button.url) {
    const href = safeUrl(button.url);
    const props = { class: `key link${style}`, target: "_blank", rel: "noopener noreferrer" };
    return href
      ? el("a", { ...props, href }, button.text, mark("outside", "opens a page"))
      : el("span", { class: `key${style}`, "aria-disabled": "true" }, button.text);
  }
  const spinning = button.callback_data !== undefined && pane.isSpinning(message.message_id, button.callback_data);
  const sign = button.web_app ? mark("app", "opens a web app") : button.copy_text ? mark("copy", "copies text") : null;
  return el(
    "button",
    {
      type: "button",
      class: `key${style}${spinning ? " spinning" : ""}`,
      "aria-busy": spinning ? "true" : null,
      dataset: { data: button.callback_data ?? "" },
      onclick: () => pane.press(message, button),
    },
    el("span", { class: "label" }, button.text),
    sign,
  );
}

const mark = (name, label) => el("span", { class: "mark", role: "img", "aria-label": label }, icon(name, 11));
