"""How people prove who they are: what allauth and axes are told to do our way."""
