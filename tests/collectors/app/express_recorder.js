// Records what the cors middleware answers: `node express_recorder.js < questions > answers`.
// Run in a folder where cors is installed; see test_express.py, which makes the questions.
const http = require("http");
const readline = require("readline");
const cors = require("cors");

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
  const middleware = cors(options);
  const server = http.createServer((request, response) =>
    middleware(request, response, () => response.end("ok")),
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answers = [];
  for (const question of questions) {
    answers.push(await ask(server.address().port, question));
  }
  server.close();
  console.log(JSON.stringify({ name, version: require("cors/package.json").version, answers }));
}

async function main() {
  for await (const text of readline.createInterface({ input: process.stdin })) {
    await record(JSON.parse(text));
  }
}

main();
