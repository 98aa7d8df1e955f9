// The kept pages: what begins now is put down first, then its steps are shown.
(() => {
  for (const button of document.querySelectorAll("[data-begin]")) {
    button.addEventListener("click", async () => {
      await quietlegs.entries.begin(button.dataset.begin);
      location.href = "/offline/relief";
    });
  }

  // Tonight's part of a trial, only when it is of this very night: an old page must not say what to do now.
  const evening = (element) => quietlegs.entries.tonight(Number(element.dataset.cutoff));
  for (const part of document.querySelectorAll("[data-tonight]")) {
    part.hidden = part.dataset.tonight !== evening(part);
    for (const button of part.querySelectorAll("[data-done]")) {
      button.addEventListener("click", async () => {
        const { trial, done } = button.dataset;
        const said = { what: "done", trial: Number(trial), evening: part.dataset.tonight, done: done === "yes" };
        await quietlegs.store.add(await quietlegs.entries.make(said));
        for (const other of part.querySelectorAll("[data-done]")) other.setAttribute("aria-pressed", String(other === button));
      });
    }
  }

  // A cramp that runs already goes on where it was.
  quietlegs.store.note("running").then((runs) => {
    for (const button of document.querySelectorAll("[data-begin]")) {
      const isOn = quietlegs.entries.isSame(runs, button.dataset.begin);
      const label = button.querySelector("[data-words-go-on]");
      if (isOn && label) label.textContent = label.dataset.wordsGoOn;
    }
  });
})();
