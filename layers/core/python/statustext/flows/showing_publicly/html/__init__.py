"""Drawing the page: `view` says for whom, `overview` is the page at `/`, `incidents` and
`components` are its parts, `skeleton` puts the document around them.

MarkupSafe escapes whatever is put into a fragment. A template engine would be a fifth of a second
of the function's cold start.
"""
