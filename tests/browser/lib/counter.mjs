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

/** A card that comes back at once never left, as far as the reader can tell (three looks of 40 ms must be in vain): then
 *  it is lifted and laid on again, as people do. */
async function layOn(house, uid) {
    const before = (await house.state()).tap?.seq ?? 0;
    for (let tries = 0; ; tries++) {
        await house.remove();
        const lifted = performance.now();
        await waitFor(2000, () => performance.now() - lifted > 300, "the reader to miss the card");
        const at = await house.insert(uid);
        try {
            const probe = async () => {
                const { tap: latest } = await house.state();
                return latest && latest.seq > before ? latest.seq : 0;
            };
            return { at, seq: await waitFor(3000, probe, "the tap") };
        } catch (error) {
            if (tries === 2) throw error;
        }
    }
}
