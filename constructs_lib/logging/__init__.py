"""Where the organization's logs go, the trail that fills them and the alerts that read them."""
