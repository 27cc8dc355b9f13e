import string

string.shop = "old"
