// A message that the sandbox has taken.
import { bubble, templateTag } from "./bubble.js";
import { element } from "./element.js";
import { longTime, say, shortTime } from "./words.js";

export function received(message, onNumber) {
  const title = say("only_this", { number: message.number });
  const about = [
    element("button", { type: "button", title, onclick: () => onNumber(message.to) }, message.number),
    element("span", { title: say("sender") }, message.sender),
    templateTag(message)].filter(Boolean);
  const time = element("time", {
    datetime: new Date(message.at * 1000).toISOString(), title: longTime(message.at) }, shortTime(message.at));
  return bubble(message, about, time);
}
