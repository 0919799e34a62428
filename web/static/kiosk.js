// The counter's page: shows each tap at once, goes back to waiting by itself, takes numbers and QR codes, makes a sound.
// The server renders every part (/screen); this file only exchanges them.
"use strict";

const HOME_LANG = "zh-CN"; // what the counter goes back to when nobody is there
const IDLE_MS = 60000;
const CAMERA_MS = 30000;
const FRESHEN_MS = 10000; // ages in the foot, notices

const screen = document.getElementById("screen");
const lang = document.documentElement.lang === HOME_LANG ? "zh" : "en";
const part = (id) => document.getElementById(id);

let seen = 0; // the tap that has been shown long enough
let sounded = part("stage").dataset.key; // no sound for what was there before
let idleSince = Date.now();

// Exchanging parts ------------------------------------------------------------------------------------------------
let refreshing = null;
let again = false;

async function load() {
  const answer = await fetch(`/screen?lang=${lang}&seen=${seen}`, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["bar", "notices", "demo", "foot"]) exchange(id, fresh);
  if (fresh.getElementById("stage").dataset.key !== part("stage").dataset.key) {
    exchange("stage", fresh);
    stageChanged();
  }
  showSound();
}

function exchange(id, fresh) {
  const now = part(id);
  const next = fresh.getElementById(id);
  if (!now.isEqualNode(next)) now.replaceWith(next);
}

// One request at a time; what happens meanwhile asks for one more.
function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = load()
    .catch(() => {})
    .finally(() => {
      refreshing = null;
      if (again) {
        again = false;
        refresh();
      }
    });
  return refreshing;
}

function stageChanged() {
  const stage = part("stage");
  const [seq, revision] = stage.dataset.key.split(".");
  idleSince = Date.now();
  if (!stage.dataset.sound) return;
  closeCamera();
  // Photo and scope come a moment after the verdict: the time to read begins with the verdict.
  const elapsed = revision !== "1" && seq === startedSeq ? Date.now() - startedAt : 0;
  if (!elapsed) {
    startedSeq = seq;
    startedAt = Date.now();
  }
  const span = part("timer").firstElementChild;
  span.style.setProperty("--kiosk-show", `${stage.dataset.show}s`);
  span.style.animationDelay = `-${elapsed}ms`;
  clearTimeout(resetting);
  resetting = setTimeout(reset, Number(stage.dataset.show) * 1000 - elapsed);
  if (seq !== sounded.split(".")[0]) sound(stage.dataset.sound);
  sounded = stage.dataset.key;
}
let startedSeq = "";
let startedAt = 0;
let resetting = 0;

function reset() {
  const stage = part("stage");
  if (stage.dataset.sound) seen = Number(stage.dataset.seq);
  refresh();
}

// What the server tells ---------------------------------------------------------------------------------------------
const events = new EventSource("/events");
events.onmessage = refresh;
events.onopen = () => {
  // A counter that was started anew counts its taps from one again, and its pages may have changed.
  if (!part("lost").hidden) return location.reload();
  refresh();
};
events.onerror = () => {
  part("lost").hidden = false;
  // A server that answers with an error ends the stream for good; begin anew by loading the page.
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
};
setInterval(() => {
  refresh();
  if (document.documentElement.lang !== HOME_LANG && Date.now() - idleSince > IDLE_MS && !part("stage").dataset.sound)
    location.href = "/";
}, FRESHEN_MS);
document.addEventListener("pointerdown", () => (idleSince = Date.now()));

// Sound: short tones that differ by more than pitch ------------------------------------------------------------------
const tones = {
  good: [[660, 0, 0.12], [880, 0.14, 0.22]],
  care: [[520, 0, 0.14], [520, 0.22, 0.14]],
  bad: [[330, 0, 0.18], [262, 0.22, 0.18], [208, 0.44, 0.4]],
};
let audio = null;

function isMuted() {
  return localStorage.getItem("muted") === "yes";
}

function sound(name) {
  if (isMuted()) return;
  audio = audio || new AudioContext();
  audio.resume();
  for (const [frequency, start, length] of tones[name] || []) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    const at = audio.currentTime + start;
    oscillator.type = name === "bad" ? "triangle" : "sine";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.015);
    gain.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + length + 0.05);
  }
}

function showSound() {
  const button = part("mute");
  button.setAttribute("aria-pressed", String(isMuted()));
  button.textContent = isMuted() ? button.dataset.off : button.dataset.on;
}
showSound();

// A number --------------------------------------------------------------------------------------------------------
function say(text) {
  const message = part("number-message");
  if (message) message.textContent = text;
}

async function post(path, value) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

async function sendNumber(form) {
  const number = form.elements.number.value.trim();
  const words = part("number-message").dataset;
  if (!number) return say(words.empty);
  say(words.asking);
  try {
    const answer = await post("/number", { number });
    const problem = answer.ok ? null : await answer.json();
    say(problem ? problem.fields?.[0]?.message || words.failed : "");
  } catch {
    say(words.failed);
  }
}

function press(key) {
  const input = part("number");
  if (key === "clear") input.value = "";
  else if (key === "back") input.value = input.value.slice(0, -1);
  else if (input.value.length < input.maxLength) input.value += key;
  say("");
}

// Clicks and forms, wherever the parts are by now ---------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.closest("#keys")) press(button.dataset.key);
  else if (button.id === "camera-open") openCamera();
  else if (button.id === "camera-close") closeCamera();
  else if (button.id === "mute") {
    localStorage.setItem("muted", isMuted() ? "no" : "yes");
    showSound();
    if (!isMuted()) sound("good");
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.id === "number-form") return sendNumber(form);
  await post(form.getAttribute("action"), Object.fromEntries(new FormData(form))).catch(() => {});
  refresh();
});

// A touch on the verdict ends it.
document.addEventListener("click", (event) => {
  if (event.target.closest(".kiosk-verdict")) reset();
});

// The camera ----------------------------------------------------------------------------------------------------------
const camera = part("camera");
const video = part("camera-video");
const canvas = document.createElement("canvas");
let film = null;
let looking = 0; // which opening of the camera is looking; an older one stops by itself

function tell(name) {
  part("camera-message").textContent = part("camera-message").dataset[name];
}

async function openCamera() {
  const mine = ++looking;
  tell("starting");
  camera.showModal();
  try {
    if (!self.jsQR) await import(camera.dataset.decoder);
    film = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    if (mine !== looking) return stopFilm();
    video.srcObject = film;
    await video.play();
    tell("looking");
    look(mine, Date.now() + CAMERA_MS);
  } catch {
    if (mine === looking) tell("failed");
  }
}

function look(mine, until) {
  if (mine !== looking) return;
  if (Date.now() > until) {
    stopFilm();
    return tell("nothing");
  }
  const text = readFrame();
  if (text) return found(mine, text);
  setTimeout(() => look(mine, until), 60);
}

function readFrame() {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return self.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data || null;
}

async function found(mine, text) {
  stopFilm();
  try {
    const answer = await post("/text", { text });
    if (answer.ok && mine === looking) closeCamera();
    else if (mine === looking) tell("failed");
  } catch {
    if (mine === looking) tell("failed");
  }
}

function stopFilm() {
  film?.getTracks().forEach((track) => track.stop());
  film = null;
  video.srcObject = null;
}

function closeCamera() {
  looking++;
  stopFilm();
  if (camera.open) camera.close();
}
camera.addEventListener("close", () => {
  looking++;
  stopFilm();
});

// A page that was loaded while a verdict shows.
if (part("stage").dataset.sound) stageChanged();
