// Differences between two lists: of lines, or of the words of a line.

/** The maximum number of steps of the search. Beyond it, lists count as entirely different, which limits the time. */
const MOST_STEPS = 2500;

/**
 * The shortest edit script between two lists (Myers): runs of `[kind, from, to]`. The kind is "=", "-" or "+"; the
 * range refers to the first list, or for "+" to the second.
 */
function difference(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const middle = editScript(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const runs = [];
  const push = (kind, from, to) => {
    if (from === to) return;
    const last = runs.at(-1);
    if (last && last[0] === kind && last[2] === from) last[2] = to;
    else runs.push([kind, from, to]);
  };
  push("=", 0, start);
  for (const [kind, from, to] of middle) push(kind, from + start, to + start);
  push("=", before.length - end, before.length);
  return runs;
}

/** The edit script of two lists that have no common start or end. */
function editScript(before, after) {
  const [n, m] = [before.length, after.length];
  const replaced = [
    ["-", 0, n],
    ["+", 0, m],
  ].filter(([, from, to]) => from < to);
  if (n === 0 || m === 0) return replaced;
  const offset = Math.min(n + m, MOST_STEPS) + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const trace = [];
  for (let steps = 0; steps < offset; steps += 1) {
    trace.push(furthest.slice(offset - steps - 1, offset + steps + 2));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const down =
        diagonal === -steps ||
        (diagonal !== steps && furthest[offset + diagonal - 1] < furthest[offset + diagonal + 1]);
      let x = down ? furthest[offset + diagonal + 1] : furthest[offset + diagonal - 1] + 1;
      while (x < n && x - diagonal < m && before[x] === after[x - diagonal]) x += 1;
      furthest[offset + diagonal] = x;
      if (x >= n && x - diagonal >= m) return walkBack(trace, n, m);
    }
  }
  return replaced;
}

/** The runs of the edit script that ends at (n, m), from the furthest points reached at each step. */
function walkBack(trace, n, m) {
  const runs = [];
  let [x, y] = [n, m];
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const reached = trace[steps];
    // Each step stores the diagonals that it used, with diagonal 0 in the middle.
    const at = (diagonal) => reached[diagonal + steps + 1];
    const diagonal = x - y;
    const down = diagonal === -steps || (diagonal !== steps && at(diagonal - 1) < at(diagonal + 1));
    const [fromX, fromY] =
      steps === 0
        ? [0, 0]
        : down
          ? [at(diagonal + 1), at(diagonal + 1) - diagonal - 1]
          : [at(diagonal - 1), at(diagonal - 1) - diagonal + 1];
    const [midX, midY] = steps === 0 ? [0, 0] : down ? [fromX, fromY + 1] : [fromX + 1, fromY];
    if (x > midX) runs.push(["=", midX, x]);
    if (steps > 0) runs.push(down ? ["+", fromY, midY] : ["-", fromX, midX]);
    [x, y] = [fromX, fromY];
  }
  return runs.reverse();
}

/** The words, spaces and signs of a text. Scripts without spaces are split into characters. */
function wordsIn(text) {
  return (
    text.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\s]/gu,
    ) ?? []
  );
}

/** A line with some words marked. */
function markedLine(words, ranges) {
  const line = el("span");
  let at = 0;
  for (const [from, to] of ranges) {
    line.append(words.slice(at, from).join(""), el("mark", { text: words.slice(from, to).join("") }));
    at = to;
  }
  line.append(words.slice(at).join(""));
  return line;
}

/** Two versions of a line, each with its different words marked. Undefined if they have little in common. */
function markedPair(before, after) {
  const [a, b] = [wordsIn(before), wordsIn(after)];
  const runs = difference(a, b);
  const same = runs.filter(([kind]) => kind === "=").flatMap(([, from, to]) => a.slice(from, to));
  const letters = same.join("").replace(/\s/g, "").length;
  if (letters * 3 < Math.max(before.length, after.length)) return undefined;
  const ranges = (wanted) => runs.filter(([kind]) => kind === wanted).map(([, from, to]) => [from, to]);
  return [markedLine(a, ranges("-")), markedLine(b, ranges("+"))];
}

/** A row of a diff. */
function diffRow(sign, line) {
  const kind = { "-": "gone", "+": "come", "@": "where" }[sign] ?? "same";
  const shown = typeof line === "string" ? el("span", { text: line }) : line;
  return el("div", { class: kind }, el("span", { text: sign === "@" ? "" : sign }), shown);
}

/** A diff of two texts, given as lines, with some context around each change. Undefined if they are equal. */
function drawDiff(before, after, context = 1) {
  const runs = difference(before, after);
  if (runs.every(([kind]) => kind === "=")) return undefined;
  const diff = el("div", { class: "diff", role: "group", "aria-label": "Difference" });
  runs.forEach(([kind, from, to], index) => {
    if (kind === "=") {
      const head = index === 0 ? 0 : Math.min(context, to - from);
      const tail = index === runs.length - 1 ? 0 : Math.min(context, to - from - head);
      for (const line of before.slice(from, from + head)) diff.append(diffRow(" ", line));
      if (to - from > head + tail) diff.append(diffRow("@", `⋯ line ${to - tail + 1}`));
      for (const line of before.slice(to - tail, to)) diff.append(diffRow(" ", line));
      return;
    }
    if (kind === "+" && runs[index - 1]?.[0] === "-") return;
    const gone = kind === "-" ? before.slice(from, to) : [];
    const next = kind === "+" ? runs[index] : runs[index + 1];
    const come = next?.[0] === "+" ? after.slice(next[1], next[2]) : [];
    const pairs = gone.map((line, place) =>
      place < come.length ? markedPair(line, come[place]) : undefined,
    );
    gone.forEach((line, place) => diff.append(diffRow("-", pairs[place]?.[0] ?? line)));
    come.forEach((line, place) => diff.append(diffRow("+", pairs[place]?.[1] ?? line)));
  });
  return diff;
}
