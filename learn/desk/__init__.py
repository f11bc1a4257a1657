"""What the editors' desk keeps beside the questions, and how it looks things up for them."""
