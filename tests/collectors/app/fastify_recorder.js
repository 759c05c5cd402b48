// Records what @fastify/cors answers: `node fastify_recorder.js < questions > answers`.
// Run in a folder where fastify and @fastify/cors are installed; see test_fastify.py, which makes
// the questions.
const http = require("http");
const readline = require("readline");
const fastify = require("fastify");
const cors = require("@fastify/cors");

function ask(port, question) {
  return new Promise((resolve, reject) => {
    const options = { port, method: question.method, path: "/", headers: question.headers };
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

async function record({ name, options, questions }) {
  const app = fastify();
  app.register(cors, options);
  app.get("/", async () => "ok");
  app.delete("/", async () => "ok");
  await app.listen({ port: 0, host: "127.0.0.1" });
  const answers = [];
  for (const question of questions) {
    answers.push(await ask(app.server.address().port, question));
  }
  await app.close();
  console.log(JSON.stringify({ name, version: require("@fastify/cors/package.json").version, answers }));
}

async function main() {
  for await (const text of readline.createInterface({ input: process.stdin })) {
    await record(JSON.parse(text));
  }
}

main();
