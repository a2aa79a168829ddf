"""Every address that Django answers; the edge's own are in `edge/routes.py`."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from controls.web.views import home
from family_pairing import health

handler400 = "family_pairing.errors.bad_request"
handler404 = "family_pairing.errors.not_found"
handler500 = "family_pairing.errors.server_error"

anyone = {"authentication_classes": [], "permission_classes": [AllowAny]}

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.web.urls")),
    path("", include("controls.web.urls")),
    path("", include("safety.web.urls")),
    path("", include("accounts.api.urls")),
    path("", include("controls.api.urls")),
    path("", include("safety.api.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("readyz", health.ready, name="ready"),
    path("openapi.json", SpectacularJSONAPIView.as_view(**anyone), name="openapi"),
    path(
        "docs",
        SpectacularSwaggerSplitView.as_view(url_name="openapi", template_name="docs.html", **anyone),
        name="docs",
    ),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("family_pairing.demo.urls"))]
