// Two personas side by side: by address as `cento diff A B` compares them, then by line.

/** The sets of rows, each with its title. */
const SETS = [
  ["conflict", "In conflict on one side"],
  ["force", "Different force"],
  ["wording", "Reworded"],
  ["place", "Moved"],
  ["before", "Only in"],
  ["after", "Only in"],
  ["same", "Equal"],
];

/** Shows the comparison in the URL. */
function showCompare({ a = "", b = "" }) {
  document.title = "Compare · cento report";
  for (const [side, id] of [["a", a], ["b", b]]) {
    const list = byId(`compare-${side}`);
    if (list.childElementCount === 0) {
      list.append(el("option", { value: "", text: "choose a persona" }));
      list.append(...fleet.personas.map((persona) => el("option", { value: persona.id, text: persona.id })));
    }
    list.value = personaIndex.has(id) ? id : "";
  }
  byId("compare-result").replaceChildren(...comparison(a, b));
}

function comparison(a, b) {
  const hint = (text) => [el("p", { class: "muted", text })];
  const missing = [a, b].filter((id) => id && !personaIndex.has(id));
  if (missing.length > 0) return hint(`This report has no persona ${missing.join(", and none called ")}.`);
  if (fleet.personas.length < 2) return hint("There is only one persona, so there is nothing to compare.");
  if (!a || !b) return hint("Choose two personas to see what only one has, and what they word differently.");
  const [first, second] = [personaIndex.get(a), personaIndex.get(b)];
  const broken = [first, second].filter((index) => fleet.personas[index].state === "broken");
  if (broken.length > 0)
    return hint(`${broken.map((index) => fleet.personas[index].id).join(" and ")} cannot be composed.`);
  const [left, right] = [personaData(first), personaData(second)];
  const rows = compareContents(left.contents.map(readContent), right.contents.map(readContent));
  const sets = SETS.map(([set, title]) => ({
    set,
    title: set === "before" ? `Only in ${a}` : set === "after" ? `Only in ${b}` : title,
    rows: rows.filter((row) => row.set === set),
  })).filter(({ set, rows }) => set === "same" || rows.length > 0);
  const target = Math.max(
    0,
    left.targets.findIndex((one) => right.targets.some((other) => other.name === one.name)),
  );
  const other = right.targets.findIndex((one) => one.name === left.targets[target]?.name);
  const lines = (data, target) => (data.targets[target]?.lines ?? []).map((line) => textOf(data, line));
  const diff = drawDiff(lines(left, target), lines(right, Math.max(0, other)), 2);
  return [
    // On paper, the lists above are not visible.
    el("p", { class: "compared" }, el("b", { text: `${a} \u2192 ${b}` })),
    el(
      "div",
      { class: "totals" },
      sets.map(({ set, title, rows }) =>
        el("span", { "data-set": set }, el("b", { text: String(rows.length) }), ` ${title[0].toLowerCase()}${title.slice(1)}`),
      ),
    ),
    ...sets
      .filter(({ rows }) => rows.length > 0)
      .map(({ set, title, rows }) =>
        laterDetails(`${title} (${rows.length})`, set !== "same", () => rows.map(comparedRow)),
      ),
    laterDetails("Line by line", true, () => [
      diff ?? el("p", { class: "muted", text: "The texts are equal." }),
    ]),
  ];
}

/** A section whose content is drawn when it is first opened. */
function laterDetails(title, open, draw) {
  const part = el("details", { class: "compare-section" }, el("summary", { text: title }));
  const fill = () => part.childElementCount === 1 && part.append(el("div", {}, draw()));
  part.addEventListener("toggle", fill);
  if (open) {
    fill();
    part.open = true;
  }
  return part;
}

/** The content of a persona at an address. */
function readContent(index) {
  const [at, noun, force, lines, list, place] = fleet.contents[index];
  const text = lines.map((line) => fleet.texts[line]).join("\n");
  const key = JSON.stringify([noun, force, fold(text)]);
  return { at: fleet.texts[at], noun, force, text, list, place, key };
}

/** The rows of two personas by address; `analyse/diff/comparison.rs` does the same for `cento diff`. */
function compareContents(before, after) {
  const moved = movedAddresses(before, after);
  const left = new Map();
  for (const content of before) left.set(content.at, [...(left.get(content.at) ?? []), content]);
  const rows = after.map((content) => {
    const candidates = left.get(content.at) ?? [];
    const same = Math.max(0, candidates.findIndex((other) => other.key === content.key));
    const [found] = candidates.splice(same, 1);
    return { before: found, after: content, moved: found?.key === content.key && moved.has(content.at) };
  });
  const unmatched = [...left.values()].flat();
  for (const row of rows.filter((row) => !row.before)) {
    const place = unmatched.findIndex((content) => isRecognizable(content) && content.key === row.after.key);
    if (place < 0) continue;
    [row.before] = unmatched.splice(place, 1);
    row.moved = true;
    row.from = row.before.at;
  }
  rows.push(...unmatched.map((content) => ({ before: content })));
  return rows.map((row) => ({ ...row, set: setOf(row) }));
}

function setOf({ before, after, moved }) {
  if (!after) return "before";
  if (!before) return "after";
  if ((before.noun === "conflict") !== (after.noun === "conflict")) return "conflict";
  if (before.force !== after.force) return "force";
  if (before.key !== after.key) return "wording";
  return moved ? "place" : "same";
}

function isRecognizable({ list, text }) {
  return list >= 0 && (text.match(/[\p{Alphabetic}\p{N}]/gu) ?? []).length >= 8;
}

/** The addresses at different positions of the same list. */
function movedAddresses(before, after) {
  const lists = (all) => {
    const lists = new Map();
    for (const { list, at } of all) if (list >= 0) lists.set(list, [...(lists.get(list) ?? []), at]);
    return lists;
  };
  const [old, moved] = [lists(before), new Set()];
  for (const [list, addresses] of lists(after)) {
    const places = new Map((old.get(list) ?? []).map((at, place) => [at, place]));
    const both = addresses.filter((at) => places.has(at));
    const kept = longestAscent(both.map((at) => places.get(at)));
    both.forEach((at, index) => !kept.has(index) && moved.add(at));
  }
  return moved;
}

/**
 * The indices of a longest sequence of numbers that do not descend. Of several, it is the one that `longest_ascent` in
 * `analyse/diff/comparison.rs` finds too.
 */
function longestAscent(numbers) {
  // For each length, the last index of the sequence with the least last number.
  const ends = [];
  const previous = numbers.map((number, index) => {
    let [length, above] = [0, ends.length];
    while (length < above) {
      const middle = (length + above) >> 1;
      if (numbers[ends[middle]] <= number) length = middle + 1;
      else above = middle;
    }
    ends[length] = index;
    return ends[length - 1];
  });
  const kept = new Set();
  for (let index = ends.at(-1); index !== undefined; index = previous[index]) kept.add(index);
  return kept;
}

function comparedRow({ before, after, from, set }) {
  const content = after ?? before;
  const withForce = ({ force, text }) => (force ? `${force}: ${text}` : text).trimEnd().split("\n");
  const places = [...new Set([before, after].filter((side) => side && side.place >= 0).map((side) => side.place))];
  return el(
    "div",
    { class: "pair" },
    el(
      "div",
      {},
      el("code", { text: content.at }),
      from && el("span", { class: "muted", text: ` was ${from}` }),
      places.map((place) => el("div", {}, placeLink(fleet.texts[place]))),
    ),
    ["conflict", "force", "wording"].includes(set)
      ? drawDiff(withForce(before), withForce(after)) ?? el("span", { class: "muted", text: "another kind of content" })
      : el(
          "div",
          {},
          content.force && el("span", { class: "muted", text: `${content.force} ` }),
          el("span", { class: "words-of", text: content.text || content.noun }),
        ),
  );
}
