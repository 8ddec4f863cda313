// Two personas side by side: by address, then by line.

/** Shows the comparison in the URL. */
function showCompare(chosen) {
  document.title = "Compare · cento report";
  const names = byId("persona-ids");
  if (names.childElementCount === 0)
    names.append(...fleet.personas.map((persona) => el("option", { value: persona.id })));
  for (const side of ["a", "b"]) {
    const input = byId(`compare-${side}`);
    if (document.activeElement !== input) input.value = chosen[side] ?? "";
  }
  drawCompare(chosen);
}

function drawCompare({ a = "", b = "" }) {
  const result = byId("compare-result");
  const [first, second] = [personaIndex.get(a), personaIndex.get(b)];
  const missing = [a, b].filter((id) => id && !personaIndex.has(id));
  if (first === undefined || second === undefined) {
    const text =
      missing.length > 0
        ? `This report has no persona ${missing.join(", and none called ")}.`
        : fleet.personas.length < 2
          ? "There is only one persona, so there is nothing to compare."
          : "Choose two personas to see what only one has, and what they word differently.";
    result.replaceChildren(el("p", { class: "muted", text }));
    return;
  }
  const broken = [first, second].filter((index) => fleet.personas[index].state === "broken");
  if (broken.length > 0) {
    result.replaceChildren(
      el("p", {
        text: `${broken.map((index) => fleet.personas[index].id).join(" and ")} cannot be composed.`,
      }),
    );
    return;
  }
  const [left, right] = [personaData(first), personaData(second)];
  const groups = byAddress(left, right);
  const sections = [
    [`Only in ${a}`, groups.left, oneSide],
    [`Only in ${b}`, groups.right, oneSide],
    ["Reworded", groups.wording, twoSides],
    ["Different force", groups.force, twoSides],
    ["Equal", groups.same, oneSide],
  ];
  const totals = el(
    "div",
    { class: "totals" },
    sections.map(([title, rows]) =>
      el("span", {}, el("b", { text: String(rows.length) }), ` ${title[0].toLowerCase()}${title.slice(1)}`),
    ),
  );
  const lines = (data) => (data.targets[0]?.lines ?? []).map((line) => textOf(data, line));
  const diff = drawDiff(lines(left), lines(right), 2);
  result.replaceChildren(
    totals,
    ...sections
      .filter(([, rows]) => rows.length > 0)
      .map(([title, rows, draw]) =>
        laterDetails(`${title} (${rows.length})`, title !== "Equal", () => rows.map(draw)),
      ),
    laterDetails("Line by line", true, () => [
      diff ?? el("p", { class: "muted", text: "The texts are equal." }),
    ]),
  );
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

/** The addresses with content in either persona, grouped by difference. */
function byAddress(left, right) {
  const groups = { left: [], right: [], wording: [], force: [], same: [] };
  const texts = (data) =>
    new Map(
      [...data.decisions.values()]
        .map((decision) => [decision.at, composedText(decision)])
        .filter(([, text]) => text),
    );
  const [a, b] = [texts(left), texts(right)];
  for (const [at, before] of a) {
    const after = b.get(at);
    if (!after) groups.left.push({ at, text: before });
    else if (before.force !== after.force) groups.force.push({ at, before, after });
    else if (fold(before.text) !== fold(after.text)) groups.wording.push({ at, before, after });
    else groups.same.push({ at, text: before });
  }
  for (const [at, text] of b) if (!a.has(at)) groups.right.push({ at, text });
  return groups;
}

function oneSide({ at, text }) {
  return el(
    "div",
    { class: "pair" },
    el("code", { text: fleet.addresses[at] }),
    el(
      "div",
      {},
      text.force && el("span", { class: "muted", text: `${text.force} ` }),
      el("span", { class: "words-of", text: text.text }),
    ),
  );
}

function twoSides({ at, before, after }) {
  const withForce = ({ force, text }) => (force ? `${force}: ${text}` : text).split("\n");
  return el(
    "div",
    { class: "pair" },
    el("code", { text: fleet.addresses[at] }),
    drawDiff(withForce(before), withForce(after)),
  );
}
