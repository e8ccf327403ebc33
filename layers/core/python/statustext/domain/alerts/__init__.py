"""Alerts of monitoring: what each source's body says, which rule is for it, which incident it
opens. Pure."""
