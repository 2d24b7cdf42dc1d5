"""Every figure of a text: value, unit, qualifier, indicator, period and scope."""
