// The linter behind `redocly lint` (its engine alone: the command brings 300 packages) reads web/openapi.yaml: the
// document is OpenAPI, every reference leads somewhere.  That it tells the truth about our routes is
// tests/web/test_openapi.mjs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { judge, say, skip, source } from "./register.mjs";

const { createConfig, lint } = (await judge("@redocly/openapi-core")).default;
const document = join(source, "web/openapi.yaml");
if (!existsSync(document)) skip("no web/openapi.yaml");

// Taste that this document does not share; all else that redocly recommends holds.
const rules = {
    "info-license-strict": "off", // the licence stands in the repository
    "operation-operationId": "off", // a route is named by method and path
    "operation-2xx-response": "off", // some only send on
    "operation-4xx-response": "off", // some take nothing that could be wrong
    "no-server-example.com": "off", // everybody runs a server of their own
};

const problems = await lint({ ref: document, config: await createConfig({ extends: ["recommended"], rules }) });
for (const { severity, ruleId, message, location } of problems)
    console.log(`${severity}: ${location[0]?.pointer}: ${ruleId}: ${message}`);
if (problems.length > 0) process.exit(1);
say("web/openapi.yaml is OpenAPI and keeps redocly's recommended rules");
