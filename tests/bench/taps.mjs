// From the badge on the reader to the verdict on the screen: real kiosk, virtual reader (a PN532 on a pty, driven by the
// real libnfc), headless Chromium.  taps.mjs COUNT; prints "median-ms p95-ms last-ms median-with-photo-ms p95-with-photo-ms".
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Browser } from "../browser/lib/chromium.mjs";
import { openCounter } from "../browser/lib/counter.mjs";
import { House, now } from "../browser/lib/house.mjs";
import { waitFor } from "../lib/wait.mjs";

const count = Number(process.argv[2] ?? 60);
const KINDS = ["valid", "auxiliary", "suspended"];
const house = await House.open({ demo: true });
const browser = await Browser.open();

const post = (path, value) =>
    fetch(house.kioskUrl + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/** {kind: uid} of the demo's tags. */
async function tags() {
    const folder = join(house.data, "demo-tags");
    const found = {};
    for (const name of (await readdir(folder)).sort())
        found[name.slice(3).split(".")[0]] = JSON.parse(await readFile(join(folder, name), "utf8")).uid;
    return found;
}

/** Lays the tag on and waits for its verdict, and its photo if it has one: {word, photo} in ms since. */
async function tap(page, uid, photo) {
    await post("/demo/remove", {});
    await waitFor(5000, async () => (await house.state()).tag === "none", "an empty reader");
    const before = (await house.state()).tap?.seq ?? 0;
    const at = now();
    await post("/demo/insert", { uid });
    const shown = await waitFor(
        5000,
        () => page.evaluate(
            ([seq, wanted]) => {
                const one = Object.entries(window.shown).find(([key]) => Number(key) > seq)?.[1];
                return one?.word && (!wanted || one.photo) ? one : null;
            },
            [before, photo],
        ),
        "the verdict on the screen",
    );
    return { word: shown.word - at, photo: photo ? shown.photo - at : null };
}

const rank = (times, part) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];

try {
    await house.startRegistry();
    await house.startReader();
    await house.startKiosk({ demo: true });
    await house.kioskInStep();
    const uids = await tags();
    const page = await openCounter(browser, house);
    for (const kind of KINDS) await tap(page, uids[kind], false); // fonts, connections, caches
    const words = [];
    const photos = [];
    for (let at = 0; at < count; at++) {
        const kind = KINDS[at % KINDS.length];
        const one = await tap(page, uids[kind], kind === "valid");
        words.push(one.word);
        if (one.photo) photos.push(one.photo);
    }
    console.log([rank(words, 0.5), rank(words, 0.95), rank(words, 1), rank(photos, 0.5), rank(photos, 0.95)]
        .map((ms) => ms.toFixed(0)).join(" "));
} finally {
    await browser.close();
    await house.close();
}
