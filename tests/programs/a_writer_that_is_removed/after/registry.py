subs = []
