// One chat pane: a person's view of the conversation with the bot.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { askContact, askLocation, confirmLink } from "./dialogs.js";
import { day, el, fullName, icon, initials } from "./dom.js";
import { renderMessage } from "./message.js";

const SPIN_SECONDS = 150;
const TOAST_MS = 4500;

export class Pane {
  constructor(person, bot, { onClose, onUnread }) {
    this.person = person;
    this.botName = bot.first_name;
    this.onUnread = onUnread;
    this.messages = new Map();
    this.presses = new Map();
    this.version = -1;
    this.early = [];
    this.unread = 0;
    this.follows = true; // stays at the newest message until the reader scrolls up
    this.command = (text) => this.act(api.say(this.person.id, text));
    this.build(onClose);
  }

  build(onClose) {
    const { person } = this;
    this.status = el("p", { class: "pane-status", role: "status" });
    this.blockBox = el("input", { type: "checkbox", onchange: () => this.act(api.setBlocked(person.id, this.blockBox.checked)) });
    this.list = el("ol", { class: "messages", "aria-label": `Messages of ${fullName(person)}`, tabindex: "0" });
    this.list.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, "aria-label": "To the newest message", onclick: () => this.toBottom() }, icon("down"), el("span", { class: "badge" }));
    this.toasts = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.alertBox = el("div", { class: "alert-layer", hidden: true });
    this.composer = new Composer(this);
    this.node = el(
      "section",
      { class: "pane", id: `pane-${person.id}`, "aria-label": `Chat of ${fullName(person)}`, dataset: { userId: person.id } },
      el(
        "header",
        { class: "pane-head" },
        el("span", { class: `avatar c${person.id % 7}`, "aria-hidden": "true" }, initials(person)),
        el("div", { class: "who" },
          el("h2", {}, fullName(person)),
          this.status),
        el("span", { class: `role ${person.role}` }, person.role || "guest"),
        el("label", { class: "switch small", title: "Block the bot for this person" }, this.blockBox, el("span", {}, "Block")),
        el("button", { type: "button", class: "icon-button", "aria-label": `Close the chat of ${fullName(person)}`, title: "Close", onclick: onClose }, icon("close", 17)),
      ),
      el("div", { class: "stage" }, this.list, this.toasts, this.jump, this.alertBox),
      this.composer.node,
    );
    this.showStatus();
  }

  messageDomId(messageId) {
    return `m-${this.person.id}-${messageId}`;
  }

  /** Read the whole chat anew. */
  async load() {
    this.loading = true;
    const chat = await api.chat(this.person.id);
    this.version = chat.version;
    this.messages = new Map(chat.messages.map((message) => [message.message_id, message]));
    this.presses = new Map(chat.presses.map((press) => [press.id, press]));
    this.setPerson(chat.person);
    this.composer.setKeyboard(chat.keyboard);
    this.composer.setCommands(chat.commands);
    this.composer.setMenuButton(chat.menu_button);
    this.redraw();
    if (this.follows) this.toBottom();
    this.loading = false;
    const early = this.early.splice(0);
    early.forEach((event) => this.onEvent(event));
  }

  onEvent(event) {
    if (this.loading) {
      this.early.push(event);
      return;
    }
    if (event.version <= this.version) return;
    if (event.version !== this.version + 1) {
      this.load().catch((error) => this.toast(error.message));
      return;
    }
    this.version = event.version;
    const handlers = {
      message: () => this.putMessage(event.message),
      deleted: () => this.dropMessages(event.message_ids),
      keyboard: () => this.composer.setKeyboard(event.keyboard),
      press: () => this.putPress(event.press),
      typing: () => this.showTyping(event.action, event.seconds),
      person: () => this.setPerson(event.person),
      menu_button: () => this.composer.setMenuButton(event.menu_button),
    };
    handlers[event.type]?.();
  }

  setPerson(person) {
    if (!person) return;
    this.person = person;
    this.blockBox.checked = person.blocked;
    this.node.classList.toggle("blocked", person.blocked);
    this.showStatus();
  }

  showStatus(typing = "") {
    const about = this.person.blocked ? "has blocked the bot" : `id ${this.person.id} · ${this.person.language_code || "no language"}`;
    this.status.textContent = typing || about;
    this.status.classList.toggle("typing", Boolean(typing));
  }

  showTyping(action, seconds) {
    const texts = { typing: "bot is typing", upload_photo: "bot is sending a photo", upload_document: "bot is sending a file" };
    this.showStatus(texts[action] ?? "bot is busy");
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.showStatus(), seconds * 1000);
  }

  // Messages

  redraw() {
    this.list.replaceChildren();
    let last = null;
    for (const message of [...this.messages.values()].sort((a, b) => a.message_id - b.message_id)) {
      this.separate(last, message);
      this.list.append(renderMessage(message, this));
      last = message;
    }
    this.showEmpty();
  }

  separate(last, message) {
    if (!last || day(last.date) !== day(message.date)) this.list.append(el("li", { class: "day" }, el("span", {}, day(message.date))));
  }

  showEmpty() {
    const empty = this.list.querySelector(".empty");
    if (this.messages.size) empty?.remove();
    else if (!empty) {
      this.list.replaceChildren(el("li", { class: "empty" },
        el("p", {}, "No messages yet"),
        el("button", { type: "button", class: "start", onclick: () => this.command("/start") }, "Start")));
    }
  }

  putMessage(message) {
    const stuck = this.follows;
    const known = this.messages.has(message.message_id);
    const last = [...this.messages.values()].at(-1);
    this.messages.set(message.message_id, message);
    this.showEmpty();
    if (known) {
      document.getElementById(this.messageDomId(message.message_id))?.replaceWith(renderMessage(message, this));
    } else {
      this.separate(last, message);
      const node = renderMessage(message, this);
      node.classList.add("arriving");
      this.list.append(node);
      if (message.from_bot) {
        clearTimeout(this.typingTimer);
        this.showStatus();
      }
    }
    if (stuck || (!known && !message.from_bot)) this.toBottom();
    if (!known && message.from_bot && (!stuck || document.hidden || !this.visible())) this.setUnread(this.unread + 1);
  }

  dropMessages(ids) {
    for (const id of ids) {
      this.messages.delete(id);
      document.getElementById(this.messageDomId(id))?.remove();
    }
    for (const separator of this.list.querySelectorAll(".day")) {
      if (!separator.nextElementSibling?.classList.contains("message")) separator.remove();
    }
    this.showEmpty();
  }

  goTo(messageId) {
    const node = document.getElementById(this.messageDomId(messageId));
    if (!node) {
      this.toast("That message is gone");
      return;
    }
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("pointed");
    setTimeout(() => node.classList.remove("pointed"), 1500);
  }

  // Scrolling and what was not seen

  onScroll() {
    if (!this.visible()) return;
    this.follows = this.atBottom();
    if (this.follows && !document.hidden) this.setUnread(0);
    else this.setUnread(this.unread);
  }

  /** The pane has become visible. */
  shown() {
    if (this.follows) this.toBottom();
  }

  visible() {
    return this.node.offsetParent !== null;
  }

  atBottom() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
  }

  toBottom() {
    this.follows = true;
    this.list.scrollTop = this.list.scrollHeight;
    if (!document.hidden && this.visible()) this.setUnread(0);
  }

  setUnread(count) {
    this.unread = count;
    this.jump.hidden = this.follows && count === 0;
    this.jump.querySelector(".badge").textContent = count || "";
    this.onUnread(count);
  }

  // Buttons under messages

  isSpinning(messageId, data) {
    const now = Date.now() / 1000;
    return [...this.presses.values()].some(
      (press) => press.message_id === messageId && press.data === data && !press.answered && now - press.at < SPIN_SECONDS,
    );
  }

  putPress(press) {
    const before = this.presses.get(press.id);
    this.presses.set(press.id, press);
    const message = this.messages.get(press.message_id);
    if (message) document.getElementById(this.messageDomId(press.message_id))?.replaceWith(renderMessage(message, this));
    if (press.answered && !before?.answered) {
      if (press.text && press.show_alert) this.alert(press.text);
      else if (press.text) this.toast(press.text);
      if (press.url) this.openLink("The bot opens a page", press.url);
    }
  }

  press(message, button) {
    if (button.callback_data !== undefined) {
      this.act(api.tap(this.person.id, message.message_id, button.callback_data));
    } else if (button.web_app) {
      this.openLink("Open the web app", button.web_app.url);
    } else if (button.copy_text) {
      navigator.clipboard?.writeText(button.copy_text.text);
      this.toast("Copied");
    } else {
      this.toast("The playground does not do this");
    }
  }

  async openLink(title, address) {
    if (await confirmLink(title, address)) window.open(address, "_blank", "noopener");
  }

  // What the composer asks for

  reply(message) {
    this.composer.replyTo(message);
  }

  edit(message) {
    this.composer.editMessage(message);
  }

  async pressKey(button) {
    if (button.request_contact) {
      const contact = await askContact(this.person);
      if (contact) this.act(api.sendContact(this.person.id, contact));
    } else if (button.request_location) {
      const place = await askLocation();
      if (place) this.act(api.sendLocation(this.person.id, { latitude: Number(place.latitude), longitude: Number(place.longitude) }));
    } else if (button.web_app) {
      this.openLink("Open the web app", button.web_app.url);
    } else {
      this.act(api.say(this.person.id, button.text));
    }
  }

  /** Wait for an action; a refusal is shown as a toast. */
  async act(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      this.toast(error.message);
      this.blockBox.checked = this.person.blocked;
      return false;
    }
  }

  toast(text) {
    const toast = el("p", { class: "toast" }, text);
    this.toasts.replaceChildren(toast);
    setTimeout(() => toast.remove(), TOAST_MS);
  }

  alert(text) {
    const close = () => {
      this.alertBox.hidden = true;
      this.composer.input.focus();
    };
    const ok = el("button", { type: "button", class: "primary", onclick: close }, "OK");
    this.alertBox.replaceChildren(el("div", { class: "alert", role: "alertdialog", "aria-label": "Message of the bot" }, el("p", {}, text), ok));
    this.alertBox.onkeydown = (event) => event.key === "Escape" && close();
    this.alertBox.hidden = false;
    ok.focus();
  }
}
