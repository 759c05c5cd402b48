"""JavaScript and TypeScript: what is read, and what is left to its owner with a reason."""

import time

import pytest

from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.mapping import Split
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, SourceError
from collectors.app.source.javascript import READERS, read_express, read_fastify
from tests.collectors.app.source.javascript_parts import block, code, values

HEAD = "import express from 'express'; import cors from 'cors'; const app = express();\n"
NEST = "const app = await NestFactory.create(AppModule);\n"
ONE = "https://app.example.com"


def express(text: str) -> tuple[Part, ...]:
    return read_express((HEAD + text).encode())


def test_typescript_is_read() -> None:
    text = """import cors, { type CorsOptions } from "cors";
import express, { Application } from "express";

export class Server {
  private readonly app: Application;
  constructor() {
    this.app = express();
    const options: CorsOptions = {
      origin: [
        "https://app.example.com", // https://old.example.com
        /\\.corp\\.example$/,
      ],
      credentials: true as boolean,
    } satisfies CorsOptions;
    this.app.use(cors<express.Request>(options));
  }
}
"""
    part = block(read_express(text.encode()))
    assert (part.line, part.paths, part.methods) == (15, (ANY_PATH,), None)
    assert values(part) == {
        "origins": [ONE],
        "patterns": ["/\\.corp\\.example$/"],
        "credentials": True,
    }
    lines = {one.input: (one.line, one.lines) for one in part.settings}
    assert lines[Input.ORIGINS] == (9, (10,))
    assert lines[Input.PATTERNS] == (9, (11,))


@pytest.mark.parametrize(
    ("origin", "value", "split", "trim", "drop"),
    [
        ("process.env.A", "${A}", Split.NONE, False, False),
        ("process.env.A || 'https://a'", "${A:-https://a}", Split.NONE, False, False),
        ("process.env['A'] ?? 'https://a'", "${A-https://a}", Split.NONE, False, False),
        ("`https://${process.env.A}:8443`", "https://${A}:8443", Split.NONE, False, False),
        ("'https://' + process.env.A", "https://${A}", Split.NONE, False, False),
        ("process.env.A.split(',')", "${A}", Split.COMMA, False, False),
        ("process.env.A?.split(';')", "${A}", Split.SEMICOLON, False, False),
        ("(process.env.A || 'a,b').split(',')", "${A:-a,b}", Split.COMMA, False, False),
        ("process.env.A?.split(',') || ['a', 'b']", "${A-a,b}", Split.COMMA, False, False),
        ("process.env.A?.split(',') ?? []", "${A-}", Split.COMMA, False, True),
        ("process.env.A ? process.env.A.split(',') : ['a']", "${A:-a}", Split.COMMA, False, False),
        (
            "process.env.A!.split(',').map((o: string) => o.trim())",
            "${A}",
            Split.COMMA,
            True,
            False,
        ),
        ("process.env.A.split(',').filter(Boolean)", "${A}", Split.COMMA, False, True),
        ("[...process.env.A.split(',')]", "${A}", Split.COMMA, False, False),
    ],
)
def test_what_the_environment_holds_is_a_placeholder(
    origin: str, value: object, split: Split, *, trim: bool, drop: bool
) -> None:
    [setting] = block(express(f"app.use(cors({{origin: {origin}}}));")).settings
    assert setting.value == value
    assert (setting.split, setting.trim, setting.drop_empty) == (split, trim, drop)


@pytest.mark.parametrize(
    ("origin", "value"),
    [
        (r"'https:\/\/\x61.\u0062.\u{63}'", "https://a.b.c"),
        (r"'a\'b\\c'", "a'b\\c"),
        ("'' || 'https://a'", "https://a"),
        ("'' ?? 'https://a'", ""),
        ("null ?? 'https://a'", "https://a"),
        ("'https://b' || 'https://a'", "https://b"),
        ("false || true", True),
        ("['https://a'] || ['https://b']", ["https://a"]),
        ("'https://a, https://b'.split(', ')", ["https://a", "https://b"]),
        ("' https://a ,'.split(',').map((o) => o.trim()).filter((o) => o)", ["https://a"]),
        ("({web: 'https://a'}).web", "https://a"),
    ],
)
def test_constants_come_to_what_they_are(origin: str, value: object) -> None:
    assert values(block(express(f"app.use(cors({{origin: {origin}}}));")))["origins"] == value


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("origin: (o, cb) => list.includes(o) ? cb(null, true) : cb(null, false)", "a function"),
        ("origin: function (o, cb) { log(o); cb(null, true); }", "a function decides"),
        ("origin: async () => true", "a function decides"),
        ("origin: (o, cb) => cb(new Error('no'), true)", "a function decides"),
        ("origin: origins()", "what a call returns"),
        ("origin: config.get('CORS')", "what a call returns"),
        ("origin: config.origin", "the name config is not set"),
        ("origin: [config.origin]", "the name config is not set"),
        ("origin: dev ? '*' : 'https://a'", "a condition decides|the name dev"),
        ("origin: dev && 'https://a'", "a comparison|not followed"),
        ("origin: ['https://a', process.env.A.split(',')]", "more than texts"),
        ("origin: ['https://a', ...process.env.A.split(',')]", "more than texts|another shape"),
        ("origin: process.env.A.split(/,/)", "another shape"),
        ("origin: process.env.A.split('|')", "cut at something else"),
        ("origin: 7", "another shape"),
        ("[key]: 'https://a'", "computed"),
        ("origin: '*', ...more", "the name more"),
        ("origin: '${A}'", "looks like a placeholder"),
        ("origin: '*', credentials: process.env.A === 'true'", "credentials: a comparison"),
        ("origin: '*', methods: METHODS", "methods: the name METHODS"),
        ("preflightContinue: true", "preflightContinue is set"),
        ("optionsSuccessStatus: 404", "no status of success"),
    ],
)
def test_what_is_made_in_code_is_left_to_its_owner(options: str, reason: str) -> None:
    part = code(express(f"app.use(cors({{{options}}}));"))
    assert any(one in part.reason for one in reason.split("|")), part.reason
    assert (part.line, part.paths) == (2, (ANY_PATH,))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("if (dev) app.use(cors());", "a condition decides whether"),
        ("dev && app.use(cors());", "a condition decides whether"),
        ("const l = ['a']; l.push('b'); app.use(cors({origin: l}));", "l is changed"),
        ("const o = {}; o.origin = '*'; app.use(cors(o));", "o is changed"),
        ("const o = {}; Object.assign(o, x); app.use(cors(o));", "o is changed"),
        ("let o = {}; o = {origin: '*'}; app.use(cors(o));", "o is changed"),
        ("{ const o = 'a'; } { const o = 'b'; app.use(cors({origin: o})); }", "several things"),
        ("const a = b; const b = a; app.use(cors({origin: a}));", "made from itself"),
        ("app.use(cors((request, done) => done(null, {})));", "the options of each request"),
        ("const f = () => ({}); app.use(cors(f));", "the options of each request"),
        ("app.use(cors(options()));", "what a call returns"),
        ("import { options } from './options'; app.use(cors(options));", "from another file"),
        ("server.use(cors());", "what server is"),
        ("function set(router) { router.use(cors()); }", "what router is"),
        ("const r = express.Router(); r.use(cors());", "where the router r is mounted"),
        ("module.exports = cors({origin: '*'});", "where this middleware runs"),
        ("setUp(cors());", "where this middleware runs"),
        ("app.get('/x', (q, r) => cors()(q, r));", "where this middleware runs"),
        ("", "where it acts is not in this file"),
        ("app.use(cors);", "where it acts is not in this file"),
    ],
)
def test_where_it_acts_is_known_or_left_to_its_owner(text: str, reason: str) -> None:
    assert reason in code(express(text)).reason


@pytest.mark.parametrize(
    "text",
    [
        "export const corsOptions: CorsOptions = {origin: '*'};",
        "exports.corsOptions = {origin: ['https://a']};",
        "module.exports = {cors_settings: {origin: 'https://a', credentials: true}};",
        "const CORS = {methods: ['GET'], origin(o, cb) {}};",
    ],
)
def test_options_for_another_file_are_not_passed_over(text: str) -> None:
    assert "another file" in code(read_express(text.encode())).reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "// app.use(cors({origin: '*'}))",
        "fetch('/x', {mode: 'cors', credentials: 'include'});",
        "const io = new Server(http, {cors: {origin: '*'}});",
        "import { cors } from 'hono/cors'; app.use(cors());",
        "const cors = require('@koa/cors'); app.use(cors());",
        "const text = \"app.use(require('cors')())\";",
        "import type { CorsOptions } from 'cors';",
    ],
)
def test_what_is_no_such_program_says_nothing(text: str) -> None:
    assert read_express(text.encode()) == ()
    assert read_fastify(text.encode()) == ()


def test_an_application_from_elsewhere_is_assumed_to_be_the_whole() -> None:
    text = "import app from './app'; import cors from 'cors';\napp.use(cors());"
    part = block(read_express(text.encode()))
    assert part.assumed == ("app is the whole Express application",)


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("'/api'", [("prefix", "/api")]),
        ("'/api/'", [("prefix", "/api")]),
        ("'/'", [("prefix", "/")]),
        ("'*'", [("prefix", "/")]),
        ("'/{*all}'", [("prefix", "/")]),
        ("'/api/*'", [("glob", "/api/*")]),
        ("'/api/*rest'", [("glob", "/api/*")]),
        ("'/a/:id'", [("template", "/a/{id}"), ("template", "/a/{id}/{rest+}")]),
        ("'/a/:id.json'", [("opaque", "/a/:id.json")]),
        ("['/a', '/b']", [("prefix", "/a"), ("prefix", "/b")]),
        ("/^.a/", [("regex", "/^.a/")]),
        ("`${base}/x`", [("opaque", "(a path made in code)")]),
    ],
)
def test_paths_of_middleware(path: str, matches: list[tuple[str, str]]) -> None:
    part = block(express(f"app.use({path}, cors());"))
    assert [(str(one.kind), one.text) for one in part.paths] == matches


def test_paths_of_routes_end_with_a_slash_or_without() -> None:
    part = block(express("app.post('/a', cors(), handler);"))
    assert part.paths == (PathMatch(PathKind.EXACT, "/a"), PathMatch(PathKind.EXACT, "/a/"))
    assert part.methods == {"POST"}


@pytest.mark.parametrize(
    "before",
    [
        "import users from './routes/users'; app.use('/users', users);",
        "const users = require('./users'); app.use('/users', users);",
        "app.use('/users', express.static('public'));",
        "app.use('/users', (q, r) => r.send('ok'));",
    ],
)
def test_what_may_answer_before_is_left_to_its_owner(before: str) -> None:
    first, second = express(f"{before}\napp.use(cors());")
    assert isinstance(first, Code)
    assert first.paths == (PathMatch(PathKind.PREFIX, "/users"),)
    assert isinstance(second, Block)


@pytest.mark.parametrize(
    "before",
    [
        "app.use(express.json());",
        "import helmet from 'helmet'; app.use(helmet());",
        "import log from './log'; app.use(log);",
        "app.use('/users', limiter);",
        "app.set('x', 1); app.get('x');",
    ],
)
def test_what_passes_on_is_passed_over(before: str) -> None:
    block(express(f"{before}\napp.use(cors());"))


def test_preflights_that_are_answered_already_are_passed_over() -> None:
    block(
        express(
            "app.use(cors({origin: 'https://a'}));\napp.options('*', cors((q, done) => f(done)));"
        )
    )


def test_routes_of_another_file_before_it_may_be_all_of_them() -> None:
    first, _ = express("import routes from './routes'; app.use(routes);\napp.use(cors());")
    assert isinstance(first, Code)
    assert first.paths == (ANY_PATH,)


def test_nest_on_express() -> None:
    text = NEST + "app.enableCors({origin: [process.env.WEB ?? 'http://localhost:3000']});"
    assert values(block(read_express(text.encode()))) == {
        "origins": ["${WEB-http://localhost:3000}"]
    }
    assert block(read_express((NEST + "app.enableCors();").encode())).settings == ()
    created = "const app = await NestFactory.create(AppModule, {cors: {origin: true}});"
    assert values(block(read_express(created.encode()))) == {"origins": True}
    assert read_express(created.replace("{origin: true}", "false").encode()) == ()
    conditional = code(read_express((NEST + "if (dev) { app.enableCors(); }").encode()))
    assert "a condition" in conditional.reason


def test_a_broken_piece_that_speaks_of_cors_comes_first() -> None:
    parts = express("app.use(cors({origin: 'https://a'}));\nconst more = cors({{ ;\n")
    assert isinstance(parts[0], Code)
    assert "no valid program" in parts[0].reason
    assert parts[0].paths == (ANY_PATH,)


def test_a_broken_piece_of_something_else_does_no_harm() -> None:
    block(express("app.use(cors());\nconst y = ;\nfoo();\n"))


@pytest.mark.parametrize(
    "text",
    [
        "app.use(cors({origin: " + "[" * 60 + "]" * 60 + "}));",
        "const a0 = ['x'];\n"
        + "".join(f"const a{n + 1} = [...a{n}, ...a{n}];\n" for n in range(60))
        + "app.use(cors({origin: a60}));",
        "const a0 = 'x';\n"
        + "".join(f"const a{n + 1} = a{n} + a{n};\n" for n in range(60))
        + "app.use(cors({origin: a60}));",
        "const a0 = {};\n"
        + "".join(f"const a{n + 1} = {{x: a{n}, y: a{n}}};\n" for n in range(60))
        + "app.use(cors({origin: a60}));",
        "app.use(cors(" * 500,
        "cors(" * 10_000,
    ],
)
def test_hostile_programs_end_with_a_reason(text: str) -> None:
    begun = time.perf_counter()
    try:
        parts = express(text)
    except SourceError as error:
        assert error.do  # noqa: PT017 - either ending is right
    else:
        assert any(isinstance(part, Code) for part in parts)
        assert not any(isinstance(part, Block) for part in parts)
    assert time.perf_counter() - begun < 5


def test_a_megabyte_of_brackets_is_refused() -> None:
    for reader in READERS:
        with pytest.raises(SourceError, match="over the cap"):
            reader.read(b"cors" + b"[" * 1_000_000)


def test_nothing_else_of_the_file_is_kept() -> None:
    canary = "AKIACANARY0SECRET"
    text = (
        f"const key = '{canary}'; app.use('/x', auth('{canary}'), cors({{origin: load('{canary}')}}));\n"
        f"app.use(cors({{origin: true, token: '{canary}'}}));"
    )
    assert canary not in repr(express(text))
