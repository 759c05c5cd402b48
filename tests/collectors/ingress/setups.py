"""Annotations and settings that the nginx oracle plays."""

from dataclasses import dataclass, field

CORS_ON = {"enable-cors": "true"}
LIST = {**CORS_ON, "cors-allow-origin": "https://app.example.com, https://*.example.com"}
ONE = {**CORS_ON, "cors-allow-origin": "https://app.example.com"}


@dataclass(frozen=True)
class Setup:
    """Annotations, and how the controller stands; `sure`: the reading knows the one answer."""

    annotations: dict[str, str]
    version: str = "1.15.1"
    validating: bool = True
    added: dict[str, str] = field(default_factory=dict)
    hidden: str = ""
    sure: bool = True


BY_HAND = """
if ($request_method = 'OPTIONS') {
  add_header Access-Control-Allow-Origin "$http_origin" always;
  add_header Access-Control-Allow-Methods "GET, POST";
  return 204;
}
add_header Access-Control-Allow-Origin "https://app.example.com";
"""
CASCADE = """
set $allowed "";
if ($http_origin = "https://app.example.com") { set $allowed "yes"; }
if ($request_method = OPTIONS) { set $allowed "${allowed}-options"; }
if ($allowed = "yes") { more_set_headers "Access-Control-Allow-Origin: $http_origin" "Vary: Origin"; }
if ($allowed = "yes-options") {
  more_set_headers "Access-Control-Allow-Origin: $http_origin";
  return 200;
}
"""
SETUPS = {
    "any": Setup(CORS_ON),
    "list": Setup(LIST),
    "one": Setup(ONE),
    "null": Setup({**CORS_ON, "cors-allow-origin": "null"}),
    "schemes": Setup({**CORS_ON, "cors-allow-origin": "capacitor://localhost, http://localhost"}),
    "port": Setup({**CORS_ON, "cors-allow-origin": "https://*.example.com:8080"}),
    "top-level wildcard": Setup({**CORS_ON, "cors-allow-origin": "https://*.com"}),
    "no host": Setup({**CORS_ON, "cors-allow-origin": "https://"}),
    "no credentials": Setup({**ONE, "cors-allow-credentials": "false"}),
    "all headers": Setup(
        {
            **LIST,
            "cors-allow-methods": "GET, PUT",
            "cors-allow-headers": "X-A, X-B",
            "cors-expose-headers": "*, X-C",
            "cors-max-age": "-1",
        }
    ),
    "trailing slash, validated": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com/"}
    ),
    "trailing slash, not validated": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com/"}, validating=False
    ),
    "trailing comma at 1.9.4": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com,"}, "1.9.4", False
    ),
    "leading comma at 1.9.4": Setup(
        {**CORS_ON, "cors-allow-origin": ",https://app.example.com"}, "1.9.4", False
    ),
    "single origin at 1.0.4": Setup(ONE, "1.0.4", False),
    "disabled": Setup({"cors-allow-origin": "https://app.example.com"}),
    "unrelated if": Setup({**LIST, "configuration-snippet": 'if ($host != "") { set $x 1; }'}),
    "add_header": Setup(
        {**ONE, "configuration-snippet": 'add_header Access-Control-Allow-Origin "*" always;'}
    ),
    "add_header without always": Setup(
        {**ONE, "configuration-snippet": "add_header Access-Control-Allow-Origin *;"}
    ),
    "more_set_headers": Setup(
        {**ONE, "configuration-snippet": 'more_set_headers "Access-Control-Allow-Origin: *";'}
    ),
    "hidden in a snippet": Setup(
        {**ONE, "configuration-snippet": "proxy_hide_header Access-Control-Allow-Origin;"}
    ),
    "cleared": Setup(
        {**ONE, "configuration-snippet": "more_clear_headers 'Access-Control-Allow-*';"}
    ),
    "by hand": Setup({"configuration-snippet": BY_HAND}),
    "by hand and annotated": Setup({**ONE, "configuration-snippet": BY_HAND}),
    "cascade": Setup({"configuration-snippet": CASCADE}),
    "cascade and annotated": Setup({**ONE, "configuration-snippet": CASCADE}),
    "if of a method": Setup(
        {
            **ONE,
            "configuration-snippet": "if ($request_method !~ ^(OPTIONS|HEAD)$) { set $x 1; }",
        }
    ),
    "if that drops outer lines": Setup(
        {
            "configuration-snippet": "add_header Access-Control-Allow-Credentials true always; "
            "if ($request_method = GET) { add_header Access-Control-Allow-Origin * always; }"
        }
    ),
    "server-snippet": Setup(
        {**ONE, "server-snippet": "add_header Access-Control-Allow-Origin '*' always;"}
    ),
    "server-snippet that answers": Setup(
        {**ONE, "server-snippet": "if ($request_method = OPTIONS) { return 403; }"}
    ),
    "redirect": Setup({**ONE, "permanent-redirect": "https://www.example.com/"}),
    "basic auth": Setup({**ONE, "auth-type": "basic", "auth-secret": "users"}, sure=False),
    "an if that cannot be known": Setup(
        {**ONE, "configuration-snippet": "if ($http_x_debug) { set $x 1; }"}, sure=False
    ),
    "mirrors the request": Setup(
        {
            "configuration-snippet": "more_set_headers "
            '"Access-Control-Allow-Headers: $http_access_control_request_headers" '
            '"Access-Control-Allow-Methods: $http_access_control_request_method";'
            "add_header Access-Control-Allow-Origin $http_origin always;"
        }
    ),
    "mirrors the service": Setup(
        {
            **ONE,
            "configuration-snippet": "more_set_headers 'Access-Control-Allow-Origin: "
            "$upstream_http_access_control_allow_origin';",
        }
    ),
    "if there is an Origin": Setup(
        {
            "configuration-snippet": "if ($http_origin) "
            "{ add_header Access-Control-Allow-Origin $http_origin always; }"
        }
    ),
    "if there is no Origin": Setup(
        {**ONE, "configuration-snippet": "if ($http_origin = '') { return 400; }"}
    ),
    "if it is another Origin": Setup(
        {"configuration-snippet": 'if ($http_origin != "https://app.example.com") { return 403; }'}
    ),
    "a variable that holds": Setup(
        {
            "configuration-snippet": "set $on 1; set $off 0; if ($on != $off) { set $both $on$off; } "
            "if ($off) { return 500; } "
            "if ($both = 10) { more_set_headers 'Access-Control-Allow-Origin: *'; }"
        }
    ),
    "a regex of the Origin": Setup(
        {
            "configuration-snippet": r"if ($http_origin ~ ^https://[a-z]+\.example\.com$) "
            "{ add_header Access-Control-Allow-Origin $http_origin always; }"
        },
        sure=False,
    ),
    "a redirect of some paths": Setup(
        {**ONE, "configuration-snippet": "rewrite ^/open https://x.example/ redirect;"}, sure=False
    ),
    "add-headers": Setup(ONE, added={"Access-Control-Allow-Origin": "https://added.example"}),
    "hide-headers": Setup(ONE, hidden="Access-Control-Allow-Origin,Vary"),
}
