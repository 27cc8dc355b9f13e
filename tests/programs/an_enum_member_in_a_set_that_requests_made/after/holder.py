import kinds

held = []


def hold():
    held.append({kinds.Kind.A})
    return len(held)


def is_known():
    return all(kinds.Kind.A in one for one in held)
