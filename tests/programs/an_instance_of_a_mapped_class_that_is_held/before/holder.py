import things

held = []


def hold():
    held.append(things.make())
    return len(held)


def told():
    return [[type(one).__module__, type(one) is things.Thing, things.word(one)] for one in held]
