def kind():
    return int
