// The sources of a persona, and their contributions.

/** Draws the sources of the persona, the largest share first. */
function drawSources(data) {
  const filter = byId("source-filter").value;
  const output = data.targets[shown.target];
  const credits = new Map(
    (output?.credits ?? []).map(([source, numerator, denominator]) => [source, numerator / denominator]),
  );
  const credit = (source) => credits.get(source) ?? 0;
  const sources = data.sources.filter((source) =>
    matches(filter, nameOf(source), fleet.sources[source].summary),
  );
  // The sort is stable: equal shares stay in display order.
  sources.sort((a, b) => credit(b) - credit(a));
  const most = Math.max(1, ...data.sources.map(credit));
  byId("source-count").textContent =
    sources.length === data.sources.length
      ? String(sources.length)
      : `${sources.length} of ${data.sources.length}`;
  const list = byId("source-list");
  fillList(
    list,
    sources,
    (source) => sourceRow(data, source, credit(source), most, output),
    data.sources.length === 0 ? "The profile cannot be composed." : "No source matches.",
  );
  list.places = sources;
}

function sourceRow(data, source, credit, most, output) {
  const { name, summary } = fleet.sources[source];
  return el(
    "button",
    {
      type: "button",
      class: "row source-row source",
      "data-source": source,
      "aria-expanded": "false",
      "--hue": data.hues.get(source),
      "--part": (100 * credit) / most,
      onclick: () => toggleSource(source),
    },
    el(
      "span",
      { class: "title" },
      el("span", { class: "swatch" }),
      el("b", { text: name }),
      el("span", { class: "share", text: percent(credit, output?.bytes ?? 0) }),
    ),
    el("span", { class: "gauge", "aria-hidden": "true" }, el("span")),
    summary && el("span", { class: "sub", dir: "auto", text: summary }),
  );
}

/** Selects a source, or deselects it if it is selected. Its text is highlighted in the source, not in rendered Markdown. */
function toggleSource(source) {
  const isSelected = shown.source === source;
  goTo(personaAddress(isSelected ? { source: "" } : { source: nameOf(source), view: "" }));
}

/** Highlights the text of a source, and opens its details. -1 deselects. */
function chooseSource(data, source, isNew) {
  const frame = byId("document");
  const list = byId("source-list");
  list.querySelector(".detail")?.remove();
  list.querySelector('[aria-expanded="true"]')?.setAttribute("aria-expanded", "false");
  frame.classList.toggle("choosing", source >= 0);
  let first;
  for (const piece of frame.querySelectorAll(".piece")) {
    const lit = source >= 0 && suppliersOf(data, Number(piece.dataset.origin)).includes(source);
    piece.classList.toggle("lit", lit);
    if (lit) {
      piece.style.setProperty("--hue", data.hues.get(source) ?? 0);
      first ??= piece;
    } else {
      const by = fleet.claims[fleet.origins[Number(piece.dataset.origin)][0]].by;
      piece.style.setProperty("--hue", data.hues.get(by) ?? 0);
    }
  }
  if (source < 0) return;
  list.makeUpTo?.(list.places.indexOf(source));
  const row = list.querySelector(`[data-source="${source}"]`);
  if (row) {
    row.setAttribute("aria-expanded", "true");
    row.after(sourceDetail(data, source));
    if (isNew || !isInView(row, row.closest(".pane"))) row.scrollIntoView({ block: "center" });
  }
  // The text does not scroll while the user points at it.
  if (first && !frame.contains(document.activeElement) && !frame.matches(":hover"))
    first.scrollIntoView({ block: "center" });
}

function isInView(element, frame) {
  const [inner, outer] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/** The contribution of a source: alone, shared, lost, and errors without it. */
function sourceDetail(data, source) {
  const { path, personas } = fleet.sources[source];
  const { shared, lost } = statementsOf(data, source);
  const without = data.without.get(source);
  const [, numerator, denominator] = data.targets[shown.target]?.credits.find(([of]) => of === source) ?? [
    source,
    0,
    1,
  ];
  const bytes =
    denominator === 1 ? plural(numerator, "byte") : `${(numerator / denominator).toFixed(1)} bytes`;
  return el(
    "div",
    { class: "detail" },
    el(
      "div",
      { class: "facts" },
      placeLink(`${path}:1`),
      el("span", { text: bytes }),
      el("span", { text: `in ${plural(personas, "persona")}` }),
    ),
    without && exclusive(data, without),
    without?.breaks?.length > 0 &&
      el(
        "section",
        {},
        el("h3", { text: "Would break without it" }),
        el(
          "ul",
          {},
          without.breaks.map(([code, message]) =>
            el("li", {}, el("b", { text: `error[${code}] ` }), message),
          ),
        ),
      ),
    shared.length > 0 &&
      el(
        "section",
        {},
        el("h3", { text: "Shared" }),
        el(
          "ul",
          {},
          shared.map(({ at, partners }) =>
            el(
              "li",
              {},
              el("code", { text: at }),
              el("span", { class: "muted" }, " with ", links(partners), `, 1/${partners.length + 1} each`),
            ),
          ),
        ),
      ),
    lost.length > 0 &&
      el(
        "section",
        {},
        el("h3", { text: "Overridden" }),
        el(
          "ul",
          {},
          lost.map(({ at, row, decision }) => {
            const claim = fleet.claims[row.claim];
            return el(
              "li",
              {},
              el("code", { text: at }),
              el("span", { class: "muted", text: ` ${fleet.states[row.state]} ${whyLost(row, claim)}` }),
              el("span", { class: "quote", text: `“${claimText(claim)}”` }),
              decision.because?.reason && el("span", { class: "quote", text: decision.because.reason }),
            );
          }),
        ),
      ),
  );
}

function links(sources) {
  return sources.flatMap((source, place) =>
    place === 0 ? [sourceLink(source)] : [", ", sourceLink(source)],
  );
}

/** The text that would be lost without a fragment, as a diff to the persona composed again. */
function exclusive(data, without) {
  const section = el("section", {}, el("h3", { text: "Lost without it" }));
  if (!without.hunks) {
    section.append(el("p", { text: "Without it the profile cannot be composed." }));
    return section;
  }
  const hunks = without.hunks[shown.target] ?? [];
  if (hunks.length === 0) {
    section.append(el("p", { class: "muted", text: "Nothing: other sources have all of it." }));
    return section;
  }
  const before = data.targets[shown.target].lines.map((line) => textOf(data, line));
  const after = [...before];
  for (const [at, gone, come] of [...hunks].reverse())
    after.splice(at, gone, ...come.map((line) => textOf(data, line)));
  section.append(
    drawDiff(before, after) ?? el("p", { class: "muted", text: "Only white space at the end." }),
  );
  return section;
}
