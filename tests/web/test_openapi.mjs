// web/openapi.yaml and the program's own table of routes name the same paths, methods, parameters and roles.
// Our file keeps to a few line shapes, so that reading it needs no YAML library:
//   "  /path:", "    get:", "      x-roles: [a, b]", "        - {name: n, in: path, required: true, …}";
//   form fields stand in a requestBody: "              required: [a]", "                a: {type: string}".
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const bin = process.env.LIANGZHENG_BIN ?? "build/debug/bin";
const source = process.env.LIANGZHENG_SOURCE ?? ".";
const staff = ["admin", "bureau", "hr", "trainer", "clerk", "auditor"];

function described(text) {
    const found = new Map();
    let path = null, operation = null, required = [];
    for (const line of text.slice(text.indexOf("\npaths:"), text.indexOf("\ncomponents:")).split("\n")) {
        let match;
        if ((match = /^ {2}(\/\S*):$/.exec(line))) {
            path = match[1];
        } else if ((match = /^ {4}(get|post|put|patch|delete):$/.exec(line))) {
            operation = { roles: null, inputs: [] };
            required = [];
            found.set(`${match[1].toUpperCase()} ${path}`, operation);
        } else if ((match = /^ {6}x-roles: \[(.*)\]$/.exec(line))) {
            operation.roles = match[1].split(", ").sort();
        } else if ((match = /^ {8}- \{name: ([\w-]+), in: (\w+)(.*)$/.exec(line))) {
            operation.inputs.push(`${match[2]} ${match[1]}${/, required: true/.test(match[3]) ? " required" : ""}`);
        } else if ((match = /^ {14}required: \[(.*)\]$/.exec(line))) {
            required = match[1].split(", ");
        } else if ((match = /^ {16}([\w-]+): /.exec(line))) {
            operation.inputs.push(`form ${match[1]}${required.includes(match[1]) ? " required" : ""}`);
        }
    }
    return found;
}

function served(routes) {
    return new Map(
        routes.map((route) => [
            `${route.method} ${route.path.replace("*}", "}")}`,
            {
                roles: route.roles.includes("nobody") ? ["public"] : route.roles.filter((r) => staff.includes(r)).sort(),
                inputs: route.inputs.map((i) => `${i.in} ${i.name}${i.required ? " required" : ""}`),
            },
        ]),
    );
}

const yaml = described(readFileSync(join(source, "web/openapi.yaml"), "utf8"));
const table = served(JSON.parse(execFileSync(join(bin, "liangzheng-serve"), ["--routes"], { encoding: "utf8" })));

assert.deepEqual([...table.keys()].filter((key) => !yaml.has(key)), [], "routes that openapi.yaml does not describe");
assert.deepEqual([...yaml.keys()].filter((key) => !table.has(key)), [], "descriptions without a route");
for (const [key, route] of table) {
    assert.deepEqual(yaml.get(key).roles, route.roles, `roles of ${key}`);
    assert.deepEqual(yaml.get(key).inputs.sort(), route.inputs.sort(), `parameters of ${key}`);
}
console.log(`${table.size} routes are described as they are served`);
