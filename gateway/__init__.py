"""The only door to a platform: nothing is collected or published without a live authorisation."""
