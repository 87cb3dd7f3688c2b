// The messages, newest first: those that match the search, as they come.
import { received } from "./received.js";
import { count, say } from "./words.js";

const SHOWN = 50;
const KEPT = 400;
const feed = document.getElementById("feed");
const older = document.getElementById("older");
const none = document.getElementById("none");
const noneFound = document.getElementById("none-found");
const found = document.getElementById("found");
const said = document.getElementById("said");

export class Feed {
  #number = "";
  #epoch = null;
  #newest = 0;
  #oldest = Infinity;
  #matching = 0;
  #total = 0;
  #queue = Promise.resolve();

  constructor(onNumber) {
    this.onNumber = onNumber;
    older.addEventListener("click", () => this.#later(() => this.#more()));
  }

  search(number) {
    this.#number = number;
    this.#later(() => this.#restart());
  }

  // The sandbox says that it has so many messages.
  heard({ epoch, messages }) {
    this.#later(async () => {
      if (epoch !== this.#epoch) await this.#restart();
      else if (messages > this.#total) await this.#fresh();
    });
  }

  // One look at a time, in order.
  #later(work) {
    this.#queue = this.#queue.then(work).catch((error) => console.warn(error.message));
  }

  async #ask(window) {
    const query = new URLSearchParams({ number: this.#number, limit: SHOWN, ...window });
    return (await fetch(`/sandbox/messages?${query}`)).json();
  }

  async #restart() {
    const answer = await this.#ask({});
    this.#epoch = answer.epoch;
    this.#newest = answer.total;
    this.#oldest = Infinity;
    this.#matching = answer.matching;
    this.#total = answer.total;
    feed.replaceChildren();
    this.#append(answer.messages);
    this.#tell();
  }

  async #more() {
    this.#append((await this.#ask({ before: this.#oldest })).messages);
    this.#tell();
  }

  async #fresh() {
    const answer = await this.#ask({ after: this.#newest });
    if (answer.epoch !== this.#epoch || answer.matching > answer.messages.length) return this.#restart();
    this.#newest = this.#total = answer.total;
    this.#matching += answer.matching;
    const made = answer.messages.map((message) => received(message, this.onNumber));
    for (const each of made) each.classList.add("fresh");
    feed.prepend(...made);
    this.#trim();
    if (answer.messages.length) said.textContent = say("new", answer.messages[0]);
    this.#tell();
  }

  #append(messages) {
    feed.append(...messages.map((message) => received(message, this.onNumber)));
    this.#oldest = Math.min(this.#oldest, ...messages.map((message) => message.id));
  }

  // A page that is open all day stays light: the oldest go, and can be shown again.
  #trim() {
    while (feed.children.length > KEPT) feed.lastChild.remove();
    if (feed.lastChild) this.#oldest = Number(feed.lastChild.dataset.id);
  }

  #tell() {
    none.hidden = this.#total > 0;
    noneFound.hidden = this.#total === 0 || this.#matching > 0;
    noneFound.textContent = say("none_found", { number: this.#number });
    older.hidden = feed.children.length >= this.#matching;
    found.textContent = this.#number
      ? say("found", { count: count(this.#matching), total: count(this.#total) }) : "";
  }
}
