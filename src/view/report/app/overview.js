// The overview: the health of the fleet in numbers, each a link to what it counts.

/** The number of distinct disputes of each state. */
function disputeCounts() {
  const counts = {};
  for (const dispute of fleet.disputes) counts[dispute.state] = (counts[dispute.state] ?? 0) + 1;
  return counts;
}

function showOverview(chosen) {
  document.title = "cento report";
  const counts = disputeCounts();
  const sound = fleet.personas.filter((persona) => persona.state === "ok").length;
  const unmet = fleet.personas.reduce((sum, persona) => sum + persona.unmet, 0);
  const all = fleet.personas.length;
  const disputes = (state) => [counts[state] ?? 0, address("conflicts", "", { state })];
  const lengths = outputLengths();
  const over = lengths.filter((length) => length.part > 1).length;
  const unsound = all - sound;
  const numbers = [
    ["personas", all, address("persona"), unsound ? `${unsound} cannot be built` : "all can be built", unsound && "bad"],
    ["open conflicts", ...disputes("open"), "not decided yet", "bad"],
    ["broken locks", ...disputes("lock broken"), "locked claims that lost", "bad"],
    ["unmet requirements", unmet, address("overview", "", { at: "requirements" }), `${fleet.requirements} in cento.toml`, "bad"],
    ["weakened rules", ...disputes("weakened"), "below the baseline", "warn"],
    ["removals", ...disputes("removed"), "by profiles", "warn"],
    ["decisions", ...disputes("settled"), "recorded in profiles"],
    ["outputs over budget", over, address("overview", "", { at: "budget" }), "of their targets", "warn"],
  ];
  const parts = [
    el("h1", { text: "Overview" }),
    el(
      "div",
      { class: "numbers" },
      numbers.map(([name, count, href, about, role]) =>
        el(
          "a",
          { class: `number-card ${(count > 0 && role) || ""}`, href },
          el("b", { text: count.toLocaleString("en") }),
          el("span", { text: name }),
          el("span", { class: "muted", text: about }),
        ),
      ),
    ),
    all === 0 && hello("No personas yet", "Add a profile under profiles/ and run `cento report` again."),
    all > 0 &&
      el("p", { class: "first" }, "Start with ", personaLink(0), ", or press ", el("kbd", { text: "2" }), " for the list."),
    fleet.findings.length > 0 &&
      el(
        "section",
        {},
        el("h2", { text: "In files that no persona uses" }),
        el("div", { class: "findings" }, fleet.findings.map(findingCard)),
      ),
    requirementSection(),
    budgetSection(lengths),
  ];
  byId("overview").replaceChildren(...parts.filter(Boolean));
  if (chosen.at) byId(chosen.at)?.scrollIntoView({ block: "start" });
  else byId("view-overview").scrollTop = 0;
}

function requirementSection() {
  const failing = [...fleet.personas.keys()].filter((index) => fleet.personas[index].unmet > 0);
  const text =
    fleet.requirements === 0
      ? "cento.toml has no requirements."
      : `${plural(fleet.requirements, "requirement")}; every persona meets those about it.`;
  return el(
    "section",
    { id: "requirements" },
    el("h2", { text: "Requirements" }),
    failing.length === 0
      ? el("p", { class: "muted", text })
      : [
          el("p", { text: "These personas do not meet all requirements about them; their findings say which:" }),
          personaLinks(failing, 60),
        ],
  );
}

/** The length of each output, with its part of the recommended maximum: the fullest first. */
function outputLengths() {
  const lengths = fleet.personas.flatMap((persona, index) =>
    persona.lengths.map(([[lines, tokens], [mostLines, mostTokens]], target) => {
      const part = Math.max(mostLines ? lines / mostLines : 0, mostTokens ? tokens / mostTokens : 0);
      return { index, target, lines, tokens, mostLines, mostTokens, part };
    }),
  );
  return lengths.sort((a, b) => b.part - a.part || b.tokens - a.tokens);
}

/** How many outputs the overview lists. */
const MOST_LENGTHS = 100;

function budgetSection(lengths) {
  if (lengths.length === 0) return false;
  const of = (count, most) => count.toLocaleString("en") + (most ? ` of ${most.toLocaleString("en")}` : "");
  const row = (length) => {
    const { id, targets } = fleet.personas[length.index];
    const target = targets[length.target];
    return el(
      "tr",
      { class: length.part > 1 ? "over" : undefined },
      el(
        "th",
        { scope: "row" },
        el("a", { class: "link", href: address("persona", id, { target: length.target ? target : "" }), text: id }),
        el("span", { class: "of muted", text: target }),
      ),
      el("td", { text: target }),
      el("td", { class: "count", text: of(length.lines, length.mostLines) }),
      el("td", { class: "count", text: of(length.tokens, length.mostTokens) }),
      el(
        "td",
        { class: "part" },
        length.part > 0
          ? el(
              "span",
              { class: "gauge", "--part": Math.min(100, 100 * length.part), "aria-hidden": "true" },
              el("span"),
            )
          : el("span", { class: "muted", text: "no limit" }),
        length.part > 0 && el("span", { class: "count", text: `${Math.round(100 * length.part)} %` }),
      ),
    );
  };
  const rest = lengths.length - MOST_LENGTHS;
  return el(
    "section",
    { id: "budget" },
    el("h2", { text: "Budget" }),
    el("p", {
      class: "muted",
      text: "The length of each output, against what its target recommends. Tokens are estimated.",
    }),
    el(
      "table",
      { class: "budget" },
      el(
        "thead",
        {},
        el("tr", {}, ["persona", "target", "lines", "tokens", "used"].map((text) => el("th", { scope: "col", text }))),
      ),
      el("tbody", {}, lengths.slice(0, MOST_LENGTHS).map(row)),
    ),
    rest > 0 && el("p", { class: "muted", text: `and ${plural(rest, "shorter output")}` }),
  );
}

/** A message in the middle of a pane. */
function hello(title, text) {
  return el("div", { class: "hello" }, el("h1", { text: title }), el("p", { text }));
}
