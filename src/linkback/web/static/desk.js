// Comfort for the desk: keys, decisions without loading the page anew, and what is new as it happens.
// Everything works without this file: it sends the same forms, and shows the page that they lead to.

const EDITABLE = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const NEW_AFTER = 250; // ms that a hidden page waits before it stops listening: people switch back and forth

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Mentions, and which of them is the one that the keys are about.

const entries = () => all("article.entry");
let current = 0;

function here() {
  const held = document.activeElement?.closest?.("article.entry");
  if (held) current = Math.max(0, entries().indexOf(held));
  return held ?? null;
}

function go(step) {
  const found = entries();
  if (!found.length) return;
  const held = here();
  const next = held ? found.indexOf(held) + step : Math.min(current, found.length - 1);
  focusOn(found[Math.min(Math.max(next, 0), found.length - 1)]);
}

function focusOn(entry) {
  if (!entry) return;
  current = entries().indexOf(entry);
  entry.focus({ preventScroll: true });
  entry.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const entry = here() ?? (entries().length === 1 ? entries()[0] : null);
  one(`form.act button[data-key="${key}"]`, entry ?? undefined)?.click();
}

// Keys. None of them does anything while somebody writes, or with another key held down.

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  a: () => here() && press("a"),
  r: () => here() && press("r"),
  s: () => here() && press("s"),
  u: () => one('#told button[data-key="u"]')?.click(),
  x: () => one("input[name=id][type=checkbox]", here() ?? document.createElement("p"))?.click(),
  "/": () => one('[data-key="/"]')?.focus(),
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
  const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
  if (!act || event.target.closest?.(EDITABLE)) return;
  event.preventDefault();
  act();
});

// Decisions: the same forms, sent in the background; then what the answer shows takes the place of what is shown.

let busy = false;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form.matches("form.act") || form.closest("#told"))) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  here();
  form.setAttribute("aria-busy", "true");
  const answer = await sent(form, event.submitter);
  busy = false;
  form.removeAttribute("aria-busy");
  if (!answer) leave(form, event.submitter);
  else show(new DOMParser().parseFromString(answer.text, "text/html"), answer.url);
});

// The page that a form leads to; null where there is none, and the browser has to say why.
async function sent(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  try {
    // Not form.action: that is the field of this name, where there is one.
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { accept: "text/html" } });
    return answer.ok && answer.redirected ? { text: await answer.text(), url: answer.url } : null;
  } catch {
    return null;
  }
}

// What cannot be done in the background is done as without scripts: the browser says what is wrong.
function leave(form, submitter) {
  if (submitter?.name) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = submitter.name;
    field.value = submitter.value;
    form.append(field);
  }
  HTMLFormElement.prototype.submit.call(form);
}

function show(page, url) {
  if (!one("#list", page) || !one("#list")) {
    location.assign(url);
    return;
  }
  const chosen = new Set(all("input[name=id]:checked").map((box) => box.value));
  for (const id of ["list", "told", "waiting"]) {
    const [old, fresh] = [one(`#${id}`), one(`#${id}`, page)];
    if (!old || !fresh) continue;
    old.replaceChildren(...fresh.childNodes);
    old.hidden = fresh.hidden;
  }
  const tabs = all("main > nav.tabs");
  all("main > nav.tabs", page).forEach((fresh, at) => tabs[at]?.replaceChildren(...fresh.childNodes));
  for (const box of all("input[type=checkbox][name=id]")) box.checked = chosen.has(box.value);
  begin();
  const found = entries();
  if (found.length) focusOn(found[Math.min(current, found.length - 1)]);
  else one("#main")?.focus();
}

// How many are chosen.

function count() {
  const words = one("#chosen");
  if (!words) return;
  words.dataset.none ??= words.textContent;
  const chosen = all("input[type=checkbox][name=id]:checked").length;
  words.textContent = chosen ? words.dataset.words.replace("#", chosen) : words.dataset.none;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=checkbox][name=id], #all")) count();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) one(`#${opener.dataset.open}`)?.showModal();
});

// What is new. A page that nobody looks at listens to nothing: browsers allow few connections to one server.

let source = null;
let timer = 0;

function listen() {
  const place = one("[data-live]");
  source?.close();
  source = null;
  if (!place || document.hidden) return;
  source = new EventSource(place.dataset.live);
  source.addEventListener("counts", (event) => tell(JSON.parse(event.data)));
}

function tell({ counts, new: count, words }) {
  const place = one("[data-live]");
  const waiting = one("#waiting");
  if (waiting) {
    one(".number", waiting).textContent = counts.held;
    waiting.hidden = !counts.held;
  }
  if (!place || place.textContent === words) return;
  if (!count) {
    place.replaceChildren();
    return;
  }
  const link = document.createElement("a");
  link.className = "button";
  link.href = place.dataset.url;
  link.textContent = words;
  place.replaceChildren(link);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  timer = setTimeout(listen, document.hidden ? NEW_AFTER : 0);
});
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());

function begin() {
  for (const button of all("[data-open][hidden]")) button.hidden = false;
  count();
  listen();
}

begin();
