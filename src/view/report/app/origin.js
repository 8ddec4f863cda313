// The origin of a piece of text, and navigation between pieces.

/** Shows the origin of a piece of text, or a hint. */
function showInspector(piece) {
  const inspector = byId("inspector");
  byId("document").querySelector(".piece.shown")?.classList.remove("shown");
  // Rendered text has no pieces.
  inspector.hidden = shown.index < 0 || shown.rendered || personaData(shown.index).targets.length === 0;
  if (!piece) {
    inspector.replaceChildren(
      el("p", {
        class: "hint",
        text: "Point at, tap or arrow to a piece of text to see its source.",
      }),
    );
    return;
  }
  piece.classList.add("shown");
  inspector.replaceChildren(...originCard(personaData(shown.index), Number(piece.dataset.origin)));
}

/** The labels of the roles. */
const ROLES = { supplier: "from", "co-supplier": "also in", orderer: "placed by", resolver: "decided by" };

/** The origin of a piece: its source, other contributors, lost claims and the decision. */
function originCard(data, origin) {
  const [claim, line, column] = fleet.origins[origin];
  const says = fleet.claims[claim];
  const { parts, lost = [], because } = provenanceOf(data, origin);
  const decision = data.decisions.get(says.at);
  const level = [decision?.force ?? says.force, says.level].filter(Boolean).join(", ");
  // The decision has its own row below.
  const others = parts.filter(
    ([source, role]) => role !== "resolver" && !(role === "supplier" && source === says.by),
  );
  return [
    el(
      "div",
      {},
      el("code", { text: fleet.addresses[says.at] }),
      level && el("span", { class: "muted", text: ` ${level}` }),
    ),
    partRow(says.part === "resolution" ? "set by" : ROLES.supplier, says.by, line, column),
    ...others.map(([source, role, ...place]) => partRow(ROLES[role], source, ...place)),
    ...lost.map(lostRow),
    because && verdict(because),
  ].filter(Boolean);
}

function partRow(role, source, line, column) {
  return el(
    "div",
    { class: "claim" },
    el("span", { class: "role", text: role }),
    el(
      "div",
      {},
      sourceLink(source),
      " ",
      placeLink(`${fleet.sources[source].path}:${line}:${column}`),
    ),
  );
}

function lostRow({ claim, state, why, to, reason }) {
  const lost = fleet.claims[claim];
  const winner = to === undefined ? "" : nameOf(to);
  const because = {
    claim: lost.level === "default" ? `a default: yields to ${winner}` : `by ${winner}`,
    removal: `by ${winner}${reason ? `: ${reason}` : ""}`,
    resolution: `by the decision of ${winner}`,
    combine: "by the profile's combine",
    subject: `by a rule about ${reason}`,
    conflict: "nothing decides",
  }[why];
  return el(
    "div",
    { class: "claim lost" },
    el("span", { class: "role", text: fleet.states[state] }),
    el(
      "div",
      {},
      sourceLink(lost.by),
      " ",
      placeLink(placeOf(lost)),
      el("span", { class: "muted", text: ` ${lost.force ? `${lost.force}, ` : ""}${because}` }),
      el("span", { class: "quote", text: `“${claimText(lost)}”` }),
    ),
  );
}

/** Why a claim lost, as the end of a sentence. */
function whyLost(row, claim) {
  const names = row.to.map(nameOf).join(", ");
  switch (fleet.causes[row.cause]) {
    case "claim":
      return claim.level === "default" ? `a default: yields to ${names}` : `by ${names}`;
    case "removal":
      return `by ${names}`;
    case "resolution":
      return "by a decision";
    case "combine":
      return "by the profile's combine";
    case "subject":
      return names ? `by a rule on the same subject, of ${names}` : "by a rule on the same subject";
    default:
      return names ? `by ${names}` : "";
  }
}

/** A link that selects a source of the current persona. */
function sourceLink(source) {
  return el("a", {
    class: "link",
    href: personaAddress({ source: nameOf(source) }),
    text: nameOf(source),
  });
}

/** Handles keys and the pointer in the text. */
function watchDocument() {
  const frame = byId("document");
  const pieceOf = (event) => event.target.closest?.(".piece");
  frame.addEventListener("pointerover", (event) => pieceOf(event) && showInspector(pieceOf(event)));
  frame.addEventListener("focusin", (event) => pieceOf(event) && showInspector(pieceOf(event)));
  frame.addEventListener("click", (event) => {
    // Selecting text does not select a source.
    if (pieceOf(event) && getSelection().isCollapsed) chooseOf(pieceOf(event));
  });
  frame.addEventListener("keydown", (event) => {
    const piece = pieceOf(event);
    if (!piece || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextPiece(piece, event.key);
    if (event.key === "Enter") chooseOf(piece);
    else if (next) focusPiece(next);
    else return;
    event.preventDefault();
  });
}

/** The piece that a key moves to. */
function nextPiece(piece, key) {
  const pieces = [...byId("document").querySelectorAll(".piece")];
  const place = pieces.indexOf(piece);
  const line = piece.closest(".line");
  switch (key) {
    case "ArrowRight":
      return pieces[Math.min(place + 1, pieces.length - 1)];
    case "ArrowLeft":
      return pieces[Math.max(place - 1, 0)];
    case "ArrowDown":
      return pieces.slice(place).find((other) => other.closest(".line") !== line) ?? piece;
    case "ArrowUp": {
      const above = pieces
        .slice(0, place)
        .reverse()
        .find((other) => other.closest(".line") !== line);
      return above?.closest(".line").querySelector(".piece") ?? piece;
    }
    case "Home":
      return pieces[0];
    case "End":
      return pieces.at(-1);
    default:
      return undefined;
  }
}

function focusPiece(piece) {
  byId("document").querySelector('.piece[tabindex="0"]')?.setAttribute("tabindex", "-1");
  piece.setAttribute("tabindex", "0");
  piece.focus();
}

/** Selects the source of a piece, or deselects it if it is selected. */
function chooseOf(piece) {
  focusPiece(piece);
  const source = fleet.claims[fleet.origins[Number(piece.dataset.origin)][0]].by;
  toggleSource(source);
}
