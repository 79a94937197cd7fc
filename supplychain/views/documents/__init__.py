"""What a command answers, as headings, sentences and tables, and how it is written in each format."""
