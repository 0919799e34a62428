#!/usr/bin/env node
// A roster of people who do not exist, on standard output: make_roster.mjs [ROWS [SEED]].
// The same arguments give the same bytes; ID numbers carry right check digits (GB 11643); no two share a number.
const rows = Number(process.argv[2] ?? 1000);
const seed = Number(process.argv[3] ?? 1);
if (!Number.isInteger(rows) || rows < 0 || !Number.isInteger(seed)) {
  console.error('usage: make_roster.mjs [ROWS [SEED]]');
  process.exit(2);
}

// mulberry32: small and repeatable; nothing here needs to be unpredictable.
let state = seed >>> 0;
function random(bound) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % bound;
}
const pick = (list) => list[random(list.length)];
const pad = (n, width) => String(n).padStart(width, '0');

const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗'];
const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红波'];
const posts = ['科员', '副科长', '科长', '执法员', '中队长'];
const places = [
  ['610600', '延安市'], ['610602', '宝塔区'], ['610625', '志丹县'], ['610626', '吴起县'],
  ['610629', '洛川县'], ['610632', '黄陵县'], ['610681', '子长市'],
];
const fields = [
  ['市场监督管理局', '市场监管'], ['水务局', '水务'], ['应急管理局', '应急管理'],
  ['农业农村局', '农业'], ['卫生健康局', '卫生健康'], ['自然资源局', '自然资源'],
];

// The serial number makes every ID number differ: 999 people of one month of birth, then the next of 420 months, then
// the same months in the next province.
function idNumber(place, i) {
  const month = Math.floor(i / 999);
  const birth = `${1965 + (month % 35)}${pad(1 + (Math.floor(month / 35) % 12), 2)}${pad(1 + random(28), 2)}`;
  const province = Number(place.slice(0, 2)) + Math.floor(month / 420);
  const body = `${province}${place.slice(2)}${birth}${pad(1 + (i % 999), 3)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + '10X98765432'[sum % 11];
}

const lines = ['序号,姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别'];
for (let i = 0; i < rows; i++) {
  const [code, place] = pick(places);
  const [organ, field] = pick(fields);
  const year = 2023 + random(3);
  const monthDay = `${pad(1 + random(12), 2)}-${pad(1 + random(28), 2)}`;
  const name = pick(surnames) + pick(given) + (random(3) ? pick(given) : '');
  lines.push([
    i + 1, name, random(2) ? '男' : '女', idNumber(code, i), place + organ, pick(posts),
    `27${pad(i + 1, 9)}`, field, place, `${year}-${monthDay}`, `${year + 5}-${monthDay}`,
    random(8) ? '执法人员' : '辅助人员',
  ].join(','));
}
process.stdout.write(lines.join('\r\n') + '\r\n');
