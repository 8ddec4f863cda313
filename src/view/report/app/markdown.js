// Markdown as elements. Only elements without attributes are made, so a link or an image in a text leads nowhere: its
// target is shown as text. What is not recognized is shown as it is written.

const FENCE = /^\s*(```+|~~~+)/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

/** Renders lines of Markdown. */
function renderMarkdown(lines) {
  const frame = el("div", { class: "rendered" });
  let at = 0;
  if (lines[0] === "---") {
    const end = lines.indexOf("---", 1);
    if (end > 0) {
      frame.append(el("pre", { class: "front", text: lines.slice(1, end).join("\n") }));
      at = end + 1;
    }
  }
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (FENCE.test(line)) {
      const mark = FENCE.exec(line)[1];
      let end = at + 1;
      while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
      frame.append(el("pre", { text: lines.slice(at + 1, end).join("\n") }));
      at = end + 1;
    } else if (heading) {
      frame.append(el(`h${Math.min(heading[1].length + 1, 6)}`, {}, spans(heading[2])));
      at += 1;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      frame.append(el("hr"));
      at += 1;
    } else if (ITEM.test(line)) {
      at = renderList(frame, lines, at);
    } else if (/^\s*>/.test(line)) {
      const end = untilNot(lines, at, (other) => /^\s*>/.test(other));
      const inner = lines.slice(at, end).map((other) => other.replace(/^\s*> ?/, ""));
      frame.append(el("blockquote", {}, renderMarkdown(inner)));
      at = end;
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      const end = untilNot(lines, at, (other) => /^\s*\|.*\|\s*$/.test(other));
      frame.append(renderTable(lines.slice(at, end)));
      at = end;
    } else if (line.trim() === "") {
      at += 1;
    } else {
      const end = Math.max(at + 1, untilNot(lines, at, isProse));
      frame.append(el("p", {}, spans(lines.slice(at, end).join("\n"))));
      at = end;
    }
  }
  return frame;
}

function untilNot(lines, at, holds) {
  let end = at;
  while (end < lines.length && holds(lines[end])) end += 1;
  return end;
}

const isProse = (line) => line.trim() !== "" && !FENCE.test(line) && !ITEM.test(line) && !/^(#{1,6}\s|\s*>)/.test(line);

/** Renders the list that starts at a line, with the lists in it. Returns the line after it. */
function renderList(frame, lines, at) {
  const levels = [];
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]);
    if (item) {
      const indent = item[1].length;
      while (levels.length > 0 && levels.at(-1).indent > indent) levels.pop();
      if (levels.length === 0 || levels.at(-1).indent < indent) {
        const list = el(/\d/.test(item[2]) ? "ol" : "ul");
        (levels.at(-1)?.list.lastElementChild ?? frame).append(list);
        levels.push({ indent, list });
      }
      levels.at(-1).list.append(el("li", {}, spans(item[3])));
    } else if (/^\s+\S/.test(lines[at])) {
      levels.at(-1).list.lastElementChild.append("\n", ...spans(lines[at].trim()));
    } else if (lines[at].trim() !== "" || !ITEM.test(lines[at + 1] ?? "")) {
      break;
    }
    at += 1;
  }
  return at;
}

function renderTable(lines) {
  const cells = (line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim());
  const rows = lines.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
  const row = (name) => (texts) => el("tr", {}, texts.map((text) => el(name, {}, spans(text))));
  return el("table", {}, rows.slice(0, 1).map(row("th")), rows.slice(1).map(row("td")));
}

/** The code, emphasis and links in a text. */
function spans(text) {
  const pattern = /(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*?)\*|!?\[([^\]]*)\]\(([^)\s]*)\)/gs;
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, , code, strong, other, emphasis, label, target] = match;
    parts.push(text.slice(from, match.index));
    if (code !== undefined) parts.push(el("code", { text: code }));
    else if (strong ?? other) parts.push(el("strong", {}, spans(strong ?? other)));
    else if (emphasis) parts.push(el("em", {}, spans(emphasis)));
    else parts.push(el("u", { text: label }), el("span", { class: "muted", text: ` (${target})` }));
    from = match.index + whole.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}
