// Questions to the person at the keyboard. Each returns a promise of the values, or of null when cancelled.

import { el, fullName } from "./dom.js";

const dialog = document.getElementById("dialog");

function open(title, content, buttons) {
  return new Promise((resolve) => {
    const form = el(
      "form",
      { method: "dialog" },
      el("h2", { id: "dialog-title" }, title),
      content,
      el("div", { class: "dialog-buttons" }, buttons),
    );
    const finish = (value) => {
      dialog.onclose = null;
      dialog.close();
      resolve(value);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      finish(Object.fromEntries(new FormData(form)));
    });
    form.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-choice]");
      if (choice) finish(choice.dataset.choice);
    });
    dialog.replaceChildren(form);
    dialog.onclose = () => resolve(null);
    dialog.showModal();
  });
}

const cancel = () => el("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Cancel");
const submit = (label) => el("button", { type: "submit", class: "primary" }, label);
const field = (label, props) => el("label", { class: "stacked" }, label, el("input", props));

export const askContact = (person) =>
  open(
    "Share your contact",
    el("div", {},
      field("Phone", { name: "phone_number", type: "tel", required: true, value: person.phone || `+7900${String(person.id % 10_000_000).padStart(7, "0")}` }),
      field("Name", { name: "first_name", required: true, value: fullName(person) }),
    ),
    [cancel(), submit("Share")],
  );

export const askLocation = () =>
  open(
    "Share your location",
    el("div", {},
      field("Latitude", { name: "latitude", type: "number", step: "any", min: -90, max: 90, required: true, value: "55.7558" }),
      field("Longitude", { name: "longitude", type: "number", step: "any", min: -180, max: 180, required: true, value: "37.6173" }),
    ),
    [cancel(), submit("Share")],
  );

export const confirmLink = (title, address) =>
  open(title, el("p", { class: "address" }, address), [cancel(), submit("Open")]);

/** Choose a person, or describe a new one: resolves to an id as a string, or to {first_name, language_code}. */
export function askPerson(people) {
  const list = people.length
    ? el("ul", { class: "people" }, people.map((person) =>
        el("li", {}, el("button", { type: "button", class: "person", dataset: { choice: person.id } },
          el("b", {}, fullName(person)), el("small", {}, [person.role, person.language_code].filter(Boolean).join(" · "))))))
    : null;
  return open(
    "Open a chat",
    el("div", {},
      list,
      el("fieldset", {},
        el("legend", {}, "Somebody new"),
        field("Name", { name: "first_name", required: true, maxlength: 64, value: "New client", autocomplete: "off" }),
        el("label", { class: "stacked" }, "Language",
          el("select", { name: "language_code" },
            el("option", { value: "ru" }, "Русский"), el("option", { value: "en" }, "English"), el("option", { value: "de" }, "Deutsch"))),
      ),
    ),
    [cancel(), submit("Add")],
  );
}

export const alertText = (text) => open("", el("p", { class: "alert-text" }, text), [submit("OK")]);
