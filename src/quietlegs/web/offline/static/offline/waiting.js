// On every page: starts the service worker, says what waits on this device, and has it sent when there is a chance.
// A browser keeps pages only for a secure address; elsewhere everything else still works.
(() => {
  if (!("serviceWorker" in navigator) || !window.isSecureContext || !("locks" in navigator)) return;
  const { store, sending } = quietlegs;
  const place = document.getElementById("waits");
  const words = place?.dataset;
  const LOOK_SECONDS = 20;

  const counted = (count, name) => {
    const form = new Intl.PluralRules(document.documentElement.lang).select(count);
    return (words[`${name}${form === "one" ? "One" : "Other"}`] ?? "").replace("%n", count);
  };

  // Some forms can wait here, others cannot: what is said is true of this page. A kept page writes by its script.
  const withoutConnection = () => {
    if (location.pathname.startsWith("/offline")) return words.offline;
    const asks = [...document.querySelectorAll("main form[method=post]")].filter((form) =>
      form.querySelector("textarea, select, input:not([type=hidden])")
    );
    if (!asks.length) return words.offlineRead;
    const canWait = (form) => quietlegs.entries.isForm(new URL(form.getAttribute("action") || location.href, location.href).pathname);
    return asks.every(canWait) ? words.offline : words.offlineStays;
  };

  const sentences = (entries, trouble) => {
    const waits = entries.filter((entry) => entry.state === "waiting").length;
    const aside = entries.filter((entry) => entry.state === "aside").length;
    const said = [];
    if (!navigator.onLine) said.push(withoutConnection());
    if (waits) said.push(counted(waits, "waits"));
    if (waits && trouble?.state === "pair") said.push(words.pair);
    else if (waits && trouble?.why && sending.isReadable(trouble)) said.push(trouble.why);
    if (aside) said.push(counted(aside, "aside"));
    return said.join(" ");
  };

  let hadSome = false;
  const show = async () => {
    const entries = await store.all();
    const trouble = await store.note("trouble");
    if (!place) return;
    const some = entries.some((entry) => entry.state !== "sending");
    const said = sentences(entries, trouble) || (hadSome ? words.done : "");
    if (place.querySelector("[data-said]").textContent !== said) place.querySelector("[data-said]").textContent = said;
    place.toggleAttribute("data-some", Boolean(said));
    place.querySelector("[data-look]").hidden = !some;
    place.querySelector("[data-pair]").hidden = !(some && trouble?.state === "pair");
    hadSome ||= some;
    if (some) (await navigator.serviceWorker.getRegistration())?.sync?.register("quietlegs-send").catch(() => {});
    // What waits is on no other disk: ask the browser not to clear it away.
    if ((some || matchMedia("(display-mode: standalone)").matches) && navigator.storage?.persist) navigator.storage.persist();
  };

  const drain = (force) => sending.drain({ force }).then(show, () => {});

  // A cramp that this page shows goes on without the computer, should the connection go.
  const runs = document.querySelector("[data-runs]")?.dataset;
  if (runs) {
    const tried = runs.tried.split(" ").filter(Boolean);
    store.setNote("running", { of: runs.runs, kind: runs.kind, began: runs.began, tried, known: true }).catch(() => {});
  }

  // A page that comes back from the browser's memory has ids that were used: a second press is a second thing.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const field of document.querySelectorAll("input[name=client_id]")) field.value = crypto.randomUUID();
  });

  // After the page itself: on a slow line what is kept for later must not hold up what is shown now.
  const register = () => navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  store.onChange(() => show().catch(() => {}));
  addEventListener("online", () => drain(true));
  addEventListener("offline", () => show().catch(() => {}));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && drain(true));
  setInterval(() => drain(false), LOOK_SECONDS * 1000);
  show().catch(() => {});
  drain(true);
})();
