// Adds this device: asks the browser's leave, then sends what it gives with the form. Nothing happens without a touch.
class PushWay extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-ask]");
    const hindrance = this.hindrance();
    this.say(hindrance);
    button.hidden = Boolean(hindrance);
    button.addEventListener("click", () => this.add(button));
  }

  hindrance() {
    if (!window.isSecureContext) return "insecure";
    const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent);
    const isInstalled = navigator.standalone || matchMedia("(display-mode: standalone)").matches;
    if (isApple && !isInstalled) return "iphone";
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return "none";
    return "";
  }

  say(which) {
    for (const line of this.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== which;
  }

  async add(button) {
    button.disabled = true;
    this.say("");
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.say("denied");
      const { pushManager } = await navigator.serviceWorker.ready;
      const old = await pushManager.getSubscription();
      if (old) await old.unsubscribe();
      const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.dataset.key });
      const form = this.querySelector("form");
      const { endpoint, keys } = given.toJSON();
      form.elements.endpoint.value = endpoint;
      form.elements.p256dh.value = keys.p256dh;
      form.elements.auth.value = keys.auth;
      form.elements.name.value = deviceName();
      form.submit();
    } catch {
      this.say("failed");
    } finally {
      button.disabled = false;
    }
  }
}

// "Firefox, Android": enough to tell one's own devices apart.
function deviceName() {
  const agent = navigator.userAgent;
  const find = (pairs) => pairs.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find([[/Edg/, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrom|CriOS/, "Chrome"], [/Safari/, "Safari"]]);
  const system = find([
    [/Android/, "Android"],
    [/iPhone/, "iPhone"],
    [/iPad/, "iPad"],
    [/Windows/, "Windows"],
    [/Mac OS/, "Mac"],
    [/Linux/, "Linux"],
  ]);
  return [browser, system].filter(Boolean).join(", ");
}

customElements.define("push-way", PushWay);
