from django.urls import path

import views

urlpatterns = [path("first", views.index), path("hits", views.count)]
