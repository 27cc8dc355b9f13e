name = "fast"
