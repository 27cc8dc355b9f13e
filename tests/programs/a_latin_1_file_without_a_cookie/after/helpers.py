def first():
    return 'café'
