// The preview: two lists, a search, and filters.
import { bubble, templateTag } from "./bubble.js";
import { element } from "./element.js";
import { List } from "./list.js";
import { leftOut, load, messages, wanted } from "./people.js";
import { count, say } from "./words.js";

const RANGE = 100; // characters in a step of the filter by length
const reasons = JSON.parse(document.getElementById("reasons").textContent);
const search = document.getElementById("wanted");
const found = document.getElementById("found");
const none = document.getElementById("none");
const filters = document.getElementById("filters");
const feed = document.getElementById("feed");
const tabs = { messages: document.getElementById("tab-messages"), leftOut: document.getElementById("tab-left-out") };
const list = new List(feed, document.getElementById("older"), draw);
let tab = "messages";

function draw(row) {
  return row.reason ? rejection(row) : message(row);
}

function message(row) {
  const length = row.length === 1 ? say("one_character") : say("characters", { count: count(row.length) });
  const about = [
    row.name ? element("strong", { class: "name", dir: "auto" }, row.name) : "",
    element("span", { class: "number" }, row.number), templateTag(row) ?? "",
    row.variant ? element("span", { class: "tag", title: say("variant") }, row.variant) : "",
    row.repair ? element("small", { class: "repair" }, row.repair) : ""];
  const foot = [say("row", { row: row.id }), row.length ? length : "", row.sender === "default" ? "" : row.sender];
  return bubble(row, about.filter(Boolean), element("small", { class: "foot" }, foot.filter(Boolean).join(" · ")));
}

function rejection(row) {
  const { words, advice } = reasons[row.reason];
  return element("li", { class: "rejection" },
    element("div", { class: "whom" }, element("b", { class: "at" }, say("row", { row: row.id })),
      element("strong", { class: "name", dir: "auto" }, row.name), element("span", { class: "number" }, row.number)),
    element("p", {}, element("span", { class: "tag warn" }, words), " ", row.detail),
    advice ? element("p", { class: "advice" }, advice) : null);
}

function select(name, label, options) {
  const chosen = element("select", { name, onchange: show },
    ...options.map(([value, text]) => element("option", { value }, text)));
  return element("label", {}, element("span", {}, label), chosen);
}

const counted = (rows, of) => rows.reduce((counts, row) => counts.set(of(row), (counts.get(of(row)) ?? 0) + 1), new Map());
const named = (name, counts) => [...counts].map(([value, number]) => [value, `${name(value)} (${count(number)})`]);

function ofMessages() {
  const step = (row) => Math.floor(row.length / RANGE) * RANGE;
  const lengths = [...counted(messages, step)].sort(([one], [other]) => one - other);
  const range = (from) => say("from_to", { from: count(from), to: count(from + RANGE - 1) });
  const made = [
    select("length", say("length"), [["", say("any_length")], ...named(range, lengths)]),
    select("order", say("order"), [["", say("as_file")], ["-1", say("longest_first")], ["1", say("shortest_first")]])];
  for (const [name, all] of [["variant", "all_variants"], ["sender", "all_senders"]]) {
    const counts = counted(messages, (row) => row[name] ?? "");
    if (counts.size > 1) made.push(select(name, say(name), [["", say(all)], ...named((value) => value, counts)]));
  }
  return made;
}

function ofLeftOut() {
  const counts = counted(leftOut, (row) => row.reason);
  return [select("reason", say("reason"), [["", say("all_reasons")], ...named((code) => reasons[code].words, counts)])];
}

function open(name, chosen = {}) {
  tab = name;
  for (const [each, button] of Object.entries(tabs)) button.setAttribute("aria-pressed", each === name);
  filters.replaceChildren(...(name === "messages" ? ofMessages() : ofLeftOut()));
  for (const [field, value] of Object.entries(chosen)) filters.elements[field].value = value;
  show();
}

function chosen() {
  const { length, order, ...others } = Object.fromEntries(new FormData(filters));
  const all = tab === "messages" ? messages : leftOut;
  const typed = search.value.trim();
  const tests = Object.entries(others).filter(([, value]) => value).map(([name, value]) => (row) => row[name] === value);
  if (typed) tests.push(wanted(typed));
  if (length) tests.push((row) => row.length >= Number(length) && row.length < Number(length) + RANGE);
  const rows = all.filter((row) => tests.every((test) => test(row)));
  return order ? rows.sort((one, other) => Number(order) * (one.length - other.length)) : rows;
}

function show() {
  const started = performance.now();
  const rows = chosen();
  const total = (tab === "messages" ? messages : leftOut).length;
  list.show(rows);
  found.textContent = rows.length < total ? say("found", { count: count(rows.length), total: count(total) }) : "";
  none.hidden = rows.length > 0;
  none.textContent = say(total ? "none_found" : tab === "messages" ? "no_messages" : "nobody_left_out");
  requestAnimationFrame(() => performance.measure("search", { start: started }));
}

function why() {
  const most = Math.max(...Object.values(reasons).map((reason) => reason.count));
  return Object.entries(reasons).map(([code, reason]) => {
    const bar = element("i", { "aria-hidden": "true" });
    bar.style.setProperty("--share", `${100 * reason.count / most}%`);
    const look = () => { open("leftOut", { reason: code }); scrollTo({ top: 0 }); };
    return element("li", {}, element("button", { type: "button", onclick: look },
      element("span", {}, reason.words), element("b", {}, count(reason.count)), bar));
  });
}

load();
tabs.messages.querySelector("b").textContent = count(messages.length);
tabs.leftOut.querySelector("b").textContent = count(leftOut.length);
for (const [name, button] of Object.entries(tabs)) button.addEventListener("click", () => open(name));
search.addEventListener("input", show);
for (const form of [filters, search.form]) form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("#why ul")?.append(...why());
open("messages");
