// Building the page. Text gets in by `textContent` alone.

/**
 * An element. Of the properties, `class` and `text` are what they say, `on...` are listeners, `--...` are
 * variables of its style, and the rest are attributes; those that are undefined or false are left out.
 */
function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) element.style.setProperty(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((child) => child !== undefined && child !== null && child !== false),
  );
  return element;
}

/** The element with an id. */
const byId = (id) => document.getElementById(id);

/** Rows that a list shows at first, and with each further step. */
const ROWS = 100;

/**
 * Fills a list with as many rows as are looked at: the next ones are made when the end comes into view, or
 * when an arrow key reaches it.
 */
function fillList(list, items, makeRow, nothing) {
  list.replaceChildren();
  list.stopWatching?.();
  if (items.length === 0) {
    list.append(el("li", { class: "empty", text: nothing }));
    list.makeMore = undefined;
    return;
  }
  let made = 0;
  const more = el("li", { class: "more" });
  const watcher = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && list.makeMore(),
  );
  list.stopWatching = () => watcher.disconnect();
  list.makeMore = () => {
    const next = items.slice(made, made + ROWS);
    made += next.length;
    more.before(...next.map((item) => el("li", {}, makeRow(item))));
    more.textContent = `${(items.length - made).toLocaleString("en")} more`;
    if (made === items.length) {
      more.remove();
      watcher.disconnect();
      list.makeMore = undefined;
    }
  };
  /** Makes rows up to the item with this place, so that it can be focused. */
  list.makeUpTo = (place) => {
    while (made <= place && list.makeMore) list.makeMore();
  };
  list.append(more);
  list.makeMore();
  watcher.observe(more);
}

/** Lets the arrow keys, Home and End go through the rows of a list. */
function walkList(list, selector) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const here = event.target.closest(selector);
    if (step === undefined || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let rows = [...list.querySelectorAll(selector)];
    let next = Math.max(0, rows.indexOf(here) + step);
    while (next >= rows.length && list.makeMore) {
      list.makeMore();
      rows = [...list.querySelectorAll(selector)];
    }
    next = Math.min(next, rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  });
}

/** From a filter, the down key goes to the first row of its list. */
function filterList(input, list, selector, changed) {
  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.querySelector(selector)?.focus();
  });
}

/** Whether every word of a filter is in one of the texts. */
function matches(filter, ...texts) {
  const whole = texts.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

/** A button that stands in a row of choices. */
function choice(text, pressed, chosen) {
  return el("button", {
    type: "button",
    class: "chip",
    "aria-pressed": String(pressed),
    onclick: chosen,
    text,
  });
}

/** The state of a persona or dispute, in words and colour. */
function stateLabel(state) {
  return el("span", { class: `state ${state}`, text: state === "broken" ? "cannot be composed" : state });
}

/** A persona's name as a link to it. */
function personaLink(index, name = "link") {
  const { id } = fleet.personas[index];
  return el("a", { class: name, href: address("persona", id), text: id });
}

/** Links to the first few of some personas, and a count of the others. */
function personaLinks(indices, most = 12) {
  const links = indices.slice(0, most).map((index) => personaLink(index, "chip"));
  const rest = indices.length - links.length;
  return el(
    "div",
    { class: "chips" },
    links,
    rest > 0 && el("span", { class: "muted", text: `and ${rest} more` }),
  );
}

/** A recorded decision: who, where, what and why. */
function verdict(because, failed) {
  const source = fleet.sources[because.by];
  return el(
    "div",
    { class: failed ? "verdict failed" : "verdict" },
    el("b", { text: `${source.name} ${because.does}` }),
    because.reason
      ? el("span", { class: "reason", dir: "auto", text: because.reason })
      : el("span", { class: "reason muted", text: "no reason given" }),
    failed && el("span", { class: "reason", text: `Not applied: ${failed}.` }),
    el("span", { class: "place", text: `${source.path}:${because.line}` }),
  );
}

/** A finding, as `check` reports it. */
function findingCard(finding) {
  return el(
    "div",
    { class: `finding ${finding.severity}` },
    el("div", {}, el("b", { text: `${finding.severity}[${finding.code}] ` }), finding.message),
    finding.places.map((place) =>
      el(
        "div",
        {},
        el("span", { class: "place", text: `${place.path}:${place.line}:${place.column}` }),
        place.label && ` ${place.label}`,
      ),
    ),
    finding.notes.map((note) => el("pre", { text: note })),
    finding.helps.map((help) => el("pre", { text: `help: ${help}` })),
  );
}
