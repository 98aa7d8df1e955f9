// A night, written without a connection: read as the page's own form is, put down, and sent when it can be.
(() => {
  const form = document.getElementById("kept-night");
  const day = form.querySelector("input[name=evening]");
  const { entries, store } = quietlegs;
  const mends = new URLSearchParams(location.search).get("mends");
  day.max = entries.day(new Date());
  day.value = entries.eveningBefore();

  const fill = ({ said, problems }) => {
    day.value = said.evening;
    for (const [name, value] of Object.entries(said.answers)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
    for (const box of form.querySelectorAll("[name=places]")) box.checked = said.places.includes(box.value);
    for (const detail of form.querySelectorAll("details")) detail.open = true;
    const list = document.getElementById("kept-problems");
    list.append(...problems.filter(quietlegs.sending.isReadable).map(({ what, mend }) => Object.assign(document.createElement("p"), { textContent: `${what} ${mend}` })));
    list.hidden = list.childElementCount === 0;
    list.focus();
  };

  const mended = async () => (await store.all()).find((entry) => entry.id === mends);
  if (mends) mended().then((entry) => entry && fill(entry));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const isQuiet = event.submitter?.name === "quiet";
    const said = entries.night(fields, fields.get("evening"), isQuiet);
    const before = mends && (await mended());
    const entry = await entries.make(said, before?.id);
    if (before) await store.save({ ...before, said: entry.said, state: "waiting", problems: [] });
    else await store.add(entry);
    await quietlegs.sending.drain({ force: true });
    location.href = "/offline/waiting";
  });
})();
