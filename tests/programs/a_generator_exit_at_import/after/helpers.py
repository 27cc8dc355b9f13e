print(1)


def first():
    return 1

raise GeneratorExit('no')
