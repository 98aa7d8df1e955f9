// Sends what waits, oldest first, each entry under its id until the computer confirms it. The computer takes an id once,
// so a repeat does no harm; nothing is removed here before it is confirmed.
(() => {
  const { store } = quietlegs;
  const ANSWER_SECONDS = 15;
  const SENDING_SECONDS = 20; // a page that sends a form has its answer by then, or never
  const FIRST_PAUSE = 5;
  const LONGEST_PAUSE = 600;

  const KEEP = { left: "keep" }; // no answer, or not from the computer: try again later
  const fate = async (entry, response) => {
    if (response.redirected || response.status === 401) return { left: "pair" };
    const isData = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const answer = isData ? await response.json().catch(() => null) : null;
    if (response.ok) return answer?.id === entry.id ? { left: "" } : KEEP; // a hotel's sign-in page answers 200 too
    const language = response.headers.get("Content-Language") ?? "";
    if (answer?.problems && response.status < 500) return { left: "aside", problems: answer.problems.map((one) => ({ ...one, language })) };
    return { ...KEEP, goOn: response.status === 500, why: answer?.detail ?? "", language };
  };

  const send = async (entry) => {
    const said = { ...entry.said, sent_at: quietlegs.entries.wall() };
    try {
      const response = await fetch(`/api/v1/entries/${entry.id}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(said),
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
      });
      return await fate(entry, response);
    } catch {
      return KEEP;
    }
  };

  const isDue = (entry) =>
    entry.state === "waiting" || (entry.state === "sending" && Date.now() - entry.since > SENDING_SECONDS * 1000);

  const sendAll = async () => {
    let trouble = { state: "" };
    for (const entry of (await store.all()).filter(isDue)) {
      const done = await send(entry);
      if (done.left === "") {
        await store.remove(entry);
      } else if (done.left === "aside") {
        await store.save({ ...entry, state: "aside", problems: done.problems });
      } else {
        await store.save({ ...entry, state: "waiting", tries: entry.tries + 1 });
        trouble = { state: done.left, why: done.why ?? "", language: done.language ?? "" };
        if (!done.goOn) break; // one entry that the computer stumbles over does not hold up the others
      }
    }
    return trouble;
  };

  // One at a time, whichever page or worker it is. Answers how it went; `force` does not wait for the pause to end.
  const drain = ({ force = false } = {}) =>
    navigator.locks.request("quietlegs-send", { ifAvailable: true }, async (lock) => {
      if (!lock || !(await store.all()).some(isDue)) return;
      const pause = (await store.note("pause")) ?? { until: 0, seconds: 0 };
      if (!force && Date.now() < pause.until) return;
      const trouble = await sendAll();
      const seconds = trouble.state ? Math.min(Math.max(FIRST_PAUSE, pause.seconds * 2), LONGEST_PAUSE) : 0;
      await store.setNote("pause", { until: Date.now() + seconds * 1000, seconds });
      await store.setNote("trouble", trouble);
    });

  // Words for programs are English whoever asks; a page shows what is written in its own language.
  const isReadable = ({ language = "" }) => !language || language.split("-")[0] === document.documentElement.lang.split("-")[0];

  quietlegs.sending = { drain, isReadable };
})();
