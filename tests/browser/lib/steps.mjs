// A story is told in steps: each prints its sentence when it holds; the first that does not ends the test.
import { shoot } from "./chromium.mjs";

/** Tells the story with `tell(step, defer)`.  What is deferred runs at the end, last first, whatever happened. */
export async function story(name, tell) {
    const cleaning = [];
    let current = "it begins";
    const defer = (work) => cleaning.push(work);
    const step = async (sentence, work) => {
        current = sentence;
        const began = performance.now();
        const result = await work();
        console.log(`- ${sentence} (${Math.round(performance.now() - began)} ms)`);
        return result;
    };
    try {
        await tell(step, defer);
        console.log(`${name}: passed`);
    } catch (error) {
        process.exitCode = 1;
        console.log(`FAILED: ${current}`);
        console.log(error.stack, error.cause ?? "");
    }
    for (const work of cleaning.reverse()) await work(process.exitCode === 1).catch((error) => console.log("cleaning:", error));
}

/** To defer: pictures of all pages when the story failed. */
export const lastPictures = (browser, name) => async (failed) => {
    if (!failed) return;
    for (const [at, page] of browser.pages.entries()) if (!page.isClosed()) await shoot(page, `failed-${name}-${at}`);
};
