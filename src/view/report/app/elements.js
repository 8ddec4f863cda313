// Elements of the page. Text enters the page only through `textContent`.

/**
 * Creates an element. `class` and `text` set the class and the text, `on...` adds a listener, `--...` sets a style
 * variable. Other properties become attributes. Undefined and false properties are left out.
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

/** The element with this id. */
const byId = (id) => document.getElementById(id);

/** How many rows of a list are shown at first, and added by each further step. */
const ROWS = 100;

/** Fills a list as it is read. More rows are made when its end becomes visible, or when an arrow key reaches it. */
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
  /** Makes rows up to the item at this index, so that it can be focused. */
  list.makeUpTo = (place) => {
    while (made <= place && list.makeMore) list.makeMore();
  };
  list.append(more);
  list.makeMore();
  watcher.observe(more);
}

/** Lets the arrow keys, Home and End move through the rows of a list. */
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

/** Redraws a list when its filter changes. The down key moves from the filter to the first row. */
function filterList(input, list, selector, changed) {
  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.querySelector(selector)?.focus();
  });
}

/** Whether the texts contain every word of a filter. */
function matches(filter, ...texts) {
  const whole = texts.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

/** A toggle button in a row of choices. */
function choice(text, pressed, chosen) {
  return el("button", {
    type: "button",
    class: "chip",
    "aria-pressed": String(pressed),
    onclick: chosen,
    text,
  });
}

/** The state of a persona. One that can be built although a lock is broken in it is not simply ok. */
function stateOf(persona) {
  const isLockBroken = persona.disputes.some((index) => fleet.disputes[index].state === "lock broken");
  return persona.state === "ok" && isLockBroken ? "lock broken" : persona.state;
}

/** The state of a persona or dispute, as coloured text. */
function stateLabel(state) {
  return el("span", { class: `state ${state.replace(" ", "-")}`, text: state === "broken" ? "cannot be composed" : state });
}

/** A place in a file as a link to the file. */
function placeLink(place) {
  const [, path, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(place) ?? [undefined, place, "1"];
  const encoded = `${fleet.base}${path}`.split("/").map(encodeURIComponent).join("/");
  return el("a", { class: "place", href: `./${encoded}#L${line}`, text: place });
}

/** A link to a persona. */
function personaLink(index, name = "link") {
  const { id } = fleet.personas[index];
  return el("a", { class: name, href: address("persona", id), text: id });
}

/** Links to the first personas, and the number of others. */
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

/** A recorded decision: source, effect, reason and place. Its color is that of what it led to in a dispute. */
function verdict(because, failed, state) {
  const source = fleet.sources[because.by];
  const tones = { "lock broken": "failed", removed: "loss", weakened: "loss" };
  const tone = failed ? "failed" : tones[state];
  return el(
    "div",
    { class: tone ? `verdict ${tone}` : "verdict" },
    el("b", { text: `${source.name} ${because.does}` }),
    because.reason
      ? el("span", { class: "reason", dir: "auto", text: because.reason })
      : el("span", { class: "reason muted", text: "no reason given" }),
    failed && el("span", { class: "reason", text: `Not applied: ${failed}.` }),
    placeLink(`${source.path}:${because.line}`),
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
        placeLink(`${place.path}:${place.line}:${place.column}`),
        place.label && ` ${place.label}`,
      ),
    ),
    finding.notes.map((note) => el("pre", { text: note })),
    finding.helps.map((help) => el("pre", { text: `help: ${help}` })),
  );
}
