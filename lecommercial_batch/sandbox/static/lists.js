// The lists, and the contacts of the one that is looked at.
import { element } from "./element.js";
import { count, say } from "./words.js";

const choice = document.getElementById("choice");
const rows = document.getElementById("contacts");
const nobody = document.getElementById("no-contacts");
const atPage = document.getElementById("at-page");
const previous = document.getElementById("previous");
const next = document.getElementById("next");

export class Lists {
  #lists = [];
  #chosen = null;
  #page = 1;
  #number = "";
  #asked = 0;

  constructor() {
    previous.addEventListener("click", () => this.#turn(-1));
    next.addEventListener("click", () => this.#turn(1));
  }

  search(number) {
    this.#number = number;
    this.#page = 1;
    this.look();
  }

  heard({ lists }) {
    this.#lists = lists;
    this.#chosen ??= lists[0]?.id ?? null;
    const focused = document.activeElement?.dataset.list;
    choice.replaceChildren(...lists.map((list) => this.#card(list)));
    choice.querySelector(`[data-list="${focused}"]`)?.focus();
    this.look();
  }

  async look() {
    if (this.#chosen === null || document.getElementById("lists").hidden) return;
    const turn = ++this.#asked;
    const query = new URLSearchParams({ list_id: this.#chosen, page: this.#page, number: this.#number });
    try {
      const { data, meta } = await (await fetch(`/sandbox/contacts?${query}`)).json();
      if (turn === this.#asked) this.#show(data, meta);
    } catch (error) {
      console.warn(error.message);
    }
  }

  #turn(step) {
    this.#page += step;
    this.look();
  }

  #card(list) {
    const attributes = { type: "button", "data-list": list.id, "aria-pressed": list.id === this.#chosen };
    return element("button", { ...attributes, onclick: () => this.#choose(list.id) },
      element("strong", {}, list.name), element("small", {}, `list_id ${list.id}`),
      element("b", {}, count(list.contacts_count)));
  }

  #choose(id) {
    this.#chosen = id;
    this.#page = 1;
    this.heard({ lists: this.#lists });
  }

  #show(contacts, meta) {
    rows.replaceChildren(...contacts.map((contact) => element("tr", {},
      element("td", {}, contact.number), element("td", {}, contact.name ?? ""),
      element("td", {}, contact.lastname ?? ""))));
    nobody.hidden = contacts.length > 0;
    nobody.textContent = this.#number ? say("no_contacts_found", { number: this.#number }) : say("no_contacts");
    atPage.textContent = say("page", { page: count(meta.current_page), last: count(meta.last_page) });
    previous.disabled = meta.current_page <= 1;
    next.disabled = meta.current_page >= meta.last_page;
  }
}
