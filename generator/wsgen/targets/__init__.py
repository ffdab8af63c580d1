"""What is generated, one folder for each language: Api → file plans."""
