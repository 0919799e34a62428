// Prints what the QR code in a PNG says, by a decoder that shares nothing with zbar.
import { readFileSync } from "node:fs";
import jsQR from "jsqr";
import { PNG } from "pngjs";

const image = PNG.sync.read(readFileSync(process.argv[2]));
const found = (jsQR.default ?? jsQR)(new Uint8ClampedArray(image.data), image.width, image.height);
if (!found) process.exit(1);
process.stdout.write(found.data);
