class Development:
    TITLE = "old"
