// The data of the page.
//
// The element `fleet` holds the data that personas share, without duplicates, and refers to it by index:
//   personas   { id, name, description, tags, state, fragments, targets, errors, warnings, unmet, disputes, lengths }; a
//              length is [[lines, tokens], [recommended lines, recommended tokens]], 0 for no recommendation
//   sources    { name, path, summary, personas }; the fragments first, then the profiles
//   texts      strings, none with a line break: the words of outputs, and the lines of claims
//   addresses  strings
//   claims     [[at, by, line, column], part, texts, { force?, level?, label?: texts, why?: texts, about? }?]:
//              a statement of a source; in the code below it is { at, by, line, column, part, text, force?, level?, label?, why?, about? }
//   origins    [claim, line, column]: the place that a piece of text comes from
//   lines      [[word, origin or -1], ...]: a line of an output; a word is a text, or -1 - slot; -1 is layout
//   slots      [address, form]: a field value, which differs by persona; see its `slots`
//   decisions  an uncontested claim, or { at, claims: [[claim, state, cause, sources]], set?, force?,
//              because?, removals?, subject?, open? }
//   provenances { parts: [[source, role, line, column]], lost?: [{ claim, state, why, to?, reason? }], because? }
//   disputes   { at, state, what, sides: [{ by, hash, claims, removal? }], because?, unapplied?, helps? }
//   contents   [address, noun, force, texts, list or -1, place or -1]: the content of a persona at an address; the
//              address, list and place are texts
//   findings   findings about files that no persona uses
//   rules      { at, wordings: [[force, claim]], personas: [[persona, wording or -1, status, reason or -1, lock broken]] };
//              the reason is a text
//   requirements  how many cento.toml has
//   base       the path from the report to the workspace
// The element `persona-N` holds { sources, targets, slots, provenances, decisions, without, contents, findings }. It is
// read when the persona is first shown.

/** The parsed content of a JSON element. */
function readData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const fleet = readData("fleet");
fleet.claims = fleet.claims.map(([[at, by, line, column], part, text, rest = {}]) => {
  const joined = (lines) => lines && lines.map((index) => fleet.texts[index]).join("\n");
  const { label, why, ...other } = rest;
  return { at, by, line, column, part, text: joined(text), label: joined(label), why: joined(why), ...other };
});
const personaIndex = new Map(fleet.personas.map((persona, index) => [persona.id, index]));
const sourceIndex = new Map(fleet.sources.map((source, index) => [source.name, index]));

/** The data of the personas that were read last. Keeping all would take too much memory. */
const readPersonas = new Map();
const MOST_READ = 40;

/** The data of a persona, with its decisions by address and the hues of its sources. */
function personaData(index) {
  let data = readPersonas.get(index);
  if (data) return data;
  data = readData(`persona-${index}`);
  data.index = index;
  data.decisions = new Map(data.decisions.map(readDecision).map((decision) => [decision.at, decision]));
  data.slotValues = new Map(data.slots.map(([slot, text, origin]) => [slot, { text, origin }]));
  data.provenances = new Map(data.provenances.map(([claim, known]) => [claim, fleet.provenances[known]]));
  // The golden angle gives neighbours distinct hues, however many there are.
  data.hues = new Map(data.sources.map((source, place) => [source, Math.round(25 + place * 137.508) % 360]));
  data.without = new Map(data.without.map((without) => [without.source, without]));
  if (readPersonas.size >= MOST_READ) readPersonas.delete(readPersonas.keys().next().value);
  readPersonas.set(index, data);
  return data;
}

/** A decision in one form, with or without competing claims. */
function readDecision(index) {
  const decision = fleet.decisions[index];
  if (typeof decision === "number") {
    return {
      at: fleet.claims[decision].at,
      claims: [{ claim: decision, state: 0, cause: 0, to: [] }],
      removals: [],
    };
  }
  const claims = decision.claims.map(([claim, state, cause, to]) => ({ claim, state, cause, to }));
  return { removals: [], ...decision, claims };
}

/** The words of a line of a persona, each with its text and origin. */
function wordsOf(data, line) {
  return fleet.lines[line].map(([word, origin]) =>
    word < 0 ? data.slotValues.get(-1 - word) : { text: fleet.texts[word], origin },
  );
}

/** The text of a line of a persona. */
function textOf(data, line) {
  return wordsOf(data, line)
    .map((word) => word.text)
    .join("");
}

/** The contributors to a text, and the claims that lost. */
function provenanceOf(data, origin) {
  const [claim, line, column] = fleet.origins[origin];
  const { by } = fleet.claims[claim];
  return data.provenances.get(claim) ?? { parts: [[by, "supplier", line, column]] };
}

/** The sources of a text: its author and the sources with the same text. */
function suppliersOf(data, origin) {
  const parts = provenanceOf(data, origin).parts.filter(([, role]) => role.endsWith("supplier"));
  return [fleet.claims[fleet.origins[origin][0]].by, ...parts.map(([source]) => source)];
}

/** The statements of a source that others share, and those that lost. */
function statementsOf(data, source) {
  const shared = [];
  const lost = [];
  for (const decision of data.decisions.values()) {
    for (const row of decision.claims) {
      if (fleet.claims[row.claim].by !== source) continue;
      const at = fleet.addresses[decision.at];
      if (row.state > 2) {
        lost.push({ at, row, decision });
        continue;
      }
      const winner = row.state === 0 ? source : row.to[0];
      const says = (other) => {
        const by = fleet.claims[other.claim].by;
        return (
          other !== row &&
          ((other.state === 0 && by === winner) || (other.state === 1 && other.to[0] === winner))
        );
      };
      const partners = decision.claims.filter(says).map((other) => fleet.claims[other.claim].by);
      if (partners.length > 0) shared.push({ at, partners });
    }
  }
  return { shared, lost };
}

/** The whole content of a claim as one text. */
function claimText(claim) {
  const { label, text, why } = claim;
  return `${label ? `${label}: ` : ""}${text}${why ? ` — ${why}` : ""}`;
}

/** The form in which texts are compared: NFC, white space folded. */
function fold(text) {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** `path:line:column` of a claim, or of a place in its file. */
function placeOf(claim, line = claim.line, column = claim.column) {
  return `${fleet.sources[claim.by].path}:${line}:${column}`;
}

/** A share of the whole as a percentage. */
function percent(credit, whole) {
  const share = whole === 0 ? 0 : (100 * credit) / whole;
  if (share === 0) return "0 %";
  return share < 0.1 ? "< 0.1 %" : `${share.toFixed(1)} %`;
}

/** "1 source", "2 sources". */
function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
