// Makes entries: what was said, with an id made here and the time on this device's clock, offset included.
(() => {
  const { store } = quietlegs;
  const two = (number) => String(number).padStart(2, "0");
  const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

  // The wall clock with its offset: 2026-10-25T02:30:00+01:00 is another hour than 02:30:00+02:00 that night.
  const wall = (date = new Date()) => {
    const ahead = -date.getTimezoneOffset();
    const offset = `${ahead < 0 ? "-" : "+"}${two(Math.trunc(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
    return `${day(date)}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${offset}`;
  };

  // A night is named by its evening: what a person calls last night is yesterday's, before and after midnight's noon.
  const eveningBefore = (date = new Date()) => day(new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 12));
  const tonight = (cutoffHour, date = new Date()) => (date.getHours() < cutoffHour ? eveningBefore(date) : day(date));

  const thisDevice = async () => {
    const known = await store.note("device");
    if (known) return known;
    const made = crypto.randomUUID();
    await store.setNote("device", made);
    return made;
  };

  const make = async (said, id = crypto.randomUUID()) => ({
    id,
    said: {
      at: wall(),
      device: await thisDevice(),
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
      ...said,
    },
  });

  // What runs now: {of, kind, began, tried, known}. `known` says that the computer has it already. A second press within
  // this time means the same, as it does on the computer.
  const SAME_MINUTES = { cramp: 30, restless: 120 };
  const isSame = (runs, kind) => runs?.kind === kind && Date.now() - Date.parse(runs.began) < SAME_MINUTES[kind] * 60_000;

  const begin = async (kind, id) => {
    if (isSame(await store.note("running"), kind)) return;
    const entry = await make({ what: kind }, id);
    await store.add(entry);
    await store.setNote("running", { of: entry.id, kind, began: entry.said.at, tried: [] });
  };

  const about = ({ of, kind, began, known }) => ({ of, kind, ...(known ? {} : { began }) });
  const over = async (runs) => {
    await store.add(await make({ what: "over", ...about(runs), tried: runs.tried }));
    await store.setNote("running", undefined);
    await store.setNote("ended", runs);
  };
  const place = async (runs, where) => store.add(await make({ what: "place", ...about(runs), place: where }));

  const NOT_ANSWERS = new Set(["csrfmiddlewaretoken", "client_id", "next", "time_zone", "evening", "quiet", "places"]);
  const night = (form, evening, quiet) => {
    // What is left open says nothing, but for "No to the others": it is about the questions that were open.
    const isSaid = (name, value) => value !== "" || (form.has("rest_no") && name.startsWith("factor-"));
    const answers = [...form].filter(([name, value]) => isSaid(name, value) && !NOT_ANSWERS.has(name));
    return { what: "night", evening, quiet, answers: Object.fromEntries(answers), places: form.getAll("places") };
  };

  // The forms of the app's own pages, as entries: for when the page was there and the connection is gone.
  const number = "([0-9]+)";
  const FORMS = [
    [/^\/cramp$/, () => ({ begin: "cramp" })],
    [/^\/relief\/restless$/, () => ({ begin: "restless" })],
    [/^\/quiet$/, (form) => ({ said: night(form, form.get("evening"), true) })],
    [/^\/cramps$/, (form) => ({ said: night(form, form.get("evening"), false) })],
    [/^\/nights\/(\d{4}-\d\d-\d\d)(?:\/morning)?$/, (form, [, evening]) => ({ said: night(form, evening, form.get("quiet") === "yes") })],
    [new RegExp(`^/relief/${number}/next$`), () => ({ goOn: true })],
    [new RegExp(`^/relief/${number}/over$`), () => ({ end: true })],
    [
      new RegExp(`^/relief/${number}/place$`),
      (form) => form.get("of") && { said: { what: "place", of: form.get("of"), place: form.get("place") } },
    ],
    [
      new RegExp(`^/try/${number}/done$`),
      (form, [, trial]) => ({
        said: {
          what: "done",
          trial: Number(trial),
          evening: form.get("evening"),
          done: { yes: true, no: false }[form.get("answer")] ?? null,
        },
      }),
    ],
  ];
  const ofForm = (path, form) => {
    for (const [address, read] of FORMS) {
      const found = address.exec(path);
      if (found) return { id: form.get("client_id") || crypto.randomUUID(), ...read(form, found) };
    }
    return null;
  };
  const isForm = (path) => FORMS.some(([address]) => address.test(path));

  quietlegs.entries = { make, begin, isSame, over, place, night, ofForm, isForm, wall, day, eveningBefore, tonight };
})();
