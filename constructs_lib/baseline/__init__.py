"""What every account has before anybody works in it."""
