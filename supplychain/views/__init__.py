"""HTML pages for people: the graph page, the report page, and what they share.

One page is one file: templates, style and script are inlined, the data ride in it as JSON, and nothing is ever fetched.
"""
