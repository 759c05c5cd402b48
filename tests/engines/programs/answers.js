// V8, `RegExp.prototype.test`: see tests/engines/worker.py for the lines.
// A text `/x/flags` is a literal, any other is the source of `new RegExp`.
const readline = require("readline");
const vm = require("vm");

const MILLISECONDS = 200;
const GIVE_UP_AFTER = 2;
const sandbox = vm.createContext({});
const make = new vm.Script("expression = new RegExp(pattern, flags); 0");
// A time limit costs more than a test: one for all texts, and the rest goes on after it is met.
const test = new vm.Script(
  "for (; at < texts.length; at++) { expression.lastIndex = 0; found[at] = expression.test(texts[at]) ? 'T' : 'F' }",
);

function answer(pattern, texts) {
  const literal = /^\/([^]+)\/([dgimsuvy]*)$/.exec(pattern);
  [sandbox.pattern, sandbox.flags] = literal ? [literal[1], literal[2]] : [pattern, ""];
  try {
    make.runInContext(sandbox);
  } catch (error) {
    return "!" + String(error.message).replace(/\s+/g, " ");
  }
  const found = Array(texts.length).fill("?");
  Object.assign(sandbox, { texts, found, at: 0 });
  for (let given_up = 0; given_up < GIVE_UP_AFTER && sandbox.at < texts.length; ) {
    try {
      test.runInContext(sandbox, { timeout: MILLISECONDS });
    } catch {
      given_up += 1;
      sandbox.at += 1;
    }
  }
  return "=" + found.join("");
}

process.stdout.write("ready\n");
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [, pattern, ...texts] = line.split("\t").map((field) => Buffer.from(field, "hex").toString());
  process.stdout.write(answer(pattern, texts) + "\n");
});
