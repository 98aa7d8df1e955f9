// Relief without the computer: the same steps in the same order, led through here. What is pressed is put down at once.
// Voice, waking screen and paced breath are those of relief/relief.js.
(() => {
  const { entries, store } = quietlegs;
  const root = document.getElementById("kept-relief");
  const panels = new Map([...root.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]));
  const RUNNING_HOURS = 12; // one that was never ended is not running for ever
  let runs = null;
  let hasSeenHelp = false;

  const clock = (at) => at.slice(11, 16).replace(/^0/, "");
  const title = (panel, at) => {
    const heading = panel.querySelector("h1[data-words]");
    if (heading) heading.textContent = heading.dataset.words.replace("%t", clock(at));
  };

  const show = (name) => {
    for (const [other, panel] of panels) {
      panel.hidden = other !== name;
      panel.toggleAttribute("id", other === name);
      if (other === name) panel.id = "main";
    }
    const panel = panels.get(name);
    if (runs) title(panel, runs.began);
    for (const button of panel.querySelectorAll("[data-over]")) button.hidden = !runs;
    document.title = panel.querySelector("h1").textContent;
    return panel;
  };
  const showFresh = (name) => show(name).querySelector("h1").focus();

  const steps = () => [...panels.get(runs.kind).querySelectorAll("[data-step]")];
  const showStep = (isNew) => {
    const panel = show(runs.kind);
    const on = steps().find((step) => step.dataset.step === runs.tried.at(-1)) ?? steps()[0];
    for (const step of steps()) step.hidden = step !== on;
    for (const drawing of panel.querySelectorAll("[data-drawing]")) drawing.hidden = drawing.dataset.drawing !== on.dataset.step;
    tick();
    paceBreath(on);
    if (isNew) on.querySelector("h2").focus();
    if (wantsVoice()) speak(on.dataset.say);
  };

  const save = () => store.setNote("running", runs);
  const next = async () => {
    const ids = steps().map((step) => step.dataset.step);
    const on = runs.tried.at(-1) ?? ids[0];
    if (runs.tried.length === 0) runs.tried.push(on);
    if (runs.tried.length < 20) runs.tried.push(ids[(ids.indexOf(on) + 1) % ids.length]);
    await save();
    showStep(true);
  };

  const over = async () => {
    if (runs.tried.length === 0) runs.tried.push(steps()[0].dataset.step);
    await entries.over(runs);
    const ended = runs;
    const panel = panels.get("over");
    title(panel, ended.began);
    for (const part of panel.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== ended.kind;
    runs = null;
    showFresh("over");
    for (const button of panel.querySelectorAll("[data-place]")) {
      button.setAttribute("aria-pressed", "false");
      button.onclick = async () => {
        for (const other of panel.querySelectorAll("[data-place]")) other.setAttribute("aria-pressed", String(other === button));
        await entries.place(ended, button.dataset.place);
      };
    }
    quietlegs.sending.drain({ force: true });
  };

  const begin = async (kind) => {
    await entries.begin(kind);
    runs = await store.note("running");
    hasSeenHelp = false;
    showStep(true);
    quietlegs.sending.drain({ force: true });
  };

  const tick = () => {
    if (!runs) return;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(runs.began)) / 1000));
    for (const place of panels.get(runs.kind).querySelectorAll("[data-clock]")) {
      place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
    // Help comes by itself after too long, once; whoever goes back to the steps has seen it.
    if (runs.kind === "cramp" && !hasSeenHelp && seconds >= Number(root.dataset.helpAfter)) {
      hasSeenHelp = true;
      window.speechSynthesis?.cancel();
      showFresh("long");
    }
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.begin) begin(button.dataset.begin);
    else if (button.dataset.show) showFresh(button.dataset.show);
    else if ("next" in button.dataset) next();
    else if ("over" in button.dataset) over();
    else if ("back" in button.dataset) runs ? showStep(true) : showFresh("start");
  });

  const start = async () => {
    runs = (await store.note("running")) ?? null;
    if (runs && Date.now() - Date.parse(runs.began) > RUNNING_HOURS * 3_600_000) runs = null;
    const goesOn = await store.note("next");
    if (goesOn) await store.setNote("next", undefined);
    if (location.hash === "#wrong") show("wrong");
    else if (!runs) show("start");
    else if (goesOn) await next();
    else showStep(false);
    for (const kind of ["cramp", "restless"]) {
      offerVoice(panels.get(kind), () => steps().find((step) => !step.hidden).dataset.say);
    }
    stayAwake();
    document.addEventListener("visibilitychange", stayAwake);
    setInterval(tick, 1000);
  };
  start();
})();
