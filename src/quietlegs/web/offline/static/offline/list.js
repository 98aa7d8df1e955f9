// What waits on this device, entry by entry, in words; what was refused says why and can be mended, kept as a file, or deleted.
(() => {
  const list = document.getElementById("kept-list");
  const words = list.dataset;
  const language = document.documentElement.lang;
  const { store } = quietlegs;
  const part = (name) => document.getElementById(`kept-${name}`).content.firstElementChild.cloneNode(true);

  const time = (at) => new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }).format(new Date(at));
  const date = (evening) => new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(new Date(`${evening}T12:00`));

  const told = ({ said }) => {
    const name = said.what === "night" && said.quiet ? "quiet" : said.what;
    return (words[name] ?? said.what).replace("%t", time(said.began ?? said.at)).replace("%d", said.evening ? date(said.evening) : "");
  };

  const row = (entry) => {
    const item = part("entry");
    item.querySelector("[data-told]").textContent = told(entry);
    item.querySelector("[data-state]").textContent = entry.state === "aside" ? words.aside : words.waits;
    const reasons = item.querySelector("[data-reasons]");
    reasons.append(...entry.problems.filter(quietlegs.sending.isReadable).map(({ what, mend }) => Object.assign(document.createElement("li"), { textContent: `${what} ${mend}` })));
    reasons.hidden = reasons.childElementCount === 0;
    const mend = item.querySelector("[data-mend]");
    mend.hidden = entry.state !== "aside" || entry.said.what !== "night";
    mend.href = `/offline/night?mends=${entry.id}`;
    const again = item.querySelector("[data-again]");
    again.hidden = entry.state !== "aside" || entry.said.what === "night";
    again.addEventListener("click", async () => {
      await store.save({ ...entry, state: "waiting", problems: [] });
      await quietlegs.sending.drain({ force: true });
    });
    item.querySelector("[data-delete]").addEventListener("click", () => store.remove(entry));
    return item;
  };

  let shown = "";
  const show = async () => {
    const entries = (await store.all()).filter((entry) => entry.state !== "sending");
    if (shown === JSON.stringify(entries)) return; // what is open stays open
    shown = JSON.stringify(entries);
    document.getElementById("kept-none").hidden = entries.length > 0;
    document.getElementById("kept-some").hidden = entries.length === 0;
    list.replaceChildren(...entries.map(row));
  };

  document.getElementById("kept-export").addEventListener("click", async () => {
    const text = JSON.stringify(await store.all(), null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `quietlegs-waiting-${quietlegs.entries.day(new Date())}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  document.getElementById("kept-send").addEventListener("click", () => quietlegs.sending.drain({ force: true }));
  if (location.hash === "#forget") document.getElementById("forget").open = true;
  document.getElementById("kept-forget").addEventListener("click", () => store.forget());
  store.onChange(show);
  show();
})();
