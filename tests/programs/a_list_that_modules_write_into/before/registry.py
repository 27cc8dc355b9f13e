subs = []
hits = []


def hit():
    hits.append(1)
    return len(hits)
