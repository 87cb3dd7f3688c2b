// A message as its phone shows it: `about` stands over the bubble, `foot` at its end.
import { element } from "./element.js";
import { say } from "./words.js";

export function bubble(message, about, foot) {
  const face = element("span", { class: "face", "aria-hidden": "true" }, message.to.slice(-2));
  face.style.setProperty("--hue", hue(message.to));
  const attachment = message.file ? attached(message.file) : null;
  return element("li", { "data-id": message.id }, face, element("div", { class: "whom" }, ...about),
    element("div", { class: "bubble" }, attachment, said(message), foot));
}

export function templateTag(message) {
  return message.template_id ? element("span", { class: "tag", title: message.template_id }, say("template")) : null;
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
