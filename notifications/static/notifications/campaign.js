"use strict";
// The form of a campaign counts its audience while it is chosen; the page of one that runs shows how far it is.
(() => {
  const form = document.querySelector(".campaign-form");
  if (form) {
    const shown = form.querySelector(".audience-count");
    const conditions = new Set(["roles", "languages", "locations", "services", "visited_within_days", "not_visited_for_days", "tags", "has_push"]);
    let asked = 0, soon = 0;
    const count = async () => {
      const mine = ++asked;
      const answer = await fetch(form.dataset.count, { method: "POST", body: audienceOf(), credentials: "same-origin" }).catch(() => null);
      if (answer && answer.ok && mine === asked) shown.textContent = (await answer.json()).text;
    };
    const audienceOf = () => {
      const all = new FormData(form), some = new FormData();
      for (const [name, value] of all) if (conditions.has(name) || name === "csrfmiddlewaretoken") some.append(name, value);
      return some;
    };
    const show = () => {
      for (const kind of form.querySelectorAll("select[name$=_kind]")) {
        const button = kind.name.split("_")[0];
        const used = { service: kind.value === "book", url: kind.value === "link", ru: kind.value, en: kind.value };
        for (const [part, on] of Object.entries(used)) form.querySelector(`.field-${button}_${part}`).classList.toggle("off", !on);
      }
    };
    form.addEventListener("input", (event) => {
      show();
      if (conditions.has(event.target.name)) { clearTimeout(soon); soon = setTimeout(count, 300); }
    });
    show();
    count();
  }

  for (const step of document.querySelectorAll("form[data-ask]"))
    step.addEventListener("submit", (event) => { if (!window.confirm(step.dataset.ask)) event.preventDefault(); });

  const box = document.querySelector("[data-progress]");
  const moving = new Set(["materialising", "running"]);
  if (box && (moving.has(box.dataset.status) || box.dataset.status === "cancelled")) {
    const tell = async () => {
      const answer = await fetch(box.dataset.progress, { credentials: "same-origin" }).catch(() => null);
      if (answer && answer.ok) {
        const told = await answer.json();
        box.querySelector("progress").value = told.percent;
        for (const part of ["count", "rate", "left"]) box.querySelector(`.progress-${part}`).textContent = told[part];
        box.querySelector(".progress-states").replaceChildren(...told.states.map((one) => {
          const line = document.createElement("li"), rows = document.createElement("strong");
          line.className = `state-${one.state}`;
          rows.textContent = one.rows;
          line.append(`${one.label}: `, rows);
          return line;
        }));
        // Another status has other buttons.
        if (told.status !== box.dataset.status) { location.reload(); return; }
        if (!moving.has(told.status)) return;
      }
      setTimeout(tell, 2000);
    };
    setTimeout(tell, 2000);
  }
})();
