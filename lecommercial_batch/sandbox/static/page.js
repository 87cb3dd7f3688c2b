// The page: a line to the sandbox, two tabs, a search, and what can be done.
import { Feed } from "./feed.js";
import { Lists } from "./lists.js";
import { showState } from "./state.js";
import { say } from "./words.js";

const number = document.getElementById("number");
const line = document.getElementById("line");
const lists = new Lists();
const feed = new Feed(searchFor);

function searchFor(wanted) {
  number.value = wanted;
  feed.search(wanted.trim());
  lists.search(wanted.trim());
  if (document.getElementById("messages").hidden === false) scrollTo({ top: 0 });
}

function listen() {
  const events = new EventSource("/sandbox/events");
  events.addEventListener("open", () => show("live"));
  events.addEventListener("error", () => show("lost"));
  events.addEventListener("message", (event) => {
    const snapshot = JSON.parse(event.data);
    showState(snapshot);
    feed.heard(snapshot);
    lists.heard(snapshot);
  });
}

function show(state) {
  line.className = `line ${state}`;
  line.lastElementChild.textContent = say(state);
}

function open(tab) {
  for (const name of ["messages", "lists"]) {
    document.getElementById(name).hidden = name !== tab;
    document.getElementById(`tab-${name}`).setAttribute("aria-pressed", name === tab);
  }
  lists.look();
}

async function copy(button) {
  await navigator.clipboard.writeText(button.previousElementSibling.textContent);
  button.textContent = say("copied");
  setTimeout(() => { button.textContent = say("copy_it"); }, 1500);
}

for (const tab of ["messages", "lists"]) {
  document.getElementById(`tab-${tab}`).addEventListener("click", () => open(tab));
}
for (const button of document.querySelectorAll(".copy")) button.addEventListener("click", () => copy(button));
number.addEventListener("input", () => searchFor(number.value));
document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("forget").addEventListener("click", () => {
  if (confirm(say("forget_sure"))) fetch("/received", { method: "DELETE" });
});
listen();
