// What the service worker keeps of the app, in one cache for each version: files and pages that are the same for
// everybody, and pages of this person, which go as soon as this device may not come in any more.
(() => {
  const OLD_MINUTES = 10;
  const asked = (path) => fetch(path, { cache: "no-store", credentials: "same-origin" });
  const isWhole = (response) => Boolean(response?.ok) && !response.redirected;

  const keepAll = async (kept) => {
    const cache = await caches.open(kept.name);
    await cache.addAll(kept.files);
    await keepPages(kept, { all: true });
  };

  // Refused, or led to the pairing page: a device that the computer does not know keeps nothing that came from it.
  const isTurnedAway = (response) => response.redirected || [401, 403].includes(response.status);
  // `all`: a new version without its pages is not ready, and the one before it goes on.
  const keepPages = async ({ name, pages, own }, { all = false } = {}) => {
    const cache = await caches.open(name);
    for (const path of [...pages, ...own]) {
      const response = await asked(path).catch(() => null); // no connection: what is there stays
      if (all && !(response?.status < 500)) throw new Error(`not there: ${path}`);
      if (isWhole(response)) await cache.put(path, response);
      else if (response && own.includes(path) && isTurnedAway(response)) {
        await Promise.all(own.map((one) => cache.delete(one)));
        return;
      }
    }
  };

  const isOld = async ({ name, own }) => {
    const kept = await (await caches.open(name)).match(own[0]);
    const at = kept && Date.parse(kept.headers.get("Date") ?? "");
    return !(Date.now() - at < OLD_MINUTES * 60_000);
  };

  const dropOlder = async ({ name }) => {
    for (const other of await caches.keys()) if (other.startsWith("quietlegs-") && other !== name) await caches.delete(other);
  };

  quietlegs.keeping = { keepAll, keepPages, isOld, dropOlder };
})();
