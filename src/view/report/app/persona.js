// The list of personas, and the composed text of one.

/** The current persona, target, source and tag. */
const shown = { index: -1, id: undefined, target: 0, source: -1, tag: "", rendered: false };

/** Draws the list of personas that match the filter and the tag. */
function drawPersonas() {
  const filter = byId("persona-filter").value;
  const indices = [...fleet.personas.keys()].filter((index) => {
    const persona = fleet.personas[index];
    const state = persona.state === "broken" ? "cannot be composed" : stateOf(persona);
    return (
      (!shown.tag || persona.tags.includes(shown.tag)) &&
      matches(filter, persona.id, persona.name, persona.description, state, persona.tags.join(" "))
    );
  });
  const all = fleet.personas.length;
  byId("persona-count").textContent =
    indices.length === all ? all.toLocaleString("en") : `${indices.length} of ${all}`;
  const list = byId("persona-list");
  fillList(
    list,
    indices,
    personaRow,
    all === 0 ? "This workspace builds no personas." : "No persona matches.",
  );
  list.makeUpTo?.(indices.indexOf(shown.index));
}

function personaRow(index) {
  const persona = fleet.personas[index];
  const name = persona.name === persona.id ? "" : `${persona.name} — `;
  const counts =
    persona.state === "broken" ? plural(persona.errors, "error") : plural(persona.fragments, "fragment");
  return el(
    "a",
    {
      class: "row persona",
      href: address("persona", persona.id),
      "data-index": index,
      "aria-current": index === shown.index && "true",
    },
    el("span", { class: "title" }, el("b", { text: persona.id }), stateLabel(stateOf(persona))),
    el("span", { class: "sub", dir: "auto", text: `${name}${persona.description || counts}` }),
  );
}

/** Draws the most common tags as choices. */
function drawTags() {
  const counts = new Map();
  for (const tag of fleet.personas.flatMap((persona) => persona.tags))
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 8);
  byId("tag-filter").replaceChildren(
    ...common.map(([tag, count]) =>
      choice(`${tag} ${count}`, shown.tag === tag, () => {
        shown.tag = shown.tag === tag ? "" : tag;
        drawTags();
        drawPersonas();
        byId("tag-filter").querySelectorAll("button")[common.findIndex(([other]) => other === tag)].focus();
      }),
    ),
  );
}

/** Shows a persona for one of its targets, and a selected source. */
function showPersona(id, chosen) {
  const index = id ? (personaIndex.get(id) ?? -1) : fleet.personas.length > 0 ? 0 : -1;
  const persona = fleet.personas[index];
  const target = Math.max(0, persona?.targets.indexOf(chosen.target) ?? 0);
  const source = sourceIndex.get(chosen.source) ?? -1;
  const rendered = chosen.view === "rendered";
  const isNew = index !== shown.index || target !== shown.target || rendered !== shown.rendered;
  const pane = byId("view-persona");
  if (index !== shown.index || id !== shown.id) {
    pane.dataset.pane = id && index >= 0 ? "text" : "personas";
    byId("persona-list").querySelector("[aria-current]")?.removeAttribute("aria-current");
    byId("persona-list").querySelector(`[data-index="${index}"]`)?.setAttribute("aria-current", "true");
  }
  Object.assign(shown, { index, id, target, source, rendered });
  drawPanes();
  document.title = persona ? `${persona.id} · cento report` : "cento report";
  if (!persona) {
    byId("persona-head").replaceChildren(
      id
        ? hello("No such persona", `This report has no persona ${id}.`)
        : hello("No personas yet", "Add a profile under profiles/ and run `cento report` again."),
    );
    byId("document").replaceChildren();
    byId("source-list").replaceChildren();
    byId("source-count").textContent = "";
    showInspector(undefined);
    return;
  }
  const data = personaData(index);
  if (isNew) {
    drawHead(data, persona);
    drawDocument(data);
    drawSources(data);
    byId("text-pane").querySelector(".sheet").scrollTop = 0;
    showInspector(undefined);
  }
  chooseSource(data, source, isNew);
}

function drawHead(data, persona) {
  const output = data.targets[shown.target];
  const facts = output && [
    output.path,
    plural(output.bytes, "byte"),
    plural(data.sources.length, "source"),
    `${percent(output.layout, output.bytes)} layout`,
  ];
  const tabs =
    persona.targets.length > 1 &&
    el(
      "div",
      { class: "tabs", role: "group", "aria-label": "Targets" },
      persona.targets.map((name, place) =>
        choice(name, place === shown.target, () =>
          goTo(personaAddress({ target: place === 0 ? "" : name })),
        ),
      ),
    );
  const errors = data.findings.filter((finding) => finding.severity === "error");
  const findings =
    data.findings.length > 0 &&
    el(
      "details",
      { open: errors.length > 0 },
      el("summary", {
        text: `${plural(errors.length, "error")}, ${plural(data.findings.length - errors.length, "other finding")}`,
      }),
      el("div", { class: "findings" }, data.findings.map(findingCard)),
    );
  byId("persona-head").replaceChildren(
    el(
      "div",
      { class: "persona-head" },
      el(
        "div",
        { class: "top" },
        el("h1", { dir: "auto", text: persona.name }),
        el("code", { class: "muted", text: persona.id }),
        stateLabel(stateOf(persona)),
      ),
      persona.description && el("p", { dir: "auto", text: persona.description }),
      facts &&
        el(
          "div",
          { class: "facts" },
          facts.map((fact) => el("span", { text: fact })),
        ),
      persona.tags.length > 0 &&
        el(
          "div",
          { class: "chips" },
          persona.tags.map((tag) => el("span", { class: "chip", text: tag })),
        ),
      output &&
        el(
          "div",
          { class: "facts persona-tools" },
          choice("source", !shown.rendered, () => goTo(personaAddress({ view: "" }))),
          choice("rendered", shown.rendered, () => goTo(personaAddress({ view: "rendered" }))),
          el("button", {
            type: "button",
            class: "chip",
            id: "copy",
            text: "copy",
            onclick: () => copyText(output.lines.map((line) => `${textOf(data, line)}\n`).join("")),
          }),
          el("a", {
            class: "link",
            href: address("compare", "", { a: persona.id }),
            text: "Compare with another",
          }),
        ),
      tabs,
      findings,
    ),
  );
}

/** The URL fragment of the current persona with some changes. */
function personaAddress(changed) {
  const { id, targets } = fleet.personas[shown.index];
  return address("persona", id, {
    target: shown.target === 0 ? "" : targets[shown.target],
    source: nameOf(shown.source),
    view: shown.rendered ? "rendered" : "",
    ...changed,
  });
}

/** Copies a text, and says so. A page without the clipboard copies through a selection. */
async function copyText(text) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "sr" });
    document.body.append(area);
    area.value = text;
    area.select();
    copied = document.execCommand("copy");
    area.remove();
  }
  const button = byId("copy");
  if (button) button.textContent = copied ? "copied" : "not copied";
}

/** The name of a source; empty if there is none. */
function nameOf(source) {
  return fleet.sources[source]?.name ?? "";
}

/** How many lines of a document are rendered as one block. The browser skips blocks that are not visible. */
const LINES = 80;

function drawDocument(data) {
  const output = data.targets[shown.target];
  const frame = byId("document");
  frame.replaceChildren();
  frame.classList.toggle("as-rendered", shown.rendered);
  if (!output) return;
  if (shown.rendered) {
    frame.append(renderMarkdown(output.lines.map((line) => textOf(data, line))));
    return;
  }
  for (let start = 0; start < output.lines.length; start += LINES) {
    const lines = output.lines.slice(start, start + LINES);
    frame.append(
      el(
        "div",
        { class: "block" },
        lines.map((line, offset) => drawLine(data, line, start + offset + 1)),
      ),
    );
  }
  frame.querySelector(".piece")?.setAttribute("tabindex", "0");
}

function drawLine(data, line, number) {
  const words = wordsOf(data, line);
  const heading = /^#{1,6} /.test(words.map((word) => word.text).join(""));
  return el(
    "div",
    { class: heading ? "line heading" : "line" },
    el("span", { class: "number", text: String(number), "aria-hidden": "true" }),
    el(
      "span",
      { class: "words" },
      words.map((word) => drawWord(data, word)),
    ),
  );
}

function drawWord(data, { text, origin }) {
  if (origin < 0) {
    // A conflict leaves a marker in the text, which has no source.
    return el("span", { class: text.includes("\u27e6conflict: ") ? "marker" : "layout", text });
  }
  const source = fleet.claims[fleet.origins[origin][0]].by;
  return el("span", {
    class: "piece",
    text,
    tabindex: "-1",
    role: "link",
    "data-origin": origin,
    "--hue": data.hues.get(source) ?? 0,
  });
}

/** Marks the pane that a narrow window shows. */
function drawPanes() {
  const workbench = byId("view-persona");
  for (const button of workbench.querySelectorAll(".panes button")) {
    button.setAttribute("aria-pressed", String(button.dataset.pane === workbench.dataset.pane));
  }
}
