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

const speak = (said = page.dataset.say) => {
  if (!("speechSynthesis" in window)) return;
  const words = new SpeechSynthesisUtterance(said);
  words.lang = document.documentElement.lang;
  words.rate = 0.9;
  words.volume = 0.6; // someone may sleep beside them
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
};

// The page that is kept for when there is no connection asks for these with a part of its own.
const offerVoice = (part = page, said = () => page.dataset.say) => {
  const button = part.querySelector("[data-voice]");
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
    if (wantsVoice()) speak(said());
    else speechSynthesis.cancel();
  });
  if (wantsVoice()) speak(said());
};

// How long this step has been on. The tab remembers it, so that a reload does not start it anew.
const timeStep = () => {
  const place = page.querySelector("[data-step-clock]");
  if (!place) return;
  const key = "quietlegs-step";
  let began = Date.now();
  try {
    const [step, at] = (sessionStorage.getItem(key) ?? "").split(" ");
    if (step === place.dataset.stepClock) began = Number(at);
    sessionStorage.setItem(key, `${place.dataset.stepClock} ${began}`);
  } catch {
    // Nothing can be remembered here: the time counts from this page.
  }
  const show = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
    place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  show();
  place.hidden = false;
  setInterval(show, 1000);
};

// In and out, counted slowly: words and a number only, as nothing should move in the dark.
const paceBreath = (part = page) => {
  const place = part.querySelector("[data-pace-in]");
  if (!place) return;
  const into = Number(place.dataset.paceIn);
  const round = into + Number(place.dataset.paceOut);
  const began = Date.now();
  const show = () => {
    const second = Math.floor((Date.now() - began) / 1000) % round;
    const isIn = second < into;
    place.textContent = `${isIn ? place.dataset.wordsIn : place.dataset.wordsOut} ${(isIn ? second : second - into) + 1}`;
    if (wantsVoice() && (second === 0 || second === into) && Date.now() - began > 9000) {
      speak(isIn ? place.dataset.wordsIn : place.dataset.wordsOut); // after the step itself was said
    }
  };
  show();
  place.hidden = false;
  setInterval(show, 1000);
};

if (page) {
  stayAwake();
  timeStep();
  paceBreath();
  document.addEventListener("visibilitychange", stayAwake);
  helpWhenTooLong();
  offerVoice();
}
