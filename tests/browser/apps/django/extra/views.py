from django.http import HttpResponse


async def old(request):
    return HttpResponse("extra")
