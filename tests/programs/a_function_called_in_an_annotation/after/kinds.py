def kind():
    return str
