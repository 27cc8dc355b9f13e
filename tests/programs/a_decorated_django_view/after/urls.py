from django.urls import path

import views

urlpatterns = [path("", views.index), path("hits", views.count)]
