"""The pure core: question files, their Markdown and what is wrong with them. Imports no Django."""
