// Reads a printed card's QR code with two decoders that share nothing.
import { readFile, writeFile } from "node:fs/promises";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { run } from "./programs.mjs";

async function must(command, ...words) {
    const done = await run(command, words);
    if (done.code !== 0) throw new Error(`${command} ${words.join(" ")}: ${done.stderr}`);
    return done.stdout;
}

/** What the codes on the pages of a PDF say at 300 dpi: {zbar, jsqr}, both the texts found, in order. */
export async function codesOfPdf(pdf, folder, name) {
    const path = `${folder}/${name}.pdf`;
    await writeFile(path, pdf);
    await must("pdftoppm", "-r", "300", "-png", path, `${folder}/${name}`);
    const pages = (await must("find", folder, "-name", `${name}-*.png`)).trim().split("\n").sort();
    const found = { zbar: [], jsqr: [] };
    for (const page of pages) {
        const zbar = await run("zbarimg", ["-q", "--raw", page]);
        if (zbar.code === 0) found.zbar.push(zbar.stdout.trim());
        const image = PNG.sync.read(await readFile(page));
        const code = (jsQR.default ?? jsQR)(new Uint8ClampedArray(image.data), image.width, image.height);
        if (code) found.jsqr.push(code.data);
    }
    return found;
}
