import kinds

held = []


def hold():
    held.append({kinds.Kind.A: 1})
    return len(held)


def is_known():
    return all(kinds.Kind.A in one for one in held)
