"""What has to look at the page image: how it lies, its ink, its type, its ruling lines, its regions."""
