// Runs before the first paint, so that the page does not flash in the wrong theme.
const saved = localStorage.getItem("theme");
if (saved) document.documentElement.dataset.theme = saved;
