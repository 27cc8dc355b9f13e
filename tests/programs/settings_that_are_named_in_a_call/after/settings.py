class Development:
    TITLE = "new"
