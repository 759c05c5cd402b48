"""Credentials that are good for nothing, as the gateways' tests have them."""

from tests.collectors.gateway.conftest import _no_real_account as _no_real_account
