// What the page says, in the language it was served in.
const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const figures = new Intl.NumberFormat(language);

export const say = (name, values = {}) =>
  words[name].replace(/\{(\w+)\}/g, (whole, value) => values[value] ?? whole);
export const shortTime = (seconds) => clock.format(seconds * 1000);
export const longTime = (seconds) => date.format(seconds * 1000);
export const count = (number) => figures.format(number);
