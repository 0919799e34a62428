// The kiosk's page as somebody at the counter sees it.
import { waitFor } from "../../lib/wait.mjs";

/** Opens the page and lets it note when a verdict stands on the screen, drawn: with its word, and with the photo. */
export async function openCounter(browser, house, viewport = { width: 1280, height: 800 }) {
    const page = await browser.page(viewport);
    await page.addInitScript(() => {
        const wall = () => performance.timeOrigin + performance.now();
        window.shown = {}; // seq: {word, photo}: moments
        const note = (seq, what) => requestAnimationFrame(() => ((window.shown[seq] ??= {})[what] ??= wall()));
        const look = () => {
            const stage = document.getElementById("stage");
            const verdict = stage?.querySelector("[data-verdict]");
            if (!verdict) return;
            const seq = stage.dataset.seq;
            note(seq, "word");
            const photo = verdict.querySelector("img.portrait");
            photo?.decode().then(() => note(seq, "photo"), () => {});
        };
        document.addEventListener("DOMContentLoaded", () => {
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
            look();
        });
    });
    await page.goto(house.kioskUrl);
    return page;
}

/** Lays the card on, waits for its verdict and lifts it again: {verdict, text, word, photo}; the last two in ms since it lay there. */
export async function tap(page, house, uid, { photo = false } = {}) {
    await page.evaluate(() => (window.shown = {})); // a counter that was started anew counts from one again
    const { at, seq } = await layOn(house, uid);
    const moments = await waitFor(
        5000,
        async () => {
            const shown = await page.evaluate((number) => window.shown[number], seq);
            return shown?.word && (!photo || shown.photo) ? shown : null;
        },
        `the verdict of tap ${seq} on the screen`,
    );
    const seen = await page.evaluate(() => {
        const verdict = document.querySelector("#stage [data-verdict]");
        return { verdict: verdict?.dataset.verdict, text: verdict?.innerText };
    });
    await house.remove();
    return { ...seen, word: moments.word - at, photo: moments.photo ? moments.photo - at : null };
}

/** Waits until the reader has missed what lay there last: a card that comes back at once never left. */
async function layOn(house, uid) {
    await waitFor(5000, async () => (await house.state()).tag === "none", "an empty reader");
    const before = (await house.state()).tap?.seq ?? 0;
    const at = await house.insert(uid);
    const probe = async () => {
        const { tap: latest } = await house.state();
        return latest && latest.seq > before ? latest.seq : 0;
    };
    const stands = async () => `the tap; the counter says ${JSON.stringify(await house.state())}`;
    return { at, seq: await waitFor(5000, probe, stands) };
}
