"""Rackup files that rack-cors runs and the reader reads, and the paths that both are asked about.

`SET` and `ONE` stand in the environment, and UNSET does not.
"""

TAIL = "\nrun ->(_env) { [200, {}, ['ok']] }\n"
APP = "origins 'https://app.example.com'"
ANY = "headers: :any, methods: :any"


def used(body: str) -> str:
    return f"use Rack::Cors do\n{body}\nend\n"


def allowed(*lines: str) -> str:
    return "allow do\n" + "\n".join(lines) + "\nend\n"


RACK: dict[str, str] = {
    "everybody": used(allowed("origins '*'", f"resource '*', {ANY}")),
    "one": used(allowed(APP, "resource '*'")),
    "credentials": used(allowed(APP, f"resource '*', {ANY}, credentials: true, max_age: 10 * 60")),
    "credentials by a text": used(allowed(APP, f"resource '*', {ANY}, credentials: 'true'")),
    "keys that are texts": used(
        allowed(APP, "resource '*', headers: :any, :methods => [:put, 'get']")
    ),
    "a hash": used(
        allowed(APP, "resource '*', { headers: 'X-A', expose: %w[X-B X-C], methods: %i[put] }")
    ),
    "an expression": used(
        allowed(r"origins %r{\Ahttps://[a-z]+\.corp\.example\z}i", f"resource '*', {ANY}")
    ),
    "a made expression": used(
        allowed(r"origins Regexp.new('^https://app\.example\.com$'), 'null'", "resource '*'")
    ),
    "a bare host": used(
        allowed("origins 'app.example.com', ['admin.example.com']", f"resource '*', {ANY}")
    ),
    "a block": used(
        allowed("origins { |source, env| true }", f"resource '*', {ANY}, credentials: true")
    ),
    "a lambda": used(allowed("origins ->(_source, _env) { true }", f"resource '*', {ANY}")),
    "with a parameter": "use Rack::Cors do |config|\n config.allow do |one|\n  one.origins 'https://app.example.com'\n  one.resource '*', headers: :any\n end\nend\n",
    "from the environment": used(allowed("origins ENV['SET'].split(',')", "resource '*'")),
    "trimmed": used(
        allowed(
            "origins(*ENV.fetch('SET', '').split(',').map(&:strip).reject(&:empty?))",
            "resource '*'",
        )
    ),
    "a default": used(
        allowed("origins ENV.fetch('UNSET', 'https://app.example.com')", "resource '*'")
    ),
    "a default in a block": used(
        allowed("origins ENV.fetch('UNSET') { 'https://app.example.com' }", "resource '*'")
    ),
    "another": used(
        allowed(
            "origins ENV['UNSET'] || ENV['ONE'], \"https://#{'admin'}.example.com\"", "resource '*'"
        )
    ),
    "a constant": "LIST = %w[https://app.example.com https://admin.example.com].freeze\n"
    + used(allowed("origins(*LIST)", "resource '*'")),
    "commented out": used(
        "# allow { origins '*'; resource '*' }\n"
        + allowed("# origins '*'", APP, "resource '*' # , credentials: true")
    ),
    "a path below": used(allowed(APP, f"resource '/api/*', {ANY}")),
    "a path and its like": used(allowed(APP, f"resource '/api*', {ANY}")),
    "one path": used(allowed(APP, f"resource '/api', {ANY}", f"resource '/health', {ANY}")),
    "a star inside": used(allowed(APP, f"resource '/api/*/7', {ANY}")),
    "a name in the path": used(allowed(APP, f"resource '/api/:kind', {ANY}")),
    "names and a star": used(allowed(APP, f"resource '/api/:kind/*', {ANY}")),
    "an expression as a path": used(allowed(APP, rf"resource %r{{\A/api/users/\d+\z}}, {ANY}")),
    "a piece of an expression": used(allowed(APP, f"resource '/(api|health)?', {ANY}")),
    "without a slash": used(
        allowed(APP, f"resource 'api/*', {ANY}")
        + allowed("origins 'https://admin.example.com'", f"resource '/health', {ANY}")
    ),
    "listed, then everybody": used(
        allowed(APP, "resource '*', methods: [:get], credentials: true")
        + allowed("origins '*'", f"resource '*', {ANY}")
    ),
    "narrow, then wide": used(
        allowed(
            "origins 'https://admin.example.com', 'https://app.example.com'",
            "resource '/api/*', credentials: true",
        )
        + allowed(APP, f"resource '*', {ANY}")
    ),
    "wide, then narrow": used(
        allowed(APP, "resource '*', methods: [:get]")
        + allowed("origins '*'", f"resource '/api/*', {ANY}")
        + allowed("origins 'https://admin.example.com'", "resource '/api/users', credentials: true")
    ),
    "two resources": used(
        allowed(
            APP,
            "resource '/api/users', methods: [:put], headers: :any",
            f"resource '/api/*', {ANY}",
        )
    ),
    "a star that comes late": used(
        allowed(f"resource '/api/*', {ANY}, credentials: true", "origins '*'", "resource '/health'")
    ),
    "origins twice": used(allowed("origins 'https://evil.com'", APP, f"resource '*', {ANY}")),
    "other uses": "use Rack::Head\n" + used(allowed(APP, "resource '*', vary: ['Origin']")),
}
