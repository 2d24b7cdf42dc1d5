"""Projects: one file with all that the user brought and decided, and the folder where it is worked on."""
