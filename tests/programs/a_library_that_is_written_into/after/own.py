import string

string.shop = "new"
