// The part of the URL after `#`, such as `#/persona/forge?source=rules%2Fsql`. It makes links to what is shown, and the
// back and forward buttons, work.

const VIEWS = ["overview", "persona", "conflicts", "rules", "compare", "review"];

/** The URL fragment of a view, a persona, and the selection in it. Empty values are left out. */
function address(view, id = "", chosen = {}) {
  const parameters = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value));
  const query = parameters.toString();
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${query ? `?${query}` : ""}`;
}

/** Parses a URL fragment. An unknown one gives the first view. */
function readAddress(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, id = ""] = path.split("/");
  const chosen = Object.fromEntries(new URLSearchParams(query));
  let name = "";
  try {
    name = decodeURIComponent(id);
  } catch {
    // An invalid escape names no persona.
  }
  return { view: VIEWS.includes(view) ? view : "overview", id: name, chosen };
}

/** Goes to a URL fragment. `quietly` adds no history entry, as while the user types. */
function goTo(hash, quietly = false) {
  if (hash === location.hash) return;
  if (quietly) {
    history.replaceState(null, "", hash);
    show();
  } else {
    location.hash = hash;
  }
}
