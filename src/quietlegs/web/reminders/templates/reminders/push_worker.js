// A message has come: show it. What is in it was made by Quietlegs and is neutral; nothing else is asked of any host.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    told = {};
  }
  event.waitUntil(
    self.registration.showNotification(told.title || "Quietlegs", {
      body: told.text || "",
      tag: told.tag || "quietlegs",
      data: { path: told.path || "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.path || "/", location.origin);
  if (url.origin !== location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(async (pages) => {
      for (const page of pages) {
        if (page.url === url.href) return page.focus();
      }
      return self.clients.openWindow(url.href);
    }),
  );
});
