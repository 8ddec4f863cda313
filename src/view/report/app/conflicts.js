// Disagreements between sources, decisions about them, and what takes rules away or weakens them.

/** The state that is shown, and the personas of each dispute once they are known. */
const conflicts = { state: "all", personas: undefined };

/** The states of disputes, most serious first. */
const DISPUTE_STATES = ["open", "lock broken", "weakened", "removed", "tension", "settled"];

/** How many cards are shown at first, and added by each further step. */
const CARDS = 40;

/** The personas of each dispute. */
function disputePersonas() {
  if (!conflicts.personas) {
    conflicts.personas = fleet.disputes.map(() => []);
    fleet.personas.forEach((persona, index) =>
      persona.disputes.forEach((dispute) => conflicts.personas[dispute].push(index)),
    );
  }
  return conflicts.personas;
}

/** Shows the disputes that match the filter and the state. */
function showConflicts(chosen) {
  document.title = "Conflicts · cento report";
  conflicts.state = DISPUTE_STATES.includes(chosen.state) ? chosen.state : "all";
  const input = byId("conflict-filter");
  if (document.activeElement !== input) input.value = chosen.filter ?? "";
  drawConflicts(CARDS);
}

function drawConflicts(most) {
  const personas = disputePersonas();
  const filter = byId("conflict-filter").value;
  const count = (state) =>
    fleet.disputes.filter((dispute) => state === "all" || dispute.state === state).length;
  byId("conflict-states").replaceChildren(
    ...["all", ...DISPUTE_STATES].map((state) =>
      choice(`${state} ${count(state)}`, conflicts.state === state, () =>
        goTo(address("conflicts", "", { state: state === "all" ? "" : state, filter })),
      ),
    ),
  );
  const found = [...fleet.disputes.keys()].filter((index) => {
    const dispute = fleet.disputes[index];
    const names = dispute.sides.map((side) => nameOf(side.by)).join(" ");
    const ids = personas[index].map((persona) => fleet.personas[persona].id).join(" ");
    return (
      personas[index].length > 0 &&
      (conflicts.state === "all" || dispute.state === conflicts.state) &&
      matches(filter, dispute.at, names, ids, dispute.because?.reason ?? "", dispute.what)
    );
  });
  const order = (index) => DISPUTE_STATES.indexOf(fleet.disputes[index].state);
  found.sort((a, b) => order(a) - order(b));
  const cards = found.slice(0, most).map((index) => disputeCard(fleet.disputes[index], personas[index]));
  if (found.length > most) {
    cards.push(
      el("button", {
        type: "button",
        class: "quiet",
        text: `Show more of ${found.length}`,
        onclick: () => drawConflicts(most + CARDS),
      }),
    );
  }
  if (found.length === 0) {
    cards.push(
      el("p", {
        class: "empty",
        text: fleet.disputes.length === 0 ? "No sources disagree anywhere." : "Nothing matches.",
      }),
    );
  }
  byId("conflict-list").replaceChildren(...cards);
}

function disputeCard(dispute, personas) {
  return el(
    "article",
    { class: "card dispute", "data-at": dispute.at },
    el("div", { class: "top" }, el("h2", { text: dispute.at }), stateLabel(dispute.state)),
    el("p", { class: "muted", text: dispute.what }),
    dispute.sides.map(disputeSide),
    dispute.because && verdict(dispute.because, dispute.unapplied, dispute.state),
    dispute.helps &&
      el(
        "details",
        { class: "helps" },
        el("summary", { text: "How to settle it" }),
        dispute.helps.map((help) => el("pre", { text: help })),
      ),
    personaLinks(personas),
  );
}

function disputeSide(side) {
  const claims = side.claims.map((index) => fleet.claims[index]);
  return el(
    "div",
    { class: "claim" },
    el("span", { class: "role", text: claims[0]?.force || claims[0]?.level || "says" }),
    el(
      "div",
      {},
      el("b", { class: "mono", text: nameOf(side.by) }),
      " ",
      claims[0] && placeLink(placeOf(claims[0])),
      claims.map((claim) => el("span", { class: "quote", text: `“${claimText(claim)}”` })),
      side.removal !== undefined &&
        el("span", { class: "quote", text: `removes it${side.removal ? `: ${side.removal}` : ""}` }),
    ),
  );
}
