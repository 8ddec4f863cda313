// The matrix of rules and personas.

/** The number of rows and columns of a page of the matrix. */
const PAGE = 30;

/** The first row and column of the current page. */
const matrix = { row: 0, column: 0 };

/** Shows the matrix with the filters in the URL. */
function showRules(chosen) {
  document.title = "Rules · cento report";
  const set = (id, value) => {
    if (document.activeElement !== byId(id)) byId(id).value = value ?? "";
  };
  set("rule-filter", chosen.filter);
  set("rule-persona-filter", chosen.personas);
  byId("rule-drift").checked = chosen.differ === "yes";
  matrix.row = (Math.max(1, Number.parseInt(chosen.page ?? "1", 10) || 1) - 1) * PAGE;
  matrix.column = (Math.max(1, Number.parseInt(chosen.columns ?? "1", 10) || 1) - 1) * PAGE;
  drawMatrix();
}

/** The URL fragment of the matrix with its current filters and some changes. */
function rulesAddress(changed = {}) {
  return address("rules", "", {
    filter: byId("rule-filter").value,
    personas: byId("rule-persona-filter").value,
    differ: byId("rule-drift").checked ? "yes" : "",
    ...changed,
  });
}

/** Whether some persona changes or drops a rule. `cento rules --drift` lists the same rules. */
function differs(rule) {
  return rule.personas.some(([, , status]) => status !== "as written");
}

/** The force and the folded text of a wording. The first wording is the baseline. */
function wordingOf(rule, place) {
  const [force, claim] = rule.wordings[place];
  return [force, fold(fleet.claims[claim].text)];
}

function drawMatrix() {
  const rules = fleet.rules.filter((rule) => {
    const texts = rule.wordings.map(([force, claim]) => `${force} ${fleet.claims[claim].text}`);
    return (
      matches(byId("rule-filter").value, fleet.addresses[rule.at], ...texts) &&
      (!byId("rule-drift").checked || differs(rule))
    );
  });
  const personas = [...fleet.personas.keys()].filter((index) =>
    matches(
      byId("rule-persona-filter").value,
      fleet.personas[index].id,
      fleet.personas[index].tags.join(" "),
    ),
  );
  if (matrix.row >= rules.length) matrix.row = 0;
  if (matrix.column >= personas.length) matrix.column = 0;
  byId("rule-pages").replaceChildren(
    ...pager("rules", matrix.row, rules.length, (page) =>
      rulesAddress({ page, columns: String(matrix.column / PAGE + 1) }),
    ),
    ...pager("personas", matrix.column, personas.length, (columns) =>
      rulesAddress({ columns, page: String(matrix.row / PAGE + 1) }),
    ),
  );
  byId("rule-detail").replaceChildren(
    el("p", { class: "hint", text: "Choose a cell to see the wording and where it comes from." }),
  );
  if (rules.length === 0 || personas.length === 0) {
    const nothing = fleet.rules.length === 0 ? "No persona has a rule." : "Nothing matches.";
    byId("matrix-frame").replaceChildren(el("p", { class: "empty", text: nothing }));
    return;
  }
  const columns = personas.slice(matrix.column, matrix.column + PAGE);
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "rule"),
    columns.map((index) =>
      el(
        "th",
        { scope: "col" },
        el("a", {
          href: address("persona", fleet.personas[index].id),
          title: fleet.personas[index].id,
          text: fleet.personas[index].id,
        }),
      ),
    ),
  );
  const rows = rules.slice(matrix.row, matrix.row + PAGE).map((rule) => matrixRow(rule, columns));
  byId("matrix-frame").replaceChildren(
    el("table", { class: columns.length > 12 ? "matrix many" : "matrix" }, el("thead", {}, head), el("tbody", {}, rows)),
  );
  byId("matrix-frame").querySelector(".cell")?.setAttribute("tabindex", "0");
}

/** The position of a page among all pages, and links to the next and previous ones. */
function pager(noun, start, count, to) {
  if (count <= PAGE) return [el("span", { class: "muted", text: `${count} ${noun}` })];
  const page = start / PAGE + 1;
  const last = Math.ceil(count / PAGE);
  const step = (text, label, target) =>
    el("button", {
      type: "button",
      class: "quiet",
      "aria-label": `${label} ${noun}`,
      disabled: target < 1 || target > last,
      text,
      onclick: () => goTo(to(String(target))),
    });
  return [
    step("‹", "previous", page - 1),
    el("span", { text: `${noun} ${start + 1}–${Math.min(start + PAGE, count)} of ${count}` }),
    step("›", "next", page + 1),
  ];
}

function matrixRow(rule, columns) {
  const uses = new Map(rule.personas.map((use) => [use[0], use]));
  const [baseForce, baseClaim] = rule.wordings[0];
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("code", { text: fleet.addresses[rule.at] }),
      el("span", { class: "rule-text", dir: "auto", text: claimText(fleet.claims[baseClaim]) }),
    ),
    columns.map((index) => {
      const use = uses.get(index);
      if (use === undefined) return el("td");
      const [, place, status, , broken] = use;
      const gone = place < 0;
      const [force, text] = gone ? [baseForce, ""] : wordingOf(rule, place);
      const other = !gone && text !== wordingOf(rule, 0)[1];
      const states = [
        gone ? status : force,
        other && "another wording",
        !gone && ["weakened", "reversed"].includes(status) && status,
        broken === 1 && "lock broken",
      ].filter(Boolean);
      const label = `${states.join(", ")}: ${fleet.addresses[rule.at]} in ${fleet.personas[index].id}`;
      const kind = broken === 1 ? "broken" : gone ? (status === "in conflict" ? "open" : "gone") : force;
      const weaker = !gone && ["weakened", "reversed"].includes(status);
      return el(
        "td",
        {},
        el("button", {
          type: "button",
          class: `cell ${kind}${gone ? " struck" : ""}${other ? " other" : ""}${weaker ? " weaker" : ""}`,
          tabindex: "-1",
          "aria-label": label,
          text: force,
          onclick: () => showRule(rule, use),
          onfocus: () => showRule(rule, use),
        }),
      );
    }),
  );
}

/** Shows the wording of a rule in one persona, why it is so, and the baseline. */
function showRule(rule, [index, place, status, why, broken]) {
  const common = fleet.claims[rule.wordings[0][1]];
  const [force, claim] = rule.wordings[Math.max(0, place)];
  const says = fleet.claims[claim];
  const row = (role, ...content) =>
    el("div", { class: "claim" }, el("span", { class: "role", text: role }), el("div", {}, content));
  const personas = rule.personas.filter(([, other]) => other === place).length;
  const isWritten = status === "as written";
  byId("rule-detail").replaceChildren(
    ...[
      el(
        "div",
        {},
        el("code", { text: fleet.addresses[rule.at] }),
        " in ",
        personaLink(index),
        !isWritten && el("b", { class: "fate", text: ` ${status}${broken === 1 ? ", lock broken" : ""}` }),
      ),
      place >= 0 &&
        row(
          force,
          el("span", { dir: "auto", text: claimText(says) }),
          el("span", { class: "muted", text: ` · so in ${plural(personas, "persona")}` }),
        ),
      place >= 0 && row("from", el("span", { class: "mono", text: nameOf(says.by) }), " ", placeLink(placeOf(says))),
      why >= 0 && row("why", el("span", { dir: "auto", text: fleet.texts[why] })),
      (place < 0 || fold(common.text) !== fold(says.text)) &&
        row(
          "baseline",
          el("span", { dir: "auto", text: `${rule.wordings[0][0]}: ${claimText(common)} ` }),
          placeLink(placeOf(common)),
        ),
    ].filter(Boolean),
  );
}

/** Lets the arrow keys move between cells. */
function watchMatrix() {
  byId("matrix-frame").addEventListener("keydown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = cell.closest("tr");
    const column = [...row.children].indexOf(cell.parentElement);
    const inRow = (step) => {
      let td = cell.parentElement;
      do td = step < 0 ? td.previousElementSibling : td.nextElementSibling;
      while (td && !td.querySelector(".cell"));
      return td?.querySelector(".cell");
    };
    const inColumn = (step) => {
      let tr = row;
      do tr = step < 0 ? tr.previousElementSibling : tr.nextElementSibling;
      while (tr && !tr.children[column].querySelector(".cell"));
      return tr?.children[column].querySelector(".cell");
    };
    const next = {
      ArrowLeft: () => inRow(-1),
      ArrowRight: () => inRow(1),
      ArrowUp: () => inColumn(-1),
      ArrowDown: () => inColumn(1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const target = next();
    if (!target) return;
    cell.setAttribute("tabindex", "-1");
    target.setAttribute("tabindex", "0");
    target.focus();
  });
}
