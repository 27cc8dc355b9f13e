TITLE = "Settings one"
