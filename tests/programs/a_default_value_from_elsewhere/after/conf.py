name = "new"
