def answer():
    return 'fresh'
