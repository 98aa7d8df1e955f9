// How the service worker answers: pages from the computer while it can be reached, else what is kept here.
// A form that gets no answer is an entry that waits; it was put down before it was sent, so that nothing can be lost.
(() => {
  const { store, entries } = quietlegs;
  const PAGE_SECONDS = 4;
  const FORM_SECONDS = 6;
  const QUICK = ["/", "/relief/"]; // where a kept page is better than a long wait

  const within = (seconds, promise) =>
    Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error("too slow")), seconds * 1000))]);
  const kept = async (path) => inTheLookOfNow(await caches.match(path, { ignoreSearch: true }));

  // A page that was kept by day is as bright as it was then, so at night it is given its dim look (shell/themes.py).
  const NIGHT_FROM = 22;
  const NIGHT_TO = 6;
  const LOOK = /<html lang="([^"]*)"(?: data-theme="[^"]*")? data-by-day="([^"]*)">/;
  const inTheLookOfNow = async (page) => {
    if (!page?.headers.get("Content-Type")?.startsWith("text/html")) return page;
    const html = await page.clone().text();
    const [, lang, byDay] = LOOK.exec(html) ?? [];
    if (byDay === undefined) return page; // its look does not go by the clock
    const hour = new Date().getHours();
    const theme = hour >= NIGHT_FROM || hour < NIGHT_TO ? "dim" : byDay;
    const scheme = { dim: "dark", day: "light", "": "light dark" }[theme];
    const looked = html
      .replace(LOOK, `<html lang="${lang}"${theme && ` data-theme="${theme}"`} data-by-day="${byDay}">`)
      .replace(/(<meta name="color-scheme" content=)"[^"]*"/, `$1"${scheme}"`);
    return new Response(looked, { status: page.status, headers: page.headers });
  };

  const page = async (event, path) => {
    if (path.startsWith("/offline")) {
      const found = await kept(path);
      if (found) return found;
    }
    try {
      const asked = Promise.resolve(event.preloadResponse).then((early) => early ?? fetch(event.request));
      return await (QUICK.includes(path) ? within(PAGE_SECONDS, asked) : asked);
    } catch {
      return instead(path);
    }
  };

  const instead = async (path) => {
    const first = path.startsWith("/ask") ? "/ask/core" : path.startsWith("/relief/") ? "/offline/relief" : "/offline";
    return (await kept(first)) ?? (await kept("/offline/waiting")) ?? Response.error();
  };

  // Where the person goes on, for a whole page and for one that swaps its parts.
  const goTo = (request, path) =>
    request.headers.get("HX-Request")
      ? new Response("", { headers: { "HX-Redirect": path } })
      : Response.redirect(path, 303);

  const keepRunning = async (form, tried) => {
    const runs = { of: form.get("of"), kind: form.get("kind"), began: form.get("began"), known: true, tried };
    if (runs.of) await store.setNote("running", runs);
    return runs;
  };
  const triedSoFar = (form) => (form.get("tried") ?? "").split(" ").filter(Boolean);

  const putDown = async (read, form) => {
    if (read.begin) {
      if (entries.isSame(await store.note("running"), read.begin)) return null;
      return entries.make({ what: read.begin }, read.id);
    }
    return read.said ? entries.make(read.said, read.id) : null;
  };

  // The form was not taken. Make of it what the person wanted, and show where it goes on.
  const goOnHere = async (request, read, form, entry) => {
    if (entry) await store.save({ ...entry, state: "waiting" });
    const last = form.get("step") ?? "";
    const tried = triedSoFar(form);
    if (last && tried.at(-1) !== last) tried.push(last);
    if (read.begin && entry) {
      await store.setNote("running", { of: entry.id, kind: read.begin, began: entry.said.at, tried: [] });
    } else if (read.goOn || read.end) {
      const runs = await keepRunning(form, tried);
      if (read.end && runs.of) await entries.over(runs);
      if (read.goOn) await store.setNote("next", true);
    }
    await wantSync();
    const isOfTheNight = !entry || read.begin || read.said.what === "place"; // there the page stays dark
    return goTo(request, isOfTheNight ? "/offline/relief" : "/offline/waiting");
  };

  const wantSync = async () => {
    await self.registration.sync?.register("quietlegs-send").catch(() => {});
  };

  const form = async (event, path) => {
    const { request } = event;
    const sent = await request.clone().formData();
    const read = entries.ofForm(path, sent);
    const entry = await putDown(read, sent).catch(() => null);
    let stored = null;
    if (entry) {
      await store.add({ ...entry, state: "sending", since: Date.now() }).catch(() => {});
      stored = (await store.all().catch(() => [])).find((one) => one.id === entry.id) ?? null;
    }
    try {
      const response = await within(FORM_SECONDS, fetch(request));
      const isTaken = response.type === "opaqueredirect" || response.ok;
      // 422 and 404 say why on a page of their own; 423 is the lock, which keeps what was typed until the PIN is given.
      if (isTaken || [404, 422, 423].includes(response.status)) {
        if (stored && response.type !== "opaqueredirect") await store.remove(stored);
        if (stored && response.type === "opaqueredirect") answered = stored;
        if (read.end) await store.setNote("running", undefined);
        return response;
      }
    } catch {
      // no answer: it may have been taken or not, and is sent again under the same id
    }
    return goOnHere(request, read, sent, stored);
  };

  // A form that was answered with "go there": when the page there comes it was taken, unless that is the pairing page.
  let answered = null;
  const arrived = async (path) => {
    const entry = answered;
    answered = null;
    if (!entry) return;
    if (path === "/pair") await store.save({ ...entry, state: "waiting" });
    else await store.remove(entry);
  };

  // A form that cannot wait here got no answer. "No content" leaves the page as it is, with all that was typed.
  const stay = async (event) => {
    (await self.clients.get(event.clientId))?.postMessage("no-answer");
    return new Response(null, { status: 204 });
  };

  quietlegs.answering = { page, form, arrived, kept, stay };
})();
