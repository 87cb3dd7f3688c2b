// As much of a long list as is looked at: more comes as one nears its end.
const STEP = 60;

export class List {
  #rows = [];
  #shown = 0;

  constructor(place, more, draw) {
    this.place = place;
    this.more = more;
    this.draw = draw;
    more.addEventListener("click", () => this.#focusNext());
    new IntersectionObserver(([seen]) => seen.isIntersecting && this.#next(), { rootMargin: "800px" }).observe(more);
  }

  show(rows) {
    this.#rows = rows;
    this.#shown = 0;
    this.place.replaceChildren();
    this.#next();
  }

  #next() {
    const rows = this.#rows.slice(this.#shown, this.#shown + STEP);
    this.place.append(...rows.map(this.draw));
    this.#shown += rows.length;
    this.more.hidden = this.#shown >= this.#rows.length;
  }

  // Who asks by the keyboard goes on from what is new.
  #focusNext() {
    const first = this.#shown;
    this.#next();
    const item = this.place.children[first];
    item?.setAttribute("tabindex", "-1");
    item?.focus();
  }
}
