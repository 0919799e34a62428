// What every page owes its reader, whoever that is: checked by machine as far as a machine can.
import axe from "axe-core";

/** Sentences about what is wrong with the page as it stands; empty: nothing found. */
export async function faultsOf(page, { accessibility = true } = {}) {
    const where = `${new URL(page.url()).pathname} at ${page.viewportSize().width} px`;
    const faults = [];
    const { wide, html } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        html: document.documentElement.outerHTML,
    }));
    if (wide > 0) faults.push(`${where}: ${wide} px too wide, ${await widest(page)}`);
    // A message key that stands on the page has no text; braces are a template's or a message's that was not filled.
    const raw = html.match(/\{\{[^}]*\}\}|\{[a-z_]+\}|>\s*(?:desk|public|kiosk|site|form|verdict)\.[a-z_.]+\s*</);
    if (raw) faults.push(`${where}: "${raw[0].trim()}" stands on the page`);
    if (accessibility) {
        await page.evaluate(axe.source); // allowed under the strict policy, as an injected script tag is not
        const { violations } = await page.evaluate(() => window.axe.run());
        for (const one of violations.filter(({ impact }) => ["serious", "critical"].includes(impact)))
            faults.push(`${where}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(({ html }) => html).join(" ")}`);
    }
    return faults;
}

/** The element that sticks out most. */
function widest(page) {
    return page.evaluate(() => {
        const edge = (element) => element.getBoundingClientRect().right;
        const all = [...document.body.querySelectorAll("*")].filter((element) => !element.closest(".table-scroll") || element.matches(".table-scroll"));
        const worst = all.sort((a, b) => edge(b) - edge(a))[0];
        return worst?.outerHTML.slice(0, 120);
    });
}

/** Somebody without a mouse: the first stop leads to the content, and every stop can be seen. */
export async function keyboardFaults(page) {
    const where = new URL(page.url()).pathname;
    const faults = [];
    const focused = () =>
        page.evaluate(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            return {
                html: element.outerHTML.slice(0, 100),
                skips: element.matches("a[href='#main']"),
                marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
                inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
                isBody: element === document.body,
            };
        });
    await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : null));
    for (let stop = 0; stop < 12; stop++) {
        await page.keyboard.press("Tab");
        const now = await focused();
        if (now.isBody) break; // round
        if (stop === 0 && !now.skips) faults.push(`${where}: the first stop is ${now.html}, not the skip link`);
        if (!now.marked) faults.push(`${where}: focus cannot be seen on ${now.html}`);
        if (!now.inSight) faults.push(`${where}: focus is out of sight on ${now.html}`);
    }
    await page.evaluate(() => document.activeElement.blur());
    await page.locator(".skip-link").focus();
    await page.keyboard.press("Enter");
    // The address follows the key press a moment later.
    const led = await page.waitForURL("**/*#main", { timeout: 5000 }).then(() => true, () => false);
    if (!led) faults.push(`${where}: the skip link leads to ${page.url()}`);
    return faults;
}
