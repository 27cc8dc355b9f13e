class Missing(Exception):
    code = 1
