{% load static %}// Keeps the app for when there is no connection, and what is written then until the computer has it.
importScripts({% for file in scripts %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %});

const KEPT = {
  name: "quietlegs-{{ version }}",
  files: [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}],
  pages: [{% for page in pages %}"{{ page|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}], // the same for everybody
  own: [{% for page in own %}"{{ page|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}], // this person's
};
const { keeping, answering, sending, entries } = quietlegs;

self.addEventListener("install", (event) => {
  event.waitUntil(keeping.keepAll(KEPT).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const ready = async () => {
    await self.registration.navigationPreload?.enable();
    await keeping.dropOlder(KEPT);
    await self.clients.claim();
    await sending.drain({ force: true });
  };
  event.waitUntil(ready());
});

self.addEventListener("sync", (event) => {
  if (event.tag === "quietlegs-send") event.waitUntil(sending.drain({ force: true }));
});

// After these the kept pages are others: in another look or language, or without what is behind the app's lock.
const CHANGES_PAGES = ["/theme", "/language", "/lock", "/lock/remove"];

const visit = async (event, path) => {
  const response = await answering.page(event, path);
  await answering.arrived(path);
  const isLocked = response.status === 423; // since when, this device does not know
  const isVisit = response.ok && !path.startsWith("/offline");
  if (isLocked || (isVisit && (path === "/pair" || (await keeping.isOld(KEPT))))) event.waitUntil(keeping.keepPages(KEPT));
  return response;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && entries.isForm(url.pathname)) {
    event.respondWith(answering.form(event, url.pathname));
  } else if (request.method === "POST" && CHANGES_PAGES.includes(url.pathname)) {
    const answer = fetch(request).finally(() => event.waitUntil(keeping.keepPages(KEPT)));
    event.respondWith(request.mode === "navigate" ? answer.catch(() => answering.stay(event)) : answer);
  } else if (request.method === "POST" && request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => answering.stay(event)));
  } else if (request.method === "GET" && request.mode === "navigate") {
    event.respondWith(visit(event, url.pathname));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(answering.kept(request).then((found) => found ?? fetch(request)));
  }
});

{% include "reminders/push_worker.js" %}
