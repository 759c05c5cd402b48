"""Programs that real servers run and the readers read, and what both are asked.

Each gives its application to `module.exports`; `SET` stands in the environment, and UNSET does not.
"""

from dataclasses import dataclass

HEAD = "const express = require('express'); const cors = require('cors'); const app = express();\n"
TAIL = "\napp.all('/{*any}', (q, r) => r.send('ok')); module.exports = app;\n"
ENVIRONMENT = {
    "SET": "https://app.example.com, https://admin.example.com",
    "ONE": "https://app.example.com",
}

EXPRESS: dict[str, str] = {
    "nothing": "app.use(cors());",
    "one text": "app.use(cors({origin: 'https://app.example.com', credentials: true}));",
    "a list": "app.use(cors({origin: ['https://app.example.com', /\\.corp\\.example$/i]}));",
    "an expression": "app.use(cors({origin: /^https:\\/\\/app\\.example\\.com$/, credentials: 'true'}));",
    "made expression": "app.use(cors({origin: new RegExp('^https://app[.]example[.]com$')}));",
    "true": "app.use(cors({origin: true, credentials: true}));",
    "true in a list": "app.use(cors({origin: [false, 'x', true]}));",
    "always": "app.use(cors({origin: (o, cb) => cb(null, true), maxAge: 60 * 60}));",
    "always, in a statement": "app.use(cors({origin: function (o, done) { return done(null, true); }}));",
    "never": "app.use(cors({origin: (o, cb) => { cb(null, false); }}));",
    "star by a function": "app.use(cors({origin(o, cb) { cb(null, '*'); }}));",
    "false": "app.use(cors({origin: false}));",
    "an empty text": "app.use(cors({origin: ''}));",
    "null": "app.use(cors({origin: null}));",
    "undefined": "app.use(cors({origin: undefined, credentials: process.env.SET}));",
    "a variable that is not set": "app.use(cors({origin: [process.env.ONE, undefined]}));",
    "lists of names": (
        "const methods = ['GET', 'PUT'];\n"
        "app.use(cors({methods, allowedHeaders: 'X-A,X-B', exposedHeaders: ['X-C'], maxAge: 5}));"
    ),
    "headers by their other name": "app.use(cors({headers: ['X-A']}));",
    "a status": "app.use(cors({optionsSuccessStatus: 200}));",
    "commented out": (
        "const list = [\n  // 'https://evil.com',\n  'https://app.example.com', /* '*' */\n];\n"
        "// app.use(cors());\napp.use(cors({origin: list}));"
    ),
    "spread": (
        "const base = {credentials: true, origin: 'https://x.example'};\n"
        "const more = ['https://app.example.com'];\n"
        "app.use(cors({...base, origin: [...more, 'https://admin.example.com']}));"
    ),
    "a template": "const h = 'app'; app.use(cors({origin: [`https://${h}.example.com`]}));",
    "from the environment": "app.use(cors({origin: process.env.SET.split(',')}));",
    "trimmed": (
        "const {SET} = process.env;\n"
        "app.use(cors({origin: SET.split(',').map((s) => s.trim()).filter(Boolean)}));"
    ),
    "a default": "app.use(cors({origin: process.env.UNSET || 'https://app.example.com'}));",
    "a default list": "app.use(cors({origin: process.env.UNSET?.split(',') ?? ['https://app.example.com']}));",
    "a choice": (
        "const o = process.env.UNSET ? process.env.UNSET.split(',') : ['https://app.example.com'];\n"
        "app.use(cors({origin: o}));"
    ),
    "one by its name": "const env = process.env; app.use(cors({origin: env['ONE']}));",
    "on a path": "app.use('/api', cors({origin: 'https://app.example.com'}));",
    "on two paths": "app.use(['/api', '/health'], cors({origin: true}));",
    "on a route": "app.get('/api/users', cors({origin: true}), (q, r) => r.send('ok'));",
    "on a route, with preflights": (
        "const own = cors({origin: ['https://app.example.com']});\n"
        "app.options('/api/users', own);\napp.put('/api/users', own, (q, r) => r.send('ok'));"
    ),
    "preflights apart": "app.options('/{*any}', cors({origin: true})); app.use(cors({origin: 'https://app.example.com'}));",
    "preflights of no use": "app.use(cors({origin: 'https://app.example.com'})); app.options('/{*any}', cors());",
    "a route before": "app.get('/health', (q, r) => r.send('ok')); app.use(cors());",
    "a route that ends before": (
        "app.get('/health', cors({origin: 'https://admin.example.com'}), (q, r) => r.send('ok'));\n"
        "app.use(cors());"
    ),
    "a named segment": "app.use('/api/:kind', cors({origin: true}));",
    "chained": "app.route('/health').all(cors({origin: true})).get((q, r) => r.send('ok'));",
    "twice the same": "app.use(cors({origin: true})); app.get('/api/users', cors({origin: true}), (q, r) => r.send('ok'));",
    "twice": "app.use(cors()); app.get('/api/users', cors({origin: 'https://app.example.com'}), (q, r) => r.send('ok'));",
    "narrow, then wide": "app.use('/api', cors({origin: 'https://app.example.com'})); app.use(cors());",
    "off, then on": "app.use(cors({origin: false})); app.use(cors());",
    "a router": (
        "const router = express.Router();\n"
        "router.use(cors({origin: 'https://app.example.com'}));\n"
        "router.get('/users', (q, r) => r.send('ok'));\napp.use('/api', router);"
    ),
    "a router with a route before": (
        "const router = express.Router();\n"
        "router.get('/users', (q, r) => r.send('ok'));\n"
        "router.use(cors({origin: 'https://app.example.com'}));\napp.use('/api', router);"
    ),
    "a router behind": (
        "const router = express.Router();\n"
        "router.get('/users', (q, r) => r.send('ok'));\napp.use(cors()); app.use('/api', router);"
    ),
    "an array of handlers": "app.use([express.json(), cors({origin: true})]);",
}

FASTIFY: dict[str, str] = {
    "nothing": "app.register(require('@fastify/cors'));",
    "one text": "app.register(cors, {origin: 'https://app.example.com', credentials: 1});",
    "a list": "app.register(cors, {origin: ['https://app.example.com', /corp\\.example$/], credentials: true});",
    "a star in a list": "app.register(cors, {origin: ['https://app.example.com', '*']});",
    "true": "app.register(cors, {origin: true, methods: ['GET', 'PUT']});",
    "false": "app.register(cors, {origin: false});",
    "an empty text": "app.register(cors, {origin: ''});",
    "always": "app.register(cors, {origin: (o, cb) => { cb(null, true); }});",
    "by a promise": "app.register(cors, {origin: async () => true});",
    "from the environment": "app.register(cors, {origin: process.env.SET.split(',')});",
    "a wrapped plugin": (
        "const fp = require('fastify-plugin');\n"
        "app.register(fp(async (inner) => { await inner.register(cors, {origin: true}); }));"
    ),
    "names": "app.register(cors, {allowedHeaders: ['X-A', 'X-B'], exposedHeaders: 'X-C', maxAge: 9});",
}
FASTIFY_HEAD = "const app = require('fastify')(); const cors = require('@fastify/cors');\n"
FASTIFY_TAIL = (
    "\nfor (const url of ['/', '/health', '/api/users', '/api/users/7', '/apix']) {\n"
    "  app.route({method: ['GET', 'PUT', 'DELETE'], url, handler: async () => 'ok'});\n}\n"
    "module.exports = app;\n"
)

ORIGINS = (
    "https://app.example.com",
    "https://admin.example.com",
    " https://admin.example.com",
    "https://evil.com",
    "https://a.corp.example",
    "http://app.example.com",
    "null",
    None,
)
PATHS = ("/", "/health", "/api/users", "/api/users/7", "/apix")
SHAPES: tuple[tuple[str, str | None, str | None], ...] = (
    ("GET", None, None),
    ("PUT", None, None),
    ("OPTIONS", None, None),
    ("OPTIONS", "PUT", "x-a"),
    ("OPTIONS", "GET", None),
)
"""Method, Access-Control-Request-Method, Access-Control-Request-Headers."""


@dataclass(frozen=True)
class Question:
    path: str
    origin: str | None
    method: str
    asked_method: str | None
    asked_headers: str | None

    @property
    def headers(self) -> dict[str, str]:
        lines = {
            "Origin": self.origin,
            "Access-Control-Request-Method": self.asked_method,
            "Access-Control-Request-Headers": self.asked_headers,
        }
        return {name: value for name, value in lines.items() if value is not None}


QUESTIONS = tuple(
    Question(path, origin, *shape)
    for path in PATHS
    for origin in ORIGINS
    for shape in SHAPES
    if origin is None or origin.strip() == origin
)
