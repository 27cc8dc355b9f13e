def first():
    return 'é'
