// Locks the page that is shown when nobody touched it for the time that was chosen: it asks the server for the page
// anew, and the server answers with the lock. What was typed and not sent yet stays where it is.
const wait = Number(document.currentScript.dataset.minutes) * 60_000;
let touchedAt = Date.now();
let typed = document.getElementById("errors") !== null;

for (const kind of ["pointerdown", "keydown", "scroll"]) {
  addEventListener(kind, () => (touchedAt = Date.now()), { capture: true, passive: true });
}
addEventListener("input", (event) => (typed ||= event.target.form?.method === "post"), true);

const look = () => {
  if (!typed && Date.now() - touchedAt >= wait) location.replace(location.pathname + location.search);
};
setInterval(look, 5000);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look);
