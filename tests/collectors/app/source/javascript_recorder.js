// Records what programs answer: `node javascript_recorder.js < questions > answers`.
// Run in a folder where express, cors, fastify, @fastify/cors and fastify-plugin are installed; see
// test_javascript_recorded.py, which makes the questions.
const http = require("http");
const path = require("path");
const readline = require("readline");
const Module = require("module");

function ask(port, question) {
  return new Promise((resolve, reject) => {
    const options = { port, method: question.method, path: question.path, headers: question.headers };
    const request = http.request(options, (answer) => {
      answer.resume();
      answer.on("end", () => {
        const headers = [];
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          const name = answer.rawHeaders[at].toLowerCase();
          if (name === "vary" || name.startsWith("access-control-")) {
            headers.push([name, answer.rawHeaders[at + 1]]);
          }
        }
        resolve({ status: answer.statusCode, headers });
      });
    });
    request.on("error", reject);
    request.end();
  });
}

async function started(app) {
  if (app.route && app.inject) {
    await app.listen({ port: 0, host: "127.0.0.1" });
    return [app.server.address().port, () => app.close()];
  }
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [server.address().port, () => server.close()];
}

async function record({ name, source, environment, questions }) {
  Object.assign(process.env, environment);
  const made = new Module(path.join(process.cwd(), "made.js"));
  made.paths = Module._nodeModulePaths(process.cwd());
  made._compile(source, made.id);
  const [port, stop] = await started(made.exports);
  const answers = [];
  for (const question of questions) {
    answers.push(await ask(port, question));
  }
  await stop();
  console.log(JSON.stringify({ name, answers }));
}

async function main() {
  for await (const text of readline.createInterface({ input: process.stdin })) {
    await record(JSON.parse(text));
  }
}

main();
