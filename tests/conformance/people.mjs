// People who do not exist, in certificates that hold today whenever this runs.
// As a program: people.mjs COUNT writes their roster to standard output.
import { fileURLToPath } from "node:url";

export const kinds = ["执法人员", "辅助人员", "执法监督人员"];
const names = ["白延川", "高志远", "惠兰花", "折海涛", "拓小枣", "冯文山", "欧阳向阳", "买买提·吐尔逊", "㛃𠮷"];
const organs = ["某市市场监督管理局", "某市司法局", "某市城市管理执法局"];

const pad = (value, width) => String(value).padStart(width, "0");

// GB 11643: 17 digits and one that proves them.
function idNumber(serial) {
    const body = `61060019${70 + (serial % 30)}0${1 + (serial % 9)}15${pad(1 + (serial % 999), 3)}`;
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
    return body + "10X98765432"[sum % 11];
}

// Person `serial` (from 0): number, name, kind, and the roster's other columns.
export function person(serial) {
    const year = new Date().getUTCFullYear();
    return {
        number: `2706${pad(serial + 1, 7)}`,
        name: names[serial % names.length],
        kind: kinds[serial % kinds.length],
        organ: organs[serial % organs.length],
        id: idNumber(serial),
        issued: `${year - 1}-03-01`,
        until: `${year + 3}-02-28`,
    };
}

export function roster(count) {
    const lines = ["姓名,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别"];
    for (let i = 0; i < count; i++) {
        const p = person(i);
        lines.push([p.name, p.id, p.organ, "科员", p.number, "市场监管", "某市", p.issued, p.until, p.kind].join(","));
    }
    return lines.join("\n") + "\n";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(roster(Number(process.argv[2])));
