"""ingress-nginx: the Ingress manifest is read, and what the controller writes for it is run.

Source of the text: rootfs/etc/nginx/template/nginx.tmpl at controller v1.15.1, block `CORS`, and
`buildOriginRegex` in internal/ingress/controller/template.
"""

from auditor.core.hop.behaviour import Doing
from tests.chains.proxy import Proxy
from tests.collectors.ingress.manifests import controller, ingress, the_doing

LIST = {
    "enable-cors": "true",
    "cors-allow-origin": "http://app.example.test, http://*.example.test",
    "cors-allow-methods": "GET, PUT",
    "cors-allow-headers": "X-Test",
    "cors-expose-headers": "X-Total",
    "cors-max-age": "600",
}
ANY = {"enable-cors": "true", "cors-allow-credentials": "false", "cors-allow-methods": "GET"}

LIST_LINES = """
  more_set_headers 'Access-Control-Allow-Origin: $http_origin';
  more_set_headers 'Access-Control-Allow-Credentials: true';
  more_set_headers 'Access-Control-Allow-Methods: GET, PUT';
  more_set_headers 'Access-Control-Allow-Headers: X-Test';
  more_set_headers 'Access-Control-Expose-Headers: X-Total';
  more_set_headers 'Access-Control-Max-Age: 600';
"""
LIST_TEXT = f"""
if ($http_origin ~* ((http://app\\.example\\.test)|(http://[A-Za-z0-9\\-]+\\.example\\.test))$ ) {{
  set $cors 'true';
}}
if ($request_method = 'OPTIONS') {{ set $cors ${{cors}}options; }}
if ($cors = "true") {{ {LIST_LINES} }}
if ($cors = "trueoptions") {{ {LIST_LINES}
  more_set_headers 'Content-Type: text/plain charset=UTF-8';
  more_set_headers 'Content-Length: 0';
  return 204;
}}
"""
ANY_LINES = """
  more_set_headers 'Access-Control-Allow-Origin: *';
  more_set_headers 'Access-Control-Allow-Methods: GET';
  more_set_headers 'Access-Control-Allow-Headers: DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';
  more_set_headers 'Access-Control-Max-Age: 1728000';
"""
ANY_TEXT = f"""
set $cors 'true';
if ($request_method = 'OPTIONS') {{ set $cors ${{cors}}options; }}
if ($cors = "true") {{ {ANY_LINES} }}
if ($cors = "trueoptions") {{ {ANY_LINES} return 204; }}
"""


def _read(annotations: dict[str, str]) -> Doing:
    return the_doing(*controller("1.15.1"), ingress(annotations))


PROXIES = (
    Proxy("ingress-nginx, a list", LIST_TEXT, _read(LIST)),
    Proxy("ingress-nginx, any origin", ANY_TEXT, _read(ANY)),
)
