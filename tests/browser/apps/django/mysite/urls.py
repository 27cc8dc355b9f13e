from django.urls import include, path

urlpatterns = [
    path("", include("pages.urls")),
    path("extra/", include("extra.urls")),
]
