name = "old"
