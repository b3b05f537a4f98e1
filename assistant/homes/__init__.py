"""The home folder of an assistant: set-up, import and export, versions, candidate sources."""
