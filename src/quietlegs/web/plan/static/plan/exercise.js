// A guided exercise: it counts the seconds of each step, in words, in a ring and, if wished, by sound and vibration.
// Without this file the page still has every step with its seconds.

const SECOND = 1000;
const READY_SECONDS = 5; // to put the phone down

class GuidedExercise extends HTMLElement {
  connectedCallback() {
    if (this.phases) return;
    this.phases = JSON.parse(this.dataset.phases);
    this.words = JSON.parse(this.dataset.words);
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    for (const name of ["buttons", "options"]) this.piece(name).hidden = false;
    if (!navigator.vibrate) this.piece("vibrate").closest("label").remove();
    this.piece("start").addEventListener("click", () => this.start());
    this.piece("pause").addEventListener("click", () => this.pauseOrGoOn());
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
    this.awake?.release?.();
  }

  start() {
    clearInterval(this.ticking);
    this.audio ??= this.piece("sound").checked ? new AudioContext() : undefined;
    this.at = -1;
    this.paused = false;
    this.piece("pause").disabled = false;
    this.say(this.piece("pause"), this.words.pause);
    for (const name of ["do", "ring", "label"]) this.piece(name).hidden = false;
    this.say(this.piece("start"), this.words.again);
    this.querySelector(".exercise-now").scrollIntoView({ block: "nearest" });
    this.keepAwake();
    this.show({ do: this.words.ready, seconds: READY_SECONDS, label: "", of: 0, pose: this.phases[0].pose });
    this.ticking = setInterval(() => this.tick(), SECOND / 10);
  }

  // The time comes from the clock, so that a phone that slept for a moment does not lose count.
  show(phase) {
    this.phase = phase;
    this.left = phase.seconds * SECOND;
    this.seen = performance.now();
    this.piece("do").textContent = phase.do;
    this.piece("label").textContent = phase.label;
    this.piece("spoken").textContent = [phase.do, phase.label].filter(Boolean).join(" ");
    this.querySelector(".drawing use").setAttribute("href", `${this.dataset.sprite}#${phase.pose}`);
    this.beads(phase);
    this.count();
    if (this.at >= 0) this.signal(phase);
  }

  tick() {
    if (this.paused) return;
    const now = performance.now();
    this.left -= now - this.seen;
    this.seen = now;
    if (this.left > 0) return this.count();
    this.at += 1;
    this.at < this.phases.length ? this.show(this.phases[this.at]) : this.finish();
  }

  count() {
    const left = Math.max(0, this.left);
    this.piece("left").textContent = Math.ceil(left / SECOND);
    const share = left / (this.phase.seconds * SECOND);
    this.querySelector(".ring-left").setAttribute("stroke-dashoffset", String(100 * (1 - share)));
  }

  beads({ of, number }) {
    const place = this.piece("beads");
    place.hidden = !of || of > 12;
    if (place.hidden) return;
    place.replaceChildren(
      ...Array.from({ length: of }, (_, i) => {
        const bead = document.createElement("span");
        bead.className = `bead${i + 1 < number ? " done" : i + 1 === number ? " now" : ""}`;
        return bead;
      }),
    );
  }

  signal({ rest }) {
    if (this.piece("vibrate")?.checked) navigator.vibrate(rest ? [80, 60, 80] : 160);
    if (!this.piece("sound").checked) return;
    this.audio ??= new AudioContext();
    const [tone, volume] = [this.audio.createOscillator(), this.audio.createGain()];
    tone.frequency.value = rest ? 330 : 440;
    volume.gain.setValueAtTime(0.15, this.audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, this.audio.currentTime + 0.4);
    tone.connect(volume).connect(this.audio.destination);
    tone.start();
    tone.stop(this.audio.currentTime + 0.4);
  }

  pauseOrGoOn() {
    this.paused = !this.paused;
    this.seen = performance.now();
    this.say(this.piece("pause"), this.paused ? this.words.go_on : this.words.pause);
  }

  finish() {
    clearInterval(this.ticking);
    this.awake?.release?.();
    this.piece("pause").disabled = true;
    this.piece("do").textContent = this.piece("spoken").textContent = this.words.finish;
    this.piece("label").textContent = "";
    for (const name of ["ring", "beads"]) this.piece(name).hidden = true;
  }

  say(button, words) {
    button.querySelector("span").textContent = words;
  }

  async keepAwake() {
    try {
      this.awake = await navigator.wakeLock?.request("screen");
    } catch {
      // A screen that may sleep is no reason not to stretch.
    }
  }
}

customElements.define("guided-exercise", GuidedExercise);
