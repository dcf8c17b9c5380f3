// Unpacks the browser, its libraries and fonts into the temporary folder it is given.
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";

const packed = fileURLToPath(new URL("../bin/", import.meta.resolve("@sparticuz/chromium")));
await Promise.all((await readdir(packed)).map((name) => inflate(packed + name)));
