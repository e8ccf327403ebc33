"""Taking alerts: what monitoring says becomes draft incidents, and these become incidents.

`receiving` hears an alert, `carrying_out` does what is due about a draft, `deciding` is an
operator's press, `ruling` the page's rules, `showing` what operators see.
"""
