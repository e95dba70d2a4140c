// The fault switches of the header.

import { changeFaults } from "./api.js";

const THROTTLE = { kind: "throttle", every: 2, retry_after: 3 };
const ERRORS = { kind: "server_error", percent: 33, code: 502 };

const latency = document.getElementById("latency");
const limits = document.getElementById("limits");
const throttle = document.getElementById("throttle");
const errors = document.getElementById("errors");

const same = (rule, wanted) => Object.entries(wanted).every(([name, value]) => rule[name] === value);
let rules = [];

/** Show the faults in force, also those that a test has set. */
export function showFaults(faults) {
  rules = faults.rules;
  const known = [...latency.options].some((option) => Number(option.value) === faults.latency_ms);
  if (!known) latency.add(new Option(`${faults.latency_ms} ms`, faults.latency_ms));
  latency.value = String(faults.latency_ms);
  limits.checked = faults.limits !== "off";
  throttle.checked = rules.some((rule) => same(rule, THROTTLE));
  errors.checked = rules.some((rule) => same(rule, ERRORS));
  const active = faults.latency_ms > 0 || limits.checked || rules.length > 0;
  document.querySelector(".faults").classList.toggle("active", active);
}

export function watchFaults(onError) {
  const change = (faults) => changeFaults(faults).catch((error) => onError(error.message));
  const rule = (box, wanted) => () => {
    const others = rules.filter((rule) => !same(rule, wanted));
    change({ rules: box.checked ? [...others, wanted] : others });
  };
  latency.addEventListener("change", () => change({ latency_ms: Number(latency.value) }));
  limits.addEventListener("change", () => change({ limits: limits.checked ? "telegram" : "off" }));
  throttle.addEventListener("change", rule(throttle, THROTTLE));
  errors.addEventListener("change", rule(errors, ERRORS));
}
