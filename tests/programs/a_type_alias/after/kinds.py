Name = int
