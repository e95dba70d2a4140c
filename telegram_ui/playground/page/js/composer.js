// Under the messages: the input, the command menu, attachments, and the reply keyboard.

import * as api from "./api.js";
import { el, icon } from "./dom.js";

export class Composer {
  constructor(pane) {
    this.pane = pane;
    this.commands = [];
    this.markup = null;
    this.target = null; // {kind: "reply" | "edit", message}
    this.build();
  }

  build() {
    const name = `text-${this.pane.person.id}`;
    this.input = el("textarea", { rows: "1", name, placeholder: "Message", "aria-label": "Message", autocomplete: "off", dir: "auto" });
    this.input.addEventListener("input", () => this.onInput());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.menuButton = el("button", { type: "button", class: "menu-button", "aria-expanded": "false", hidden: true, onclick: () => this.toggleMenu() }, "Menu");
    this.menu = el("ul", { class: "commands", hidden: true, "aria-label": "Bot commands" });
    this.keyboardButton = el("button", { type: "button", class: "icon-button", "aria-label": "Show or hide the keyboard of the bot", title: "Keyboard of the bot", "aria-expanded": "false", hidden: true, onclick: () => this.toggleKeyboard() }, icon("keyboard"));
    this.file = el("input", { type: "file", hidden: true, "aria-label": "File to send" });
    this.file.addEventListener("change", () => this.attach());
    this.context = el("div", { class: "context", hidden: true });
    this.keyboard = el("div", { class: "reply-keyboard", hidden: true, role: "group", "aria-label": "Keyboard of the bot" });
    this.form = el(
      "form",
      { class: "composer" },
      this.menuButton,
      el("button", { type: "button", class: "icon-button", "aria-label": "Send a file", title: "Send a file", onclick: () => this.file.click() }, icon("attach")),
      this.input,
      this.keyboardButton,
      el("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send")),
      this.file,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.node = el("footer", { class: "pane-foot" }, this.menu, this.context, this.form, this.keyboard);
  }

  // Writing

  onInput() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
    const typed = this.input.value;
    this.showMenu(typed.startsWith("/") && !typed.includes(" ") ? typed.slice(1) : null);
  }

  onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      this.showMenu(null);
      this.setTarget(null);
    }
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const { target, pane } = this;
    const sent = target?.kind === "edit"
      ? api.editMessage(pane.person.id, target.message.message_id, text)
      : api.say(pane.person.id, text, target?.message.message_id);
    this.input.value = "";
    this.onInput();
    this.setTarget(null);
    if (!(await pane.act(sent))) {
      this.input.value = text;
      this.onInput();
    }
  }

  async attach() {
    const [file] = this.file.files;
    if (!file) return;
    const photo = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
    const caption = this.input.value.trim();
    this.file.value = "";
    if (await this.pane.act(api.sendFile(this.pane.person.id, file, photo, caption))) {
      this.input.value = "";
      this.onInput();
    }
  }

  // Reply and edit

  replyTo(message) {
    this.setTarget({ kind: "reply", message });
    this.input.focus();
  }

  editMessage(message) {
    this.setTarget({ kind: "edit", message });
    this.input.value = message.text;
    this.onInput();
    this.input.focus();
  }

  setTarget(target) {
    if (this.target?.kind === "edit" && !target) this.input.value = "";
    this.target = target;
    this.context.hidden = !target;
    if (!target) return;
    this.context.replaceChildren(
      el("p", {}, el("b", {}, target.kind === "edit" ? "Edit" : "Reply"), " ", target.message.text || "message"),
      el("button", { type: "button", class: "icon-button", "aria-label": "Cancel", onclick: () => this.setTarget(null) }, icon("close", 16)),
    );
  }

  // Commands

  setCommands(commands) {
    this.commands = commands;
    this.showMenuButton();
  }

  setMenuButton(button) {
    this.own = button;
    this.showMenuButton();
  }

  showMenuButton() {
    const web = this.own?.type === "web_app";
    this.menuButton.hidden = !web && this.commands.length === 0;
    this.menuButton.textContent = web ? this.own.text : "Menu";
  }

  toggleMenu() {
    if (this.own?.type === "web_app") this.pane.openLink("Open the web app", this.own.web_app.url);
    else this.showMenu(this.menu.hidden ? "" : null);
  }

  showMenu(prefix) {
    const found = prefix === null ? [] : this.commands.filter((command) => command.command.startsWith(prefix));
    this.menu.hidden = found.length === 0;
    this.menuButton.setAttribute("aria-expanded", String(found.length > 0));
    this.menu.replaceChildren(...found.map((command) =>
      el("li", {}, el("button", { type: "button", onclick: () => this.choose(command) },
        el("b", {}, `/${command.command}`), el("span", {}, command.description)))));
  }

  choose(command) {
    this.showMenu(null);
    this.input.value = "";
    this.pane.command(`/${command.command}`);
  }

  // The reply keyboard

  setKeyboard(keyboard) {
    this.markup = keyboard?.markup ?? null;
    const rows = this.markup?.keyboard ?? [];
    this.input.placeholder = this.markup?.input_field_placeholder || "Message";
    this.keyboard.replaceChildren(...rows.map((row) => el("div", { class: "row" }, row.map((button) => this.key(button)))));
    this.keyboard.classList.toggle("tall", !this.markup?.resize_keyboard);
    this.keyboardButton.hidden = rows.length === 0;
    this.openKeyboard(rows.length > 0 && !keyboard.used);
    if (this.markup?.force_reply) {
      const message = this.pane.messages.get(keyboard.message_id);
      if (message) this.replyTo(message);
    }
  }

  key(button) {
    const name = button.request_contact ? "phone" : button.request_location ? "pin" : button.web_app ? "app" : null;
    return el("button", { type: "button", class: `key${button.style ? ` ${button.style}` : ""}`, onclick: () => this.pane.pressKey(button) }, name ? icon(name, 16) : null, button.text);
  }

  toggleKeyboard() {
    this.openKeyboard(this.keyboard.hidden);
  }

  openKeyboard(open) {
    this.keyboard.hidden = !open;
    this.keyboardButton.setAttribute("aria-expanded", String(open));
    if (this.pane.follows) this.pane.toBottom();
  }
}
