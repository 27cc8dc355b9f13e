print(1)


def first():
    return 1

raise ExceptionGroup('many', [ValueError('one'), TypeError('two')])
