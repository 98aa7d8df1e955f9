// Relief at night: keeps the screen awake, speaks only when asked to, and shows where to get help after too long.
// Everything here is extra: the page does its work without it.

const page = document.querySelector("[data-relief]");

// The screen stays awake while a step is on. A browser gives this up when the page is hidden, so it is asked again.
const stayAwake = async () => {
  if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // A low battery or an old browser says no: the page works all the same.
  }
};

// Help comes by itself, from this page: no connection is needed for it.
const helpWhenTooLong = () => {
  const help = document.querySelector("[data-help]");
  if (!help || !page.dataset.helpAfter) return;
  const showsAt = Date.now() + (Number(page.dataset.helpAfter) - Number(page.dataset.seconds)) * 1000;
  const look = () => {
    if (Date.now() < showsAt) return;
    clearInterval(looking);
    window.speechSynthesis?.cancel();
    help.hidden = false;
    page.remove();
    help.firstElementChild.focus();
  };
  const looking = setInterval(look, 1000); // a phone that slept has missed a single long timer
  look();
};

const VOICE = "quietlegs-voice";
const wantsVoice = () => {
  try {
    return localStorage.getItem(VOICE) === "1";
  } catch {
    return false;
  }
};

const speak = () => {
  const words = new SpeechSynthesisUtterance(page.dataset.say);
  words.lang = document.documentElement.lang;
  words.rate = 0.9;
  words.volume = 0.6; // someone may sleep beside them
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
};

const offerVoice = () => {
  const button = page.querySelector("[data-voice]");
  if (!button || !("speechSynthesis" in window)) return;
  const show = () => button.setAttribute("aria-pressed", String(wantsVoice()));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(VOICE, wantsVoice() ? "0" : "1");
    } catch {
      return; // nothing can be remembered here, so nothing is spoken
    }
    show();
    if (wantsVoice()) speak();
    else speechSynthesis.cancel();
  });
  if (wantsVoice()) speak();
};

if (page) {
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
  helpWhenTooLong();
  offerVoice();
}
