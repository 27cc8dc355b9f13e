def visitor(request):
    return {"visitor": request.visitor}
