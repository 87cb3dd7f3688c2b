// A message as its phone shows it.
import { element } from "./element.js";
import { longTime, say, shortTime } from "./words.js";

export function bubble(message, onNumber) {
  const face = element("span", { class: "face", "aria-hidden": "true" }, message.to.slice(-2));
  face.style.setProperty("--hue", hue(message.to));
  return element("li", { "data-id": message.id }, face, whom(message, onNumber), body(message));
}

function whom(message, onNumber) {
  const title = say("only_this", { number: message.number });
  return element("div", { class: "whom" },
    element("button", { type: "button", title, onclick: () => onNumber(message.to) }, message.number),
    element("span", { title: say("sender") }, message.sender),
    message.template_id ? element("span", { class: "tag", title: message.template_id }, say("template")) : null);
}

function body(message) {
  const time = element("time", {
    datetime: new Date(message.at * 1000).toISOString(), title: longTime(message.at) }, shortTime(message.at));
  return element("div", { class: "bubble" }, message.file ? attached(message.file) : null, said(message), time);
}

function said(message) {
  if (message.spans.length) return element("div", { class: "said", dir: "auto" }, ...message.spans.map(piece));
  return message.file ? null : element("div", { class: "said void" }, say("empty_text"));
}

function piece({ text, styles }) {
  if (!styles.length) return text;
  const others = styles.filter((style) => style !== "link").join(" ");
  if (!styles.includes("link")) return element("span", { class: others }, text);
  return element("a", { class: others, href: text, target: "_blank", rel: "noopener noreferrer" }, text);
}

function attached(file) {
  return element("a", {
    class: `attached ${file.kind}`, href: file.url, target: "_blank", rel: "noopener noreferrer",
    "aria-label": `${say("attachment")} ${file.name}` },
  element("span", { class: "ending", "aria-hidden": "true" }, file.ending),
  element("strong", {}, file.name),
  element("small", {}, say("from_host", { host: file.host })));
}

function hue(number) {
  let sum = 0;
  for (const digit of number) sum = (sum * 31 + Number(digit)) % 360;
  return sum;
}
