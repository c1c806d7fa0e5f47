// A live page looks after its version and takes over what changed. Only what is another
// text or another state is touched: focus, scrolling, selection and folds stay.
const part = document.getElementById("part");
const ENDED = ["succeeded", "failed", "cancelled", "rejected", "expired", "skipped"].map((word) => `h1 .${word}`).join();

if (part && !("over" in part.dataset)) {
  let version = part.dataset.version;
  const ask = async (path) => {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (answer.status === 401 || answer.redirected) location.reload();
    return answer;
  };
  const look = async () => {
    const began = performance.now();
    try {
      const now = String((await (await ask(part.dataset.watch)).json()).version);
      const busy = part.querySelector("[data-busy]");
      if ((now !== version || busy) && ![...part.querySelectorAll("input, select, textarea")].some(touched)) {
        const fresh = await ask(part.dataset.live);
        if (fresh.ok && !fresh.redirected) { take(await fresh.text()); version = now; }
      }
    } catch (error) { /* the server restarts; the next look finds it */ }
    if (!part.querySelector(ENDED)) soon(performance.now() - began);
  };
  // Who does not look asks for nothing; a server that is slow is asked less often.
  const soon = (took) => setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", look, { once: true });
    else look();
  }, Math.max(1000, 4 * took));
  const touched = (one) => one === document.activeElement || (one.type === "checkbox" ? one.checked !== one.defaultChecked
    : one.matches("input:not([type=hidden]), textarea") && one.value !== one.defaultValue);
  soon(0);
}

// The new part's nodes over the old ones: by id, else one after the other.
const take = (html) => {
  const ends = [...part.querySelectorAll("pre")].filter((one) => one.scrollTop + one.clientHeight >= one.scrollHeight - 8);
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  children(part, fresh);
  for (const one of ends) one.scrollTop = one.scrollHeight;
  tick();
  for (const one of part.querySelectorAll("details[open] > .log")) load(one);
};
const children = (old, fresh) => {
  const named = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const mine = next.id ? named.get(next.id) : at && !at.id && at.nodeName === next.nodeName ? at : null;
    if (!mine) { old.insertBefore(next, at); continue; }
    if (mine === at) at = at.nextSibling; else old.insertBefore(mine, at);
    mend(mine, next);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
};
const mend = (old, next) => {
  if (old.nodeType !== Node.ELEMENT_NODE) { if (old.data !== next.data) old.data = next.data; return; }
  const moved = old.getAttribute("class") !== next.getAttribute("class");
  const wasLog = old.matches(".log") && old.querySelector("pre");
  for (const { name, value } of [...next.attributes]) if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (name !== "open" && name !== "data-stale" && !next.hasAttribute(name)) old.removeAttribute(name);
  if (old.matches("details") && moved) { old.open = next.open || old.open; const log = old.querySelector(".log"); if (log) log.dataset.stale = ""; }
  if (wasLog && next.querySelector(".later")) { old.dataset.later = next.querySelector(".later").href; return; }
  if (old.isEqualNode(next)) return;
  children(old, next);
};

// What a step printed is fetched when somebody opens it.
const load = async (log) => {
  const link = log.querySelector(".later");
  const from = link ? link.href : "stale" in log.dataset ? log.dataset.later : "";
  if (!from) return;
  const answer = await fetch(`${from}?part=1`, { credentials: "same-origin" }).catch(() => null);
  if (answer && answer.ok && !answer.redirected) { log.innerHTML = await answer.text(); delete log.dataset.stale; log.dataset.later = from; }
};
document.addEventListener("toggle", (event) => {
  const log = event.target.open && event.target.querySelector(":scope > .log");
  if (log) load(log);
}, true);

// Moments go on being so long ago.
const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
const ago = (seconds) => {
  const [size, unit] = UNITS.find(([one]) => Math.abs(seconds) >= one) || UNITS[3];
  const told = `${Math.floor(Math.abs(seconds) / size)} ${unit}`;
  return Math.abs(seconds) < 5 ? "just now" : seconds > 0 ? `${told} ago` : `in ${told}`;
};
const so = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds)), minutes = Math.floor(whole / 60);
  const two = (one) => String(one).padStart(2, "0");
  return minutes >= 60 ? `${Math.floor(minutes / 60)}h${two(minutes % 60)}m` : minutes ? `${minutes}m${two(whole % 60)}s` : `${whole}s`;
};
const tick = () => {
  for (const one of document.querySelectorAll("time.ago, time.since")) {
    const seconds = (Date.now() - Date.parse(one.dateTime)) / 1000, told = one.matches(".ago") ? ago(seconds) : so(seconds);
    if (one.textContent !== told) one.textContent = told;
  }
};
setInterval(tick, 1000);

// Of what goes on, or was cut off, the end is what a reader wants.
for (const one of document.querySelectorAll(".step.running pre, .step.in_doubt pre")) one.scrollTop = one.scrollHeight;

// A link to a job or a step opens it.
const unfold = () => {
  const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = there || null; one; one = one.parentElement) if (one.matches("details")) one.open = true;
};
addEventListener("hashchange", unfold);

// A token behind # stays in the browser: it is sent as the form would send it, and leaves the address.
const signIn = document.getElementById("sign-in");
if (signIn && location.hash.length > 1) {
  signIn.elements.token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  signIn.submit();
} else unfold();

// A command of a runbook is copied by its button.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent).then(() => { button.textContent = "Copied"; });
});
