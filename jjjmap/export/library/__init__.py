"""The library's finds as files."""
