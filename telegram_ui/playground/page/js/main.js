// The page: which panes are open, and what reaches them.

import * as api from "./api.js";
import { askPerson } from "./dialogs.js";
import { el, fullName, icon } from "./dom.js";
import { showFaults, watchFaults } from "./faults.js";
import { Live } from "./live.js";
import { Pane } from "./pane.js";

const panesNode = document.getElementById("panes");
const tabsNode = document.getElementById("tabs");
const liveText = document.getElementById("live-text");
const panes = new Map();
let bot = { first_name: "Bot" };
let active = null;

const live = new Live({ onEvent, onOpen: reloadAll, onLost: () => setLive(false) });

function setLive(on) {
  document.body.classList.toggle("offline", !on);
  liveText.textContent = on ? "Live" : "Connecting…";
}

function notify(text) {
  const pane = panes.get(active) ?? panes.values().next().value;
  if (pane) pane.toast(text);
}

// Panes

function remembered() {
  try {
    const ids = JSON.parse(localStorage.getItem("panes"));
    return Array.isArray(ids) && ids.every(Number.isInteger) ? ids : null;
  } catch {
    return null;
  }
}

function remember() {
  localStorage.setItem("panes", JSON.stringify([...panes.keys()]));
}

/** A client, a specialist and an admin, as far as there are such people. */
function firstOf(people) {
  const roles = ["client", "specialist", "admin"];
  return roles.map((role) => people.find((person) => person.role === role)).filter(Boolean);
}

function openPane(person) {
  if (!panes.has(person.id)) {
    const pane = new Pane(person, bot, { onClose: () => closePane(person.id), onUnread: (count) => showUnread(person.id, count) });
    panes.set(person.id, pane);
    panesNode.append(pane.node);
  }
  drawTabs();
  activate(person.id);
}

function closePane(id) {
  panes.get(id)?.node.remove();
  panes.delete(id);
  drawTabs();
  activate(active === id ? panes.keys().next().value : active);
  follow();
}

function follow() {
  remember();
  live.follow([...panes.keys()]);
}

function activate(id) {
  active = id;
  for (const [key, pane] of panes) pane.node.classList.toggle("active", key === id);
  for (const tab of tabsNode.querySelectorAll("[role=tab]")) {
    tab.setAttribute("aria-selected", String(Number(tab.dataset.id) === id));
  }
  panes.get(id)?.shown();
}

function drawTabs() {
  const tabs = [...panes.values()].map((pane) =>
    el("button", {
      type: "button", role: "tab", class: "tab", title: fullName(pane.person), "aria-controls": pane.node.id, "aria-selected": "false",
      dataset: { id: pane.person.id }, onclick: () => activate(pane.person.id),
    }, pane.person.first_name || fullName(pane.person), el("span", { class: "badge" }, pane.unread ? String(pane.unread) : "")));
  tabsNode.replaceChildren(...tabs);
}

function showUnread(id, count) {
  const badge = tabsNode.querySelector(`[data-id="${id}"] .badge`);
  if (badge) badge.textContent = count || "";
  const total = [...panes.values()].reduce((sum, pane) => sum + pane.unread, 0);
  document.title = total ? `(${total}) Playground` : "Playground";
}

async function addPane() {
  const { people } = await api.state();
  const choice = await askPerson(people.filter((person) => !panes.has(person.id)));
  if (!choice) return;
  try {
    const person = typeof choice === "string"
      ? people.find((one) => String(one.id) === choice)
      : await api.addUser({ ...choice, role: "guest" });
    openPane(person);
    follow();
  } catch (error) {
    notify(error.message);
  }
}

// Events

async function reloadAll() {
  setLive(true);
  try {
    const state = await api.state();
    showFaults(state.faults);
    await Promise.all([...panes.values()].map((pane) => pane.load()));
  } catch (error) {
    notify(error.message);
  }
}

function onEvent(event) {
  if (event.type === "faults") showFaults(event.faults);
  else if (event.type === "reset" || event.type === "resync" || event.type === "profile") reloadAll();
  else panes.get(event.chat_id)?.onEvent(event);
}

function drawLinks(links) {
  const names = { admin: "Admin site", api: "API", flower: "Flower" };
  document.getElementById("links").replaceChildren(
    ...Object.entries(names).filter(([key]) => links[key])
      .map(([key, name]) => el("a", { href: links[key], target: "_blank", rel: "noopener" }, name)));
}

function watchHeader() {
  const add = document.getElementById("add");
  add.prepend(icon("plus", 16));
  add.addEventListener("click", addPane);
  document.getElementById("theme").append(icon("theme"));
  const tools = document.getElementById("tools");
  tools.append(icon("tools"));
  tools.addEventListener("click", () => {
    const open = document.body.classList.toggle("tools-open");
    tools.setAttribute("aria-expanded", String(open));
  });
  document.getElementById("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = dark ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
  });
}

async function start() {
  let state;
  try {
    state = await api.state();
  } catch {
    setLive(false);
    setTimeout(start, 1000);
    return;
  }
  bot = state.bot;
  drawLinks(state.links);
  const byId = new Map(state.people.map((person) => [person.id, person]));
  const wanted = (remembered() ?? []).map((id) => byId.get(id)).filter(Boolean);
  (wanted.length ? wanted : firstOf(state.people)).forEach(openPane);
  drawTabs();
  activate(panes.keys().next().value);
  follow();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const pane of panes.values()) if (pane.visible() && pane.follows) pane.setUnread(0);
});

watchHeader();
watchFaults(notify);
start();
