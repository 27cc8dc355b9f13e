from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render

from .models import Note
from .state import remember


def home(request):
    context = {"heading": "Handler one", "note": Note(title="A note"), "title": settings.SITE_TITLE}
    return render(request, "page.html", context)


async def state(request):
    return JsonResponse(remember())
