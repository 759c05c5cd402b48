"""A chain: proxies, outermost first, and the application at its end."""

from dataclasses import dataclass

from auditor.core.hop.behaviour import Mix, behaviours
from auditor.core.path.exchange import HopChain
from tests.chains.apache import APACHE
from tests.chains.app import APPS, App
from tests.chains.caddy import CADDY
from tests.chains.envoy import ENVOY
from tests.chains.haproxy import HAPROXY
from tests.chains.nginx import NGINX
from tests.chains.origins import HOST
from tests.chains.proxy import Difference, Product, Proxy
from tests.chains.varnish import VARNISH

PRODUCTS: tuple[Product, ...] = (NGINX, HAPROXY, CADDY, APACHE, VARNISH, ENVOY)
_PROXIES = {proxy.name: proxy for product in PRODUCTS for proxy in product.proxies}
_APPS = {app.name: app for app in APPS}


@dataclass(frozen=True)
class Chain:
    """What a request crosses."""

    proxies: tuple[Proxy, ...]
    app: App

    def __str__(self) -> str:
        return " > ".join((*(proxy.name for proxy in self.proxies), self.app.name))

    @property
    def model(self) -> HopChain:
        """The behaviours: declared of the proxies, read of the application."""
        [case] = self.app.hop().cases
        assert not isinstance(case.to, tuple)
        return HopChain((*(proxy.doing for proxy in self.proxies), case.doing), case.to, HOST)

    @property
    def differs(self) -> frozenset[Difference]:
        """What is not compared of its answers."""
        return frozenset(one for proxy in self.proxies for one in proxy.differs)

    @property
    def mixed(self) -> bool:
        """Whether requests are spread over hops that answer differently."""
        return any(isinstance(proxy.doing, Mix) for proxy in self.proxies)

    @property
    def stores(self) -> bool:
        """Whether there is a cache on the way."""
        return any(b.cache for proxy in self.proxies for b in behaviours(proxy.doing))


def chain(*names: str) -> Chain:
    """The chain of these proxies, the last name being the application's."""
    return Chain(tuple(_PROXIES[name] for name in names[:-1]), _APPS[names[-1]])


FLASK, FLASK_ANY, FLASK_EXPRESSION = (app.name for app in APPS[:3])
DJANGO, DJANGO_EXPRESSION, DJANGO_ALL = (app.name for app in APPS[3:6])
STARLETTE, STARLETTE_STAR, STARLETTE_EXPRESSION = (app.name for app in APPS[6:9])
EXPRESS, EXPRESS_EXPRESSION, REFLECTING, CONSTANT, EXPRESS_STAR = (app.name for app in APPS[9:])

CHAINS = (
    # Two proxies: what is set, added, filled in, joined, taken away, in front of each other.
    chain("nginx adds", "haproxy sets", FLASK),
    chain("nginx adds", "nginx hides", FLASK_ANY),
    chain("nginx hides", "apache adds", DJANGO_ALL),
    chain("nginx owns", "caddy writes first", STARLETTE),
    chain("nginx fills in", "varnish unsets", EXPRESS),
    chain("nginx adds on success", "envoy removes", FLASK_EXPRESSION),
    chain("nginx joins", "haproxy fills in", STARLETTE_STAR),
    chain("nginx sets", "envoy appends", EXPRESS_STAR),
    chain("ingress-nginx, a list", "nginx clears", REFLECTING),
    chain("ingress-nginx, a list", "envoy overwrites", STARLETTE_STAR),
    chain("ingress-nginx, any origin", "haproxy adds", DJANGO),
    chain("haproxy sets", "ingress-nginx, a list", FLASK_ANY),
    chain("haproxy sets", "caddy fills in", DJANGO_EXPRESSION),
    chain("haproxy adds", "apache unsets", CONSTANT),
    chain("haproxy deletes", "envoy cors", EXPRESS_EXPRESSION),
    chain("haproxy fills in", "caddy deletes", STARLETTE_EXPRESSION),
    chain("haproxy joins", "varnish sets", STARLETTE),
    chain("haproxy answers preflights", "apache sets", FLASK),
    chain("caddy sets", "nginx adds", EXPRESS),
    chain("caddy sets late", "haproxy deletes", DJANGO_ALL),
    chain("caddy adds", "varnish sets", FLASK),
    chain("caddy writes first", "apache owns", STARLETTE_STAR),
    chain("caddy answers preflights", "apache appends", DJANGO),
    chain("apache sets", "haproxy adds", EXPRESS_STAR),
    chain("apache sets always", "caddy deletes", FLASK),
    chain("apache appends", "nginx fills in", DJANGO_EXPRESSION),
    chain("apache merges", "envoy fills in", STARLETTE_EXPRESSION),
    chain("apache fills in", "varnish joins", STARLETTE),
    chain("apache answers preflights", "nginx drops Origin", FLASK),
    chain("varnish sets", "caddy sends one Origin inwards", EXPRESS),
    chain("varnish fills in", "haproxy drops what preflights ask", STARLETTE),
    chain("varnish answers preflights", "apache drops Origin", DJANGO),
    chain("envoy cors", "nginx adds", STARLETTE_STAR),
    chain("envoy overwrites what is there", "caddy joins", EXPRESS),
    chain("envoy appends", "caddy adds", EXPRESS_EXPRESSION),
    # Two and three proxies with a store among them.
    chain("nginx stores, blind to Vary", "haproxy sets", FLASK),
    chain("nginx stores by Vary", "apache sets", FLASK),
    chain("nginx stores by Origin", "varnish unsets", STARLETTE),
    chain("nginx adds", "nginx stores by Vary", EXPRESS),
    chain("haproxy stores by Vary", "nginx hides", DJANGO),
    chain("haproxy stores, Vary deleted", "envoy cors", EXPRESS_STAR),
    chain("apache stores by Vary", "nginx adds on success", DJANGO_EXPRESSION),
    chain("varnish stores, Vary unset", "ingress-nginx, a list", DJANGO),
    chain("varnish stores by Vary", "nginx adds", FLASK),
    chain("varnish stores by Origin", "haproxy fills in", EXPRESS),
    chain("haproxy stores by Vary", "envoy cors", FLASK_EXPRESSION),
    chain("caddy deletes", "varnish stores by Vary", "nginx owns", REFLECTING),
    chain("envoy cors", "nginx stores by Vary", "apache unsets", FLASK_EXPRESSION),
    chain("haproxy adds", "varnish stores, Vary unset", "caddy fills in", STARLETTE_EXPRESSION),
    chain("nginx owns", "apache stores by Vary", "haproxy deletes", EXPRESS),
    chain("varnish stores by Vary", "nginx stores, blind to Vary", "envoy cors", FLASK),
    # Three proxies.
    chain("nginx adds", "haproxy sets", "caddy deletes", EXPRESS_STAR),
    chain("varnish fills in", "envoy removes", "apache merges", DJANGO),
    chain("envoy cors", "haproxy answers preflights", "nginx hides", FLASK_ANY),
    chain("apache owns", "nginx answers preflights", "varnish sets", STARLETTE_STAR),
    chain("caddy sets late", "ingress-nginx, any origin", "haproxy adds", CONSTANT),
    chain("haproxy fills in", "envoy drops Origin", "caddy adds", FLASK_EXPRESSION),
    chain("nginx fills in", "varnish unsets", "haproxy joins", STARLETTE),
    chain("apache sets", "caddy answers preflights", "envoy overwrites", DJANGO_EXPRESSION),
    chain("ingress-nginx, a list", "apache fills in", "envoy removes", EXPRESS_EXPRESSION),
    chain("envoy fills in", "nginx joins", "apache adds", REFLECTING),
    chain("varnish sets", "caddy joins", "nginx clears", DJANGO_ALL),
    chain("haproxy deletes", "varnish joins", "apache sets always", STARLETTE_EXPRESSION),
    # Refusals, and requests that are spread.
    chain("nginx refuses strangers", "haproxy adds", DJANGO),
    chain("caddy sets late", "haproxy refuses strangers", FLASK),
    chain("haproxy sets by turns", "nginx hides", EXPRESS_STAR),
    chain("envoy cors", "haproxy sets by turns", "nginx clears", FLASK_ANY),
)
