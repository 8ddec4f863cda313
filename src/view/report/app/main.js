// Navigation, keys and theme.

/** Shows the view in the URL. */
function show() {
  const { view, id, chosen } = readAddress(location.hash);
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === view) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  const views = { overview: showOverview, conflicts: showConflicts, rules: showRules, compare: showCompare };
  if (view === "persona") showPersona(id, chosen);
  else if (view === "review") document.title = "Review · cento report";
  else views[view](chosen);
  // The link to the personas returns to the last one shown.
  if (view === "persona")
    document.querySelector('.views a[data-view="persona"]').href = location.hash || "#/persona";
}

/** The filter of the current view. */
function visibleFilter() {
  return [...document.querySelectorAll(".filter")].find((input) => input.offsetParent !== null);
}

/** Handles the keys that work in every view. */
function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || byId("keys").open) return;
  const typing = event.target.matches("input:not([type=checkbox]), select");
  if (event.key === "Escape") {
    if (event.target.matches("input") && event.target.value) {
      event.target.value = "";
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (typing) {
      event.target.blur();
    } else if (!byId("view-persona").hidden && shown.source >= 0) {
      toggleSource(shown.source);
    } else return;
  } else if (typing) {
    return;
  } else if (event.key === "/") {
    const filter = visibleFilter();
    filter?.focus();
    filter?.select();
  } else if (event.key === "?") {
    byId("keys").showModal();
  } else if (/^[1-6]$/.test(event.key)) {
    document.querySelector(`.views a[data-view="${VIEWS[Number(event.key) - 1]}"]:not([hidden])`)?.click();
  } else return;
  event.preventDefault();
}

const THEMES = ["auto", "light", "dark"];

/** Sets the theme, and remembers it if the browser allows that. */
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = `Theme: ${theme}`;
  try {
    localStorage.setItem("cento-theme", theme);
  } catch {
    // A page opened from a file may have no storage.
  }
}

function rememberedTheme() {
  try {
    const theme = localStorage.getItem("cento-theme");
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return "auto";
  }
}

function start() {
  setTheme(rememberedTheme());
  byId("theme").addEventListener("click", () =>
    setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]),
  );
  byId("help").addEventListener("click", () => byId("keys").showModal());
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", show);

  filterList(byId("persona-filter"), byId("persona-list"), ".persona", drawPersonas);
  filterList(byId("source-filter"), byId("source-list"), ".source", () => {
    if (shown.index < 0) return;
    const data = personaData(shown.index);
    drawSources(data);
    chooseSource(data, shown.source, false);
  });
  walkList(byId("persona-list"), ".persona");
  walkList(byId("source-list"), ".source");
  watchDocument();
  watchMatrix();
  for (const button of document.querySelectorAll(".panes button")) {
    button.addEventListener("click", () => {
      byId("view-persona").dataset.pane = button.dataset.pane;
      drawPanes();
    });
  }

  byId("conflict-filter").addEventListener("input", () =>
    goTo(
      address("conflicts", "", {
        state: conflicts.state === "all" ? "" : conflicts.state,
        filter: byId("conflict-filter").value,
      }),
      true,
    ),
  );
  for (const id of ["rule-filter", "rule-persona-filter", "rule-drift"])
    byId(id).addEventListener("input", () => goTo(rulesAddress(), true));
  const compared = () => ({ a: byId("compare-a").value, b: byId("compare-b").value });
  for (const side of ["a", "b"])
    byId(`compare-${side}`).addEventListener("input", () => goTo(address("compare", "", compared()), true));
  byId("compare-swap").addEventListener("click", () =>
    goTo(address("compare", "", { a: compared().b, b: compared().a })),
  );

  const open = fleet.disputes.filter((dispute) => dispute.state === "open").length;
  byId("open-count").textContent = String(open);
  byId("open-count").hidden = open === 0;
  byId("open-count").setAttribute("aria-label", `${open} open`);
  const hasReview = byId("view-review").childElementCount > 0;
  document.querySelector('.views a[data-view="review"]').hidden = !hasReview;
  document.querySelector(".views").classList.toggle("many", hasReview);
  drawTags();
  drawPersonas();
  show();
}

start();
