// A browser keeps pages only for a secure address; elsewhere everything else still works.
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
