// An Express application with the cors middleware: `express_app.js FILE PORT`; FILE is its JSON.
// NODE_PATH holds the folder where express and cors are installed.
const fs = require("fs");
const express = require("express");
const cors = require("cors");

const [file, port] = process.argv.slice(2);
const { patterns, ...options } = JSON.parse(fs.readFileSync(file, "utf8"));
if (patterns) {
  const expressions = patterns.map((text) => {
    const end = text.lastIndexOf("/");
    return new RegExp(text.slice(1, end), text.slice(end + 1));
  });
  options.origin = [...(options.origin || []), ...expressions];
}

const app = express();
app.use(cors(options));
app.use((request, response, next) => {
  response.set({ "Cache-Control": "s-maxage=60", "X-Total": "3", "X-Page": "1" });
  next();
});
app.all(/^\/ok\//, (request, response) => response.send("ok"));
app.listen(Number(port), "127.0.0.1");
