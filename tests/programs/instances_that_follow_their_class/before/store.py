points = []
