// Leads a phone on to the app as soon as it trusts this computer. Without scripts the link at the end does the same,
// but for the code, which is then typed.
const steps = document.querySelector("[data-secure-url]");
const code = location.hash; // never sent over the network; it goes on to the encrypted page alone

function kind() {
  if (/iPhone|iPad|iPod/.test(navigator.userAgent)) return "iphone";
  // An iPad says that it is a Mac, but a Mac has no touch screen.
  if (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1) return "iphone";
  return /Android/.test(navigator.userAgent) ? "android" : null;
}

for (const part of document.querySelectorAll("details[data-kind]")) {
  const ours = kind();
  if (ours) part.open = part.dataset.kind === ours;
}

async function trusts(url) {
  try {
    // It fails unless the phone trusts the certificate. What is answered cannot be read here, and need not be.
    await fetch(`${url}/health`, { mode: "no-cors", cache: "no-store", credentials: "omit" });
    return true;
  } catch {
    return false;
  }
}

async function goOn() {
  if (document.visibilityState !== "visible") return;
  // The name comes first: it stays when the address changes. Many home networks do not know it; then the address does.
  for (const url of [steps.dataset.namedUrl, steps.dataset.secureUrl]) {
    if (await trusts(url)) {
      clearInterval(asking);
      location.replace(`${url}/pair${code}`);
      return;
    }
  }
}

for (const link of document.querySelectorAll("a[data-go-on]")) link.hash = code;
const asking = setInterval(goOn, 4000);
document.addEventListener("visibilitychange", goOn);
goOn();
