names = ["a"]
names += ["c"]
