"""Reading for the faces: every function returns frozen cards and asks the policies who may see them."""
