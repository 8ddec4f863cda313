// The address of what is shown, in the part of the URL after `#`: `#/persona/forge?source=rules%2Fsql`. It is
// what a link to a finding is made of, and what makes back and forward work.

const VIEWS = ["persona", "conflicts", "rules", "compare"];

/** The address of a view, of a persona, and of what is chosen there; empty values are left out. */
function address(view, id = "", chosen = {}) {
  const parameters = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value));
  const query = parameters.toString();
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${query ? `?${query}` : ""}`;
}

/** What an address says; a strange one says the first view. */
function readAddress(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, id = ""] = path.split("/");
  const chosen = Object.fromEntries(new URLSearchParams(query));
  let name = "";
  try {
    name = decodeURIComponent(id);
  } catch {
    // A broken escape names nothing.
  }
  return { view: VIEWS.includes(view) ? view : "persona", id: name, chosen };
}

/** Shows another address; `quietly` leaves no step to go back to, as for what is typed. */
function goTo(hash, quietly = false) {
  if (hash === location.hash) return;
  if (quietly) {
    history.replaceState(null, "", hash);
    show();
  } else {
    location.hash = hash;
  }
}
