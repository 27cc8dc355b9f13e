print(1)


def first():
    return 1


class Stop(BaseException):
    pass


raise Stop('enough')
