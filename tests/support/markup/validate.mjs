// Reads one JSON list a line, HTML and whether it is a whole page; answers each with a line: a JSON list of what is
// wrong with it.
// The first argument is the folder where `make markup` put html-validate.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import * as rules from "./rules.mjs";

const { HtmlValidate, StaticConfigLoader } = createRequire(`${process.argv[2]}/`)("html-validate");
const [whole, part] = [rules.whole, rules.part].map((config) => new HtmlValidate(new StaticConfigLoader(config)));

const problems = ([html, isWhole]) =>
  (isWhole ? whole : part)
    .validateStringSync(html)
    .results.flatMap((result) => result.messages)
    // “Check and send again” carries several answers to one question as they were sent: hidden, under one name.
    .filter((found) => found.ruleId !== "form-dup-name" || !html.includes("data-not-sent"))
    .map((found) => `${found.ruleId}: ${found.message} (${found.selector ?? `line ${found.line}`})`);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(problems(JSON.parse(line)))}\n`);
}
