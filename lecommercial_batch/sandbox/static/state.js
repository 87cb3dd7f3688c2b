// What the sandbox counts and how it is switched.
import { element } from "./element.js";
import { count, say } from "./words.js";

const ALWAYS = ["accepted", "carried_out", "calls"];
const IF_ANY = ["refused", "throttled", "dropped", "unanswered"];
const LAST = ["busiest_minute"];
const counts = document.getElementById("counts");
const switches = document.getElementById("switches");

export function showState({ stats, switches: set, messages, lists }) {
  document.querySelector("[data-count=messages]").textContent = count(messages);
  document.querySelector("[data-count=lists]").textContent = count(lists.length);
  const names = [...ALWAYS, ...IF_ANY.filter((name) => stats[name]), ...LAST];
  counts.replaceChildren(...names.flatMap((name) => [
    element("dt", {}, say(name)), element("dd", name === "accepted" ? { class: "lead" } : {}, count(stats[name]))]));
  switches.replaceChildren(...switchedOn(set).flatMap(([name, value]) => [
    element("dt", {}, say(name)), element("dd", {}, value)]));
}

function switchedOn(set) {
  const down = set.device_down === true ? say("yes") : set.device_down;
  return [
    ["faults", set.faults.join(", ")],
    ["latency", set.latency ? say("seconds", { count: count(set.latency) }) : ""],
    ["quota", set.quota === null ? "" : count(set.quota)],
    ["unregistered", set.unregistered.map((number) => `+${number}`).join(", ")],
    ["plan_expired", set.plan_expired ? say("yes") : ""],
    ["device_down", down || ""],
  ].filter(([, value]) => value);
}
