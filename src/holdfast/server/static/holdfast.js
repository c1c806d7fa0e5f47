// A live page looks after its version and swaps its part when anything of it changed.
// What a reader has opened, typed or scrolled to stays.
const part = document.getElementById("part");
if (part && !("over" in part.dataset)) {
  let version = part.dataset.version;
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.watch, { credentials: "same-origin" });
      const now = String((await answer.json()).version);
      const busy = part.querySelector(".step.running");
      const typing = [...part.querySelectorAll("input, select, textarea")].some(touched);
      if ((now !== version || busy) && !typing) {
        const fresh = await fetch(part.dataset.live, { credentials: "same-origin" });
        if (fresh.ok) swap(await fresh.text());
        version = now;
      }
    } catch (error) { /* the server restarts; the next look finds it */ }
    const over = part.querySelector("h1 .succeeded, h1 .failed, h1 .cancelled, h1 .rejected, h1 .expired, h1 .skipped");
    if (!over) setTimeout(look, 1000);
  };
  const swap = (html) => {
    const open = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
    const logs = [...part.querySelectorAll("details[id] pre")].filter(atEnd).map((one) => one.closest("details").id);
    part.innerHTML = html;
    for (const [id, state] of open) { const one = document.getElementById(id); if (one) one.open = state || one.open; }
    for (const id of logs) { const one = document.querySelector(`#${CSS.escape(id)} pre`); if (one) one.scrollTop = one.scrollHeight; }
  };
  const touched = (one) => one === document.activeElement || (one.type === "checkbox" ? one.checked !== one.defaultChecked
    : one.matches("input, textarea") && one.value !== one.defaultValue);
  const atEnd = (one) => one.scrollTop + one.clientHeight >= one.scrollHeight - 8;
  setTimeout(look, 1000);
}

// A token behind # stays in the browser: it is sent as the form would send it, and leaves the address.
const signIn = document.getElementById("sign-in");
if (signIn && location.hash.length > 1) {
  signIn.elements.token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  signIn.submit();
}

// A command of a runbook is copied by its button.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent).then(() => { button.textContent = "Copied"; });
});
