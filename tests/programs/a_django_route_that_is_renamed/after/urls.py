from django.urls import path

import views

urlpatterns = [path("second", views.index), path("hits", views.count)]
